// Asks for credentials of other sites over a driver whose related origins Node fetches, and prints what comes of it. A process of its own, as
// Node reads the roots that it trusts at its start: `NODE_EXTRA_CA_CERTS=root.pem node related-by-node.js DRIVER PORT HOST…`.
import tls from 'node:tls';
import playwright from '@playwright/test';
import puppeteer from 'puppeteer-core';
import { Authenticator } from 'stuntkey';
import { attach as attachPlaywright } from 'stuntkey/playwright';
import { attach } from 'stuntkey/puppeteer';

const [driver, port, ...hosts] = process.argv.slice(2);
const PAGE = 'https://page.test/';
const BROWSER = {
  executablePath: '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--ignore-certificate-errors',
    `--host-resolver-rules=MAP *.test:443 127.0.0.1:${port}`,
  ],
};

// As the browser does: every site is at that port here. Names and certificates stay those of the sites.
const { connect } = tls;
Object.assign(tls, {
  /** @param {tls.ConnectionOptions} options */
  connect: (options) =>
    connect({
      ...options,
      servername: options.servername ?? options.host,
      host: '127.0.0.1',
      port: Number(port),
    }),
});

/** @returns {Promise<{ close(): Promise<void>, evaluate(code: string): Promise<unknown>, passkeys: import('stuntkey/puppeteer').Passkeys }>} */
async function open() {
  if (driver === 'playwright') {
    const browser = await playwright.chromium.launch(BROWSER);
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(PAGE);
    const passkeys = await attachPlaywright(context, new Authenticator());
    return { close: () => browser.close(), evaluate: (code) => page.evaluate(code), passkeys };
  }
  const browser = await puppeteer.launch({ ...BROWSER, protocol: 'webDriverBiDi' });
  const page = await browser.newPage();
  await page.goto(PAGE);
  const passkeys = await attach(page, new Authenticator());
  return { close: () => browser.close(), evaluate: (code) => page.evaluate(code), passkeys };
}

const { close, evaluate, passkeys } = await open();
try {
  /** @type {string | undefined} */
  let cause;
  passkeys.on('refused', ({ error }) => {
    cause = error.cause instanceof Error ? error.cause.message : undefined;
  });
  const ends = [];
  for (const host of hosts) {
    cause = undefined;
    const end = await evaluate(`navigator.credentials.create({ publicKey: { rp: { id: '${host}', name: 'x' },
      user: { id: new Uint8Array(1), name: 'ada', displayName: 'Ada' }, challenge: new Uint8Array(16),
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }] } }).then(({ type }) => type, ({ name }) => name)`);
    ends.push({ host, end, ...(cause !== undefined && { cause }) });
  }
  await passkeys.detach();
  console.log(JSON.stringify(ends));
} finally {
  await close();
}
