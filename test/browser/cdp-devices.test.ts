/** Which devices Chromium's can be, and what is said of what it cannot. */
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { models } from '../../src/authenticator/models/registry.ts';
import { inflate } from '../../src/base/deflate.ts';
import { attach, type Passkeys } from '../../src/browser/puppeteer.ts';
import {
  Authenticator,
  type CredentialRecord,
  type ModelName,
  WebAuthnClient,
} from '../../src/entries/index.ts';
import { named } from '../interop/debian.ts';
import { slow } from '../slow.ts';
import { type LoginServer, sharedBrowser, startHome, withoutChromium } from './chromium.ts';

const names = (passkeys: Passkeys): string[] => [...new Set(passkeys.losses.map(({ name }) => name))];
const make = (alg: number | readonly number[], more = ''): string => {
  const params = [alg].flat().map((one) => ({ type: 'public-key', alg: one }));
  return `navigator.credentials.create(creation({ pubKeyCredParams: ${JSON.stringify(params)}, ${more} }))
    .then((made) => [made.response.getPublicKeyAlgorithm(), made.id], (error) => [error.name])`;
};

describe.skipIf(withoutChromium)(named('a device in mode cdp', withoutChromium), () => {
  let browser: Browser;
  let server: LoginServer;
  let page: Page;
  let passkeys: Passkeys | undefined;
  const run = <T>(code: string, where: Page = page): Promise<T> => where.evaluate(code) as Promise<T>;
  const inNode = (authenticator: Authenticator): WebAuthnClient =>
    new WebAuthnClient({ origin: server.origin, authenticator });
  beforeAll(async () => {
    [browser, server] = await Promise.all([sharedBrowser(), startHome()]);
  }, 60_000);
  afterAll(async () => {
    await server?.close();
  });
  beforeEach(async () => {
    page = await (await browser.createBrowserContext()).newPage();
    await page.goto(`${server.origin}/`);
  });
  afterEach(async () => {
    await passkeys?.detach();
    passkeys = undefined;
    await page.browserContext().close();
  });

  slow(
    'can be every model, and what is made in the page signs in Node, with the counter going up',
    async () => {
      for (const model of Object.keys(models) as ModelName[]) {
        const authenticator = new Authenticator({ model });
        passkeys = await attach(page, authenticator, { mode: 'cdp' });
        expect(names(passkeys), model).toContain('aaguid');
        expect(await run(make(-7)), model).toEqual([-7, expect.any(String)]);
        await passkeys.settled();
        const [record] = authenticator.credentials.list();
        expect(record?.signCount, model).toBe(1);
        // A key that needs a PIN, or speaks U2F alone, is asked by its own client; the rest sign at once.
        if (authenticator.ctap2) {
          const id = Buffer.from(record?.id ?? []).toString('base64url');
          const allowCredentials = [{ type: 'public-key' as const, id }];
          const options = {
            challenge: 'AAAA',
            rpId: 'localhost',
            allowCredentials,
            userVerification: 'discouraged' as const,
          };
          const { response } = await inNode(authenticator).get(options);
          expect(
            Buffer.from(response.authenticatorData, 'base64url').readUInt32BE(33),
            model,
          ).toBeGreaterThan(1);
        }
        await passkeys.detach();
      }
    },
  );

  it('says what is lost by name, of its policy and of its credentials', async () => {
    const authenticator = new Authenticator({
      policy: {
        algorithms: [-8],
        discoverableCapacity: 3,
        credentialIdLength: 16,
        transports: ['usb', 'nfc'],
        userVerification: 'fingerprint',
        nonDiscoverable: 'wrapped',
        signCounter: 'global',
      },
    });
    passkeys = await attach(page, authenticator, { mode: 'cdp' });
    for (const name of [
      'algorithms',
      'discoverableCapacity',
      'credentialIdLength',
      'transports',
      'userVerification',
      'nonDiscoverable',
      'signCounter',
      'attestation',
      'hmac-secret',
      'credBlob',
      'credProtect',
      'thirdPartyPayment',
    ])
      expect(names(passkeys)).toContain(name);
    expect(passkeys.losses.find(({ name }) => name === 'algorithms')?.message).toMatch(/-7, -257/);
    expect(passkeys.losses.every(({ device, message }) => device === 0 && message.length > 20)).toBe(true);
  });

  slow('tells of credentials that pages cannot use, at attach and when they come', async () => {
    const authenticator = new Authenticator({ policy: { algorithms: [-35, -7] } });
    const register = (alg: number, id: string) =>
      inNode(authenticator).create({
        rp: { name: 'H', id: 'localhost' },
        user: { id, name: id, displayName: id },
        challenge: 'AAAA',
        pubKeyCredParams: [{ type: 'public-key', alg }],
        authenticatorSelection: { residentKey: 'required' },
      });
    await register(-35, 'AQID');
    passkeys = await attach(page, authenticator, { mode: 'cdp' });
    expect(names(passkeys)).toContain('credentials');
    const told: unknown[] = [];
    passkeys.on('excluded', (event) => told.push(event));
    const { id } = await register(-35, 'AQIE');
    expect(told).toContainEqual({ id, rpId: 'localhost', reason: expect.stringContaining('-35') });
  });

  slow('makes and takes ML-DSA, with one counter in pages and in Node', async () => {
    const authenticator = new Authenticator({ model: 'post-quantum-key' });
    passkeys = await attach(page, authenticator, { mode: 'cdp' });
    const [alg, id] = await run<[number, string]>(make([-48, -7]));
    expect(alg).toBe(-48);
    await passkeys.settled();
    const used = {
      challenge: 'AAAA',
      rpId: 'localhost',
      allowCredentials: [{ type: 'public-key' as const, id }],
    };
    const { response } = await inNode(authenticator).get({ ...used, userVerification: 'discouraged' });
    expect(Buffer.from(response.authenticatorData, 'base64url').readUInt32BE(33)).toBe(2);
    const second = await page.browserContext().newPage();
    await second.goto(`${server.origin}/`);
    const bytes = JSON.stringify([...Buffer.from(id, 'base64url')]);
    const get = `navigator.credentials.get(request({ allowCredentials: [{ type: 'public-key', id: new Uint8Array(${bytes}) }] }))
      .then(({ response }) => new DataView(response.authenticatorData).getUint32(33), String)`;
    expect(await run(get, second)).toBe(3);
    await passkeys.settled();
    expect(authenticator.credentials.list()).toMatchObject([{ algorithm: -48, signCount: 3 }]);
  });

  slow('brings large blobs, and takes what a page writes, without touching the backup flags', async () => {
    const authenticator = new Authenticator({ model: 'apple-passwords' });
    await inNode(authenticator).create({
      rp: { name: 'H', id: 'localhost' },
      user: { id: 'AQID', name: 'ada', displayName: 'Ada' },
      challenge: 'AAAA',
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
      authenticatorSelection: { residentKey: 'required' },
      extensions: { largeBlob: { support: 'required' } },
    });
    const [{ id } = { id: new Uint8Array() }] = authenticator.credentials.list();
    const allow = `[{ type: 'public-key', id: new Uint8Array(${JSON.stringify([...id])}) }]`;
    const write = (
      text: string,
    ) => `navigator.credentials.get(request({ allowCredentials: ${allow}, extensions:
      { largeBlob: { write: new TextEncoder().encode('${text}') } } })).then((used) => used.getClientExtensionResults().largeBlob.written, String)`;
    passkeys = await attach(page, authenticator, { mode: 'cdp' });
    expect(await run(write('from the page'))).toBe(true);
    await passkeys.settled();
    const [written] = authenticator.credentials.list() as [CredentialRecord];
    expect(Buffer.from(await inflate(written.largeBlob as Uint8Array)).toString()).toBe('from the page');
    await passkeys.detach();
    passkeys = await attach(page, authenticator, { mode: 'cdp' });
    const read = `navigator.credentials.get(request({ allowCredentials: ${allow}, extensions: { largeBlob: { read: true } } }))
      .then((used) => [new TextDecoder().decode(used.getClientExtensionResults().largeBlob.blob),
        new Uint8Array(used.response.authenticatorData)[32], new DataView(used.response.authenticatorData).getUint32(33)], String)`;
    expect(await run(read)).toEqual(['from the page', 0x1d, 0]);
  });

  slow('gives PRF to the page in which a credential was made', async () => {
    passkeys = await attach(page, new Authenticator(), { mode: 'cdp' });
    const prf = 'extensions: { prf: { eval: { first: new Uint8Array(32) } } }';
    const enabled = `navigator.credentials.create(creation({ authenticatorSelection: { residentKey: 'required' }, ${prf} }))
      .then((made) => made.getClientExtensionResults().prf.enabled, String)`;
    expect(await run(enabled)).toBe(true);
    const get = `navigator.credentials.get(request({ ${prf} })).then((used) => used.getClientExtensionResults().prf.results?.first.byteLength, String)`;
    expect(await run(get)).toBe(32);
  });

  it('is refused overrides that there are not, by name', async () => {
    passkeys = await attach(page, new Authenticator(), { mode: 'cdp' });
    await expect(passkeys.setResponseOverrides({ badUv: true } as never)).rejects.toMatchObject({
      code: 'bad-options',
      message: expect.stringContaining('badUv'),
    });
    await expect(passkeys.setResponseOverrides({ badUV: 1 } as never)).rejects.toMatchObject({
      code: 'bad-options',
    });
  });
});
