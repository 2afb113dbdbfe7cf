// What mode page costs a document that asks nothing: the same small document with and without it, by turns in one run.
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import puppeteer from 'puppeteer-core';
import { Authenticator } from 'stuntkey';
import { attach } from 'stuntkey/puppeteer';
import { PAGE_SCRIPT } from '../dist/page/script-text.js';
import { ARGUMENTS, CHROMIUM } from './browser.js';
import { median } from './measure.js';

/**
 * Milliseconds that one document takes longer, as the median of what one with it takes longer than one without, and the size of the script.
 *
 * @param {number} documents of each kind
 */
export async function documentCost(documents) {
  if (!existsSync(CHROMIUM)) return undefined;
  const browser = await puppeteer.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
  const server = createServer((_, response) => {
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end('<!doctype html><link rel="icon" href="data:,"><title>bench</title>');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const open = async () => (await browser.createBrowserContext()).newPage();
  const [bare, ours, least] = [await open(), await open(), await open()];
  await attach(ours, new Authenticator());
  // The least that a script before the page's own costs: an empty one, and a binding.
  const session = await least.createCDPSession();
  await session.send('Page.enable');
  await session.send('Runtime.enable');
  await session.send('Runtime.addBinding', { name: 'out' });
  await session.send('Page.addScriptToEvaluateOnNewDocument', { source: '' });
  const load = async (/** @type {import('puppeteer-core').Page} */ page) => {
    const start = performance.now();
    await page.goto(`http://localhost:${port}/`);
    return performance.now() - start;
  };
  for (let i = 0; i < 10; i++) for (const page of [bare, ours, least]) await load(page); // not counted: caches warm up
  const [more, floor, without] = /** @type {[number[], number[], number[]]} */ ([[], [], []]);
  const pages = [bare, ours, least];
  for (let i = 0; i < documents; i++) {
    /** @type {Map<import('puppeteer-core').Page, number>} */
    const took = new Map();
    for (let k = 0; k < pages.length; k++) {
      const page = /** @type {import('puppeteer-core').Page} */ (pages[(i + k) % pages.length]);
      took.set(page, await load(page));
    }
    const of = (/** @type {import('puppeteer-core').Page} */ page) => took.get(page) ?? Number.NaN;
    without.push(of(bare));
    more.push(of(ours) - of(bare));
    floor.push(of(least) - of(bare));
  }
  await browser.close();
  await new Promise((resolve) => server.close(resolve));
  return {
    more: median(more),
    floor: median(floor),
    without: median(without),
    kilobytes: PAGE_SCRIPT.length / 1024,
  };
}
