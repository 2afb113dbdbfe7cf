/** Calls of a page, and what it may do to its own realm: the same comes of them in Chromium with its own device, and in mode page. */
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { attach, type Passkeys } from '../../src/browser/puppeteer.ts';
import { Authenticator } from '../../src/entries/index.ts';
import { named } from '../interop/debian.ts';
import { sampled, slow } from '../slow.ts';
import { type LoginServer, sharedBrowser, startHome, withoutChromium } from './chromium.ts';

/** What a call is made with, in a frame of its own: every call has a document and a realm that no other has touched. */
const KIT = `
  const made = (p) => Promise.resolve(p).then(
    (value) => (value instanceof PublicKeyCredential ? 'ok' : String(value)), (error) => error.name ?? String(error));
  const bytes = (...values) => Uint8Array.from(values);
  const creation = (more = {}) => ({ rp: { name: 'Home' }, user: { id: bytes(1, 2), name: 'ada', displayName: 'Ada' },
    challenge: bytes(9, 8, 7), pubKeyCredParams: [{ type: 'public-key', alg: -7 }], timeout: 2000, ...more });
  const create = (more, outer) => navigator.credentials.create({ publicKey: creation(more), ...outer });
  const get = (more, outer) => navigator.credentials.get({ publicKey: { challenge: bytes(1), timeout: 2000, ...more }, ...outer });
  const resident = () => create({ authenticatorSelection: { residentKey: 'required' } });
  class Options { get challenge() { return bytes(5); } get rp() { return { name: 'x' }; } get user() { return creation().user; }
    get pubKeyCredParams() { return []; } }
  const hidden = (object) => Object.defineProperties({}, Object.fromEntries(
    Object.entries(object).map(([key, value]) => [key, { value, enumerable: false }])));
`;
const inFrame = (code: string): string => `(async () => {
  const frame = document.createElement('iframe');
  document.body.append(frame);
  try {
    return await frame.contentWindow.eval(${JSON.stringify(`(async () => { ${KIT} try { return await (${code}); } catch (error) { return error?.name ?? String(error); } })()`)});
  } finally { frame.remove(); }
})()`;

/** What a page may have done before it calls. The credential is made, all the same. */
const POLLUTED: Record<string, string> = {
  'Array.prototype.toJSON': 'Array.prototype.toJSON = () => "no"',
  'Object.prototype.toJSON': 'Object.prototype.toJSON = () => "no"',
  'String.prototype.replace': 'String.prototype.replace = () => { throw new Error("no"); }',
  'Array.prototype.map': 'Array.prototype.map = () => { throw new Error("no"); }',
  'Map.prototype.get': 'Map.prototype.get = () => { throw new Error("no"); }',
  Promise: 'window.Promise = class extends Promise { constructor() { throw new Error("no"); } }',
  'Promise.prototype.then': 'Promise.prototype.constructor = function () { throw new Error("no"); }',
  ArrayBuffer: 'window.ArrayBuffer = function () { throw new Error("no"); }',
  'the iterator of arrays': 'Array.prototype[Symbol.iterator] = undefined; window.Symbol = undefined',
  'members of Object.prototype':
    'for (const key of ["error", "restore", "get", "apply", "enumerable", "attestationObject", "userHandle"]) Object.prototype[key] = "no"',
  'setters of Object.prototype':
    'for (const key of ["0", "id", "op", "challenge", "rp", "mediation", "value"]) Object.defineProperty(Object.prototype, key, { set() { throw new Error("no"); }, configurable: true })',
};

