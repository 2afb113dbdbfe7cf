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
 * Milliseconds that one document takes longer, as the median over pairs of one with and one without, and the size of the script.
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
  const [bare, ours] = [
    await (await browser.createBrowserContext()).newPage(),
    await (await browser.createBrowserContext()).newPage(),
  ];
  await attach(ours, new Authenticator());
  const load = async (/** @type {import('puppeteer-core').Page} */ page) => {
    const start = performance.now();
    await page.goto(`http://localhost:${port}/`);
    return performance.now() - start;
  };
  for (let i = 0; i < 10; i++) for (const page of [bare, ours]) await load(page); // not counted: caches warm up
  const [more, without] = /** @type {[number[], number[]]} */ ([[], []]);
  for (let i = 0; i < documents; i++) {
    const [first, second] = i % 2 === 0 ? [bare, ours] : [ours, bare];
    const [one, other] = [await load(first), await load(second)];
    const alone = first === bare ? one : other;
    without.push(alone);
    more.push(one + other - 2 * alone);
  }
  await browser.close();
  await new Promise((resolve) => server.close(resolve));
  return { more: median(more), without: median(without), kilobytes: PAGE_SCRIPT.length / 1024 };
}
