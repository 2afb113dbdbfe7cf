import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { base64url } from '../../src/base/base64url.ts';
import { decodeAttestationObject } from '../../src/ctap/attestation-object.ts';
import { ScriptedUser } from '../../src/person/user.ts';
import { creation, furnish, type Page, refusal } from './page.ts';

let page: Page;
let person: ScriptedUser;
let uninstall: () => void;
beforeEach(() => {
  person = new ScriptedUser();
  const furnished = furnish(globalThis, {}, { user: person });
  page = furnished.page;
  uninstall = furnished.installation.uninstall;
});
afterEach(() => uninstall());

const register = (changes: object = {}): Promise<Page> =>
  page.navigator.credentials.create({ publicKey: creation(changes) });

describe('a credential that was created', () => {
  it('is an object of its classes', async () => {
    const credential = await register();
    expect(credential).toBeInstanceOf(page.PublicKeyCredential);
    expect(credential).toBeInstanceOf(page.Credential);
    expect(credential.response).toBeInstanceOf(page.AuthenticatorAttestationResponse);
    expect(credential.response).toBeInstanceOf(page.AuthenticatorResponse);
    expect(String(credential)).toBe('[object PublicKeyCredential]');
    expect(String(credential.response)).toBe('[object AuthenticatorAttestationResponse]');
    expect(Reflect.ownKeys(credential)).toEqual([]);
  });

  it('has bytes as ArrayBuffers, the same ones whenever it is asked', async () => {
    const credential = await register();
    for (const bytes of [
      credential.rawId,
      credential.response.clientDataJSON,
      credential.response.attestationObject,
      credential.response.getAuthenticatorData(),
      credential.response.getPublicKey(),
    ])
      expect(bytes).toBeInstanceOf(ArrayBuffer);
    expect(credential.rawId).toBe(credential.rawId);
    expect(credential.response).toBe(credential.response);
    expect(credential.response.clientDataJSON).toBe(credential.response.clientDataJSON);
    expect(credential.response.getTransports()).not.toBe(credential.response.getTransports());
  });

  it('says the same everywhere', async () => {
    const credential = await register({ extensions: { credProps: true } });
    const { response } = credential;
    expect(base64url(new Uint8Array(credential.rawId))).toBe(credential.id);
    const object = decodeAttestationObject(new Uint8Array(response.attestationObject));
    expect(new Uint8Array(response.getAuthenticatorData())).toEqual(object.authData);
    expect(credential).toMatchObject({ type: 'public-key', authenticatorAttachment: 'cross-platform' });
    expect(response.getPublicKeyAlgorithm()).toBe(-7);
    expect(response.getTransports()).toEqual(['usb']);
    expect(credential.getClientExtensionResults()).toEqual({ credProps: { rk: false } });
    expect(JSON.parse(new TextDecoder().decode(response.clientDataJSON))).toEqual({
      type: 'webauthn.create',
      challenge: 'CQkJ',
      origin: 'https://login.example.com',
      crossOrigin: false,
    });
  });

  it('becomes the JSON that servers take, its members in order', async () => {
    const credential = await register();
    const json = credential.toJSON();
    expect(JSON.stringify(credential)).toBe(JSON.stringify(json));
    expect(Object.keys(json)).toEqual([
      'authenticatorAttachment',
      'clientExtensionResults',
      'id',
      'rawId',
      'response',
      'type',
    ]);
    expect(Object.keys(json.response)).toEqual([
      'attestationObject',
      'authenticatorData',
      'clientDataJSON',
      'publicKey',
      'publicKeyAlgorithm',
      'transports',
    ]);
    expect(json.response.attestationObject).toBe(
      base64url(new Uint8Array(credential.response.attestationObject)),
    );
  });
});

describe('a credential that was asserted', () => {
  it('has a signature, and a user handle where there is one', async () => {
    const { rawId } = await register({ authenticatorSelection: { residentKey: 'required' } });
    const publicKey = { challenge: Uint8Array.of(7).buffer, rpId: 'example.com' };
    const found = await page.navigator.credentials.get({ publicKey });
    expect(found.response).toBeInstanceOf(page.AuthenticatorAssertionResponse);
    expect(new Uint8Array(found.rawId)).toEqual(new Uint8Array(rawId));
    expect(new Uint8Array(found.response.userHandle)).toEqual(Uint8Array.of(1, 2, 3));
    expect(found.response.signature.byteLength).toBeGreaterThan(60);
    expect(found.response.authenticatorData.byteLength).toBe(37);
    expect(Object.keys(found.toJSON().response)).toEqual([
      'authenticatorData',
      'clientDataJSON',
      'signature',
      'userHandle',
    ]);
  });

  it('has null where a named credential keeps no user handle', async () => {
    const { rawId } = await register();
    const found = await page.navigator.credentials.get({
      publicKey: {
        challenge: Uint8Array.of(7),
        rpId: 'example.com',
        allowCredentials: [{ type: 'public-key', id: rawId, transports: new Set(['usb']) }],
      },
    });
    expect(found.response.userHandle).toBeNull();
    expect(found.toJSON().response).not.toHaveProperty('userHandle');
  });
});

