import * as crypto from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { concat, fromHex, hex, utf8 } from '../../src/base/bytes.ts';
import type { CborMap } from '../../src/cbor/cbor.ts';
import { algorithmOf } from '../../src/crypto/algorithms.ts';
import { fromBigInt, inverse, toBigInt } from '../../src/crypto/bigint.ts';
import { engineFor } from '../../src/crypto/engine.ts';
import { nobleEngine } from '../../src/crypto/engines/noble.ts';
import { nodeEngine } from '../../src/crypto/engines/node.ts';
import { repeatableEngine } from '../../src/crypto/engines/node-repeatable.ts';
import { fromCose } from '../../src/crypto/formats/cose.ts';
import { derElement } from '../../src/crypto/formats/der.ts';
import { toJwk } from '../../src/crypto/formats/jwk.ts';
import { fromPkcs8, toPkcs8 } from '../../src/crypto/formats/pkcs8.ts';
import { encodeRsaPrivate, encodeRsaPublic } from '../../src/crypto/formats/rsa.ts';
import { toSpki } from '../../src/crypto/formats/spki.ts';
import { sha256 } from '../../src/crypto/hash.ts';
import type { KeyPair } from '../../src/crypto/key-pair.ts';
import { expandMlDsa } from '../../src/crypto/ml-dsa.ts';
import { decodeCbor, endOfItem } from '../../src/entries/codec.ts';
import { type Vector, webauthnLevel3Vectors } from '../../src/vectors/data.ts';

const deterministic = engineFor({ deterministic: true });

/** RSA keys of the vectors are two Mersenne primes. */
function mersenneKey(): KeyPair {
  const [p, q, e] = [2n ** 1279n - 1n, 2n ** 2203n - 1n, 65_537n];
  const d = inverse(e, (p - 1n) * (q - 1n)) as bigint;
  const numbers = Object.fromEntries(
    Object.entries({
      n: p * q,
      e,
      d,
      p,
      q,
      dp: d % (p - 1n),
      dq: d % (q - 1n),
      qi: inverse(q, p) as bigint,
    }).map(([name, value]) => [name, fromBigInt(value)]),
  ) as never;
  return { algorithm: -257, secret: encodeRsaPrivate(numbers), public: encodeRsaPublic(numbers) };
}

async function credentialKey({ credentialAlg, registration }: Vector): Promise<KeyPair> {
  const algorithm = algorithmOf(credentialAlg);
  if (algorithm.kty === 'RSA') return mersenneKey();
  const stated = fromHex((registration.credential_private_key ?? registration.private_key)?.hex as string);
  return nobleEngine.generate(credentialAlg, (length) => {
    const secret = new Uint8Array(length);
    secret.set(stated, length - stated.length);
    return secret;
  });
}

/** The credential public key in a registration's authenticator data. */
function registeredKey(vector: Vector): CborMap {
  const object = decodeCbor(fromHex(vector.registration.attestationObject?.hex as string)) as CborMap;
  const authData = object.get('authData') as Uint8Array;
  const start = 55 + (((authData[53] as number) << 8) | (authData[54] as number));
  return decodeCbor(authData.subarray(start, endOfItem(authData, start))) as CborMap;
}

describe("WebAuthn Level 3's test vectors", () => {
  const { vectors } = webauthnLevel3Vectors();

  it('are fifteen', () => {
    expect(vectors).toHaveLength(15);
  });

  it.each(vectors.map((vector) => [vector.name, vector] as const))('%s', async (_, vector) => {
    const key = await credentialKey(vector);
    expect(fromCose(registeredKey(vector))).toEqual({ algorithm: vector.credentialAlg, public: key.public });

    const bytes = (name: string): Uint8Array => fromHex(vector.authentication[name]?.hex as string);
    const signed = concat(bytes('authenticatorData'), sha256(bytes('clientDataJSON')));
    expect(hex(await deterministic.sign(key, signed))).toBe(hex(bytes('signature')));
    expect(await nodeEngine.verify(vector.credentialAlg, key.public, signed, bytes('signature'))).toBe(true);
  });
});

