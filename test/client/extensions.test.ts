import { describe, expect, it } from 'vitest';
import type { Policy } from '../../src/authenticator/policy/type.ts';
import { base64url, fromBase64url } from '../../src/base/base64url.ts';
import { concat, hex, utf8 } from '../../src/base/bytes.ts';
import { hmacSha256, sha256 } from '../../src/crypto/hash.ts';
import type { DeviceState } from '../../src/store/device-state.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import { webauthnLevel3Vectors } from '../../src/vectors/data.ts';
import { dataOf, endOf, named, type Page, page } from './page.ts';

const b64 = (text: string): string => base64url(utf8(text));
const first = b64('first');
const second = b64('second');
const withExtensions = (extensions: Record<string, unknown>) => ({ extensions });
const discoverable = { authenticatorSelection: { residentKey: 'required' } };
type Results = Record<string, Record<string, unknown> | undefined>;
const results = (credential: { clientExtensionResults: Record<string, unknown> }): Results =>
  credential.clientExtensionResults as Results;

describe('extensions', () => {
  it('that are unknown are ignored, and say nothing', async () => {
    const { create, get } = page();
    const made = await create(withExtensions({ unheardOf: true, another: { a: 1 } }));
    expect(made.clientExtensionResults).toEqual({});
    const asserted = await get({ ...named(made.id), ...withExtensions({ unheardOf: 1, credProps: false }) });
    expect(asserted.clientExtensionResults).toEqual({});
  });

  it('credProps says whether a discoverable credential was asked for', async () => {
    const { create } = page();
    for (const [residentKey, rk] of [
      ['required', true],
      ['preferred', true],
      ['discouraged', false],
    ] as const) {
      const made = await create({ authenticatorSelection: { residentKey }, extensions: { credProps: true } });
      expect(made.clientExtensionResults).toEqual({ credProps: { rk } });
    }
  });

  it('credProps leaves open what a device of CTAP 2.0 makes of it that was not asked', async () => {
    for (const [residentKey, expected] of [
      ['required', { rk: true }],
      ['discouraged', {}],
    ] as const) {
      const { create } = page({ policy: { ctap: '2.0' } });
      const made = await create({ authenticatorSelection: { residentKey }, extensions: { credProps: true } });
      expect(made.clientExtensionResults).toEqual({ credProps: expected });
    }
  });
});

