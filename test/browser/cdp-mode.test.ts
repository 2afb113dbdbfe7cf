import { generateKeyPairSync } from 'node:crypto';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { visit } from '../../examples/login-server/browser.js';
import { fromCdpCredential, toCdpCredential } from '../../src/browser/cdp/credential.ts';
import { attach, type Passkeys } from '../../src/browser/puppeteer.ts';
import {
  Authenticator,
  type AuthenticatorOptions,
  type CredentialRecord,
  WebAuthnClient,
} from '../../src/entries/index.ts';
import { named } from '../interop/debian.ts';
import { slow } from '../slow.ts';
import { type LoginServer, patient, sharedBrowser, startHome, withoutChromium } from './chromium.ts';

const foreignKey = (): Uint8Array =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'der' });
const DISCOVERABLE = 'creation({ authenticatorSelection: { residentKey: "required" } })';

describe.skipIf(withoutChromium)(named('mode cdp, in Chromium', withoutChromium), () => {
  let browser: Browser;
  let server: LoginServer;
  let page: Page;
  let authenticator: Authenticator;
  let passkeys: Passkeys;
  const run = <T>(code: string, where: Page = page): Promise<T> => where.evaluate(code) as Promise<T>;
  /** Signs in at the server from Node. */
  const loginInNode = async (): Promise<unknown> => {
    const { post } = visit(server.url);
    const client = new WebAuthnClient({ origin: server.origin, authenticator });
    return post('/login/verify', await client.get(await post('/login/options')));
  };
  const flags = (data: string): Promise<number> =>
    run(`${data}.then(({ response }) => new Uint8Array(response.authenticatorData)[32])`);

  beforeAll(async () => {
    browser = await sharedBrowser();
  });
  afterAll(async () => {});
  beforeEach(async () => {
    server = await startHome();
    const context = await browser.createBrowserContext();
    page = patient(await context.newPage());
    await page.goto(`${server.origin}/`);
    authenticator = new Authenticator();
    passkeys = await attach(page, authenticator, { mode: 'cdp' });
  });
  afterEach(async () => {
    await passkeys.detach();
    await page.browserContext().close();
    await server.close();
  });

  it('continues one counter in the page and in Node', async () => {
    expect(await run('register("ada")')).toEqual({ registered: 'ada' });
    expect(await run('login()')).toEqual({ welcome: 'ada', counter: 2 });
    await passkeys.settled();
    expect(await loginInNode()).toEqual({ welcome: 'ada', counter: 3 });
    expect(await run('login()')).toEqual({ welcome: 'ada', counter: 4 });
    await page.goto(`${server.origin}/other`);
    expect(await run('login()')).toEqual({ welcome: 'ada', counter: 5 });
    await passkeys.settled();
    expect(await loginInNode()).toEqual({ welcome: 'ada', counter: 6 });
  });

  it('lets a page use what was made in Node, before and while it is attached, with ES256, Ed25519 and RSA', async () => {
    await passkeys.detach();
    authenticator = new Authenticator({ policy: { algorithms: [-7, -8, -257] } });
    const client = new WebAuthnClient({ origin: server.origin, authenticator });
    const make = async (alg: number): Promise<string> => {
      const options = {
        rp: { name: 'Home', id: 'localhost' },
        user: { id: Buffer.from([alg & 0xff]).toString('base64url'), name: 'a', displayName: 'A' },
        challenge: 'AAAA',
        pubKeyCredParams: [{ type: 'public-key', alg }],
        authenticatorSelection: { residentKey: 'required' },
      };
      return (await client.create(options)).id;
    };
    const ids = [await make(-7), await make(-8)];
    passkeys = await attach(page, authenticator, { mode: 'cdp' });
    ids.push(await make(-257));
    for (const id of ids) {
      const allow = `[{ type: 'public-key', id: Uint8Array.from(atob('${id}'.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0)) }]`;
      expect(
        await run(`navigator.credentials.get(request({ allowCredentials: ${allow} })).then(({ id }) => id)`),
      ).toBe(id);
    }
  });

  slow('serves second pages and popups with the same credentials', async () => {
    await run('register("grace")');
    const second = patient(await page.browserContext().newPage());
    await second.goto(`${server.origin}/`);
    expect(await run('login()', second)).toMatchObject({ counter: 2 });
    await passkeys.settled();
    await page.bringToFront();
    expect(await run('login()')).toMatchObject({ counter: 3 });
    const popup = new Promise<Page | null>((resolve) => {
      page.once('popup', resolve);
    });
    await run('void window.open("/other")');
    const opened = (await popup) as Page;
    await opened.waitForFunction('typeof login === "function"');
    await passkeys.settled();
    expect(await run('login()', opened)).toMatchObject({ counter: 4 });
  });

  slow('takes over what the page replaces, changes and deletes', async () => {
    await run(`navigator.credentials.create(${DISCOVERABLE}).then(() => 0)`);
    await passkeys.settled();
    const [first] = authenticator.credentials.list();
    expect(first).toMatchObject({ discoverable: true, signCount: 1, rpId: 'localhost' });
    await run(`navigator.credentials.create(${DISCOVERABLE}).then(() => 0)`);
    await run(
      'PublicKeyCredential.signalCurrentUserDetails({ rpId: "localhost", userId: "AQI", name: "new", displayName: "New" })',
    );
    await passkeys.settled();
    const [second, ...others] = authenticator.credentials.list();
    expect(others).toEqual([]);
    expect(second?.id).not.toEqual(first?.id);
    expect(second).toMatchObject({ userName: 'new', userDisplayName: 'New' });
    await run(
      'PublicKeyCredential.signalAllAcceptedCredentials({ rpId: "localhost", userId: "AQI", allAcceptedCredentialIds: [] })',
    );
    await passkeys.settled();
    expect(authenticator.credentials.list()).toEqual([]);
  });

  slow('does not let the page use what is deleted in Node', async () => {
    await run(`navigator.credentials.create(${DISCOVERABLE}).then(() => 0)`);
    await passkeys.settled();
    for (const { id } of authenticator.credentials.list()) await authenticator.credentials.delete(id);
    expect(await run('outcome(navigator.credentials.get(request({ timeout: 10 })))')).toBe('NotAllowedError');
    await passkeys.settled();
    expect(authenticator.credentials.list()).toEqual([]);
  });

  slow('follows the handle: verification, overrides; and the policy’s backup flags', async () => {
    await run(`navigator.credentials.create(${DISCOVERABLE}).then(() => 0)`);
    const get = 'navigator.credentials.get(request())';
    expect(await flags(get)).toBe(0x05);
    await passkeys.setUserVerified(false);
    const required = 'navigator.credentials.get(request({ userVerification: "required" }))';
    expect(await run(`outcome(${required})`)).toBe('NotAllowedError');
    await passkeys.setUserVerified(true);
    await passkeys.setResponseOverrides({ badUP: true, badUV: true });
    expect(await flags(get)).toBe(0);
    await passkeys.setResponseOverrides({ bogusSignature: true });
    expect(await run(`${get}.then(({ response }) => response.signature.byteLength)`)).toBe(1);
    await passkeys.setResponseOverrides({});
    await passkeys.settled();
    const [record] = authenticator.credentials.list();
    await authenticator.credentials.update(record?.id as Uint8Array, {
      backupEligible: true,
      backupState: true,
    });
    expect(await flags(get)).toBe(0x1d);
  });

  slow('lets no person touch the key until the handle says so', async () => {
    await passkeys.setPresence(false);
    const aborted = 'navigator.credentials.create({ ...creation(), signal: AbortSignal.timeout(200) })';
    expect(await run(`outcome(${aborted})`)).toBe('TimeoutError');
    await passkeys.setPresence(true);
    expect(await run('outcome(navigator.credentials.create(creation()))')).toBe('ok');
  });

  slow('tells listeners which credentials were made and used', async () => {
    const told: unknown[] = [];
    passkeys.on('registered', (event) => told.push(event));
    passkeys.on('authenticated', (event) => told.push(event));
    const id = await run(`navigator.credentials.create(${DISCOVERABLE}).then(({ id }) => id)`);
    await run('navigator.credentials.get(request()).then(() => 0)');
    await passkeys.settled();
    const rpId = 'localhost';
    expect(told).toEqual([
      { id, rpId, signCount: 1 },
      { id, rpId, signCount: 2 },
    ]);
  });

  slow('says at once what it cannot be, and lists every reason', async () => {
    await passkeys.detach();
    const cases: [AuthenticatorOptions, RegExp][] = [
      [{ policy: { algorithms: [-35] } }, /algorithms: none of -7, -8, -257, -48, -49, -50/],
      [{ policy: { alwaysUv: 'on' } }, /alwaysUv/],
      [{ policy: { alwaysUv: 'on', algorithms: [-35] } }, /algorithms.*; alwaysUv/],
    ];
    for (const [options, why] of cases)
      await expect(attach(page, new Authenticator(options), { mode: 'cdp' })).rejects.toMatchObject({
        code: 'mode-cannot',
        message: expect.stringMatching(why),
      });
    passkeys = await attach(page, authenticator, { mode: 'cdp' });
  });

  it('says at once that Chromium does not take a credential', async () => {
    await passkeys.detach();
    await authenticator.credentials.import({
      rpId: 'localhost',
      userId: Uint8Array.of(1),
      privateKey: foreignKey(),
    });
    const [record] = authenticator.credentials.list();
    const spoilt = {
      ...record,
      id: new Uint8Array(20),
      privateKey: new Uint8Array(32),
      userId: Uint8Array.of(2),
    };
    await authenticator.credentials.put(spoilt as CredentialRecord);
    await expect(attach(page, authenticator, { mode: 'cdp' })).rejects.toThrow();
    await authenticator.credentials.delete(spoilt.id);
    passkeys = await attach(page, authenticator, { mode: 'cdp' });
    expect(await run('outcome(navigator.credentials.get(request()))')).toBe('ok');
  });

  slow('leaves the browser without a device', async () => {
    await run(`navigator.credentials.create(${DISCOVERABLE}).then(() => 0)`);
    await passkeys.detach();
    await expect(passkeys.detach()).resolves.toBeUndefined();
    const aborted = 'navigator.credentials.get({ ...request(), signal: AbortSignal.timeout(300) })';
    expect(await run(`outcome(${aborted})`)).toBe('TimeoutError');
    expect(authenticator.credentials.list()).toHaveLength(1);
    passkeys = await attach(page, authenticator, { mode: 'cdp' });
    expect(await run('outcome(navigator.credentials.get(request()))')).toBe('ok');
  });
});

