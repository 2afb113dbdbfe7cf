import * as crypto from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fromBigInt, toBigInt } from '../../src/crypto/bigint.ts';
import { CryptoError } from '../../src/crypto/error.ts';
import { fromCose, toCose } from '../../src/crypto/formats/cose.ts';
import { derElement, derInteger } from '../../src/crypto/formats/der.ts';
import { fromJwk, fromPublicJwk, type Jwk, toJwk, toPublicJwk } from '../../src/crypto/formats/jwk.ts';
import { fromPem, toPem } from '../../src/crypto/formats/pem.ts';
import { fromAnyPkcs8, fromPkcs8, toPkcs8 } from '../../src/crypto/formats/pkcs8.ts';
import { fromAnySpki, fromSpki, toSpki } from '../../src/crypto/formats/spki.ts';
import { base64url, concat, fromHex } from '../../src/entries/codec.ts';
import { keyFor } from './keys-for-tests.ts';

const ec = await keyFor(-7);
const other = await keyFor(-7, 'other');
const ed = await keyFor(-8);
const ed448 = await keyFor(-53);
const rsa = await keyFor(-257);
const otherRsa = await keyFor(-257, 'other');
const mlDsa = await keyFor(-48);

/** The point at x with another y: off the curve. */
const offCurve = ec.public.slice();
offCurve[63] = (offCurve[63] as number) ^ 1;

/** y = 2 has no x on Ed25519; y = p + 1 is a second spelling of 1; x = 0 has no sign. */
const noPoints = [
  `02${'00'.repeat(31)}`,
  `eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f`,
  `01${'00'.repeat(30)}80`,
].map(fromHex);

const weakRsa = crypto.generateKeyPairSync('rsa', {
  modulusLength: 512,
  privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  publicKeyEncoding: { type: 'spki', format: 'der' },
});

const rsaJwk = toJwk(rsa) as Required<Jwk>;
const plusTwo = (text: string): string =>
  base64url(fromBigInt(toBigInt(Buffer.from(text, 'base64url')) + 2n));

/** A PrivateKeyInfo with another AlgorithmIdentifier. */
const pkcs8 = (algorithm: string, key: Uint8Array): Uint8Array =>
  derElement(0x30, fromHex('020100'), fromHex(algorithm), derElement(4, key));

/** A SubjectPublicKeyInfo of RSA as it should not be written. */
const rsaSpkiOf = (...parts: readonly Uint8Array[]): Uint8Array =>
  derElement(0x30, fromHex('300d06092a864886f70d0101010500'), ...parts);

const rsaSpki = (...integers: readonly Uint8Array[]): Uint8Array =>
  rsaSpkiOf(derElement(3, Uint8Array.of(0), derElement(0x30, ...integers)));

function weakJwk(): Jwk {
  return crypto
    .createPrivateKey({ key: weakRsa.privateKey, format: 'der', type: 'pkcs8' })
    .export({ format: 'jwk' }) as Jwk;
}

function smallRsa(): Uint8Array {
  return crypto.generateKeyPairSync('rsa', {
    modulusLength: 1024,
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
    publicKeyEncoding: { type: 'spki', format: 'der' },
  }).privateKey;
}

function refusal(work: () => unknown): { code: string; field: string | undefined } {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(CryptoError);
    const { code, field } = error as CryptoError;
    return { code, field };
  }
  throw new Error('it was accepted');
}

