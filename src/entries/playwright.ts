/**
 * `test` and `expect` for Playwright, with a device in every page; `attach` for Playwright as a library.
 *
 * @example
 * ```js
 * import { expect, PlaywrightStage, test } from 'stuntkey/playwright';
 *
 * test('a visitor declines', async ({ page, stuntkey }) => {
 *   expect(stuntkey).toBeInstanceOf(PlaywrightStage);
 *   stuntkey.user.next({ presence: 'decline' });
 *   await page.goto('http://localhost:8080/');
 *   await page.click('#register');
 *   await expect(stuntkey).not.toHaveCredential({ rpId: 'localhost' });
 * });
 * ```
 * @module stuntkey/playwright
 */

export * from '../browser/playwright/test.ts';
