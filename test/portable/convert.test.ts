import { createPrivateKey, createPublicKey } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { base64url } from '../../src/base/base64url.ts';
import { deflate } from '../../src/base/deflate.ts';
import { algorithmIds, algorithmOf } from '../../src/crypto/algorithms.ts';
import { engineFor } from '../../src/crypto/engine.ts';
import { rpIdHashOf } from '../../src/crypto/hash.ts';
import type { KeyPair } from '../../src/crypto/key-pair.ts';
import { systemRandom } from '../../src/crypto/random.ts';
import {
  exportCredential,
  importCredential,
  PORTABLE_FORMATS,
  type PortableFormat,
} from '../../src/entries/portable.ts';
import type { CredentialRecord } from '../../src/store/record.ts';

const ALGORITHMS = algorithmIds.map(algorithmOf);
const engine = engineFor({ deterministic: false });
const keys = new Map<number, KeyPair>();
for (const { id } of ALGORITHMS) keys.set(id, await engine.generate(id, (n) => systemRandom(n, 'key')));
const bytes = (value: number, length: number): Uint8Array => new Uint8Array(length).fill(value);

function record(algorithm = -7, changes: Partial<CredentialRecord> = {}): CredentialRecord {
  const key = keys.get(algorithm) as KeyPair;
  return {
    id: bytes(1, 32),
    rpId: 'example.com',
    rpIdHash: rpIdHashOf('example.com'),
    algorithm,
    privateKey: key.secret,
    publicKey: key.public,
    discoverable: true,
    userId: bytes(2, 8),
    userName: 'ada',
    userDisplayName: 'Ada',
    signCount: 0,
    backupEligible: true,
    backupState: true,
    credProtect: 1,
    ...changes,
  };
}

const everything = async (): Promise<CredentialRecord> =>
  record(-8, {
    rpName: 'Example',
    signCount: 7,
    credProtect: 3,
    credRandom: bytes(3, 64),
    credBlob: bytes(4, 20),
    largeBlobKey: bytes(5, 32),
    largeBlob: await deflate(bytes(6, 500)),
    largeBlobOriginalSize: 500,
    largeBlobSupported: true,
    thirdPartyPayment: true,
  });

/** What a reader of a bare key has to know. */
const known = (format: PortableFormat, { id, rpId, userId, algorithm }: CredentialRecord): object =>
  ['pem', 'jwk'].includes(format) ? { id, rpId, ...(userId && { userId }), algorithm } : { algorithm };

const lost = async (format: PortableFormat, one: CredentialRecord): Promise<(string | undefined)[]> =>
  (await exportCredential(one, format)).warnings
    .filter(({ code }) => code === 'lost')
    .map(({ member }) => member);

describe('a credential', () => {
  it.each(ALGORITHMS.map(({ name, id }) => [name, id] as const))(
    'of %s signs with the same key after every format',
    async (_, id) => {
      const before = record(id);
      for (const format of PORTABLE_FORMATS) {
        if (format === 'bitwarden' && id !== -7) {
          const refused = { code: 'not-portable', message: expect.stringContaining('of ES256') };
          await expect(exportCredential(before, format)).rejects.toMatchObject(refused);
          continue;
        }
        const { value } = await exportCredential(before, format);
        const through = format === 'pem' ? value : JSON.parse(JSON.stringify(value));
        const { record: after, warnings } = await importCredential(format, through, known(format, before));
        expect([after.algorithm, after.privateKey, after.publicKey]).toEqual([
          id,
          before.privateKey,
          before.publicKey,
        ]);
        expect(warnings).toEqual([]);
      }
    },
  );

  it('comes back from our own format as it was, whatever it has', async () => {
    const before = await everything();
    const { value, warnings } = await exportCredential(before, 'stuntkey');
    expect(warnings).toEqual([]);
    const { record: after } = await importCredential('stuntkey', JSON.parse(JSON.stringify(value)));
    expect(after).toEqual(before);
  });

  it('made over U2F travels in our own format, and as a key', async () => {
    const { rpId: _, userId: __, userName: ___, userDisplayName: ____, ...u2f } = record();
    const one: CredentialRecord = { ...u2f, discoverable: false, backupEligible: false, backupState: false };
    const { value } = await exportCredential(one, 'stuntkey');
    expect((await importCredential('stuntkey', value)).record).toEqual(one);
    expect(await lost('pem', one)).toContain('rpIdHash');
    for (const format of ['cdp', 'webdriver', 'playwright', 'bitwarden', 'keepassxc', 'cxf'] as const)
      await expect(exportCredential(one, format)).rejects.toMatchObject({ code: 'not-portable' });
  });
});

