/** Playwright: `test` and `expect` with a device, and `attach(page)`. */
export * from '../browser/playwright/test.ts';
