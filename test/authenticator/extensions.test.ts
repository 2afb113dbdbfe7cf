import { describe, expect, it } from 'vitest';
import { hmacSecret } from '../../src/authenticator/extensions/hmac-secret.ts';
import type { Policy } from '../../src/authenticator/policy/type.ts';
import { Session } from '../../src/authenticator/session.ts';
import { concat, equal, fromHex, hex } from '../../src/base/bytes.ts';
import type { CborMap, CborValue } from '../../src/cbor/cbor.ts';
import { authenticate, decrypt, encapsulate, encrypt } from '../../src/crypto/pin-uv-auth-protocol.ts';
import { seededRandom } from '../../src/crypto/random.ts';
import { decodeAuthenticatorData } from '../../src/ctap/authenticator-data.ts';
import { webauthnLevel3Vectors } from '../../src/vectors/data.ts';
import { type Answer, type Managed, managed } from './managed.ts';

const texts = (...entries: [string, CborValue][]): CborMap => new Map(entries);
const made = ({ map }: Answer) => decodeAuthenticatorData(map.get(2) as Uint8Array);
const idOf = (answer: Answer): Uint8Array => made(answer).attestedCredentialData?.credentialId as Uint8Array;
const outputs = (answer: Answer): CborMap => made(answer).extensions ?? new Map();

function assert(
  device: Managed,
  extensions: CborMap,
  { id, up, uv = true }: { id?: Uint8Array; up?: boolean; uv?: boolean } = {},
): Promise<Answer> {
  const options = texts(['uv', uv], ...(up === undefined ? [] : [['up', up] as [string, boolean]]));
  const allowList = id === undefined ? undefined : [texts(['id', id], ['type', 'public-key'])];
  return device.send(0x02, {
    1: 'a.example',
    2: new Uint8Array(32),
    3: allowList,
    4: extensions,
    5: options,
  });
}

interface Vectors {
  readonly shared: {
    readonly platform_key_agreement_private_key: string;
    readonly authenticator_cred_random: string;
    readonly authenticator_key_agreement_public_key: Record<string, number | string>;
  };
  readonly authenticator_key_agreement_private_key: string;
  readonly cases: readonly {
    readonly name: string;
    readonly pinUvAuthProtocol: 1 | 2;
    readonly values: Record<string, string>;
  }[];
}
const { prfHmacSecret: vectors } = webauthnLevel3Vectors() as unknown as { prfHmacSecret: Vectors };