describe('what a format cannot hold', () => {
  it('is nothing where it holds all that there is', async () => {
    const plain = record();
    expect(await lost('cdp', plain)).toEqual([]);
    expect(await lost('webdriver', plain)).toEqual([]);
    expect(await lost('cxf', plain)).toEqual([]);
    const { userName: _, userDisplayName: __, ...nameless } = record();
    expect(await lost('playwright', { ...nameless, backupEligible: false, backupState: false })).toEqual([]);
  });

  const rest = ['rpName', 'credProtect', 'credRandom', 'credBlob', 'largeBlobKey', 'thirdPartyPayment'];
  const blob = ['largeBlob', 'largeBlobOriginalSize', 'largeBlobSupported'];
  const person = ['userName', 'userDisplayName'];
  const backup = ['backupEligible', 'backupState'];
  it.each<[PortableFormat, number, string[]]>([
    ['stuntkey', 7, []],
    ['cdp', 7, rest],
    ['webdriver', 7, rest],
    ['playwright', 7, [...rest, ...blob, ...person, ...backup]],
    ['keepassxc', 7, [...rest, ...blob, 'userDisplayName', ...backup, 'signCount']],
    ['cxf', 0, ['rpName', 'credProtect', 'largeBlobKey']],
    ['jwk', 7, [...rest, ...blob, ...person, ...backup, 'signCount', 'rpId', 'userId', 'discoverable']],
    ['pem', 7, [...rest, ...blob, ...person, ...backup, 'signCount', 'id', 'rpId', 'userId', 'discoverable']],
  ])('is named, for %s', async (format, signCount, members) => {
    const one = { ...(await everything()), signCount };
    expect((await lost(format, one)).sort()).toEqual([...members].sort());
  });

  it('is said with what becomes of it', async () => {
    const { warnings } = await exportCredential(record(-7, { credProtect: 3 }), 'cdp');
    expect(warnings).toEqual([
      {
        code: 'lost',
        format: 'cdp',
        id: base64url(bytes(1, 32)),
        member: 'credProtect',
        message: 'cdp has no place for credProtect: 3 becomes 1',
      },
    ]);
  });

  it('may be the algorithm, where several have one kind of key', async () => {
    expect(await lost('cdp', record(-37))).toEqual(['algorithm']);
  });

  it('may be held and of no use', async () => {
    const { warnings } = await exportCredential(record(-8, { backupEligible: false }), 'playwright');
    expect(warnings).toContainEqual(expect.objectContaining({ code: 'unusable', member: 'algorithm' }));
  });

  it.each([
    ['cdp', [-35, -36, -47, -53]],
    ['webdriver', [-35, -36, -47, -53]],
    ['keepassxc', [-35, -48]],
  ] as const)('is of no use in %s with algorithms that its programs do not take', async (format, strange) => {
    for (const algorithm of strange) {
      const { warnings } = await exportCredential(record(algorithm), format);
      expect(warnings).toContainEqual(expect.objectContaining({ code: 'unusable', member: 'algorithm' }));
    }
    for (const algorithm of [-7, -8, -257]) {
      const { warnings } = await exportCredential(record(algorithm), format);
      expect(warnings.filter(({ code }) => code === 'unusable')).toEqual([]);
    }
  });

  it('may be all of it: CXF takes no passkey that counts', async () => {
    await expect(exportCredential(record(-7, { signCount: 1 }), 'cxf')).rejects.toMatchObject({
      code: 'not-portable',
    });
  });
});

describe('keys alone', () => {
  const judged = ALGORITHMS.filter(({ name }) => !name.startsWith('ML-DSA'));
  it.each(judged.map(({ name, id }) => [name, id] as const))(
    'of %s are what node:crypto reads',
    async (_, id) => {
      const one = record(id);
      const { value: pem } = await exportCredential(one, 'pem');
      const { value: jwk } = await exportCredential(one, 'jwk');
      const key = createPrivateKey(pem);
      const spki = (given: Parameters<typeof createPublicKey>[0]): Buffer =>
        createPublicKey(given).export({ type: 'spki', format: 'der' });
      const publicBlock = pem.slice(pem.indexOf('-----BEGIN PUBLIC KEY'));
      expect(spki(publicBlock)).toEqual(spki(key as never));
      expect(spki(createPrivateKey({ key: jwk as never, format: 'jwk' }) as never)).toEqual(
        spki(key as never),
      );
    },
  );
});

