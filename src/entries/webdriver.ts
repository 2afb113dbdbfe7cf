/** WebDriver: Selenium and WebdriverIO. */
export * from '../browser/webdriver.ts';