describe.skipIf(withoutChromium)(named('calls of a page', withoutChromium), () => {
  let browser: Browser;
  let server: LoginServer;
  let chromium: Page;
  let page: Page;
  let passkeys: Passkeys;
  const policy = { clientPin: false } as const;
  beforeAll(async () => {
    [browser, server] = await Promise.all([sharedBrowser(), startHome()]);
    const open = async (): Promise<Page> => {
      const opened = await (await browser.createBrowserContext()).newPage();
      await opened.goto(`${server.origin}/`);
      return opened;
    };
    [chromium, page] = [await open(), await open()];
    const cdp = await chromium.createCDPSession();
    await cdp.send('WebAuthn.enable');
    await cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        ctap2Version: 'ctap2_1',
        transport: 'usb',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
      },
    });
    passkeys = await attach(page, new Authenticator({ policy }));
  }, 60_000);
  afterAll(async () => {
    await passkeys?.detach();
    await server?.close();
  });

  it.each(
    sampled<[what: string, code: string, right: unknown]>(
      [
        ['null for dictionaries', 'made(create({ authenticatorSelection: null, extensions: null }))', 'ok'],
        [
          'null for texts',
          'made(create({ attestation: null, authenticatorSelection: { userVerification: null }, rp: { name: null } }))',
          'ok',
        ],
        [
          'sets and generators for lists',
          `made(create({ pubKeyCredParams: new Set([{ type: 'public-key', alg: -7 }]), hints: new Set(['hybrid']),
        excludeCredentials: (function* () { yield { type: 'public-key', id: bytes(1), transports: new Set(['usb']) }; })() }))`,
          'ok',
        ],
        [
          'an instance with getters',
          'made(navigator.credentials.create({ publicKey: new Options() }))',
          'ok',
        ],
        [
          'members that are not enumerable',
          'made(navigator.credentials.create(hidden({ publicKey: hidden(creation()) })))',
          'ok',
        ],
        [
          'whatever it likes in members that no dictionary has',
          `made(create({ user: { id: bytes(1), name: 'a', displayName: 'A', n: 12n, node: document.body, get bad() { throw new Error('no'); } }, self: globalThis }))`,
          'ok',
        ],
        [
          'text for the bytes of prf',
          "made(create({ extensions: { prf: { eval: { first: 'c2FsdA' } } } }))",
          'TypeError',
        ],
        [
          'text for the bytes of credBlob',
          "made(create({ extensions: { credBlob: 'c2FsdA' } }))",
          'TypeError',
        ],
        [
          'text for the bytes of largeBlob',
          "made(get({ extensions: { largeBlob: { write: 'c2FsdA' } } }))",
          'TypeError',
        ],
        [
          'bytes for the text of a signal',
          "made(PublicKeyCredential.signalUnknownCredential({ rpId: 'localhost', credentialId: bytes(1, 2) }))",
          'TypeError',
        ],
        [
          'shared memory',
          'made(create({ challenge: new Uint8Array(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer) }))',
          'TypeError',
        ],
        [
          'resizable memory',
          'made(create({ challenge: new ArrayBuffer(8, { maxByteLength: 9 }) }))',
          'TypeError',
        ],
        [
          'detached memory, which has no bytes',
          'create({ challenge: ((view) => (structuredClone(view.buffer, { transfer: [view.buffer] }), view))(bytes(1)) }).then(({ response }) => JSON.parse(new TextDecoder().decode(response.clientDataJSON)).challenge)',
          '',
        ],
        ['a symbol for a number', 'made(create({ timeout: Symbol() }))', 'TypeError'],
        [
          'objects for texts and numbers',
          `made(create({ rp: { name: new String('x'), id: { toString: () => 'localhost' } }, timeout: new Number(-7), attestation: new URL('https://x.example') }))`,
          'ok',
        ],
        [
          'no public key',
          'made(navigator.credentials.create({ publicKey: undefined }))',
          'NotSupportedError',
        ],
        [
          'two kinds at once',
          "made(create({}, { password: { id: 'a', password: 'b', origin: location.origin } }))",
          'NotSupportedError',
        ],
        ['nothing at all', 'made(navigator.credentials.get())', 'NotSupportedError'],
        [
          'to store a credential',
          'create().then((one) => made(navigator.credentials.store(one)))',
          'NotSupportedError',
        ],
        ['to store something else', 'made(navigator.credentials.store({}))', 'TypeError'],
        [
          'an immediate sign-in with a list',
          "made(get({ allowCredentials: [{ type: 'public-key', id: bytes(1) }] }, { uiMode: 'immediate' }))",
          'NotAllowedError',
        ],
        [
          'an immediate sign-in beside a form',
          "made(get({}, { uiMode: 'immediate', mediation: 'conditional' }))",
          'NotSupportedError',
        ],
        [
          'an immediate sign-in, with a passkey on a security key alone',
          "resident().then(() => made(get({}, { uiMode: 'immediate' })))",
          'NotAllowedError',
        ],
        ['a mediation that there was', "made(get({}, { mediation: 'immediate' }))", 'TypeError'],
        ['an unknown uiMode', "made(get({}, { uiMode: 'bogus' }))", 'TypeError'],
        ['a uiMode at create(), where it is not read', "made(create({}, { uiMode: 'bogus' }))", 'ok'],
        [
          'appid where a credential is created',
          'made(create({ extensions: { appid: location.origin } }))',
          'NotSupportedError',
        ],
        ['credProps at a sign-in', 'made(get({ extensions: { credProps: true } }))', 'NotSupportedError'],
        [
          'a signal of another frame',
          'made(create({}, { signal: new parent.AbortController().signal }))',
          'ok',
        ],
        [
          'a signal in disguise',
          'made(create({}, { signal: Object.create(AbortSignal.prototype) }))',
          'TypeError',
        ],
        [
          'another object’s create()',
          'made(CredentialsContainer.prototype.create.call({}, { publicKey: creation() }))',
          'TypeError',
        ],
        [
          'from outside of a frame, and then of a removed one',
          `(async () => {
        const frame = document.createElement('iframe');
        document.body.append(frame);
        const { credentials } = frame.contentWindow.navigator;
        const first = await credentials.create({ publicKey: creation() }).then(() => 'ok', (error) => error.name);
        frame.remove();
        return [first, await credentials.create({ publicKey: creation() }).then(() => 'ok', (error) => error.name)];
      })()`,
          ['ok', 'InvalidStateError'],
        ],
        [
          'of a frame that is gone, or goes while its options are read (as in Chromium: the options first, then the document)',
          `(async () => {
        const told = [];
        const inFrame = async (ask) => {
          const frame = document.createElement('iframe');
          document.body.append(frame);
          const { PublicKeyCredential: key, navigator: { credentials } } = frame.contentWindow;
          told.push(await ask({ key, credentials, leave: () => frame.remove() }).then(() => 'ok', (error) => error.name));
        };
        await inFrame(({ credentials, leave }) => credentials.create({ get publicKey() { leave(); return creation(); } }));
        await inFrame(({ credentials, leave }) => credentials.get({ get publicKey() { leave(); return { challenge: new Uint8Array(16) }; } }));
        await inFrame(({ credentials, leave }) => { leave(); return credentials.create({ publicKey: {} }); });
        await inFrame(({ credentials, leave }) => { leave(); return credentials.get({ get publicKey() { throw new RangeError(); } }); });
        await inFrame(({ key, leave }) => { leave(); return key.signalUnknownCredential({}); });
        await inFrame(({ key, leave }) => key.signalUnknownCredential({ get rpId() { leave(); return 'localhost'; }, credentialId: 'AAAA' }));
        await inFrame(({ key, leave }) => { leave(); return key.getClientCapabilities(); });
        await inFrame(({ key, leave }) => { leave(); return key.isUserVerifyingPlatformAuthenticatorAvailable(); });
        return told;
      })()`,
          [
            'InvalidStateError',
            'InvalidStateError',
            'TypeError',
            'RangeError',
            'TypeError',
            ...Array(3).fill('InvalidStateError'),
          ],
        ],
        [
          'to copy a credential',
          `create().then((one) => [() => structuredClone(one), () => postMessage(one), () => history.replaceState(one, ''), () => structuredClone(one.response)]
        .map((copy) => { try { copy(); return 'copied'; } catch (error) { return error.name; } }))`,
          Array(4).fill('DataCloneError'),
        ],
        [
          'for the same object twice',
          `create({ extensions: { credProps: true } }).then((one) => [one.rawId === one.rawId, one.response === one.response,
        one.response.getAuthenticatorData() === one.response.getAuthenticatorData(), one.response.getPublicKey() === one.response.getPublicKey(),
        one.getClientExtensionResults() === one.getClientExtensionResults(), one.toJSON() === one.toJSON(),
        one.response.getTransports() === one.response.getTransports()])`,
          [true, true, true, true, false, false, false],
        ],
        [
          'for members in order',
          'create().then((one) => [Object.keys(one.toJSON()), Object.keys(one.toJSON().response)])',
          [
            ['authenticatorAttachment', 'clientExtensionResults', 'id', 'rawId', 'response', 'type'],
            [
              'attestationObject',
              'authenticatorData',
              'clientDataJSON',
              'publicKey',
              'publicKeyAlgorithm',
              'transports',
            ],
          ],
        ],
        [
          'for what is left on the window',
          `Reflect.ownKeys(globalThis).map(String).filter((name) => /stunt|webauthn/i.test(name))`,
          [],
        ],
        [
          'for the source of functions',
          `[navigator.credentials.create, Object.getOwnPropertyDescriptor(PublicKeyCredential.prototype, 'rawId').get, PublicKeyCredential.getClientCapabilities]
        .map((one) => /\\[native code\\]/.test(Function.prototype.toString.call(one)) && !('prototype' in one))`,
          [true, true, true],
        ],
        [
          'with a getter that throws',
          `made(create({ get challenge() { throw new RangeError('mine'); } }))`,
          'RangeError',
        ],
        [
          'with members that are read once, in their order',
          `(async () => {
        const read = [];
        const watched = (object) => new Proxy(object, { get: (target, key) => { read.push(key); return target[key]; } });
        await create({ user: watched({ id: bytes(1), name: 'a', displayName: 'A' }), rp: watched({ name: 'x' }) });
        return read;
      })()`,
          ['name', 'id', 'name', 'displayName', 'id'],
        ],
        [
          'with names of 100,000 characters',
          `made(create({ user: { id: bytes(1), name: 'x'.repeat(100000), displayName: '\\u{1f511}'.repeat(50000) } }))`,
          'ok',
        ],
        ...Object.entries(POLLUTED).map(
          ([what, code]) =>
            [
              `after it has changed ${what}`,
              `(async () => { ${code}; const one = create(), two = one; return new (parent.Promise)((done) => parent.Promise.prototype.then.call(one, (it) => done(it.type), (error) => done(String(error)))); })()`,
              'public-key',
            ] as [string, string, unknown],
        ),
      ],
      4,
    ),
  )('%s', async (_, code, right) => {
    const [theirs, ours] = await Promise.all([
      chromium.evaluate(inFrame(code)),
      page.evaluate(inFrame(code)),
    ]);
    expect(theirs).toEqual(right);
    expect(ours).toEqual(right);
  });

  it('end in an error, not in a hang, where a list has a million elements or no end', async () => {
    for (const list of ['Array(1e6).fill({})', '(function* () { for (;;) yield {}; })()']) {
      const code = `made(create({ pubKeyCredParams: [], hints: ${list} }))`;
      expect(await page.evaluate(inFrame(code))).toBe('TypeError');
    }
  });

  it('are told only of what the page can have', async () => {
    const told = await page.evaluate(inFrame('PublicKeyCredential.getClientCapabilities()'));
    expect(told).toMatchObject({
      immediateGet: true,
      'extension:payment': false,
      'extension:remoteClientDataJSON': false,
    });
  });

  it('leave no name, and no world beside a document whose scripts have changed nothing', async () => {
    const asking = await (await browser.createBrowserContext()).newPage();
    const attached = await attach(asking, new Authenticator({ policy }));
    const session = await asking.createCDPSession();
    const worlds: string[] = [];
    session.on('Runtime.executionContextCreated', ({ context: { name } }) => worlds.push(name));
    await session.send('Runtime.enable');
    await asking.goto(`${server.origin}/`);
    expect(await asking.evaluate('outcome(navigator.credentials.create(creation()))')).toBe('ok');
    const names = await asking.evaluate(
      'Reflect.ownKeys(window).filter((key) => /stuntkey/.test(String(key)))',
    );
    expect([names, worlds.filter((name) => name.startsWith('stuntkey'))]).toEqual([[], []]);
    await attached.detach();
  });

  it('are not believed about a person’s action in a frame of another origin', async () => {
    const { port } = new URL(server.origin);
    const far = `http://frame.localhost:${port}/eager`;
    const script = await page.evaluateOnNewDocument(
      `Object.defineProperty(UserActivation.prototype, 'isActive', { get: () => true });`,
    );
    // (Asking the frame would itself be an action of the person: evaluate() is one.)
    const told = page.evaluate(`new Promise((told) => {
      addEventListener('message', ({ data }) => told(data));
      document.body.append(Object.assign(document.createElement('iframe'), { src: '${far}', allow: 'publickey-credentials-create' }));
    })`);
    expect(await told).toBe('NotAllowedError');
    await page.removeScriptToEvaluateOnNewDocument(script.identifier);
  });

  it('lead to none of the functions behind them', async () => {
    const code = `(async () => {
      let caller;
      await navigator.credentials.create(Object.defineProperty({}, 'publicKey', { get: function get() { caller = get.caller; return creation(); } }));
      return caller === null;
    })()`;
    expect(await page.evaluate(inFrame(code))).toBe(true);
  });

  it('are refused in the page where thousands of them have no answer, canceled ones too, until they have', async () => {
    const code = `(async () => {
      const names = {};
      const counted = (call) => call.then(() => 'ok', ({ name }) => name).then((name) => { names[name] = (names[name] ?? 0) + 1; });
      const all = Array.from({ length: 3000 }, () => {
        const controller = new AbortController();
        const call = counted(navigator.credentials.create({ publicKey: creation(), signal: controller.signal }));
        controller.abort();
        return call;
      });
      await Promise.all(all);
      return names;
    })()`;
    expect(await page.evaluate(inFrame(code))).toEqual({ AbortError: 1_024, OperationError: 1_976 });
    await vi.waitFor(async () => expect(await page.evaluate(inFrame('made(create())'))).toBe('ok'), 20_000);
  });

  // (The headless shell has nothing in front of a page.)
  slow('create nothing for a page that is out of sight', async () => {
    const front = await page.browserContext().newPage();
    await front.bringToFront();
    expect(await page.evaluate(inFrame('made(create())'))).toBe('NotAllowedError');
    await front.close();
    await page.bringToFront();
  });
});