describe('a credential of the WebAuthn domain', () => {
  it('comes from ours and becomes ours again, without loss', async () => {
    const authenticator = new Authenticator({ seed: 'round trip' });
    await new WebAuthnClient({ origin: 'https://example.com', authenticator }).create({
      rp: { name: 'E' },
      user: { id: 'AQI', name: 'ada', displayName: 'Ada' },
      challenge: 'AAAA',
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
      authenticatorSelection: { residentKey: 'required' },
    });
    const [record] = authenticator.credentials.list();
    if (record === undefined) throw new Error('no credential');
    const { credRandom: _, largeBlobKey: __, rpName: ___, ...portable } = record;
    expect(fromCdpCredential(toCdpCredential(record))).toEqual(portable);
  });

  it.each([
    ['credentialId', { credentialId: 'AA-_' }],
    ['privateKey', { privateKey: 'AAA' }],
    ['userHandle', { userHandle: 'A===' }],
    ['rpId', { rpId: undefined }],
  ])('is refused with a bad %s', async (member, bad) => {
    const good = toCdpCredential({
      ...{ id: new Uint8Array(16), rpId: 'localhost', rpIdHash: new Uint8Array(32), algorithm: -8 },
      ...{ privateKey: new Uint8Array(32), publicKey: new Uint8Array(32), discoverable: false, signCount: 0 },
      ...{ backupEligible: false, backupState: false, credProtect: 1 },
    });
    expect(() => fromCdpCredential({ ...good, ...bad } as never)).toThrow(
      expect.objectContaining({ code: 'bad-credential', message: expect.stringContaining(member) }),
    );
  });
});
