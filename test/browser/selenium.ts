/** Selenium: installed by the slow tests that drive a browser with it. Its types are the project's own. */
import { requireFrom, whyNoJudge } from '../judges/install.ts';
import { withoutTime } from '../slow.ts';

/** Why it is not there. */
export const withoutSelenium: string | undefined = withoutTime ?? whyNoJudge('selenium');

export const selenium = (): typeof import('selenium-webdriver') =>
  requireFrom('selenium', 'selenium-webdriver') as never;

export const seleniumChrome = (): typeof import('selenium-webdriver/chrome.js') =>
  requireFrom('selenium', 'selenium-webdriver/chrome.js') as never;
