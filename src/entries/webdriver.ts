/**
 * `attach` for WebdriverIO, Selenium and any connection of WebDriver BiDi: the session needs the capability `webSocketUrl: true`.
 *
 * @example
 * ```js
 * import { Builder } from 'selenium-webdriver';
 * import chrome from 'selenium-webdriver/chrome.js';
 * import { Authenticator } from 'stuntkey';
 * import { attach } from 'stuntkey/webdriver';
 *
 * const options = new chrome.Options();
 * options.set('webSocketUrl', true); // WebDriver BiDi
 * const driver = await new Builder().forBrowser('chrome').setChromeOptions(options).build();
 * const passkeys = await attach(driver, new Authenticator());
 * await passkeys.detach();
 * await driver.quit();
 * ```
 * @module stuntkey/webdriver
 */

export * from '../browser/webdriver.ts';