describe('published signatures', () => {
  it.each([
    [
      'A.2.5, P-256 with SHA-256',
      -7,
      'c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721',
      'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716',
      'f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8',
    ],
    [
      'A.2.6, P-384 with SHA-384',
      -35,
      '6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d896d5724e4c70a825f872c9ea60d2edf5',
      '94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe46',
      '99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8',
    ],
    [
      'A.2.7, P-521 with SHA-512',
      -36,
      '00fad06daa62ba3b25d2fb40133da757205de67f5bb0018fee8c86e1b68c7e75caa896eb32f1f47c70855836a6d16fcc1466f6d8fbec67db89ec0c08b0e996b83538',
      '00c328fafcbd79dd77850370c46325d987cb525569fb63c5d3bc53950e6d4c5f174e25a1ee9017b5d450606add152b534931d7d4e8455cc91f9b15bf05ec36e377fa',
      '00617cce7cf5064806c467f678d3b4080d6f1cc50af26ca209417308281b68af282623eaa63e5b5c0723d8b8c37ff0777b1a20f8ccb1dccc43997f1ee0e44da4a67a',
    ],
  ])('RFC 6979 %s, message "sample"', async (_, id, secret, r, s) => {
    const key = await nodeEngine.generate(id, () => fromHex(secret));
    const integer = (digits: string): Uint8Array => {
      const bytes = fromBigInt(toBigInt(fromHex(digits)));
      return derElement(2, (bytes[0] as number) > 127 ? concat(Uint8Array.of(0), bytes) : bytes);
    };
    for (const engine of [nobleEngine, repeatableEngine]) {
      expect(hex(await engine.sign(key, utf8('sample')))).toBe(hex(derElement(0x30, integer(r), integer(s))));
    }
  });

  it.each([
    [
      '7.1 test 2, Ed25519',
      -8,
      '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
      '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
      '72',
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    ],
    [
      '7.4 1 octet, Ed448',
      -53,
      'c4eab05d357007c632f3dbb48489924d552b08fe0c353a0d4a1f00acda2c463afbea67c5e8d2877c5e3bc397a659949ef8021e954e0a12274e',
      '43ba28f430cdff456ae531545f7ecd0ac834a55d9358c0372bfa0c6c6798c0866aea01eb00742802b8438ea4cb82169c235160627b4c3a9480',
      '03',
      '26b8f91727bd62897af15e41eb43c377efb9c610d48f2335cb0bd0087810f4352541b143c4b981b7e18f62de8ccdf633fc1bf037ab7cd779805e0dbcc0aae1cbcee1afb2e027df36bc04dcecbf154336c19f0af7e0a6472905e799f1953d2a0ff3348ab21aa4adafd1d234441cf807c03a00',
    ],
  ])('RFC 8032 %s', async (_, id, secret, publicKey, message, signature) => {
    for (const engine of [nodeEngine, nobleEngine]) {
      const key = await engine.generate(id, () => fromHex(secret));
      expect(hex(key.public)).toBe(publicKey);
      expect(hex(await engine.sign(key, fromHex(message), false))).toBe(signature);
    }
  });
});

