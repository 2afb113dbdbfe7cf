import { describe, expect, it } from 'vitest';
import { Authenticator, type AuthenticatorOptions } from '../../src/authenticator/authenticator.ts';
import type { Policy } from '../../src/authenticator/policy/type.ts';
import { ManualClock } from '../../src/base/clock.ts';
import { WebAuthnClient, type WebAuthnClientOptions } from '../../src/client/client.ts';
import type { CtapDevice } from '../../src/client/platform/device-link.ts';
import { decodeAttestationObject } from '../../src/ctap/attestation-object.ts';
import { decodeAuthenticatorData } from '../../src/ctap/authenticator-data.ts';
import { CtapError } from '../../src/ctap/status.ts';
import { base64url, fromBase64url, utf8 } from '../../src/entries/codec.ts';
import { ScriptedUser } from '../../src/person/user.ts';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '../../src/webauthn/types.ts';

const creation: PublicKeyCredentialCreationOptionsJSON = {
  rp: { name: 'Example', id: 'example.com' },
  user: { id: base64url(utf8('ada')), name: 'ada', displayName: 'Ada' },
  challenge: base64url(utf8('a challenge')),
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
};
const request: PublicKeyCredentialRequestOptionsJSON = {
  challenge: base64url(utf8('another')),
  rpId: 'example.com',
};
const required = { authenticatorSelection: { residentKey: 'required' } };

function setUp(
  policy: Partial<Policy> = {},
  options: Partial<WebAuthnClientOptions> = {},
  device: AuthenticatorOptions = {},
) {
  const user = new ScriptedUser();
  const clock = new ManualClock();
  const authenticator = new Authenticator({ seed: 'client', policy, user, clock, ...device });
  const client = new WebAuthnClient({
    origin: 'https://login.example.com',
    authenticator,
    clock,
    ...options,
  });
  return { user, clock, authenticator, client };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof TypeError) return 'TypeError';
    expect(error).toBeInstanceOf(DOMException);
    return (error as DOMException).name;
  }
  return 'nothing';
}

