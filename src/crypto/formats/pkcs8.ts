/**
 * Private keys as PKCS#8: OneAsymmetricKey of RFC 5958, and inside it ECPrivateKey of RFC 5915, the octet strings of RFC 8410,
 * RSAPrivateKey of RFC 8017, or the ML-DSA private key of RFC 9881. What is written is version 1, without attributes, as
 * most programs write it; what is read may have more. This module loads an ASN.1 library: import it when it is needed.
 */
import { ECParameters, ECPrivateKey } from '@peculiar/asn1-ecc';
import { Attributes, PrivateKey } from '@peculiar/asn1-pkcs8';
import {
  AsnConvert,
  AsnIntegerConverter,
  AsnProp,
  AsnPropTypes,
  AsnType,
  AsnTypeTypes,
  OctetString,
} from '@peculiar/asn1-schema';
import { AlgorithmIdentifier } from '@peculiar/asn1-x509';
import { equal } from '../../base/bytes.ts';
import { type AkpAlgorithm, algorithmOf, findAlgorithm, type SignatureAlgorithm } from '../algorithms.ts';
import { badKey, CryptoError } from '../error.ts';
import type { KeyPair } from '../key-pair.ts';
import { expandMlDsa } from '../ml-dsa.ts';
import { publicKeyOf } from '../public-key.ts';
import { isScalar } from '../scalar.ts';
import { derElement, OCTET_STRING, readElement, SEQUENCE } from './der.ts';
import { checkPublicKey } from './public-key.ts';

/** RFC 5958 section 2. */
class OneAsymmetricKey {
  version = 0;
  privateKeyAlgorithm = new AlgorithmIdentifier();
  privateKey = new PrivateKey();
  attributes?: Attributes;
  publicKey?: ArrayBuffer;
}
AsnType({ type: AsnTypeTypes.Sequence })(OneAsymmetricKey);
AsnProp({ type: AsnPropTypes.Integer, converter: AsnIntegerConverter })(
  OneAsymmetricKey.prototype,
  'version',
);
AsnProp({ type: AlgorithmIdentifier })(OneAsymmetricKey.prototype, 'privateKeyAlgorithm');
AsnProp({ type: PrivateKey })(OneAsymmetricKey.prototype, 'privateKey');
AsnProp({ type: Attributes, implicit: true, context: 0, optional: true })(
  OneAsymmetricKey.prototype,
  'attributes',
);
AsnProp({ type: AsnPropTypes.BitString, implicit: true, context: 1, optional: true })(
  OneAsymmetricKey.prototype,
  'publicKey',
);

const ID_EC_PUBLIC_KEY = '1.2.840.10045.2.1';
const RSA_ENCRYPTION = '1.2.840.113549.1.1.1';

/** DER of NULL, which rsaEncryption has for parameters. */
const NULL = Uint8Array.of(5, 0);

/** Object identifiers of named curves, and of keys that need no curve. */
const IDENTIFIERS: Readonly<Record<string, string>> = {
  'P-256': '1.2.840.10045.3.1.7',
  'P-384': '1.3.132.0.34',
  'P-521': '1.3.132.0.35',
  secp256k1: '1.3.132.0.10',
  Ed25519: '1.3.101.112',
  Ed448: '1.3.101.113',
  'ML-DSA-44': '2.16.840.1.101.3.4.3.17',
  'ML-DSA-65': '2.16.840.1.101.3.4.3.18',
  'ML-DSA-87': '2.16.840.1.101.3.4.3.19',
};

/** ML-DSA-PrivateKey is a CHOICE; its seed is [0] IMPLICIT OCTET STRING. */
const SEED = 0x80;

/** What AlgorithmIdentifier says, and the curve where it is in the parameters. */
interface Identifier {
  readonly oid: string;
  readonly curve?: string;
}