describe('ML-DSA as published', () => {
  // Digests stand for values of thousands of bytes.
  const digest = (bytes: Uint8Array): string => hex(sha256(bytes));

  it.each([
    [
      -48,
      'T4xl70S7MT6Zeq6r9V9fPJGVn76wfnXJ21-gyo0Gu6o',
      'eb4e7302842153b0fa19e8620739ad258af4929c26dd89079a7ec7d4282208e1',
      '8651ad35f71a6e01bf62569ad21822c635f1b6cf3c35037bb689074dca560bfa',
    ],
    [
      -49,
      'Suiu29qbfuaBaR4Ats-c6XQBePB_OpAxAwcTR_0KXVM',
      '085ba380ff386dd52e42349c6eb88489d6058ea541a4e3fb0dce9a3fd1f7a911',
      '2d3d1ba6581e89392226d707e2fe24e3326f80b9f7c6865707be9bd6f89d6ec6',
    ],
    [
      -50,
      'tRn1JNIkgMsABVQBlXeDHxAIcclh-2IX0UdDEzPt5XU',
      '1d4a461707fc50a7ec93a9c02454778a8b82321ca460eea345e7bbfaff38a3aa',
      'c521622a50722e369f511589f8405b7d3624b6fb39ae4045333f6485f4d9d42c',
    ],
  ])('RFC 9964 appendix A.1: JWK and JWS (%i)', async (id, thumbprint, publicKey, signature) => {
    const key = await nobleEngine.generate(id, (length) => new Uint8Array(length));
    expect(digest(key.public)).toBe(publicKey);
    const { kty, alg, pub, priv } = toJwk(key);
    expect(priv).toBe('A'.repeat(43));
    const canonical = utf8(JSON.stringify({ alg, kty, pub }));
    expect(Buffer.from(sha256(canonical)).toString('base64url')).toBe(thumbprint);
    const header = Buffer.from(JSON.stringify({ alg, kid: thumbprint })).toString('base64url');
    const payload = 'SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4';
    expect(digest(await nobleEngine.sign(key, utf8(`${header}.${payload}`)))).toBe(signature);
  });

  it.each([
    [
      -48,
      'c823cb6a31172daa8af670a22c0f049af972bf1cb39a4a95971aa8c0c659dff4',
      'e355e29f28e537fcf3aff28354016415146d7f801a57136c241bb6e9addfaa30',
      '837832708c5236d951581f1fddf2b79991b3424a0486d16da1ddad0fd69701be',
    ],
    [
      -49,
      'af965903772933b6acc59764f335fcad9b5c61cdab2b368eabf224e7c29e31ac',
      '5259463f8ec68e21b8c179a7e49dba184fd24280080bd5bb78af94d7a2a0ac81',
      'b8b62131bfbe84433efb2273d7f5b87f7a22854a2cfd366fc2aead86d837c52d',
    ],
    [
      -50,
      '72cc4260a8d3d7622801ea98636123866d00e236d5f77221039c862325e02754',
      'c71913419ea426e99da06330e3b06b2ab47448f1aff520479358e3cb71f5c1d6',
      '07e57c4f14dbad1267f621ec3777b4e2e6c4fbc4c22fbb87510ff8e0b3c6a642',
    ],
  ])(
    'RFC 9881 appendix C: PKCS#8 with the seed and with both, SPKI (%i)',
    async (id, seedOnly, both, spki) => {
      const key = await nobleEngine.generate(id, (length) => Uint8Array.from({ length }, (_, i) => i));
      const der = toPkcs8(key);
      expect(digest(der)).toBe(seedOnly);
      expect(digest(toSpki(id, key.public))).toBe(spki);

      const { name } = algorithmOf(id);
      const withBoth = pkcs8With(der, [key.secret, expandMlDsa(name as never, key.secret).secretKey]);
      expect(digest(withBoth)).toBe(both);
      expect(fromPkcs8(id, withBoth)).toEqual(key);
    },
  );

  it('is refused when the two do not fit, or the seed is missing', async () => {
    const key = await nobleEngine.generate(-48, (length) => new Uint8Array(length));
    const expanded = expandMlDsa('ML-DSA-44', key.secret).secretKey;
    const der = toPkcs8(key);
    const changed = expanded.slice();
    changed[99] = (changed[99] as number) ^ 1;
    expect(() => fromPkcs8(-48, pkcs8With(der, [key.secret, changed]))).toThrow(/do not fit/);
    expect(() => fromPkcs8(-48, pkcs8With(der, [key.secret.subarray(1), expanded]))).toThrow(/31 bytes/);
    const alone = derElement(0x30, der.subarray(2, 18), derElement(4, derElement(4, expanded)));
    expect(() => fromPkcs8(-48, alone)).toThrow(expect.objectContaining({ code: 'unsupported-format' }));
  });

  /** The same document (version and algorithm are 16 bytes) with another ML-DSA-PrivateKey in it. */
  function pkcs8With(der: Uint8Array, strings: readonly Uint8Array[]): Uint8Array {
    const both = derElement(0x30, ...strings.map((string) => derElement(4, string)));
    return derElement(0x30, der.subarray(2, 18), derElement(4, both));
  }
});

describe('RSA', () => {
  it('of another maker is signed with and verified', async () => {
    const { privateKey } = crypto.generateKeyPairSync('rsa', {
      modulusLength: 1034,
      privateKeyEncoding: { type: 'pkcs8', format: 'der' },
      publicKeyEncoding: { type: 'spki', format: 'der' },
    });
    for (const id of [-257, -258, -259, -37, -38, -39]) {
      const key = fromPkcs8(id, privateKey);
      for (const engine of [nodeEngine, deterministic]) {
        const signature = await engine.sign(key, utf8('x'));
        expect(await nodeEngine.verify(id, key.public, utf8('x'), signature)).toBe(true);
      }
    }
  });
});