describe('create()', () => {
  it('answers with a RegistrationResponseJSON that says the same thing everywhere', async () => {
    const { client } = setUp();
    const credential = await client.create({ ...creation, extensions: { credProps: true, nobodyKnows: 1 } });
    expect(credential).toMatchObject({
      type: 'public-key',
      authenticatorAttachment: 'cross-platform',
      clientExtensionResults: { credProps: { rk: false } },
    });
    expect(credential.rawId).toBe(credential.id);
    const { response } = credential;
    expect(JSON.parse(Buffer.from(response.clientDataJSON, 'base64url').toString())).toEqual({
      type: 'webauthn.create',
      challenge: creation.challenge,
      origin: 'https://login.example.com',
      crossOrigin: false,
    });
    const object = decodeAttestationObject(fromBase64url(response.attestationObject));
    expect(object).toMatchObject({ fmt: 'none', attStmt: new Map() });
    expect(base64url(object.authData)).toBe(response.authenticatorData);
    const data = decodeAuthenticatorData(object.authData);
    expect(base64url(data.attestedCredentialData?.credentialId as Uint8Array)).toBe(credential.id);
    expect(response).toMatchObject({ publicKeyAlgorithm: -7, transports: ['usb'] });
    expect(response.publicKey).toBeDefined();
  });

  it('takes the whole answer of a server that wraps its options', async () => {
    const { client } = setUp();
    const { id } = await client.create({ publicKey: creation });
    expect(
      (await client.get({ publicKey: { ...request, allowCredentials: [{ type: 'public-key', id }] } })).id,
    ).toBe(id);
  });

  it.each([
    ['none', 'none'],
    ['something new', 'none'],
    ['indirect', 'packed'],
    ['direct', 'packed'],
    ['enterprise', 'packed'],
  ])('with attestation %j conveys %j', async (attestation, fmt) => {
    const { client } = setUp();
    const { response } = await client.create({ ...creation, attestation });
    expect(decodeAttestationObject(fromBase64url(response.attestationObject)).fmt).toBe(fmt);
  });

  it('leaves self attestation of an authenticator without model as it is, even with "none"', async () => {
    // A device that does not know of preferences attests in any case.
    const { authenticator } = setUp({ aaguid: new Uint8Array(16) });
    const stubborn: CtapDevice = {
      transact: (message, options) => authenticator.transact(withoutPreference(message), options),
    };
    const client = new WebAuthnClient({ origin: 'https://example.com', authenticator: stubborn });
    const { response } = await client.create({ ...creation, attestation: 'none' });
    expect(decodeAttestationObject(fromBase64url(response.attestationObject)).fmt).toBe('packed');
  });

  it('replaces the statement of any other model that attests unasked', async () => {
    const { authenticator } = setUp();
    const stubborn: CtapDevice = {
      transact: (message, options) => authenticator.transact(withoutPreference(message), options),
    };
    const client = new WebAuthnClient({ origin: 'https://example.com', authenticator: stubborn });
    const { response } = await client.create({ ...creation, attestation: 'none' });
    expect(decodeAttestationObject(fromBase64url(response.attestationObject))).toMatchObject({
      fmt: 'none',
      attStmt: new Map(),
    });
  });

  it.each<[string, object, string]>([
    ['an empty user handle', { user: { ...creation.user, id: '' } }, 'TypeError'],
    [
      'a user handle of 65 bytes',
      { user: { ...creation.user, id: base64url(new Uint8Array(65)) } },
      'TypeError',
    ],
    ['no rp', { rp: undefined }, 'TypeError'],
    ['no rp.name', { rp: { id: 'example.com' } }, 'TypeError'],
    ['no user', { user: undefined }, 'TypeError'],
    ['no user.displayName', { user: { id: 'YQ', name: 'a' } }, 'TypeError'],
    ['no challenge', { challenge: undefined }, 'TypeError'],
    ['no pubKeyCredParams', { pubKeyCredParams: undefined }, 'TypeError'],
    ['pubKeyCredParams that are no array', { pubKeyCredParams: {} }, 'TypeError'],
    ['a challenge with padding', { challenge: 'YQ==' }, 'EncodingError'],
    ['a user handle in plain base64', { user: { ...creation.user, id: '+/+/' } }, 'EncodingError'],
    [
      'an excluded id that is not base64url',
      { excludeCredentials: [{ type: 'public-key', id: '!' }] },
      'EncodingError',
    ],
    [
      'only unknown credential types',
      { pubKeyCredParams: [{ type: 'password', alg: -7 }] },
      'NotSupportedError',
    ],
    [
      'only unknown algorithms',
      { pubKeyCredParams: [{ type: 'public-key', alg: -9999 }] },
      'NotAllowedError',
    ],
    ['another RP ID', { rp: { name: 'x', id: 'example.org' } }, 'SecurityError'],
    ['a public suffix as RP ID', { rp: { name: 'x', id: 'com' } }, 'SecurityError'],
    ['a subdomain as RP ID', { rp: { name: 'x', id: 'a.login.example.com' } }, 'SecurityError'],
    ['an RP ID with a port', { rp: { name: 'x', id: 'example.com:443' } }, 'SecurityError'],
    ['an empty RP ID', { rp: { name: 'x', id: '' } }, 'SecurityError'],
    [
      'a platform authenticator, when there is none',
      { authenticatorSelection: { authenticatorAttachment: 'platform' } },
      'NotAllowedError',
    ],
    ['an unknown attachment', { authenticatorSelection: { authenticatorAttachment: 'glued' } }, 'nothing'],
    ['no algorithms, which means ES256 and RS256', { pubKeyCredParams: [] }, 'nothing'],
    ['no RP ID, which means the host', { rp: { name: 'x' } }, 'nothing'],
  ])('answers %s as WebAuthn says, and nothing is stored on an error', async (_, changes, expected) => {
    const { client, authenticator } = setUp();
    expect(
      await refusal(client.create({ ...creation, ...changes } as PublicKeyCredentialCreationOptionsJSON)),
    ).toBe(expected);
    if (expected !== 'nothing') expect(authenticator.credentials.list()).toEqual([]);
  });

  it.each<[unknown]>([[undefined], [null], ['text'], [7], [[]], [{ publicKey: null }]])(
    'answers options that are %j with a TypeError',
    async (options) => {
      const { client } = setUp();
      expect(await refusal(client.create(options as never))).toBe('TypeError');
      expect(await refusal(client.get(options as never))).toBe('TypeError');
    },
  );

  it.each([
    ['required', true, true],
    ['preferred', true, true],
    ['preferred', false, false],
    ['discouraged', true, false],
    ['something new', true, false],
    [undefined, true, false],
  ])(
    'with residentKey %j on a device with capacity %j makes one that is discoverable: %j',
    async (residentKey, capable, expected) => {
      const { client, authenticator } = setUp({ discoverableCapacity: capable ? 10 : 0 });
      await client.create({
        ...creation,
        authenticatorSelection: residentKey === undefined ? {} : { residentKey },
      });
      expect(authenticator.credentials.list()[0]?.discoverable).toBe(expected);
    },
  );

  it('passes over a device that cannot do what is required', async () => {
    const rkless = setUp({ discoverableCapacity: 0 });
    expect(await refusal(rkless.client.create({ ...creation, ...required }))).toBe('NotAllowedError');
    expect(
      await refusal(
        rkless.client.create({ ...creation, authenticatorSelection: { requireResidentKey: true } }),
      ),
    ).toBe('NotAllowedError');
    const uvless = setUp({ userVerification: 'none' });
    expect(
      await refusal(
        uvless.client.create({ ...creation, authenticatorSelection: { userVerification: 'required' } }),
      ),
    ).toBe('NotAllowedError');
  });

  it.each([
    ['required', {}, 0x45],
    ['preferred', {}, 0x45],
    ['discouraged', {}, 0x41],
    ['discouraged', { makeCredUvNotRqd: false }, 0x45],
    ['preferred', { userVerification: 'none' }, 0x41],
  ] as const)(
    'with userVerification %j on a device with %j has flags %i',
    async (userVerification, policy, flags) => {
      const { client } = setUp(policy);
      const { response } = await client.create({ ...creation, authenticatorSelection: { userVerification } });
      expect(decodeAuthenticatorData(fromBase64url(response.authenticatorData)).flags).toBe(flags);
    },
  );

  it('answers an excluded credential with InvalidStateError, also in a list longer than the device takes', async () => {
    const { client } = setUp({ maxCredentialCountInList: 2 });
    const { id } = await client.create(creation);
    const unknown = { type: 'public-key', id: base64url(utf8('an id that is unknown')) };
    for (const excludeCredentials of [
      [{ type: 'public-key', id }],
      [unknown, unknown, unknown, unknown, { type: 'public-key', id }],
    ]) {
      expect(await refusal(client.create({ ...creation, excludeCredentials }))).toBe('InvalidStateError');
    }
    expect(await refusal(client.create({ ...creation, excludeCredentials: Array(5).fill(unknown) }))).toBe(
      'nothing',
    );
    expect(
      await refusal(client.create({ ...creation, excludeCredentials: [{ type: 'password', id }] })),
    ).toBe('nothing');
  });

  it('tells the page nothing, and the error’s cause everything', async () => {
    const { client, user } = setUp();
    user.use({ presence: 'decline' });
    const error = await client.create(creation).catch((reason: unknown) => reason as DOMException);
    expect(error).toMatchObject({
      name: 'NotAllowedError',
      message: 'The operation either timed out or was not allowed.',
    });
    const { cause } = error as { cause?: unknown };
    expect(cause).toBeInstanceOf(CtapError);
    expect((cause as CtapError).code).toBe('CTAP2_ERR_OPERATION_DENIED');
    expect(JSON.stringify(error)).not.toContain('cause');
  });
});

