/** Pages whose browser has no WebAuthn of its own get its interfaces from us. */
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PAGE_SCRIPT } from '#page-script';
import { Questions } from '../../src/browser/page/questions.ts';
import { type Passkeys, prepare } from '../../src/browser/passkeys.ts';
import { attach } from '../../src/browser/playwright/attach.ts';
import { Authenticator } from '../../src/entries/index.ts';
import { named } from '../interop/debian.ts';
import { slow, withoutTime } from '../slow.ts';
import { type LoginServer, patient, startHome, withoutChromium } from './chromium.ts';
import { sharedPlaywright } from './playwright.ts';
import { launchWebKit, withoutWebKit } from './webkitgtk.ts';

const NAMES = [
  'Credential',
  'CredentialsContainer',
  'PublicKeyCredential',
  'AuthenticatorResponse',
  'AuthenticatorAttestationResponse',
  'AuthenticatorAssertionResponse',
];

/** What a page sees of a registration's result. */
const LOOK = `(async () => {
  const made = await navigator.credentials.create(creation({ extensions: { credProps: true } }));
  const options = PublicKeyCredential.parseRequestOptionsFromJSON({
    challenge: 'AAAA', allowCredentials: [{ id: made.id, type: 'public-key' }] });
  const used = await navigator.credentials.get({ publicKey: options });
  return [
    made instanceof PublicKeyCredential, made instanceof Credential, String(made), made.type, made.id === used.id,
    made.response instanceof AuthenticatorAttestationResponse, made.response instanceof AuthenticatorResponse,
    made.response.attestationObject instanceof ArrayBuffer, made.toJSON().type, made.getClientExtensionResults(),
    used.response instanceof AuthenticatorAssertionResponse, used.response.signature instanceof ArrayBuffer,
    await PublicKeyCredential.isConditionalMediationAvailable(),
  ];
})()`;
const SEEN = [
  ...[true, true, '[object PublicKeyCredential]', 'public-key', true],
  ...[true, true, true, 'public-key', { credProps: { rk: false } }],
  ...[true, true, true],
];

/** What a page asks for, and the name of the error that it gets. */
const REFUSED = [
  ['new PublicKeyCredential()', 'TypeError'],
  ['PublicKeyCredential.prototype.rawId', 'TypeError'],
  ['navigator.credentials.create({ password: {} })', 'NotSupportedError'],
  ['PublicKeyCredential.parseCreationOptionsFromJSON({ challenge: "+" })', 'EncodingError'],
] as const;

describe.skipIf(withoutChromium)(named('a page without WebAuthn, in Chromium', withoutChromium), () => {
  let browser: Browser;
  let server: LoginServer;
  let context: BrowserContext;
  let page: Page;
  let passkeys: Passkeys;
  beforeAll(async () => {
    browser = await sharedPlaywright();
  });
  beforeEach(async () => {
    server = await startHome();
    context = await browser.newContext();
    await context.addInitScript(`for (const name of ${JSON.stringify(NAMES)}) delete globalThis[name];
      delete Navigator.prototype.credentials;`);
    passkeys = await attach(context, new Authenticator());
    page = patient(await context.newPage());
    await page.goto(server.origin);
  });
  afterEach(async () => {
    await passkeys.detach();
    await context.close();
    await server.close();
  });

  it('registers and signs in, by @simplewebauthn/browser', async () => {
    expect(await page.evaluate('register("ada").then(login)')).toMatchObject({ welcome: 'ada' });
  });

  it('gets objects of classes that were brought', async () => {
    expect(await page.evaluate(LOOK)).toEqual(SEEN);
  });

  it('refuses what a browser refuses', async () => {
    const outcomes = await page.evaluate(`Promise.all(${JSON.stringify(REFUSED.map(([code]) => code))}.map(
      (code) => Promise.resolve().then(() => (0, eval)(code)).then(() => 'ok', (error) => error.name)))`);
    expect(outcomes).toEqual(REFUSED.map(([, name]) => name));
  });

  slow('has none of it after detach', async () => {
    await passkeys.detach();
    const left = `[...${JSON.stringify(NAMES)}, '__stuntkey'].filter((name) => name in globalThis).concat(String(navigator.credentials))`;
    expect(await page.evaluate(left)).toEqual(['undefined']);
  });
});

describe('the page script', () => {
  // Each document of a test loads it before its first script.
  it('is under 40 KB', () => {
    expect(PAGE_SCRIPT.length).toBeGreaterThan(1_000);
    expect(Buffer.byteLength(PAGE_SCRIPT)).toBeLessThan(40 * 1024);
  });
});

const withoutIt = withoutTime ?? withoutWebKit;
describe.skipIf(withoutIt)(named('the page script, in WebKitGTK', withoutIt), () => {
  it('serves a page that has no WebAuthn', async () => {
    const [{ driver, close }, server] = await Promise.all([launchWebKit(), startHome()]);
    try {
      await driver.get(server.origin);
      const execute = <T>(script: string, ...given: unknown[]): Promise<T> =>
        driver.executeScript(script, ...given) as Promise<T>;
      expect(await execute('return String(navigator.credentials)')).toBe('undefined');
      await execute(
        `window.asked = []; (${PAGE_SCRIPT})({ token: 'test', send: (text) => asked.push(text), started: (deliver) => { window.deliver = deliver; } })`,
      );
      const { answer } = await prepare(new Authenticator(), { mode: 'page' });
      if (answer === undefined) throw new Error('no answerer');
      const permissions = { create: true, get: true };
      const document = {
        caller: async () => ({ origin: server.origin, ancestors: [], permissions }),
        deliver: (given: object) => execute('deliver(arguments[0])', JSON.stringify(given)),
      };
      const questions = new Questions(document, answer);
      const run = async (code: string): Promise<unknown> => {
        await execute(`window.came = undefined; Promise.resolve(${code}).then(
          (value) => { came = { value }; }, (error) => { came = { value: String(error) }; })`);
        for (;;) {
          const [asked, came] = await execute<[string[], { value: unknown } | null]>(
            'return [asked.splice(0), window.came ?? null]',
          );
          if (came !== null) return came.value;
          for (const text of asked) await questions.asked(text);
        }
      };
      expect(await run('register("ada").then(login)')).toMatchObject({ welcome: 'ada' });
      expect(await run(LOOK)).toEqual(SEEN);
    } finally {
      await close();
      await server.close();
    }
  });
});
