/** Puppeteer: `attach(page)`. */
export * from '../browser/puppeteer.ts';