/** A makeCredential request without attestationFormatsPreference, as a CTAP 2.1 device understands it. */
function withoutPreference(message: Uint8Array): Uint8Array {
  if (message[0] !== 1) return message;
  const preference = utf8('none');
  const tail = message.subarray(message.length - 2 - 1 - preference.length);
  expect([...tail]).toEqual([0x0b, 0x81, 0x64, ...preference]);
  const shorter = message.slice(0, message.length - tail.length);
  shorter[1] = (shorter[1] as number) - 1;
  return shorter;
}

describe('get()', () => {
  it('answers with an AuthenticationResponseJSON', async () => {
    const { client } = setUp();
    const { id } = await client.create({ ...creation, ...required });
    const credential = await client.get(request);
    expect(credential).toMatchObject({
      id,
      rawId: id,
      type: 'public-key',
      authenticatorAttachment: 'cross-platform',
      clientExtensionResults: {},
    });
    expect(credential.response.userHandle).toBe(creation.user.id);
    expect(JSON.parse(Buffer.from(credential.response.clientDataJSON, 'base64url').toString())).toEqual({
      type: 'webauthn.get',
      challenge: request.challenge,
      origin: 'https://login.example.com',
      crossOrigin: false,
    });
  });

  it('uses the credential of the allow list that the device has, also in a list longer than the device takes', async () => {
    const { client } = setUp({ maxCredentialCountInList: 2 });
    const { id } = await client.create(creation);
    const unknown = { type: 'public-key', id: base64url(utf8('an id that is unknown')) };
    const long = { type: 'public-key', id: base64url(new Uint8Array(500)) };
    const allowCredentials = [unknown, long, unknown, unknown, { type: 'public-key', id }];
    expect((await client.get({ ...request, allowCredentials })).id).toBe(id);
    expect(await refusal(client.get({ ...request, allowCredentials: Array(5).fill(unknown) }))).toBe(
      'NotAllowedError',
    );
  });

  it.each<[string, object, string]>([
    ['no challenge', { challenge: undefined }, 'TypeError'],
    ['a challenge with padding', { challenge: 'YQ==' }, 'EncodingError'],
    [
      'an allowed id that is not base64url',
      { allowCredentials: [{ type: 'public-key', id: '=' }] },
      'EncodingError',
    ],
    ['another RP ID', { rpId: 'example.org' }, 'SecurityError'],
    ['an RP ID that merely ends alike', { rpId: 'ogin.example.com' }, 'SecurityError'],
    ['no credential for the RP', { rpId: 'login.example.com' }, 'NotAllowedError'],
    ['an unknown credential', { allowCredentials: [{ type: 'public-key', id: 'eHg' }] }, 'NotAllowedError'],
    [
      'only credentials of unknown types, which is not the same as none',
      { allowCredentials: [{ type: 'password', id: 'eHg' }] },
      'NotAllowedError',
    ],
  ])('answers %s as WebAuthn says, and no counter moves', async (_, changes, expected) => {
    const { client, authenticator } = setUp();
    await client.create({ ...creation, ...required });
    expect(await refusal(client.get({ ...request, ...changes }))).toBe(expected);
    expect(authenticator.credentials.list()[0]?.signCount).toBe(0);
  });

  it('offers the accounts newest first, and takes the one that is chosen', async () => {
    const { client, user } = setUp();
    for (const name of ['ada', 'grace', 'mary']) {
      await client.create({
        ...creation,
        ...required,
        user: { id: base64url(utf8(name)), name, displayName: name },
      });
    }
    const handle = async (): Promise<string> =>
      Buffer.from((await client.get(request)).response.userHandle ?? '', 'base64url').toString();
    expect(await handle()).toBe('mary');
    user.next({ account: 2 });
    expect(await handle()).toBe('ada');
    user.next({ account: (accounts) => accounts.findIndex(({ name }) => name === 'grace') });
    expect(await handle()).toBe('grace');
    user.next({ account: () => undefined });
    expect(await refusal(client.get(request))).toBe('NotAllowedError');
    user.next({ account: 3 });
    expect(await refusal(client.get(request))).toBe('NotAllowedError');
  });

  it('needs verification where it is required, and goes without where it is discouraged', async () => {
    const flags = async (policy: Partial<Policy>, userVerification: string): Promise<number> => {
      const { client } = setUp(policy);
      const { id } = await client.create(creation);
      const { response } = await client.get({
        ...request,
        userVerification,
        allowCredentials: [{ type: 'public-key', id }],
      });
      return decodeAuthenticatorData(fromBase64url(response.authenticatorData)).flags;
    };
    expect(await flags({}, 'required')).toBe(0x05);
    expect(await flags({}, 'preferred')).toBe(0x05);
    expect(await flags({}, 'discouraged')).toBe(0x01);
    expect(await flags({ userVerification: 'none' }, 'preferred')).toBe(0x01);
    await expect(flags({ userVerification: 'none' }, 'required')).rejects.toThrow(/not allowed/);
  });

  it('can be at work many times at once', async () => {
    const { client } = setUp({}, {}, { seed: undefined as never });
    const { id } = await client.create(creation);
    const allowCredentials = [{ type: 'public-key', id }];
    const all = await Promise.all(
      Array.from({ length: 64 }, () => client.get({ ...request, allowCredentials })),
    );
    const counts = all.map(
      ({ response }) => decodeAuthenticatorData(fromBase64url(response.authenticatorData)).signCount,
    );
    expect(counts).toEqual(Array.from({ length: 64 }, (_, i) => i + 1));
  });
});