describe('a value from elsewhere', () => {
  const good = async (format: PortableFormat): Promise<Record<string, unknown>> =>
    ({ ...((await exportCredential(record(), format)).value as object) }) as never;
  const cases: [PortableFormat, string, object, RegExp][] = [
    ['cdp', 'no object', [], /cdp: credential: expected an object, got an array/],
    [
      'cdp',
      'bytes in base64url',
      { credentialId: '-_-_' },
      /cdp: credentialId: expected base64 with padding/,
    ],
    ['cdp', 'an empty ID', { credentialId: '' }, /credentialId: expected 1 to 1023 bytes/],
    ['cdp', 'a resident one without user', { userHandle: '' }, /userHandle: expected 1 to 64 bytes/],
    ['cdp', 'a counter below -1', { signCount: -2 }, /signCount: expected an integer from -1/],
    ['cdp', 'no key', { privateKey: 'AAAA' }, /cdp: privateKey: /],
    ['cdp', 'a backup that cannot be', { backupEligibility: false }, /backupState: expected false/],
    ['webdriver', 'bytes in base64', { credentialId: 'AAA=' }, /webdriver: credentialId: expected base64url/],
    ['webdriver', 'no RP ID', { rpId: undefined }, /rpId: expected a text that is not empty, got none/],
    ['playwright', 'a counter that is a text', { signCount: '1' }, /signCount: expected an integer/],
    ['playwright', 'another public key', { publicKey: 'AAAA' }, /publicKey: expected SPKI of the private/],
    ['playwright', 'a long user handle', { userHandle: 'A'.repeat(88) }, /userHandle: expected 1 to 64/],
    [
      'cxf',
      'two passkeys in one item',
      { credentials: [1, 2] },
      /cxf: credentials: expected an array of one/,
    ],
    ['cxf', 'a password', { credentials: [{ type: 'basic-auth' }] }, /type: expected passkey/],
    ['stuntkey', 'another format', { format: 'x' }, /format: expected stuntkey-credential/],
    ['stuntkey', 'a later version', { version: 2 }, /later version/],
    ['stuntkey', 'an unknown algorithm', { algorithm: -9999 }, /algorithm: expected a COSE number/],
    ['stuntkey', 'the hash of another RP ID', { rpId: 'example.net' }, /rpIdHash: expected SHA-256/],
    ['jwk', 'an RSA key without its parts', { kty: 'RSA' }, /jwk: key: /],
    [
      'jwk',
      'an object for a kind',
      { kty: Object.create(null), alg: undefined },
      /kty: expected EC, got a value of type object/,
    ],
    [
      'jwk',
      'a symbol for an algorithm',
      { alg: Symbol('x') },
      /alg: expected ES256, got a value of type symbol/,
    ],
    ['bitwarden', 'an ID that is neither', { credentialId: 'AAAA' }, /credentialId: expected a GUID, or b64/],
    ['bitwarden', 'another curve', { keyCurve: 'P-384' }, /keyCurve: expected P-256/],
    ['bitwarden', 'a counter that is a number', { counter: 1 }, /counter: expected a text/],
    ['keepassxc', 'DER for a key', { privateKey: 'AAAA' }, /privateKey: expected PEM/],
    ['keepassxc', 'no user', { userHandle: '' }, /userHandle: expected 1 to 64 bytes/],
  ];
  it.each(cases)('of %s with %s is refused', async (format, _, change, message) => {
    const value = Array.isArray(change) ? change : { ...(await good(format)), ...change };
    const reading = importCredential(format, value, known(format, record()));
    await expect(reading).rejects.toMatchObject({
      name: 'StuntkeyError',
      message: expect.stringMatching(message),
    });
  });

  it('of jwk is named by what it is, where its algorithm has to be found', async () => {
    for (const odd of [{ kty: Object.create(null) }, { kty: 'EC', alg: Symbol('x') }, { kty: 1n, crv: {} }])
      await expect(
        importCredential('jwk', odd, { id: bytes(1, 16), rpId: 'example.com' }),
      ).rejects.toMatchObject({ name: 'StuntkeyError', message: expect.stringContaining('a value of type') });
  });

  it('is told which members are not kept', async () => {
    const { warnings } = await importCredential('cdp', { ...(await good('cdp')), color: 'red' });
    expect(warnings).toMatchObject([{ code: 'ignored', member: 'color' }]);
  });

  it('needs a format that there is', async () => {
    await expect(importCredential('toString' as never, {})).rejects.toMatchObject({ code: 'unknown-format' });
  });

  it('reads as itself or fails by name, whatever it is', async () => {
    const values = await Promise.all(PORTABLE_FORMATS.map(async (name) => [name, await good(name)] as const));
    const mutated = fc
      .constantFrom(...values)
      .chain(([format, value]) =>
        fc.tuple(
          fc.constant(format),
          fc.constant(value),
          fc.constantFrom(...Object.keys(value), '__proto__', 'constructor'),
          fc.oneof(fc.jsonValue(), fc.constant(undefined)),
        ),
      );
    await fc.assert(
      fc.asyncProperty(mutated, async ([format, value, member, change]) => {
        try {
          const { record: read } = await importCredential(
            format,
            { ...value, [member]: change },
            known(format, record()),
          );
          expect(read.id.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toMatchObject({ name: 'StuntkeyError' });
        }
      }),
      { numRuns: 300 },
    );
  });
});
