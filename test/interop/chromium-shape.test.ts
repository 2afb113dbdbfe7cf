import { runInThisContext } from 'node:vm';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withoutChromium } from '../browser/chromium.ts';
import { furnish } from '../page/page.ts';
import { slow } from '../slow.ts';
import { openPage } from './chromium.ts';
import { named } from './debian.ts';
import { shapeOf, shapeOfCredential } from './shape.js';

const CLASSES = [
  'Credential',
  'PublicKeyCredential',
  'AuthenticatorResponse',
  'AuthenticatorAttestationResponse',
  'AuthenticatorAssertionResponse',
  'CredentialsContainer',
];

/** Runs here the very text that runs in the browser. */
// biome-ignore lint/suspicious/noExplicitAny: the text is not typed
const run = (text: string): any => runInThisContext(`(${text})`);

describe.skipIf(withoutChromium)(named('beside Chromium', withoutChromium), () => {
  let page: Page;
  let close: () => Promise<void>;
  let own: ReturnType<typeof furnish>;
  beforeAll(async () => {
    ({ page, close } = await openPage());
    own = furnish(globalThis, { origin: 'http://localhost:3000' }, { policy: { transports: ['internal'] } });
  });
  afterAll(async () => {
    own?.installation.uninstall();
    await close?.();
  });

  it.each(CLASSES)('the shape of %s is the same', async (name) => {
    const theirs = await page.evaluate(`(${shapeOf})(globalThis, ['${name}'])`);
    expect(shapeOf(globalThis, [name])).toEqual(theirs);
  });

  it('the same members of options come out of JSON, in the same order', async () => {
    const read = `(options) => {
      const parsed = PublicKeyCredential.parseCreationOptionsFromJSON(options);
      return [parsed, parsed.rp, parsed.user, parsed.excludeCredentials[0], parsed.pubKeyCredParams[0]].map(Object.keys);
    }`;
    const json = {
      rp: { id: 'localhost', name: 'Example' },
      user: { id: 'AQID', name: 'ada', displayName: 'Ada' },
      challenge: 'CQkJ',
      timeout: 1000,
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
      excludeCredentials: [{ type: 'public-key', id: 'AA', transports: ['usb'] }],
    };
    const theirs = (await page.evaluate(`(${read})(${JSON.stringify(json)})`)) as string[][];
    const ours = run(read)(json) as string[][];
    // Level 3 has the default of attestationFormats; Chromium does not know the member.
    expect(ours.map((keys) => keys.filter((key) => key !== 'attestationFormats'))).toEqual(theirs);
  });

  it('credentials have the same members, sameness and JSON', async () => {
    const cdp = await page.createCDPSession();
    await cdp.send('WebAuthn.enable');
    await cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
      },
    });
    const ceremony = `async (shapeOfCredential) => {
      const publicKey = {
        rp: { name: 'Example' },
        user: { id: Uint8Array.of(1), name: 'ada', displayName: 'Ada' },
        challenge: Uint8Array.of(2),
        pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
        authenticatorSelection: { residentKey: 'required' },
        extensions: { credProps: true },
      };
      const created = await navigator.credentials.create({ publicKey });
      const asserted = await navigator.credentials.get({ publicKey: { challenge: Uint8Array.of(3) } });
      return [created, asserted].map(shapeOfCredential);
    }`;
    const theirs = await page.evaluate(`(${ceremony})(${shapeOfCredential})`);
    expect(await run(ceremony)(shapeOfCredential)).toEqual(theirs);
  });

  it.each([
    ['nothing', ''],
    ['a number', '1'],
    ['no options', '{ publicKey: null }'],
    ['incomplete options', '{ publicKey: {} }'],
    ['two kinds of wrong', '{ publicKey: { ...good(), challenge: "AA", rp: 1 } }'],
    ['a text for bytes', '{ publicKey: { ...good(), challenge: "AA" } }'],
    ['shared memory', '{ publicKey: { ...good(), challenge: new Uint8Array(shared()) } }'],
    ['resizable memory', '{ publicKey: { ...good(), challenge: new ArrayBuffer(1, { maxByteLength: 2 }) } }'],
    ['an object for a sequence', '{ publicKey: { ...good(), pubKeyCredParams: {} } }'],
    [
      'an algorithm without number',
      '{ publicKey: { ...good(), pubKeyCredParams: [{ type: "public-key" }] } }',
    ],
    ['a bigint', '{ publicKey: { ...good(), timeout: 1n } }'],
    ['a symbol', '{ publicKey: { ...good(), attestation: Symbol() } }'],
    ['no signal', '{ publicKey: good(), signal: null }'],
    ['unknown mediation', '{ publicKey: good(), mediation: "x" }'],
    [
      'a user handle too long',
      '{ publicKey: { ...good(), user: { ...good().user, id: new Uint8Array(65) } } }',
    ],
    ['no known type', '{ publicKey: { ...good(), pubKeyCredParams: [{ type: "x", alg: -7 }] } }'],
    ['another RP ID', '{ publicKey: { ...good(), rp: { name: "x", id: "example.com" } } }'],
    ['an aborted signal', '{ publicKey: good(), signal: AbortSignal.abort() }'],
    ['a reason of its own', '{ publicKey: good(), signal: AbortSignal.abort(new RangeError("x")) }'],
  ])('create() refuses %s alike', async (_, options) => {
    const attempt = `async () => {
      const good = () => ({
        rp: { name: 'Example' },
        user: { id: Uint8Array.of(1), name: 'ada', displayName: 'Ada' },
        challenge: Uint8Array.of(2),
        pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
      });
      const shared = () => new WebAssembly.Memory({ shared: true, initial: 1, maximum: 1 }).buffer;
      try {
        await navigator.credentials.create(${options});
      } catch (error) {
        return error.name;
      }
    }`;
    const theirs = await page.evaluate(`(${attempt})()`);
    expect(theirs).toBeTypeOf('string');
    expect(await run(attempt)()).toBe(theirs);
  });

  const container = 'navigator.credentials';
  const statics = 'PublicKeyCredential';
  it.each([
    `${container}.get()`,
    `${container}.get({})`,
    `${container}.get({ publicKey: {} })`,
    `${container}.get({ publicKey: { challenge: 'AA' } })`,
    `${container}.get({ publicKey: { challenge: new ArrayBuffer(1), allowCredentials: {} } })`,
    `${container}.get({ publicKey: { challenge: new ArrayBuffer(1), allowCredentials: [{ type: 'public-key' }] } })`,
    `${container}.get({ publicKey: { challenge: new ArrayBuffer(1) }, mediation: 'x' })`,
    `${container}.get({ publicKey: { challenge: new ArrayBuffer(1) }, signal: AbortSignal.abort() })`,
    `${container}.get({ signal: AbortSignal.abort(new RangeError()) })`,
    `${container}.get({ publicKey: { challenge: new ArrayBuffer(1), rpId: 'example.com' } })`,
    `${container}.store()`,
    `${container}.store({})`,
    `${statics}.parseCreationOptionsFromJSON()`,
    `${statics}.parseCreationOptionsFromJSON({})`,
    `${statics}.parseCreationOptionsFromJSON(1)`,
    `${statics}.parseCreationOptionsFromJSON({ ...json, challenge: '*' })`,
    `${statics}.parseCreationOptionsFromJSON({ ...json, challenge: 'AA==' })`,
    `${statics}.parseCreationOptionsFromJSON({ ...json, challenge: 'A' })`,
    `${statics}.parseCreationOptionsFromJSON({ ...json, user: { ...json.user, id: '+/' } })`,
    `${statics}.parseCreationOptionsFromJSON({ ...json, user: { id: 'AA', name: 'a' } })`,
    `${statics}.parseCreationOptionsFromJSON({ ...json, excludeCredentials: [{ type: 'public-key', id: '*' }] })`,
    `${statics}.parseCreationOptionsFromJSON({ ...json, extensions: { prf: { eval: { first: '*' } } } })`,
    `${statics}.parseCreationOptionsFromJSON({ ...json, extensions: { prf: { eval: {} } } })`,
    `${statics}.parseCreationOptionsFromJSON({ ...json, extensions: 1 })`,
    `${statics}.parseRequestOptionsFromJSON({ challenge: 1 })`,
    `${statics}.parseRequestOptionsFromJSON({ challenge: 'AAAA', extensions: { largeBlob: { write: '*' } } })`,
    `${statics}.parseRequestOptionsFromJSON({ challenge: 'AAAA', allowCredentials: null })`,
    `${statics}.signalUnknownCredential()`,
    `${statics}.signalUnknownCredential({ rpId: 'localhost' })`,
    `${statics}.signalUnknownCredential({ rpId: 'localhost', credentialId: '*' })`,
    `${statics}.signalUnknownCredential({ rpId: 'localhost', credentialId: 'AAAA' })`,
    `${statics}.signalUnknownCredential({ rpId: 'example.com', credentialId: 'AAAA' })`,
    `${statics}.signalAllAcceptedCredentials({ rpId: 'localhost', userId: '*', allAcceptedCredentialIds: [] })`,
    `${statics}.signalAllAcceptedCredentials({ rpId: 'localhost', userId: 'AA', allAcceptedCredentialIds: ['*'] })`,
    `${statics}.signalAllAcceptedCredentials({ rpId: 'localhost', userId: 'AA', allAcceptedCredentialIds: 1 })`,
    `${statics}.signalAllAcceptedCredentials({ rpId: 'localhost', userId: 'AA', allAcceptedCredentialIds: [] })`,
    `${statics}.signalCurrentUserDetails({ rpId: 'localhost', userId: '*', name: '', displayName: '' })`,
    `${statics}.signalCurrentUserDetails({ rpId: 'localhost', userId: 'AA', name: 'a', displayName: '' })`,
    `${statics}.isUserVerifyingPlatformAuthenticatorAvailable()`,
    'Credential.isConditionalMediationAvailable()',
  ])('the same comes of %s', same);

  // (The headless shell of a quick run keeps no credentials that it could be silent about.)
  slow('the same comes of navigator.credentials.preventSilentAccess()', () =>
    same(`${container}.preventSilentAccess()`),
  );

  async function same(call: string): Promise<void> {
    const attempt = `async () => {
      const json = {
        rp: { name: 'Example' },
        user: { id: 'AQID', name: 'ada', displayName: 'Ada' },
        challenge: 'CQkJ',
        pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
      };
      let returned;
      try {
        returned = ${call};
      } catch (error) {
        return 'throws ' + error.name;
      }
      return returned.then((value) => 'resolves ' + value, (error) => 'rejects ' + error.name);
    }`;
    expect(await run(attempt)()).toBe(await page.evaluate(`(${attempt})()`));
  }
});