describe('prf', () => {
  const ready = async (policy: Partial<Policy> = {}): Promise<[Page, string]> => {
    const made = page({ policy });
    const { id } = await made.create({ ...discoverable, ...withExtensions({ prf: {} }) });
    return [made, id];
  };

  it('says at creation whether it is there, and gives results at once where the device can', async () => {
    const { create, get } = page();
    const values = withExtensions({ prf: { eval: { first, second } } });
    const made = results(await create(values));
    expect(made.prf).toMatchObject({ enabled: true });
    const { prf } = results(await get({ ...named((await create(values)).id), ...values }));
    expect(Object.keys(prf?.results as object)).toEqual(['first', 'second']);

    const old = page({ policy: { extensions: ['hmac-secret'] } });
    expect(results(await old.create(values)).prf).toEqual({ enabled: true });
    const without = page({ policy: { extensions: [] } });
    expect(results(await without.create(values)).prf).toEqual({ enabled: false });
  });

  it('gives the same results at creation and later, for each protocol', async () => {
    for (const version of [1, 2] as const) {
      const { create, get } = page({ policy: { pinUvAuthProtocols: [version] } });
      const values = withExtensions({ prf: { eval: { first } } });
      const made = await create(values);
      const asserted = await get({ ...named(made.id), ...values });
      expect(results(asserted).prf?.results).toEqual(results(made).prf?.results);
    }
  });

  it('is the credential’s secret for the salt that the text prescribes', async () => {
    const [made, id] = await ready();
    const { prf } = results(
      await made.get({ ...named(id), ...withExtensions({ prf: { eval: { first } } }) }),
    );
    const { credRandom = new Uint8Array() } = made.authenticator.credentials.list()[0] ?? {};
    const salt = sha256(concat(utf8('WebAuthn PRF'), Uint8Array.of(0), fromBase64url(first)));
    const expected = hmacSha256(credRandom.slice(0, 32), salt);
    expect(prf).toEqual({ results: { first: base64url(expected) } });
  });

  it('takes the values of the credential that answers instead of those for all', async () => {
    const [made, id] = await ready();
    const { id: other } = await made.create({
      user: { id: b64('eve'), name: 'eve', displayName: 'Eve' },
      ...withExtensions({ prf: {} }),
    });
    const evaluate = async (prf: object, ...ids: string[]) =>
      results(await made.get({ ...named(...ids), ...withExtensions({ prf }) })).prf?.results;
    const alone = await evaluate({ eval: { first: second } }, id);
    const chosen = { eval: { first, second }, evalByCredential: { [id]: { first: second } } };
    expect(await evaluate(chosen, id)).toEqual(alone);
    // Which of several answers is found out before.
    const unknown = base64url(new Uint8Array(32));
    expect(await evaluate(chosen, unknown, id)).toEqual(alone);
    expect(Object.keys((await evaluate(chosen, other, id)) as object)).toEqual(['first', 'second']);
  });

  it('never shows a secret in authenticator data, and none without verification', async () => {
    const [made, id] = await ready({ userVerification: 'none' });
    const values = { ...named(id), ...withExtensions({ prf: { eval: { first } } }) };
    expect(results(await made.get(values)).prf).toEqual({});
    const [verifying, own] = await ready();
    const asserted = await verifying.get({
      ...named(own),
      userVerification: 'discouraged',
      ...withExtensions({ prf: { eval: { first } } }),
    });
    const { results: given } = results(asserted).prf as { results: { first: string } };
    const secret = fromBase64url(given.first);
    expect(hex(fromBase64url(asserted.response.authenticatorData))).not.toContain(hex(secret));
  });

  it.each([
    ['create', { evalByCredential: {} }, 'NotSupportedError'],
    ['create', { eval: {} }, 'TypeError'],
    ['create', { eval: { first: 'not base64url!' } }, 'EncodingError'],
    ['get', { evalByCredential: { AAAA: { first } } }, 'NotSupportedError'],
  ] as const)('refuses in %s: %j', async (ceremony, prf, name) => {
    const made = page();
    const ended =
      ceremony === 'create' ? made.create(withExtensions({ prf })) : made.get(withExtensions({ prf }));
    expect((await endOf(ended))[0]).toBe(name);
  });

  it.each([
    ['an empty key', ''],
    ['a key that is no base64url', 'a+b'],
    ['the key of a credential that is not named', 'AAAA'],
  ])('refuses evalByCredential with %s', async (_, key) => {
    const [made, id] = await ready();
    const prf = { evalByCredential: { [key]: { first } } };
    expect((await endOf(made.get({ ...named(id), ...withExtensions({ prf }) })))[0]).toBe('SyntaxError');
  });

  it('has the keys and shapes of the examples of WebAuthn Level 3', async () => {
    const { prfWebAuthn } = webauthnLevel3Vectors() as unknown as {
      prfWebAuthn: { cases: { in: { prf: Record<string, unknown> }; create?: object[]; get?: object[] }[] };
    };
    const shape = (value: unknown): unknown =>
      typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shape(inner)]))
        : typeof value;
    const inJson = (value: unknown): unknown =>
      typeof value === 'string' && /^[0-9a-f]+$/.test(value)
        ? base64url(Buffer.from(value, 'hex'))
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inJson(inner)]))
          : value;
    for (const { in: input, create, get } of prfWebAuthn.cases) {
      const prf = inJson(input.prf) as Record<string, unknown>;
      const [made, id] = await ready();
      if (create !== undefined) {
        const { prf: output } = results(await made.create(withExtensions({ prf })));
        expect(create.map(shape)).toContainEqual(shape({ prf: output }));
      }
      if (get !== undefined && prf.evalByCredential === undefined) {
        const { prf: output } = results(await made.get({ ...named(id), ...withExtensions({ prf }) }));
        expect(get.map(shape)).toContainEqual(shape({ prf: output }));
      }
    }
  });
});

describe('hmacCreateSecret and hmacGetSecret', () => {
  const salt1 = base64url(new Uint8Array(32).fill(1));
  const salt2 = base64url(new Uint8Array(32).fill(2));

  it('give the secrets for salts as they are', async () => {
    const made = page();
    const created = await made.create(withExtensions({ hmacCreateSecret: true }));
    expect(created.clientExtensionResults).toEqual({ hmacCreateSecret: true });
    const input = { ...named(created.id), ...withExtensions({ hmacGetSecret: { salt1, salt2 } }) };
    const { hmacGetSecret } = results(await made.get(input));
    const { credRandom = new Uint8Array() } = made.authenticator.credentials.list()[0] ?? {};
    expect(hmacGetSecret).toEqual({
      output1: base64url(hmacSha256(credRandom.slice(0, 32), new Uint8Array(32).fill(1))),
      output2: base64url(hmacSha256(credRandom.slice(0, 32), new Uint8Array(32).fill(2))),
    });
  });

  it.each([
    ['no salt', {}],
    ['a short salt', { salt1: base64url(new Uint8Array(31)) }],
    ['a second salt alone', { salt2 }],
  ])('refuse %s', async (_, hmacGetSecret) => {
    const ended = page().get({ ...named('AAAA'), ...withExtensions({ hmacGetSecret }) });
    expect((await endOf(ended))[0]).toBe('TypeError');
  });
});