function identifierOf(algorithm: SignatureAlgorithm): Identifier {
  switch (algorithm.kty) {
    case 'EC2':
      return { oid: ID_EC_PUBLIC_KEY, curve: IDENTIFIERS[algorithm.curve] as string };
    case 'OKP':
      return { oid: IDENTIFIERS[algorithm.curve] as string };
    case 'RSA':
      return { oid: RSA_ENCRYPTION };
    case 'AKP':
      return { oid: IDENTIFIERS[algorithm.name] as string };
  }
}

/**
 * A key pair as DER PKCS#8.
 *
 * @example
 * toPem('PRIVATE KEY', toPkcs8(key));
 */
export function toPkcs8(key: KeyPair): Uint8Array {
  const algorithm = algorithmOf(key.algorithm);
  const { oid, curve } = identifierOf(algorithm);
  const info = new OneAsymmetricKey();
  info.privateKeyAlgorithm = new AlgorithmIdentifier({
    algorithm: oid,
    ...(curve !== undefined && { parameters: AsnConvert.serialize(new ECParameters({ namedCurve: curve })) }),
    ...(algorithm.kty === 'RSA' && { parameters: NULL.buffer }),
  });
  info.privateKey = new PrivateKey(privateKeyFor(algorithm, key));
  return new Uint8Array(AsnConvert.serialize(info));
}

function privateKeyFor(algorithm: SignatureAlgorithm, key: KeyPair): ArrayBuffer | Uint8Array {
  switch (algorithm.kty) {
    case 'EC2': {
      const point = new Uint8Array(1 + key.public.length);
      point[0] = 4;
      point.set(key.public, 1);
      return AsnConvert.serialize(
        new ECPrivateKey({
          version: 1,
          privateKey: new OctetString(key.secret.slice()),
          publicKey: point.buffer,
        }),
      );
    }
    case 'OKP':
      return derElement(OCTET_STRING, key.secret);
    case 'RSA':
      return key.secret.slice();
    case 'AKP':
      return derElement(SEED, key.secret);
  }
}

/**
 * Reads DER PKCS#8.
 *
 * @param id the COSE algorithm the key is for
 * @throws CryptoError `bad-key` naming the field that is malformed, of another curve, or does not fit the others;
 *   `unsupported-format` for an ML-DSA key without its seed
 */
export function fromPkcs8(id: number, der: Uint8Array): KeyPair {
  return keyPairOf(algorithmOf(id), parseWhole(der, OneAsymmetricKey, 'PrivateKeyInfo'));
}

/**
 * Reads DER PKCS#8 of any kind.
 *
 * @returns a key for the first algorithm that takes its kind (ES256 for P-256, RS256 for RSA)
 * @throws CryptoError `unsupported-format` for an unknown kind of key; otherwise as {@link fromPkcs8}
 */
export function fromAnyPkcs8(der: Uint8Array): KeyPair {
  const info = parseWhole(der, OneAsymmetricKey, 'PrivateKeyInfo');
  const oid = info.privateKeyAlgorithm.algorithm;
  const curve = oid === ID_EC_PUBLIC_KEY ? curveOf(info.privateKeyAlgorithm) : undefined;
  const algorithm = findAlgorithm((candidate) => {
    const identifier = identifierOf(candidate);
    return identifier.oid === oid && identifier.curve === curve;
  });
  if (algorithm === undefined) {
    throw new CryptoError('unsupported-format', `unknown algorithm ${oid} ${curve ?? ''}`, {
      field: 'privateKeyAlgorithm',
      got: oid,
    });
  }
  return keyPairOf(algorithm, info);
}

function keyPairOf(algorithm: SignatureAlgorithm, info: OneAsymmetricKey): KeyPair {
  const { oid, curve } = identifierOf(algorithm);
  const got = info.privateKeyAlgorithm.algorithm;
  if (got !== oid) throw badKey('privateKeyAlgorithm', oid, got);
  if (curve !== undefined) {
    const named = curveOf(info.privateKeyAlgorithm);
    if (named !== curve) throw badKey('parameters', `the curve ${curve}`, named ?? 'none');
  }
  const { secret, publicKey } = secretOf(algorithm, info);
  expectSecret(algorithm, secret);
  const derived = publicKeyOf(algorithm, secret);
  if (algorithm.kty === 'RSA') checkPublicKey(algorithm, derived);
  if (publicKey !== undefined && !equal(publicKey, derived)) {
    throw badKey('publicKey', 'the public key of the private key', 'another one');
  }
  return { algorithm: algorithm.id, secret, public: derived };
}

