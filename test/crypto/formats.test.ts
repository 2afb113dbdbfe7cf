import * as crypto from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import { SubjectPublicKeyInfo } from '@peculiar/asn1-x509';
import { describe, expect, it } from 'vitest';
import { equal, hex } from '../../src/base/bytes.ts';
import { decodeCbor, encodeCbor } from '../../src/cbor/cbor.ts';
import { algorithmOf } from '../../src/crypto/algorithms.ts';
import { fromCose, toCose } from '../../src/crypto/formats/cose.ts';
import {
  algorithmOfJwk,
  fromJwk,
  fromPublicJwk,
  type Jwk,
  toJwk,
  toPublicJwk,
} from '../../src/crypto/formats/jwk.ts';
import { fromPem, toPem } from '../../src/crypto/formats/pem.ts';
import { fromAnyPkcs8, fromPkcs8, toPkcs8 } from '../../src/crypto/formats/pkcs8.ts';
import { sharesKeys } from '../../src/crypto/formats/public-key.ts';
import { fromAnySpki, fromSpki, spkiOfCose, toSpki } from '../../src/crypto/formats/spki.ts';
import { everyAlgorithm, keyFor } from './keys-for-tests.ts';

/** Node 20 knows neither ML-DSA nor its JWK. */
const nodeReads = (id: number): boolean =>
  algorithmOf(id).kty !== 'AKP' || Number(process.versions.node.split('.')[0]) >= 24;

const der = (bytes: Uint8Array) => Buffer.from(bytes);

describe.each(everyAlgorithm)('a key of %s', (_, id) => {
  it('comes back from every format as it went in', async () => {
    const key = await keyFor(id);
    expect(fromPkcs8(id, toPkcs8(key))).toEqual(key);
    expect(fromJwk(id, toJwk(key))).toEqual(key);
    expect(fromPublicJwk(id, toPublicJwk(id, key.public))).toEqual(key.public);
    expect(fromSpki(id, toSpki(id, key.public))).toEqual(key.public);
    expect(fromCose(toCose(id, key.public))).toEqual({ algorithm: id, public: key.public });
    expect(fromPkcs8(id, fromPem('PRIVATE KEY', toPem('PRIVATE KEY', toPkcs8(key))))).toEqual(key);
  });

  it('is recognized without being told which it is', async () => {
    const key = await keyFor(id);
    const algorithm = algorithmOf(id);
    for (const found of [fromAnyPkcs8(toPkcs8(key)), fromAnySpki(toSpki(id, key.public))]) {
      expect(equal(found.public, key.public)).toBe(true);
      const guess = algorithmOf(found.algorithm);
      expect(algorithm.kty === 'RSA' ? guess.name === 'RS256' : sharesKeys(guess, algorithm)).toBe(true);
    }
    expect(algorithmOfJwk(toJwk(key))).toBe(id);
    const { alg, ...unnamed } = toJwk(key);
    if (algorithm.kty !== 'AKP') expect(algorithmOf(algorithmOfJwk(unnamed)).kty).toBe(algorithm.kty);
  });

  it.runIf(nodeReads(id))('is written byte for byte as node:crypto writes it, and read', async () => {
    const key = await keyFor(id);
    const pkcs8 = crypto.createPrivateKey({ key: der(toPkcs8(key)), format: 'der', type: 'pkcs8' });
    const spki = crypto.createPublicKey({ key: der(toSpki(id, key.public)), format: 'der', type: 'spki' });
    expect(crypto.createPublicKey(pkcs8).equals(spki)).toBe(true);
    expect(hex(toSpki(id, key.public))).toBe(hex(spki.export({ format: 'der', type: 'spki' })));
    const exported = pkcs8.export({ format: 'der', type: 'pkcs8' });
    // OpenSSL writes the expanded ML-DSA key beside the seed; both forms are RFC 9881's, and both are read.
    if (algorithmOf(id).kty !== 'AKP') expect(hex(toPkcs8(key))).toBe(hex(exported));
    expect(fromPkcs8(id, exported)).toEqual(key);
    const { alg, ...members } = toJwk(key);
    const jwk = pkcs8.export({ format: 'jwk' }) as Jwk;
    expect(jwk).toMatchObject(members);
    expect(fromJwk(id, jwk)).toEqual(key);
    expect(toPem('PUBLIC KEY', toSpki(id, key.public))).toBe(spki.export({ format: 'pem', type: 'spki' }));
  });

  it('has a SubjectPublicKeyInfo that an ASN.1 library reads', async () => {
    const { public: publicKey } = await keyFor(id);
    const info = AsnConvert.parse(toSpki(id, publicKey), SubjectPublicKeyInfo);
    const point = algorithmOf(id).kty === 'EC2' ? `04${hex(publicKey)}` : hex(publicKey);
    expect(hex(new Uint8Array(info.subjectPublicKey))).toBe(point);
    expect(hex(new Uint8Array(AsnConvert.serialize(info)))).toBe(hex(toSpki(id, publicKey)));
  });

  it('has a COSE_Key whose members are in canonical order, and a SubjectPublicKeyInfo from it', async () => {
    const { public: publicKey } = await keyFor(id);
    const cose = toCose(id, publicKey);
    const decoded = decodeCbor(encodeCbor(cose)) as ReadonlyMap<number, number | Uint8Array>;
    expect([...cose.keys()]).toEqual([...decoded.keys()]);
    expect(fromCose(decoded)).toEqual({ algorithm: id, public: publicKey });
    expect(spkiOfCose(cose)).toEqual(toSpki(id, publicKey));
  });
});

describe('PEM', () => {
  it('is found between other text, with any line ends', () => {
    const text = `first\r\n${toPem('X', Uint8Array.of(1, 2, 3)).replaceAll('\n', '\r\n')}last`;
    expect(fromPem('X', text)).toEqual(Uint8Array.of(1, 2, 3));
  });

  it('wraps after 64 characters', () => {
    expect(
      toPem('X', new Uint8Array(49))
        .split('\n')
        .map((line) => line.length),
    ).toEqual([17, 64, 4, 15, 0]);
  });
});

describe('SPKI of a COSE key', () => {
  it('is undefined for an unknown key', () => {
    expect(
      spkiOfCose(
        new Map<number, number>([
          [1, 2],
          [3, -9999],
        ]),
      ),
    ).toBeUndefined();
  });
});
