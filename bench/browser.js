// Ceremonies in a page: each mode beside Chromium's own virtual authenticator, beside a bare trip out of the page and back, and beside
// the same with a response that is there already.
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import playwright from '@playwright/test';
import puppeteer from 'puppeteer-core';
import { Authenticator } from 'stuntkey';
import { attach } from 'stuntkey/puppeteer';
import { answeredPage, answeredProxy } from './floors.js';

/** Ceremonies in one go, so that the way into the page weighs little. */
export const IN_A_ROW = 16;

export const CHROMIUM = '/usr/bin/chromium';
export const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-sync',
];

const user = '{ id: new Uint8Array([1]), name: "ada", displayName: "Ada" }';
const create = `navigator.credentials.create({ publicKey: { rp: { name: "Bench" }, user: ${user}, challenge: new Uint8Array(32),
  pubKeyCredParams: [{ type: "public-key", alg: -7 }], authenticatorSelection: { residentKey: "required" } } })`;
const get = 'navigator.credentials.get({ publicKey: { challenge: new Uint8Array(32) } })';
const row = (/** @type {string} */ code) =>
  `(async () => { for (let i = 0; i < ${IN_A_ROW}; i++) await ${code}; })()`;

/** Contenders by name, and how to end; or why there are none. */
export async function inBrowser() {
  if (!existsSync(CHROMIUM)) return { skipped: `there is no ${CHROMIUM}` };
  const options = { executablePath: CHROMIUM, args: ARGUMENTS };
  // One browser each, so that no page waits for another's to be in front.
  const browser = await puppeteer.launch(options);
  const extended = await puppeteer.launch({ ...options, enableExtensions: true, pipe: true });
  const answered = await puppeteer.launch({ ...options, enableExtensions: true, pipe: true });
  const played = await playwright.chromium.launch(options);
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<title>bench</title>');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const home = `http://localhost:${port}/`;
  const open = async () => {
    const page = await (await browser.createBrowserContext()).newPage();
    await page.goto(home);
    return page;
  };

  const bare = await open();
  const session = await bare.createCDPSession();
  await session.send('Runtime.enable');
  await session.send('Runtime.addBinding', { name: 'out' });
  session.on('Runtime.bindingCalled', ({ executionContextId }) => {
    void session.send('Runtime.callFunctionOn', { executionContextId, functionDeclaration: '() => back()' });
  });

  const chromium = await open();
  const domain = await chromium.createCDPSession();
  await domain.send('WebAuthn.enable');
  await domain.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'usb',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
    },
  });

  const [page, cdp] = [await open(), await open()];
  await attach(page, new Authenticator());
  await attach(cdp, new Authenticator(), { mode: 'cdp' });
  const proxy = await extended.newPage();
  await proxy.goto(home);
  await attach(proxy, new Authenticator(), { mode: 'proxy' });

  const pageFloor = await open();
  await answeredPage(pageFloor);
  const proxyFloor = await answered.newPage();
  await proxyFloor.goto(home);
  await answeredProxy(answered, new URL(home).origin);

  const context = await played.newContext();
  await context.credentials.install();
  const builtIn = await context.newPage();
  await builtIn.goto(home);
  for (const each of [chromium, page, cdp, proxy]) await each.evaluate(`${create}.then(() => 0)`);
  await builtIn.evaluate(`${create}.then(() => 0)`);
  return {
    contenders: {
      bare: () => bare.evaluate(row('new Promise((done) => { globalThis.back = done; out(""); })')),
      pageGet: () => page.evaluate(row(get)),
      pageCreate: () => page.evaluate(row(create)),
      cdpGet: () => cdp.evaluate(row(get)),
      cdpCreate: () => cdp.evaluate(row(create)),
      proxyGet: () => proxy.evaluate(row(get)),
      proxyCreate: () => proxy.evaluate(row(create)),
      pageFloorGet: () => pageFloor.evaluate(row(get)),
      pageFloorCreate: () => pageFloor.evaluate(row(create)),
      proxyFloorGet: () => proxyFloor.evaluate(row(get)),
      proxyFloorCreate: () => proxyFloor.evaluate(row(create)),
      playwrightGet: () => builtIn.evaluate(row(get)),
      playwrightCreate: () => builtIn.evaluate(row(create)),
      chromiumGet: () => chromium.evaluate(row(get)),
      chromiumCreate: () => chromium.evaluate(row(create)),
    },
    async close() {
      for (const each of [browser, extended, answered, played]) await each.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