describe.each([
  ['largeBlobKey and the array', {}],
  ['CTAP 2.3’s largeBlob', { extensions: ['largeBlob'], largeBlobs: false }],
] as [string, Partial<Policy>][])('largeBlob, by %s', (_, policy) => {
  const support = (value: string) => ({
    ...discoverable,
    ...withExtensions({ largeBlob: { support: value } }),
  });
  const blob = base64url(Uint8Array.from({ length: 2500 }, (_value, index) => (index * index) & 0x7f));

  it('is written, read again, and written over', async () => {
    const { create, get } = page({ policy });
    const made = await create(support('required'));
    expect(made.clientExtensionResults).toEqual({ largeBlob: { supported: true } });
    const ask = async (largeBlob: object) =>
      results(await get({ ...named(made.id), ...withExtensions({ largeBlob }) })).largeBlob;
    expect(await ask({ read: true })).toEqual({});
    expect(await ask({ write: blob })).toEqual({ written: true });
    expect(await ask({ read: true })).toEqual({ blob });
    expect(await ask({ write: first })).toEqual({ written: true });
    expect(await ask({ read: true })).toEqual({ blob: first });
  });

  it('is written under a PIN', async () => {
    const { create, get, setPin, user } = page({ policy: { ...policy, userVerification: 'none' } });
    await setPin('1234');
    user.use({ pin: '1234' });
    const made = await create(support('preferred'));
    const ask = async (largeBlob: object) =>
      results(await get({ ...named(made.id), ...withExtensions({ largeBlob }) })).largeBlob;
    expect(await ask({ write: blob })).toEqual({ written: true });
    expect(await ask({ read: true })).toEqual({ blob });
  });

  it('that does not fit is not written', async () => {
    const { create, get } = page({
      policy: { ...policy, maxSerializedLargeBlobArray: 1024, maxLargeBlobLength: 100 },
    });
    const { id } = await create(support('preferred'));
    const noise = base64url(
      Uint8Array.from({ length: 3000 }, (_value, index) => sha256(Uint8Array.of(index, index >> 8))[0] ?? 0),
    );
    const asserted = await get({ ...named(id), ...withExtensions({ largeBlob: { write: noise } }) });
    expect(results(asserted).largeBlob).toEqual({ written: false });
  });
});

describe('largeBlob', () => {
  it('takes an array whose checksum is wrong for an empty one (CTAP 2.3, 6.10.5)', async () => {
    const store = new MemoryStore();
    const { create, get } = page({ store });
    const { id } = await create({
      ...discoverable,
      ...withExtensions({ largeBlob: { support: 'required' } }),
    });
    const ask = async (largeBlob: object) =>
      results(await get({ ...named(id), ...withExtensions({ largeBlob }) })).largeBlob;
    await ask({ write: first });
    expect(await ask({ read: true })).toEqual({ blob: first });
    store.transaction((transaction) => {
      const state = transaction.device() as DeviceState;
      const largeBlobArray = state.largeBlobArray.slice();
      largeBlobArray[largeBlobArray.length - 1] = (largeBlobArray.at(-1) as number) ^ 1;
      transaction.putDevice({ ...state, largeBlobArray });
    });
    expect(await ask({ read: true })).toEqual({});
    expect(await ask({ write: first })).toEqual({ written: true });
    expect(await ask({ read: true })).toEqual({ blob: first });
  });

  it('passes over a device that keeps none, where it is required', async () => {
    const { create } = page({ policy: { extensions: [] } });
    const ended = create(withExtensions({ largeBlob: { support: 'required' } }));
    expect(await endOf(ended)).toEqual(['NotAllowedError', expect.stringContaining('large blobs')]);
    const made = await create(withExtensions({ largeBlob: { support: 'preferred' } }));
    expect(made.clientExtensionResults).toEqual({ largeBlob: { supported: false } });
  });

  it.each([
    ['of the array is for discoverable credentials alone', { extensions: ['largeBlobKey'] }, {}, false],
    [
      'of the array needs the array',
      { extensions: ['largeBlobKey'], largeBlobs: false },
      discoverable,
      false,
    ],
    ['of the extension is for all', { extensions: ['largeBlob'], largeBlobs: false }, {}, true],
  ] as [string, Partial<Policy>, object, boolean][])('%s', async (_, policy, kind, supported) => {
    const { create } = page({ policy });
    const ask = (support: string) => create({ ...kind, ...withExtensions({ largeBlob: { support } }) });
    expect((await ask('preferred')).clientExtensionResults).toEqual({ largeBlob: { supported } });
    expect((await endOf(ask('required')))[0]).toBe(supported ? 'none' : 'NotAllowedError');
  });

  it.each([
    ['create', { read: true }],
    ['create', { write: first }],
    ['get', { support: 'preferred' }],
    ['get', { read: true, write: first }],
    ['get', { write: first }],
  ] as const)('refuses in %s: %j', async (ceremony, largeBlob) => {
    const { create, get } = page();
    const ended =
      ceremony === 'create' ? create(withExtensions({ largeBlob })) : get(withExtensions({ largeBlob }));
    expect((await endOf(ended))[0]).toBe('NotSupportedError');
  });
});