describe('the classes', () => {
  it.each([
    'Credential',
    'PublicKeyCredential',
    'AuthenticatorResponse',
    'AuthenticatorAttestationResponse',
    'AuthenticatorAssertionResponse',
    'CredentialsContainer',
  ])('refuse to construct a %s', (name) => {
    expect(() => new page[name]()).toThrow(TypeError);
    expect(() => new page[name]()).toThrow('Illegal constructor');
    expect(() => page[name]()).toThrow(TypeError);
  });

  it('check whom they are called on', async () => {
    const { response } = await register();
    const id = Object.getOwnPropertyDescriptor(page.Credential.prototype, 'id')?.get;
    expect(() => id?.call(response)).toThrow('Illegal invocation');
    expect(() => page.PublicKeyCredential.prototype.toJSON()).toThrow(TypeError);
    const { create } = page.navigator.credentials;
    expect(await refusal(create({ publicKey: creation() }))).toBeInstanceOf(TypeError);
  });
});

describe('the container', () => {
  it('stores nothing', async () => {
    const { credentials } = page.navigator;
    expect((await refusal(credentials.store(await register()))).name).toBe('NotSupportedError');
    expect(await refusal(credentials.store({}))).toBeInstanceOf(TypeError);
    expect(await refusal(credentials.store())).toBeInstanceOf(TypeError);
    expect(await credentials.preventSilentAccess()).toBeUndefined();
  });

  it.each([undefined, null, {}, { publicKey: undefined }])(
    'supports no request such as %j',
    async (options) => {
      const { credentials } = page.navigator;
      expect((await refusal(credentials.create(options))).name).toBe('NotSupportedError');
      expect((await refusal(credentials.get(options))).name).toBe('NotSupportedError');
    },
  );

  it('finds nothing silently', async () => {
    const publicKey = { challenge: Uint8Array.of(7) };
    expect(await page.navigator.credentials.get({ publicKey, mediation: 'silent' })).toBeNull();
  });

  it('refuses a second request while one is pending', async () => {
    const [first, second] = await Promise.allSettled([register(), register()]);
    expect(first.status).toBe('fulfilled');
    expect(second).toMatchObject({ status: 'rejected', reason: { name: 'OperationError' } });
    await register();
  });

  it('takes the next request at once when one is aborted, and gives the reason back untouched', async () => {
    const controller = new AbortController();
    const reason = { any: 'value' };
    const { credentials } = page.navigator;
    const first = refusal(credentials.create({ publicKey: creation(), signal: controller.signal }));
    controller.abort(reason);
    const second = register();
    expect(await first).toBe(reason);
    expect((await second).type).toBe('public-key');
    const late = refusal(credentials.create({ publicKey: creation(), signal: controller.signal }));
    expect(await late).toBe(reason);
  });

  it('keeps the place of a request when one that was aborted before it comes to its end', async () => {
    const { credentials } = page.navigator;
    const [first, second] = [new AbortController(), new AbortController()];
    person.use({ presence: 'ignore' });
    const one = refusal(credentials.create({ publicKey: creation(), signal: first.signal }));
    first.abort();
    const two = refusal(credentials.create({ publicKey: creation(), signal: second.signal }));
    await one;
    expect((await refusal(register())).name).toBe('OperationError');
    second.abort();
    expect((await two).name).toBe('AbortError');
  });

  it('passes on what the client refuses, with its reason', async () => {
    const error = await refusal(register({ rp: { name: 'Other', id: 'other.example' } }));
    expect(error).toBeInstanceOf(DOMException);
    expect(error.name).toBe('SecurityError');
    expect(await refusal(register({ user: { ...creation().user, id: new Uint8Array() } }))).toBeInstanceOf(
      TypeError,
    );
  });
});
