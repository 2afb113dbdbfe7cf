import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromHex, hex } from '../../src/base/bytes.ts';
import {
  authenticate,
  decrypt,
  encapsulate,
  encrypt,
  PinUvAuthProtocol,
  verify,
} from '../../src/crypto/pin-uv-auth-protocol.ts';
import { platform } from '../../src/crypto/platform/node.ts';
import { seededRandom } from '../../src/crypto/random.ts';

const {
  shared,
  cases,
  authenticator_key_agreement_private_key: authenticatorSecret,
} = JSON.parse(
  readFileSync(new URL('../../vectors/webauthn-l3.json', import.meta.url), 'utf8'),
).prfHmacSecret;

const random = seededRandom('pin');

const authenticatorKey = new Map<number, number | Uint8Array>(
  Object.entries(shared.authenticator_key_agreement_public_key as Record<string, number | string>).map(
    ([key, value]) => [Number(key), typeof value === 'string' ? fromHex(value) : value],
  ),
);

describe("WebAuthn Level 3's hmac-secret vectors", () => {
  it.each<{ name: string; pinUvAuthProtocol: 1 | 2; values: Record<string, string> }>(cases)(
    '$name',
    ({ pinUvAuthProtocol, values }) => {
      const bytes = (name: string): Uint8Array => fromHex(values[name] ?? '');
      const platformKey = fromHex(shared.platform_key_agreement_private_key);
      const { sharedSecret, platformKeyAgreement } = encapsulate(
        pinUvAuthProtocol,
        authenticatorKey,
        () => platformKey,
      );
      expect(hex(sharedSecret)).toBe(values.shared_secret);

      const device = new PinUvAuthProtocol(pinUvAuthProtocol, () => fromHex(authenticatorSecret));
      expect(device.getPublicKey()).toEqual(authenticatorKey);
      expect(hex(device.decapsulate(platformKeyAgreement))).toBe(values.shared_secret);

      const salts = decrypt(pinUvAuthProtocol, sharedSecret, bytes('salt_enc'));
      expect(hex(salts)).toBe(`${values.salt1}${values.salt2 ?? ''}`);
      const iv = bytes('salt_enc').subarray(0, 16);
      expect(hex(encrypt(pinUvAuthProtocol, sharedSecret, salts, () => iv))).toBe(values.salt_enc);

      const credRandom = fromHex(shared.authenticator_cred_random);
      const outputs = fromHex(`${values.output1}${values.output2 ?? ''}`);
      expect(hex(platform.hmacSha256(credRandom, salts.subarray(0, 32)))).toBe(values.output1);
      const outputIv = bytes('output_enc').subarray(0, 16);
      expect(hex(encrypt(pinUvAuthProtocol, sharedSecret, outputs, () => outputIv))).toBe(values.output_enc);
    },
  );
});

describe.each([1, 2] as const)('protocol %i', (version) => {
  it('lets both sides agree on a secret, and encrypt and authenticate with it', () => {
    const device = new PinUvAuthProtocol(version, random);
    const { platformKeyAgreement, sharedSecret } = encapsulate(version, device.getPublicKey(), random);
    const theirs = device.decapsulate(platformKeyAgreement);
    expect(hex(theirs)).toBe(hex(sharedSecret));
    const message = new Uint8Array(64).fill(7);
    const encrypted = device.encrypt(theirs, message);
    expect(encrypted).toHaveLength(version === 1 ? 64 : 80);
    expect(hex(decrypt(version, sharedSecret, encrypted))).toBe(hex(message));
  });

  it('has another key after regenerate, and the same one before', () => {
    const device = new PinUvAuthProtocol(version, random);
    const before = device.getPublicKey();
    expect(device.getPublicKey()).toEqual(before);
    device.regenerate();
    expect(device.getPublicKey()).not.toEqual(before);
  });

  it('answers with exactly the members of a key agreement key', () => {
    expect([...new PinUvAuthProtocol(version, random).getPublicKey().keys()]).toEqual([1, 3, -1, -2, -3]);
  });

  it('verifies nothing of another length', () => {
    const key = new Uint8Array(64);
    expect(verify(version, key, new Uint8Array(), new Uint8Array(version === 1 ? 32 : 16))).toBe(false);
    expect(verify(version, key, new Uint8Array(), new Uint8Array())).toBe(false);
  });

  it('refuses ciphertexts of impossible lengths', () => {
    for (const length of version === 1 ? [1, 15, 17] : [0, 15, 17]) {
      expect(() =>
        decrypt(version, new Uint8Array(64).subarray(0, version === 1 ? 32 : 64), new Uint8Array(length)),
      ).toThrow(
        expect.objectContaining({
          code: 'decryption-failed',
          message: expect.stringContaining(`at least ${version === 1 ? 0 : 16}, got ${length}`),
        }),
      );
    }
  });

  it('decrypts nothing to nothing', () => {
    const key = new Uint8Array(64).subarray(0, version === 1 ? 32 : 64);
    expect(decrypt(version, key, new Uint8Array(version === 1 ? 0 : 16))).toEqual(new Uint8Array());
  });

  it('refuses to encrypt what is not whole blocks', () => {
    const key = new Uint8Array(64).subarray(0, version === 1 ? 32 : 64);
    expect(() => encrypt(version, key, new Uint8Array(17), random)).toThrow(
      expect.objectContaining({ code: 'bad-length' }),
    );
  });

  it('authenticates with 16 bytes or 32, and tells a changed one', () => {
    const key = new Uint8Array(64).fill(3);
    const message = Uint8Array.of(1, 2, 3);
    const mac = authenticate(version, key, message);
    expect(mac).toHaveLength(version === 1 ? 16 : 32);
    expect(verify(version, key, message, mac)).toBe(true);
    for (let i = 0; i < mac.length; i++) {
      const changed = mac.slice();
      changed[i] = (changed[i] as number) ^ 0x80;
      expect(verify(version, key, message, changed)).toBe(false);
    }
    expect(verify(version, key, Uint8Array.of(1, 2), mac)).toBe(false);
    // Protocol two authenticates with the first half of a shared secret only.
    const otherHalf = key.slice();
    otherHalf[40] = 9;
    expect(verify(version, otherHalf, message, mac)).toBe(version === 2);
  });

  it.each<[string, ReadonlyMap<number, number | string | Uint8Array>, string]>([
    ['another key type', new Map([...authenticatorKey, [1, 1]]), 'bad-key'],
    ['another algorithm', new Map([...authenticatorKey, [3, -7]]), 'bad-key'],
    ['another curve', new Map([...authenticatorKey, [-1, 2]]), 'bad-key'],
    ['a short coordinate', new Map([...authenticatorKey, [-2, new Uint8Array(31)]]), 'bad-key'],
    [
      'a text for a coordinate',
      new Map<number, number | string | Uint8Array>([...authenticatorKey, [-2, 'x'.repeat(32)]]),
      'bad-key',
    ],
    ['a point off the curve', new Map([...authenticatorKey, [-3, new Uint8Array(32)]]), 'invalid-public-key'],
    ['an empty map', new Map(), 'bad-key'],
  ])('refuses a peer with %s', (_, key, code) => {
    const device = new PinUvAuthProtocol(version, random);
    const refusal = expect.objectContaining({ name: 'CryptoError', code });
    expect(() => device.decapsulate(key)).toThrow(refusal);
    expect(() => encapsulate(version, key, random)).toThrow(refusal);
  });
});
