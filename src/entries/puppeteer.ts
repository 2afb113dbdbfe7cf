/**
 * `attach` for Puppeteer: a device in all pages of a browser context or a browser, in Chromium and Firefox.
 *
 * @example
 * ```js
 * import puppeteer from 'puppeteer-core';
 * import { Authenticator } from 'stuntkey';
 * import { attach } from 'stuntkey/puppeteer';
 *
 * const browser = await puppeteer.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
 * const page = await browser.newPage();
 * const passkeys = await attach(page, new Authenticator());
 * passkeys.on('refused', ({ error }) => console.log(error.name));
 * await passkeys.detach();
 * await browser.close();
 * ```
 * @module stuntkey/puppeteer
 */

export * from '../browser/puppeteer.ts';
