// Under the kernel: Debian's Chromium (its headless shell, which does not ask which kind of device is meant) registers with the key that the kernel has, and signs in with it.
import { createServer } from 'node:http';
import { launch } from 'puppeteer-core';

console.log('chromium: to be started');
const server = createServer((_, response) => {
  response.setHeader('content-type', 'text/html').end('<!doctype html><title>a page</title>');
});
await new Promise((resolve) => server.listen(8080, '127.0.0.1', () => resolve(undefined)));
const browser = await launch({
  executablePath: '/usr/bin/chromium-headless-shell',
  headless: 'shell',
  args: ['--no-sandbox', '--disable-gpu', '--disable-extensions', '--no-zygote'],
  // (The test that boots the kernel bounds the time.)
  timeout: 0,
  protocolTimeout: 0,
});
console.log(`chromium: ${await browser.version()}`);
const page = await browser.newPage();
await page.goto('http://localhost:8080/', { timeout: 0 });
console.log('chromium: has the page');
const told = await page.evaluate(`(async () => {
  const challenge = new Uint8Array(32);
  const created = await navigator.credentials.create({
    publicKey: {
      rp: { name: 'Example' },
      user: { id: new Uint8Array(8), name: 'ada', displayName: 'Ada' },
      challenge,
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
      hints: ['security-key'],
      authenticatorSelection: { authenticatorAttachment: 'cross-platform', userVerification: 'discouraged' },
    },
  });
  const { id, rawId } = created;
  const asserted = await navigator.credentials.get({
    publicKey: {
      challenge,
      userVerification: 'discouraged',
      hints: ['security-key'],
      allowCredentials: [{ type: 'public-key', id: rawId, transports: ['usb'] }],
    },
  });
  return { same: asserted.id === id, signature: asserted.response.signature.byteLength };
})()`);
console.log(`chromium: ${JSON.stringify(told)}`);
await browser.close();
server.close();