describe('a bad key is refused, naming what is wrong:', () => {
  it.each<[string, () => unknown, string, string | undefined]>([
    ['an unknown algorithm', () => toCose(-9999, ec.public), 'unsupported-algorithm', undefined],
    ['a JWK of another type', () => fromJwk(-7, toJwk(ed)), 'bad-key', 'kty'],
    ['a JWK on another curve', () => fromJwk(-7, { ...toJwk(ec), crv: 'P-384' }), 'bad-key', 'crv'],
    ['a JWK with the wrong alg', () => fromJwk(-7, { ...toJwk(ec), alg: 'ES384' }), 'bad-key', 'alg'],
    ['a JWK whose x is not base64url', () => fromJwk(-7, { ...toJwk(ec), x: '+' }), 'bad-key', 'x'],
    ['a JWK whose y is too short', () => fromJwk(-7, { ...toJwk(ec), y: 'AAAA' }), 'bad-key', 'y'],
    ['a JWK without d', () => fromJwk(-7, { ...toJwk(ec), d: undefined as never }), 'bad-key', 'd'],
    [
      'a JWK whose d is zero',
      () => fromJwk(-7, { ...toJwk(ec), d: base64url(new Uint8Array(32)) }),
      'bad-key',
      'd',
    ],
    [
      'a JWK whose point is another key’s',
      () => fromJwk(-7, { ...toJwk(other), d: toJwk(ec).d as string }),
      'bad-key',
      'x',
    ],
    [
      'an Ed25519 JWK whose x is another key’s',
      () => fromJwk(-8, { ...toJwk(ed), x: base64url(ec.secret) }),
      'bad-key',
      'x',
    ],
    ['PKCS#8 that is cut off', () => fromPkcs8(-7, toPkcs8(ec).subarray(0, 60)), 'bad-key', 'PrivateKeyInfo'],
    ['PKCS#8 that is empty', () => fromPkcs8(-7, new Uint8Array()), 'bad-key', 'PrivateKeyInfo'],
    ['PKCS#8 of another algorithm', () => fromPkcs8(-7, toPkcs8(ed)), 'bad-key', 'privateKeyAlgorithm'],
    [
      'PKCS#8 on P-384',
      () =>
        fromPkcs8(
          -7,
          fromHex(
            '3081b6020100301006072a8648ce3d020106052b8104002204819e30819b0201010430' +
              '11'.repeat(48) +
              'a16403620004' +
              '22'.repeat(96),
          ),
        ),
      'bad-key',
      'parameters',
    ],
    [
      'PKCS#8 whose public key is another’s',
      () => fromPkcs8(-7, concat(toPkcs8(ec).subarray(0, -64), other.public)),
      'bad-key',
      'publicKey',
    ],
    [
      'a COSE key of another type',
      () => fromCose(new Map([...toCose(-7, ec.public), [1, 1]])),
      'bad-key',
      'kty',
    ],
    [
      'a COSE key on another curve',
      () => fromCose(new Map([...toCose(-7, ec.public), [-1, 2]])),
      'bad-key',
      'crv',
    ],
    [
      'a COSE key with a short x',
      () => fromCose(new Map([...toCose(-7, ec.public), [-2, new Uint8Array(31)]])),
      'bad-key',
      'x',
    ],
    ['a COSE key without alg', () => fromCose(new Map([[1, 2]])), 'unsupported-algorithm', undefined],
    ['SPKI of another algorithm', () => fromSpki(-7, toSpki(-8, ed.public)), 'bad-key', 'algorithm'],
    [
      'SPKI with trailing bytes',
      () => fromSpki(-8, concat(toSpki(-8, ed.public), fromHex('00'))),
      'bad-key',
      'publicKey',
    ],
    ['a JWK of P-256 for ES384', () => fromJwk(-35, toJwk(ec)), 'bad-key', 'crv'],
    ['a JWK with padding', () => fromJwk(-7, { ...toJwk(ec), x: `${toJwk(ec).x}=` }), 'bad-key', 'x'],
    [
      'a public JWK off the curve',
      () => fromPublicJwk(-7, toPublicJwk(-7, offCurve)),
      'invalid-public-key',
      'publicKey',
    ],
    [
      'a private JWK off the curve',
      () => fromJwk(-7, { ...toPublicJwk(-7, offCurve), d: toJwk(ec).d as string }),
      'bad-key',
      'x',
    ],
    ['an Ed25519 JWK for Ed448', () => fromJwk(-53, toJwk(ed)), 'bad-key', 'crv'],
    ['an RSA JWK for another padding', () => fromJwk(-37, rsaJwk), 'bad-key', 'alg'],
    ['an RSA JWK of 512 bits', () => fromJwk(-257, weakJwk()), 'bad-key', 'n'],
    ['a public RSA JWK of 512 bits', () => fromPublicJwk(-257, weakJwk()), 'bad-key', 'n'],
    ['an RSA JWK with e = 1', () => fromPublicJwk(-257, { ...rsaJwk, e: 'AQ' }), 'bad-key', 'e'],
    [
      'an RSA JWK with an even n',
      () => fromPublicJwk(-257, { ...rsaJwk, n: `${rsaJwk.n.slice(0, -2)}AA` }),
      'bad-key',
      'n',
    ],
    ['an RSA JWK with an empty n', () => fromPublicJwk(-257, { ...rsaJwk, n: '' }), 'bad-key', 'n'],
    ['an RSA JWK with more primes', () => fromJwk(-257, { ...rsaJwk, oth: [] } as Jwk), 'bad-key', 'oth'],
    ...(['d', 'p', 'q', 'dp', 'dq', 'qi'] as const).map((name): [string, () => unknown, string, string] => [
      `an RSA JWK with another ${name}`,
      () => fromJwk(-257, { ...rsaJwk, [name]: plusTwo(rsaJwk[name]) }),
      'bad-key',
      name === 'q' ? 'p' : name,
    ]),
    ['an RSA JWK whose p is 1', () => fromJwk(-257, { ...rsaJwk, p: 'AQ', q: rsaJwk.n }), 'bad-key', 'p'],
    [
      'an RSA JWK with the n of another key',
      () => fromJwk(-257, { ...rsaJwk, n: toJwk(otherRsa).n as string }),
      'bad-key',
      'p',
    ],
    [
      'an AKP JWK without alg',
      () => fromJwk(-48, { ...toJwk(mlDsa), alg: undefined as never }),
      'bad-key',
      'alg',
    ],
    ['an AKP JWK of another parameter set', () => fromJwk(-49, toJwk(mlDsa)), 'bad-key', 'alg'],
    [
      'an AKP JWK with the pub of another key',
      () => fromJwk(-48, { ...toJwk(mlDsa), pub: base64url(new Uint8Array(1312)) }),
      'bad-key',
      'pub',
    ],
    [
      'an AKP JWK with a short seed',
      () => fromJwk(-48, { ...toJwk(mlDsa), priv: 'AAAA' }),
      'bad-key',
      'priv',
    ],
    [
      'PKCS#8 with bytes after it',
      () => fromPkcs8(-8, concat(toPkcs8(ed), fromHex('00'))),
      'bad-key',
      'PrivateKeyInfo',
    ],
    ['PKCS#8 of RSA for Ed25519', () => fromPkcs8(-8, toPkcs8(rsa)), 'bad-key', 'privateKeyAlgorithm'],
    ['PKCS#8 of an RSA key of 512 bits', () => fromPkcs8(-257, weakRsa.privateKey), 'bad-key', 'n'],
    [
      'PKCS#8 of RSA that is cut off inside',
      () => fromPkcs8(-257, pkcs8('300d06092a864886f70d0101010500', rsa.secret.subarray(0, -9))),
      'bad-key',
      'RSAPrivateKey',
    ],
    [
      'PKCS#8 of Ed25519 with a short seed',
      () => fromPkcs8(-8, pkcs8('300506032b6570', derElement(4, new Uint8Array(31)))),
      'bad-key',
      'privateKey',
    ],
    [
      'PKCS#8 of Ed25519 with two seeds',
      () =>
        fromPkcs8(-8, pkcs8('300506032b6570', concat(derElement(4, ed.secret), derElement(4, ed.secret)))),
      'bad-key',
      'privateKey',
    ],
    [
      'PKCS#8 of EC without a curve',
      () => fromPkcs8(-7, pkcs8('300906072a8648ce3d0201', new Uint8Array())),
      'bad-key',
      'parameters',
    ],
    [
      'PKCS#8 of an unknown algorithm',
      () => fromAnyPkcs8(pkcs8('300506032b656e', derElement(4, new Uint8Array(32)))),
      'unsupported-format',
      'privateKeyAlgorithm',
    ],
    ['a COSE key off the curve', () => fromCose(toCose(-7, offCurve)), 'invalid-public-key', 'publicKey'],
    ...noPoints.map((bytes, i): [string, () => unknown, string, string] => [
      `a COSE key off Ed25519 (${i})`,
      () => fromCose(toCose(-8, bytes)),
      'invalid-public-key',
      'publicKey',
    ]),
    [
      'a COSE key off Ed448',
      () =>
        fromCose(
          toCose(
            -53,
            Uint8Array.from(ed448.public, (byte) => byte ^ 0xff),
          ),
        ),
      'invalid-public-key',
      'publicKey',
    ],
    [
      'a COSE key of ES256 said to be ESP384',
      () => fromCose(new Map([...toCose(-7, ec.public), [3, -51]])),
      'bad-key',
      'crv',
    ],
    [
      'a COSE key with a text for x',
      () => fromCose(new Map([...toCose(-7, ec.public), [-2, 'x']])),
      'bad-key',
      'x',
    ],
    [
      'an RSA COSE key with e = 2',
      () => fromCose(new Map([...toCose(-257, rsa.public), [-2, Uint8Array.of(2)]])),
      'bad-key',
      'e',
    ],
    [
      'an ML-DSA COSE key of another length',
      () => fromCose(new Map([...toCose(-48, mlDsa.public), [3, -49]])),
      'bad-key',
      'pub',
    ],
    ['SPKI off the curve', () => fromSpki(-7, toSpki(-7, offCurve)), 'invalid-public-key', 'publicKey'],
    [
      'SPKI that is cut off',
      () => fromSpki(-7, toSpki(-7, ec.public).subarray(0, 60)),
      'bad-key',
      'publicKey',
    ],
    ['SPKI that is empty', () => fromSpki(-7, new Uint8Array()), 'bad-key', 'algorithm'],
    ['SPKI of an RSA key of 512 bits', () => fromSpki(-257, weakRsa.publicKey), 'bad-key', 'n'],
    ['SPKI of EC for RSA', () => fromSpki(-257, toSpki(-7, ec.public)), 'bad-key', 'algorithm'],
    [
      'SPKI of RSA that is cut off',
      () => fromSpki(-257, toSpki(-257, rsa.public).subarray(0, -1)),
      'bad-key',
      'SubjectPublicKeyInfo',
    ],
    [
      'SPKI of RSA with three numbers',
      () => fromSpki(-257, rsaSpki(...[9, 3, 3].map((n) => derInteger(Uint8Array.of(n))))),
      'bad-key',
      'RSAPublicKey',
    ],
    ['SPKI of RSA with a negative number', () => fromSpki(-257, rsaSpki(fromHex('0201ff'))), 'bad-key', 'n'],
    ['SPKI of RSA with leading zeros', () => fromSpki(-257, rsaSpki(fromHex('02020001'))), 'bad-key', 'n'],
    ['SPKI of RSA with a long length', () => fromSpki(-257, rsaSpki(fromHex('02810101'))), 'bad-key', 'n'],
    [
      'SPKI of RSA with an endless length',
      () => fromSpki(-257, rsaSpki(fromHex('0280010000'))),
      'bad-key',
      'n',
    ],
    [
      'SPKI of RSA with unused bits',
      () => fromSpki(-257, rsaSpkiOf(derElement(3, Uint8Array.of(1), rsa.public))),
      'bad-key',
      'subjectPublicKey',
    ],
    [
      'SPKI of RSA in three parts',
      () => fromSpki(-257, rsaSpkiOf(derElement(3, Uint8Array.of(0), rsa.public), Uint8Array.of(5, 0))),
      'bad-key',
      'SubjectPublicKeyInfo',
    ],
    ['SPKI of RSA with no number', () => fromSpki(-257, rsaSpki()), 'bad-key', 'n'],
    [
      'SPKI of an unknown algorithm',
      () => fromAnySpki(fromHex('302a300506032b656e032100')),
      'unsupported-format',
      undefined,
    ],
    [
      'PEM of something else',
      () => fromPem('PRIVATE KEY', toPem('PUBLIC KEY', ec.public)),
      'unsupported-format',
      'PRIVATE KEY',
    ],
    [
      'PEM that is no base64',
      () => fromPem('X', '-----BEGIN X-----\nA*==\n-----END X-----'),
      'unsupported-format',
      'X',
    ],
    [
      'PEM with bits left over',
      () => fromPem('X', '-----BEGIN X-----\nAB==\n-----END X-----'),
      'unsupported-format',
      'X',
    ],
    ['PEM without an end', () => fromPem('X', '-----BEGIN X-----\nAAAA\n'), 'unsupported-format', 'X'],
    ['a key that is too small for PSS with SHA-512', () => fromPkcs8(-39, smallRsa()), 'bad-key', 'n'],
  ])('%s', (_, work, code, field) => {
    expect(refusal(work)).toEqual({ code, field });
  });
});

describe('what a refusal says', () => {
  it('is the field, what was expected and what was got, and no secret', () => {
    try {
      fromJwk(-7, { ...toJwk(ec), d: base64url(new Uint8Array(31)) });
    } catch (error) {
      expect(error).toMatchObject({ field: 'd', expected: '32 bytes', got: '31' });
      expect((error as Error).message).toBe('d: expected 32 bytes, got 31');
      return;
    }
    throw new Error('it was accepted');
  });
});

describe('keys that fully specified names share', () => {
  it('are read under each other’s names', () => {
    expect(fromJwk(-9, toJwk(ec))).toEqual({ ...ec, algorithm: -9 });
    expect(fromJwk(-19, toJwk(ed))).toEqual({ ...ed, algorithm: -19 });
  });
});

describe('PKCS#8', () => {
  it('is read when it also has the public key, as RFC 8410 section 10.3 shows', () => {
    const document = fromHex(
      '3072020101300506032b657004220420d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842a01f301d060a2a864886f70d01090914310f0c0d437572646c6520436861697273812100' +
        '19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1',
    );
    const key = fromPkcs8(-8, document);
    expect(key.public).toEqual(fromHex('19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1'));
  });
});
