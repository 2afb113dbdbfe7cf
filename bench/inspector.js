// How long the inspector's page takes to show a key with many credentials, and many ceremonies.
import { existsSync } from 'node:fs';
import puppeteer from 'puppeteer-core';
import { Authenticator, TracedClient } from 'stuntkey';
import { serveHttp } from 'stuntkey/http';
import { ARGUMENTS, CHROMIUM } from './browser.js';
import { fill } from './fill.js';

/**
 * Milliseconds from opening the page until its list has all rows, and its first ones are on the screen; or undefined without Chromium.
 *
 * @param {number} credentials
 * @param {number} ceremonies
 */
export async function inspecting(credentials, ceremonies) {
  if (!existsSync(CHROMIUM)) return undefined;
  const authenticator = new Authenticator({ policy: { discoverableCapacity: credentials } });
  await fill(authenticator, credentials);
  const server = await serveHttp(authenticator, { ui: true });
  /** @type {import('stuntkey').CeremonyRecord[]} */
  const records = [];
  const client = new TracedClient({
    origin: 'https://example.com',
    authenticator: new Authenticator(),
    trace: (record) => records.push(record),
  });
  await client.create({
    rp: { name: 'Example' },
    user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
    challenge: 'Y2hhbGxlbmdl',
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  });
  await client.get({ challenge: 'Y2hhbGxlbmdl', rpId: 'example.org' }).catch(() => undefined);
  for (let i = 0; i < ceremonies; i++)
    server.tell(/** @type {import('stuntkey').CeremonyRecord} */ (records[i % records.length]));
  const browser = await puppeteer.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
  try {
    const shown = async (/** @type {string} */ pane, /** @type {string} */ ready) => {
      const page = await browser.newPage();
      const start = performance.now();
      await page.goto(`${server.page}&pane=${pane}`);
      await page.waitForFunction(ready, { polling: 'raf', timeout: 0 });
      const taken = performance.now() - start;
      await page.close();
      return taken;
    };
    return {
      credentials: await shown(
        'credentials',
        `document.querySelector('[role=grid][aria-rowcount="${credentials + 1}"] [role=row][aria-rowindex="2"]') !== null`,
      ),
      ceremonies: await shown(
        'ceremonies',
        `document.querySelector('[role=option][aria-setsize="${ceremonies}"], [aria-rowcount="${ceremonies + 1}"] [aria-rowindex="2"]') !== null`,
      ),
    };
  } finally {
    await browser.close();
    await server.close(0);
  }
}