function expectSecret(algorithm: SignatureAlgorithm, secret: Uint8Array): void {
  if (algorithm.kty === 'RSA') return;
  if (secret.length !== algorithm.size || (algorithm.kty === 'EC2' && !isScalar(algorithm.curve, secret)))
    throw badKey('privateKey', `a private key of ${algorithm.name}`, `${secret.length} bytes that are none`);
}

function curveOf({ parameters }: AlgorithmIdentifier): string | undefined {
  if (!parameters) return undefined;
  return parse(new Uint8Array(parameters), ECParameters, 'parameters').namedCurve;
}

interface Secret {
  readonly secret: Uint8Array;
  /** As the document has it, in the raw form of KeyPair. */
  readonly publicKey?: Uint8Array;
}

function secretOf(algorithm: SignatureAlgorithm, info: OneAsymmetricKey): Secret {
  const bytes = new Uint8Array(info.privateKey.buffer);
  const publicKey = info.publicKey && { publicKey: new Uint8Array(info.publicKey) };
  switch (algorithm.kty) {
    case 'EC2': {
      const ec = parseWhole(bytes, ECPrivateKey, 'privateKey');
      return {
        secret: new Uint8Array(ec.privateKey.buffer),
        ...(ec.publicKey && { publicKey: new Uint8Array(ec.publicKey).slice(1) }),
      };
    }
    case 'OKP':
      return { secret: only(bytes, OCTET_STRING), ...publicKey };
    case 'RSA':
      return { secret: bytes.slice(), ...publicKey };
    case 'AKP':
      return { secret: mlDsaSeed(algorithm, bytes), ...publicKey };
  }
}

/** RFC 9881 section 6: the seed, the expanded key, or both. The seed cannot be computed from the expanded key. */
function mlDsaSeed(algorithm: AkpAlgorithm, bytes: Uint8Array): Uint8Array {
  if (bytes[0] === SEED) return only(bytes, SEED);
  if (bytes[0] === OCTET_STRING) {
    throw new CryptoError(
      'unsupported-format',
      'expected an ML-DSA private key with its seed, got one without',
      {
        field: 'privateKey',
      },
    );
  }
  const both = readElement(bytes, SEQUENCE, 'privateKey');
  const seed = readElement(both.content, OCTET_STRING, 'privateKey');
  const expanded = only(seed.rest, OCTET_STRING);
  expectSecret(algorithm, seed.content);
  if (both.rest.length > 0 || !equal(expanded, expandMlDsa(algorithm.name, seed.content).secretKey))
    throw badKey('privateKey', 'a seed and what it expands to', 'two that do not fit');
  return seed.content.slice();
}

/** The content of the one element that all the bytes are. */
function only(bytes: Uint8Array, tag: number): Uint8Array {
  const { content, rest } = readElement(bytes, tag, 'privateKey');
  if (rest.length > 0) throw badKey('privateKey', 'the end', `${rest.length} more bytes`);
  return content.slice();
}

/** Parses a SEQUENCE that all the bytes are: the library ignores bytes after it. */
function parseWhole<T>(der: Uint8Array, type: new () => T, field: string): T {
  const { rest } = readElement(der, SEQUENCE, field);
  if (rest.length > 0) throw badKey(field, 'the end', `${rest.length} more bytes`);
  return parse(der, type, field);
}

function parse<T>(der: Uint8Array, type: new () => T, field: string): T {
  try {
    return AsnConvert.parse(der, type);
  } catch (cause) {
    throw badKey(field, `DER of ${type.name}`, `${der.length} bytes that are none`, 'bad-key', cause);
  }
}