describe('the caller', () => {
  it.each([
    ['https://example.com', 'example.com', 'nothing'],
    ['https://example.com:8443', 'example.com', 'nothing'],
    ['https://EXAMPLE.com', 'example.com', 'nothing'],
    ['https://login.example.com', undefined, 'nothing'],
    ['http://localhost:3000', 'localhost', 'nothing'],
    ['http://app.localhost', 'app.localhost', 'nothing'],
    ['http://example.com', 'example.com', 'SecurityError'],
    ['https://127.0.0.1', undefined, 'SecurityError'],
    ['http://127.0.0.1:3000', '127.0.0.1', 'SecurityError'],
    ['https://[::1]', undefined, 'SecurityError'],
    ['null', undefined, 'NotAllowedError'],
    ['https://evillogin.example.com', 'login.example.com', 'SecurityError'],
    ['https://ada.github.io', 'github.io', 'SecurityError'],
    ['https://ada.github.io', 'ada.github.io', 'nothing'],
    ['https://www.example.co.uk', 'example.co.uk', 'nothing'],
    ['https://www.example.co.uk', 'co.uk', 'SecurityError'],
    ['https://bücher.example', 'xn--bcher-kva.example', 'nothing'],
  ])('at %s with RP ID %j ends in %s', async (origin, id, expected) => {
    const { client } = setUp({}, { origin });
    expect(
      await refusal(client.create({ ...creation, rp: { name: 'x', ...(id !== undefined && { id }) } })),
    ).toBe(expected);
  });

  it.each([
    '',
    'example.com',
    'https://example.com/path',
    'https://example.com?x',
    'https://a@example.com',
    'ftp://example.com',
    'about:blank',
  ])('cannot be at %j', (origin) => {
    expect(() => setUp({}, { origin })).toThrow(/origin|scheme/);
  });

  it('in a frame of another origin says so', async () => {
    const { client } = setUp({}, { topOrigin: 'https://shop.example' });
    const { response } = await client.create(creation);
    expect(Buffer.from(response.clientDataJSON, 'base64url').toString()).toContain(
      '"crossOrigin":true,"topOrigin":"https://shop.example"}',
    );
  });
});

describe('a ceremony', () => {
  it('ends with the reason of the signal that aborts it, before or during', async () => {
    const { client, user, authenticator } = setUp();
    const reason = { any: 'value' };
    await expect(client.create(creation, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await expect(client.get(request, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
    const abort = new AbortController();
    user.next({ presence: 'ignore' });
    const waiting = client.create(creation, { signal: abort.signal });
    await turn();
    abort.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    expect(authenticator.credentials.list()).toEqual([]);
  });

  it('ends with NotAllowedError when its timer expires, and the device is free again', async () => {
    const { client, user, clock } = setUp();
    user.next({ presence: 'ignore' });
    const waiting = refusal(client.create({ ...creation, timeout: 5_000 }));
    await turn();
    clock.advance(4_999);
    await turn();
    clock.advance(1);
    expect(await waiting).toBe('NotAllowedError');
    expect(await refusal(client.create(creation))).toBe('nothing');
  });
});
