// The least that a way into a page can cost: the same script, or the same extension, with a response that is there already.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Authenticator, WebAuthnClient } from 'stuntkey';
import { PageDoor } from '../build/browser/page/door.js';

/** @param {string} origin */
async function responses(origin) {
  const client = new WebAuthnClient({ origin, authenticator: new Authenticator() });
  const challenge = 'A'.repeat(43);
  const create = await client.create({
    rp: { name: 'Bench' },
    user: { id: 'AQ', name: 'ada', displayName: 'Ada' },
    challenge,
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
    authenticatorSelection: { residentKey: 'required' },
  });
  return { create, get: await client.get({ challenge }) };
}

/** Mode page without a client and a device. @param {import('puppeteer-core').Page} page */
export async function answeredPage(page) {
  const { create, get } = await responses(new URL(page.url()).origin);
  const session = /** @type {any} */ (await page.createCDPSession());
  await new PageDoor(session, undefined, async ({ op }) => (op === 'create' ? create : get)).open();
}

/**
 * Mode proxy without Node: the extension answers Chromium itself.
 *
 * @param {import('puppeteer-core').Browser} browser @param {string} origin
 */
export async function answeredProxy(browser, origin) {
  const { create, get } = await responses(origin);
  const path = mkdtempSync(join(tmpdir(), 'stuntkey-bench-'));
  const manifest = {
    manifest_version: 3,
    name: 'bench',
    version: '1',
    permissions: ['webAuthenticationProxy'],
    background: { service_worker: 'worker.js' },
  };
  const text = (/** @type {object} */ response) => JSON.stringify(JSON.stringify(response));
  writeFileSync(join(path, 'manifest.json'), JSON.stringify(manifest));
  writeFileSync(
    join(path, 'worker.js'),
    `const proxy = chrome.webAuthenticationProxy;
proxy.onCreateRequest.addListener(({ requestId }) => proxy.completeCreateRequest({ requestId, responseJson: ${text(create)} }));
proxy.onGetRequest.addListener(({ requestId }) => proxy.completeGetRequest({ requestId, responseJson: ${text(get)} }));
proxy.onIsUvpaaRequest.addListener(({ requestId }) => proxy.completeIsUvpaaRequest({ requestId, isUvpaa: false }));
globalThis.attached = proxy.attach();`,
  );
  await browser.installExtension(path);
  const target = await browser.waitForTarget(
    (one) => one.type() === 'service_worker' && one.url().endsWith('/worker.js'),
  );
  await (await target.worker())?.evaluate('attached');
  rmSync(path, { recursive: true });
}