describe('hmac-secret', () => {
  it.each(vectors.cases.map((vector) => [vector.name, vector] as const))(
    "is WebAuthn Level 3's: %s",
    (_, vector) => {
      const { pinUvAuthProtocol: version, values } = vector;
      const get = (name: string): Uint8Array => fromHex(values[name] as string);
      const base = managed().device;
      const chance = (length: number, purpose: string): Uint8Array => {
        if (purpose === `key-agreement-${version}`)
          return fromHex(vectors.authenticator_key_agreement_private_key);
        if (purpose === 'pin-uv-auth-iv') return get('output_enc').slice(0, 16);
        return new Uint8Array(length);
      };
      const device = { ...base, random: chance, session: new Session({ ...base, random: chance }) };
      const published = vectors.shared.authenticator_key_agreement_public_key;
      const agreement = device.session.protocol(version)?.getPublicKey() as CborMap;
      expect([agreement.get(-2), agreement.get(-3)].map((x) => hex(x as Uint8Array))).toEqual([
        published['-2'],
        published['-3'],
      ]);
      const { platformKeyAgreement: platformKey, sharedSecret } = encapsulate(version, agreement, () =>
        fromHex(vectors.shared.platform_key_agreement_private_key),
      );
      expect(hex(sharedSecret)).toBe(values.shared_secret);

      const saltEnc = get('salt_enc');
      const input = new Map<number, CborValue>([
        [1, platformKey],
        [2, saltEnc],
        [3, authenticate(version, sharedSecret, saltEnc)],
        [4, version],
      ]);
      const credRandom = concat(fromHex(vectors.shared.authenticator_cred_random), new Uint8Array(32));
      const results = new Map<string, CborValue>();
      const assertion = {
        device,
        request: {},
        credential: { credRandom },
        userVerified: true,
        outputs: results,
      };
      hmacSecret.onGetAssertion?.(assertion as never, input);
      expect(hex(results.get('hmac-secret') as Uint8Array)).toBe(values.output_enc);
    },
  );

  const chance = seededRandom('platform');
  function asked(
    device: Managed,
    salts: Uint8Array,
    version: 1 | 2 = 2,
    changes: [number, CborValue | undefined][] = [],
  ) {
    const key = device.device.session.protocol(version)?.getPublicKey() as CborMap;
    const { platformKeyAgreement: platformKey, sharedSecret } = encapsulate(version, key, chance);
    const saltEnc = encrypt(version, sharedSecret, salts, chance);
    const input = new Map<number, CborValue>([
      [1, platformKey],
      [2, saltEnc],
      [3, authenticate(version, sharedSecret, saltEnc)],
      [4, version],
    ]);
    for (const [key, value] of changes) {
      if (value === undefined) input.delete(key);
      else input.set(key, value);
    }
    return {
      input,
      open: (sealed: CborValue | undefined) => decrypt(version, sharedSecret, sealed as Uint8Array),
    };
  }
  const salts = Uint8Array.from({ length: 64 }, (_, i) => i);

  it('gives the same secrets at creation and later, with either protocol, and others without verification', async () => {
    const device = managed();
    const mc = asked(device, salts);
    const creation = await device.make(
      'a.example',
      'ada',
      texts(['hmac-secret', true], ['hmac-secret-mc', mc.input]),
    );
    expect(outputs(creation).get('hmac-secret')).toBe(true);
    const secrets = mc.open(outputs(creation).get('hmac-secret-mc'));
    expect(secrets).toHaveLength(64);
    for (const version of [1, 2] as const) {
      const one = asked(device, salts.slice(0, 32), version);
      const verified = await assert(device, texts(['hmac-secret', one.input]));
      expect(equal(one.open(outputs(verified).get('hmac-secret')), secrets.slice(0, 32))).toBe(true);
      const unverified = await assert(device, texts(['hmac-secret', one.input]), { uv: false });
      const other = one.open(outputs(unverified).get('hmac-secret'));
      expect(other).toHaveLength(32);
      expect(equal(other, secrets.slice(0, 32))).toBe(false);
    }
  });

  it('has nothing to give for a credential made without', async () => {
    const device = managed();
    await device.make('a.example', 'ada');
    expect(outputs(await assert(device, texts(['hmac-secret', asked(device, salts).input])))).toEqual(
      new Map(),
    );
  });

  it.each<[string, string, Uint8Array, [number, CborValue | undefined][]]>([
    ['no key', 'CTAP2_ERR_MISSING_PARAMETER', salts, [[1, undefined]]],
    ['no salts', 'CTAP2_ERR_MISSING_PARAMETER', salts, [[2, undefined]]],
    ['no saltAuth', 'CTAP2_ERR_MISSING_PARAMETER', salts, [[3, undefined]]],
    ['a text as salts', 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE', salts, [[2, 'x']]],
    ['protocol three', 'CTAP1_ERR_INVALID_PARAMETER', salts, [[4, 3]]],
    ['the other protocol', 'CTAP2_ERR_PIN_AUTH_INVALID', salts, [[4, undefined]]],
    ['a key that is none', 'CTAP1_ERR_INVALID_PARAMETER', salts, [[1, new Map()]]],
    ['a wrong saltAuth', 'CTAP2_ERR_PIN_AUTH_INVALID', salts, [[3, new Uint8Array(32)]]],
    ['half a salt', 'CTAP1_ERR_INVALID_PARAMETER', salts.slice(0, 16), []],
    ['one and a half', 'CTAP1_ERR_INVALID_PARAMETER', salts.slice(0, 48), []],
    ['three salts', 'CTAP1_ERR_INVALID_PARAMETER', new Uint8Array(96), []],
  ])('refuses %s: %s', async (_, status, given, changes) => {
    const device = managed();
    await device.make('a.example', 'ada', texts(['hmac-secret', true]));
    const before = device.contents();
    expect(
      (await assert(device, texts(['hmac-secret', asked(device, given, 2, changes).input]))).status,
    ).toBe(status);
    expect(device.contents()).toBe(before);
  });

  it('does not go without a touch, nor hmac-secret-mc without hmac-secret', async () => {
    const device = managed();
    const { input } = asked(device, salts);
    await device.make('a.example', 'ada', texts(['hmac-secret', true]));
    expect((await assert(device, texts(['hmac-secret', input]), { up: false })).status).toBe(
      'CTAP2_ERR_UNSUPPORTED_OPTION',
    );
    expect((await device.make('a.example', 'bob', texts(['hmac-secret-mc', input]))).status).toBe(
      'CTAP2_ERR_MISSING_PARAMETER',
    );
  });
});

describe('credBlob', () => {
  it.each([
    ['a discoverable credential', 32, true, true],
    ['a discoverable credential, too long', 33, true, false],
    ['a credential that is not discoverable', 32, false, false],
  ])('is kept, or said not to be: %s', async (_, length, rk, stored) => {
    const device = managed();
    const blob = new Uint8Array(length).fill(7);
    const creation = await device.make('a.example', 'ada', texts(['credBlob', blob]), rk);
    expect(outputs(creation).get('credBlob')).toBe(stored);
    const assertion = await assert(device, texts(['credBlob', true]), { id: idOf(creation) });
    expect(outputs(assertion).get('credBlob')).toEqual(stored ? blob : new Uint8Array());
  });
});

describe('largeBlobKey', () => {
  it('is given at creation and at every assertion that asks', async () => {
    const device = managed();
    const key = (await device.make('a.example', 'ada', texts(['largeBlobKey', true]))).map.get(5);
    expect(key).toHaveLength(32);
    expect((await assert(device, texts(['largeBlobKey', true]))).map.get(7)).toEqual(key);
    expect((await assert(device, new Map())).map.has(7)).toBe(false);
  });

  it.each<[string, string, CborValue, boolean]>([
    ['false', 'CTAP2_ERR_INVALID_OPTION', false, true],
    ['what is no boolean', 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE', 1, true],
    ['a credential that is not discoverable', 'CTAP2_ERR_INVALID_OPTION', true, false],
  ])('refuses %s: %s', async (_, status, input, rk) => {
    const device = managed();
    expect((await device.make('a.example', 'ada', texts(['largeBlobKey', input]), rk)).status).toBe(status);
    expect(device.device.store.read((reader) => [...reader.all()])).toEqual([]);
  });
});

describe('largeBlob', () => {
  const policy: Partial<Policy> = { extensions: ['largeBlob'], largeBlobs: false, maxLargeBlobLength: 100 };
  const support = (value: string): CborMap => texts(['largeBlob', texts(['support', value])]);
  const readIt = texts(['largeBlob', texts(['read', true])]);
  const writeIt = (length: number): CborMap =>
    texts(['largeBlob', texts(['write', new Uint8Array(length).fill(5)], ['originalSize', 1000])]);
  const result = (answer: Answer, key: number): CborValue | undefined =>
    (answer.map.get(key) as CborMap | undefined)?.get('largeBlob');

  it('is written to a named credential, and read again', async () => {
    const device = managed(policy);
    const creation = await device.make('a.example', 'ada', support('required'));
    expect(result(creation, 6)).toEqual(texts(['supported', true]));
    const id = idOf(creation);
    expect(result(await assert(device, readIt), 8)).toBeUndefined();
    expect(result(await assert(device, writeIt(100), { id }), 8)).toEqual(texts(['written', true]));
    expect(result(await assert(device, readIt), 8)).toEqual(
      texts(['blob', new Uint8Array(100).fill(5)], ['originalSize', 1000]),
    );
    expect(result(await assert(device, writeIt(101), { id }), 8)).toEqual(texts(['written', false]));
    expect(result(await assert(device, writeIt(10)), 8)).toEqual(texts(['written', false]));
    expect((result(await assert(device, readIt), 8) as CborMap).get('blob')).toHaveLength(100);
  });

  it('is not written to a credential made without', async () => {
    const device = managed(policy);
    const id = idOf(await device.make('a.example', 'ada'));
    expect(result(await assert(device, writeIt(10), { id }), 8)).toEqual(texts(['written', false]));
  });

  it('is refused where it is required and there is no room, and left out where it is preferred', async () => {
    const device = managed({ ...policy, maxLargeBlobLength: 0 });
    expect((await device.make('a.example', 'ada', support('required'))).status).toBe(
      'CTAP2_ERR_LARGE_BLOB_STORAGE_FULL',
    );
    expect((await device.make('a.example', 'ada', support('preferred'))).map.has(6)).toBe(false);
  });

  it('has one shape', async () => {
    const device = managed(policy);
    await device.make('a.example', 'ada');
    expect((await device.make('a.example', 'bob', support('maybe'))).status).toBe('CTAP2_ERR_INVALID_CBOR');
    for (const input of [
      true,
      texts(['read', false]),
      texts(['write', new Uint8Array()]),
      new Map(),
    ] as CborValue[]) {
      expect((await assert(device, texts(['largeBlob', input]))).status).toBe('CTAP2_ERR_INVALID_CBOR');
    }
  });

  it('is not there beside largeBlobKey', () => {
    expect(() => managed({ extensions: ['largeBlob'] })).toThrow(/either largeBlob/);
  });
});

describe('minPinLength and pinComplexityPolicy', () => {
  it('are told to chosen RPs only', async () => {
    const device = managed({
      extensions: ['minPinLength', 'pinComplexityPolicy'],
      pinComplexityPolicy: 'on',
      minPinLengthRpIds: ['a.example'],
    });
    device.state({ minPinLengthRpIds: ['b.example'], minPinLength: 6 });
    const both = texts(['minPinLength', true], ['pinComplexityPolicy', true]);
    const told = [];
    for (const rpId of ['a.example', 'b.example', 'c.example'])
      told.push(outputs(await device.make(rpId, 'ada', both)));
    const all = texts(['minPinLength', 6], ['pinComplexityPolicy', true]);
    expect(told).toEqual([all, all, new Map()]);
    expect((await device.make('a.example', 'eve', texts(['minPinLength', 1]))).status).toBe(
      'CTAP2_ERR_CBOR_UNEXPECTED_TYPE',
    );
  });
});

describe('thirdPartyPayment', () => {
  it('is remembered, and told at assertions', async () => {
    const device = managed();
    const yes = await device.make('a.example', 'ada', texts(['thirdPartyPayment', true]));
    const no = await device.make('a.example', 'bob');
    expect(outputs(yes)).toEqual(new Map());
    const ask = texts(['thirdPartyPayment', true]);
    expect(outputs(await assert(device, ask, { id: idOf(yes) })).get('thirdPartyPayment')).toBe(true);
    expect(outputs(await assert(device, ask, { id: idOf(no) })).get('thirdPartyPayment')).toBe(false);
  });
});

describe('the extensions of a device', () => {
  it('are only those that the rest of it can serve', async () => {
    const listed = async (policy: Partial<Policy>) => (await managed(policy).send(0x04)).map.get(2);
    expect(await listed({})).toContain('hmac-secret');
    expect(await listed({ pinUvAuthProtocols: [], clientPin: false })).toEqual([
      'credProtect',
      'credBlob',
      'thirdPartyPayment',
    ]);
  });
});
