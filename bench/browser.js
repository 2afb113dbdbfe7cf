// Ceremonies in a page: each mode beside Chromium's own virtual authenticator, and beside a bare trip out of the page and back.
import { createServer } from 'node:http';
import puppeteer from 'puppeteer-core';
import { Authenticator } from 'stuntkey';
import { attach } from 'stuntkey/puppeteer';

/** Ceremonies in one go, so that the way into the page weighs little. */
export const IN_A_ROW = 16;

const CHROMIUM = '/usr/bin/chromium';
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'];

const user = '{ id: new Uint8Array([1]), name: "ada", displayName: "Ada" }';
const create = `navigator.credentials.create({ publicKey: { rp: { name: "Bench" }, user: ${user}, challenge: new Uint8Array(32),
  pubKeyCredParams: [{ type: "public-key", alg: -7 }], authenticatorSelection: { residentKey: "required" } } })`;
const get = 'navigator.credentials.get({ publicKey: { challenge: new Uint8Array(32) } })';
const row = (/** @type {string} */ code) =>
  `(async () => { for (let i = 0; i < ${IN_A_ROW}; i++) await ${code}; })()`;

/** Contenders by name, and how to end; undefined where there is no Chromium. */
export async function inBrowser() {
  const browser = await puppeteer
    .launch({ executablePath: CHROMIUM, args: ARGUMENTS })
    .catch(() => undefined);
  if (browser === undefined) return undefined;
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<title>bench</title>');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const open = async () => {
    const page = await (await browser.createBrowserContext()).newPage();
    await page.goto(`http://localhost:${port}/`);
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
  for (const each of [chromium, page, cdp]) await each.evaluate(`${create}.then(() => 0)`);
  return {
    contenders: {
      bare: () => bare.evaluate(row('new Promise((done) => { globalThis.back = done; out(""); })')),
      pageGet: () => page.evaluate(row(get)),
      pageCreate: () => page.evaluate(row(create)),
      cdpGet: () => cdp.evaluate(row(get)),
      cdpCreate: () => cdp.evaluate(row(create)),
      chromiumGet: () => chromium.evaluate(row(get)),
      chromiumCreate: () => chromium.evaluate(row(create)),
    },
    async close() {
      await browser.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