describe('what is passed on to the device', () => {
  it.each([
    ['userVerificationOptional', 1],
    ['userVerificationOptionalWithCredentialIDList', 2],
    ['userVerificationRequired', 3],
  ])('credentialProtectionPolicy %s is credProtect %i', async (credentialProtectionPolicy, level) => {
    const made = await page().create(withExtensions({ credentialProtectionPolicy }));
    expect(dataOf(made).extensions?.get('credProtect')).toBe(level);
    expect(made.clientExtensionResults).toEqual({});
  });

  it('a protection that is enforced passes over a device that has none', async () => {
    const { create } = page({ policy: { extensions: [] } });
    const asked = { credentialProtectionPolicy: 'userVerificationRequired' };
    expect((await endOf(create(withExtensions(asked))))[0]).toBe('none');
    const enforced = { ...asked, enforceCredentialProtectionPolicy: true };
    expect((await endOf(create(withExtensions(enforced))))[0]).toBe('NotAllowedError');
    expect((await endOf(create(withExtensions({ credentialProtectionPolicy: 'no such' }))))[0]).toBe(
      'NotSupportedError',
    );
  });

  it('credBlob is kept and given back', async () => {
    const { create, get } = page();
    const made = await create({ ...discoverable, ...withExtensions({ credBlob: first }) });
    expect(made.clientExtensionResults).toEqual({ credBlob: true });
    const asserted = await get({ ...named(made.id), ...withExtensions({ getCredBlob: true }) });
    expect(asserted.clientExtensionResults).toEqual({ getCredBlob: first });
    const long = await create({
      ...discoverable,
      ...withExtensions({ credBlob: base64url(new Uint8Array(33)) }),
    });
    expect(long.clientExtensionResults).toEqual({ credBlob: false });
  });

  it('minPinLength is answered in the authenticator data', async () => {
    const { create } = page({ policy: { minPinLengthRpIds: ['example.com'] } });
    expect(dataOf(await create(withExtensions({ minPinLength: true }))).extensions?.get('minPinLength')).toBe(
      4,
    );
  });

  const passkey = {
    authenticatorSelection: {
      authenticatorAttachment: 'platform',
      residentKey: 'required',
      userVerification: 'required',
    },
  };

  it.each(Object.keys(passkey.authenticatorSelection))('payment is refused without %s', async (member) => {
    const { create } = page({ policy: { transports: ['internal'] } });
    const authenticatorSelection = { ...passkey.authenticatorSelection, [member]: undefined };
    const made = create({ authenticatorSelection, ...withExtensions({ payment: { isPayment: true } }) });
    await expect(made).rejects.toMatchObject({ name: 'NotSupportedError' });
  });

  it('is refused at the ceremony that it is not for, and where there is nothing to enforce', async () => {
    const { create, get } = page();
    const refused = { name: 'NotSupportedError' };
    await expect(create(withExtensions({ appid: 'https://example.com' }))).rejects.toMatchObject(refused);
    await expect(get(withExtensions({ credProps: true }))).rejects.toMatchObject(refused);
    const enforced = create(withExtensions({ enforceCredentialProtectionPolicy: true }));
    await expect(enforced).rejects.toMatchObject(refused);
  });

  it('payment is CTAP’s thirdPartyPayment, and shows in the client data', async () => {
    const { create, get } = page(
      { policy: { transports: ['internal'] } },
      { permissions: { payment: true } },
    );
    const { id } = await create({ ...passkey, ...withExtensions({ payment: { isPayment: true } }) });
    const asserted = await get({ ...named(id), ...withExtensions({ payment: { isPayment: true } }) });
    expect(dataOf(asserted).extensions?.get('thirdPartyPayment')).toBe(true);
    const clientData = JSON.parse(new TextDecoder().decode(fromBase64url(asserted.response.clientDataJSON)));
    expect(clientData.type).toBe('payment.get');
  });

  it('payment stays out of the client data of a page that may not pay by itself', async () => {
    const { create, get } = page({ policy: { transports: ['internal'] } });
    const { id } = await create({ ...passkey, ...withExtensions({ payment: { isPayment: true } }) });
    const asserted = await get({ ...named(id), ...withExtensions({ payment: { isPayment: true } }) });
    const clientData = JSON.parse(new TextDecoder().decode(fromBase64url(asserted.response.clientDataJSON)));
    expect(clientData.type).toBe('webauthn.get');
  });
});
