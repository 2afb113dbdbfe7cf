/**
 * Private keys as PKCS#8: OneAsymmetricKey of RFC 5958, and inside it ECPrivateKey of RFC 5915, the octet strings of RFC 8410,
 * RSAPrivateKey of RFC 8017, or the ML-DSA private key of RFC 9881. What is written is version 1, without attributes, as
 * most programs write it; what is read may have more. As in `spki.ts`, no ASN.1 library is loaded for it: the drivers of browsers carry
 * keys in this form.
 */
import { equal, fromHex, hex } from '../../base/bytes.ts';
import { type AkpAlgorithm, algorithmOf, findAlgorithm, type SignatureAlgorithm } from '../algorithms.ts';
import { badKey, CryptoError } from '../error.ts';
import type { KeyPair } from '../key-pair.ts';
import { expandMlDsa } from '../ml-dsa.ts';
import { publicKeyOf } from '../public-key.ts';
import { isScalar } from '../scalar.ts';
import { BIT_STRING, derElement, derInteger, OCTET_STRING, readElement, SEQUENCE } from './der.ts';
import { checkPublicKey } from './public-key.ts';

const INTEGER = 0x02;
const OBJECT_IDENTIFIER = 0x06;

/** DER of NULL, which rsaEncryption has for parameters. */
const NULL = Uint8Array.of(5, 0);

/** Content of object identifiers, in hexadecimal: of kinds of keys, and of named curves. */
const ID_EC_PUBLIC_KEY = '2a8648ce3d0201';
const RSA_ENCRYPTION = '2a864886f70d010101';
const IDENTIFIERS: Readonly<Record<string, string>> = {
  'P-256': '2a8648ce3d030107',
  'P-384': '2b81040022',
  'P-521': '2b81040023',
  secp256k1: '2b8104000a',
  Ed25519: '2b6570',
  Ed448: '2b6571',
  'ML-DSA-44': '608648016503040311',
  'ML-DSA-65': '608648016503040312',
  'ML-DSA-87': '608648016503040313',
};

/** ML-DSA-PrivateKey is a CHOICE; its seed is [0] IMPLICIT OCTET STRING. */
const SEED = 0x80;

/** ECPrivateKey's [0] EXPLICIT parameters and [1] EXPLICIT BIT STRING. */
const PARAMETERS = 0xa0;
const PUBLIC_KEY = 0xa1;

/** OneAsymmetricKey's [0] IMPLICIT SET OF Attribute and [1] IMPLICIT BIT STRING. */
const ATTRIBUTES = 0xa0;
const IMPLICIT_PUBLIC_KEY = 0x81;

/** What AlgorithmIdentifier says, and the curve where it is in the parameters. */
interface Identifier {
  readonly oid: string;
  readonly curve?: string;
}

/** What a document has: views of its bytes. */
interface Info extends Identifier {
  readonly privateKey: Uint8Array;
  /** Content of a BIT STRING. */
  readonly publicKey?: Uint8Array;
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
 * @throws CryptoError `unsupported-algorithm`
 *
 * @example
 * toPem('PRIVATE KEY', toPkcs8(key));
 */
export function toPkcs8(key: KeyPair): Uint8Array {
  const algorithm = algorithmOf(key.algorithm);
  const { oid, curve } = identifierOf(algorithm);
  const parameters = curve === undefined ? [] : [identifier(curve)];
  if (algorithm.kty === 'RSA') parameters.push(NULL);
  return derElement(
    SEQUENCE,
    derInteger(Uint8Array.of(0)),
    derElement(SEQUENCE, identifier(oid), ...parameters),
    derElement(OCTET_STRING, privateKeyFor(algorithm, key)),
  );
}

function identifier(oid: string): Uint8Array {
  return derElement(OBJECT_IDENTIFIER, fromHex(oid));
}

function privateKeyFor(algorithm: SignatureAlgorithm, key: KeyPair): Uint8Array {
  switch (algorithm.kty) {
    case 'EC2':
      return derElement(
        SEQUENCE,
        derInteger(Uint8Array.of(1)),
        derElement(OCTET_STRING, key.secret),
        // No unused bits, an uncompressed point.
        derElement(PUBLIC_KEY, derElement(BIT_STRING, Uint8Array.of(0, 4), key.public)),
      );
    case 'OKP':
      return derElement(OCTET_STRING, key.secret);
    case 'RSA':
      return key.secret;
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
  return keyPairOf(algorithmOf(id), infoOf(der));
}

/**
 * Reads DER PKCS#8 of any kind.
 *
 * @returns a key for the first algorithm that takes its kind (ES256 for P-256, RS256 for RSA)
 * @throws CryptoError `unsupported-format` for an unknown kind of key; otherwise as {@link fromPkcs8}
 */
export function fromAnyPkcs8(der: Uint8Array): KeyPair {
  const info = infoOf(der);
  const { oid, curve } = info;
  const algorithm = findAlgorithm((candidate) => {
    const identifier = identifierOf(candidate);
    return identifier.oid === oid && identifier.curve === curve;
  });
  if (algorithm === undefined) {
    const got = curve === undefined ? dotted(oid) : `${dotted(oid)} ${dotted(curve)}`;
    throw new CryptoError('unsupported-format', `unknown algorithm ${got}`, {
      field: 'privateKeyAlgorithm',
      got,
    });
  }
  return keyPairOf(algorithm, info);
}

/** @throws CryptoError `bad-key` */
function infoOf(der: Uint8Array): Info {
  const parts = new Parts(whole(der, SEQUENCE, 'PrivateKeyInfo'));
  parts.take(INTEGER, 'version');
  const algorithm = new Parts(parts.take(SEQUENCE, 'privateKeyAlgorithm'));
  const oid = hex(algorithm.take(OBJECT_IDENTIFIER, 'privateKeyAlgorithm'));
  const curve = oid === ID_EC_PUBLIC_KEY ? algorithm.maybe(OBJECT_IDENTIFIER, 'parameters') : undefined;
  const privateKey = parts.take(OCTET_STRING, 'privateKey');
  parts.maybe(ATTRIBUTES, 'attributes');
  const publicKey = parts.maybe(IMPLICIT_PUBLIC_KEY, 'publicKey');
  parts.end('PrivateKeyInfo');
  return { oid, ...(curve && { curve: hex(curve) }), privateKey, ...(publicKey && { publicKey }) };
}

function keyPairOf(algorithm: SignatureAlgorithm, info: Info): KeyPair {
  const { oid, curve } = identifierOf(algorithm);
  if (info.oid !== oid) throw badKey('privateKeyAlgorithm', dotted(oid), dotted(info.oid));
  if (info.curve !== curve) {
    const [expected, got] = [curve, info.curve].map((one) => (one === undefined ? 'none' : dotted(one)));
    throw badKey('parameters', `the curve ${expected}`, String(got));
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

interface Secret {
  readonly secret: Uint8Array;
  /** As the document has it, in the raw form of KeyPair. */
  readonly publicKey?: Uint8Array;
}

function secretOf(algorithm: SignatureAlgorithm, { privateKey, publicKey }: Info): Secret {
  const outside = publicKey && { publicKey: bitsOf(publicKey) };
  switch (algorithm.kty) {
    case 'EC2': {
      const parts = new Parts(whole(privateKey, SEQUENCE, 'privateKey'));
      parts.take(INTEGER, 'privateKey');
      const secret = new Uint8Array(parts.take(OCTET_STRING, 'privateKey'));
      parts.maybe(PARAMETERS, 'privateKey');
      const point = parts.maybe(PUBLIC_KEY, 'publicKey');
      parts.end('privateKey');
      if (point === undefined) return { secret };
      // (A compressed point is not what the key is compared with.)
      const bits = bitsOf(whole(point, BIT_STRING, 'publicKey'));
      return { secret, publicKey: bits[0] === 4 ? bits.subarray(1) : bits };
    }
    case 'OKP':
      return { secret: new Uint8Array(whole(privateKey, OCTET_STRING, 'privateKey')), ...outside };
    case 'RSA':
      return { secret: new Uint8Array(privateKey), ...outside };
    case 'AKP':
      return { secret: mlDsaSeed(algorithm, privateKey), ...outside };
  }
}

/** A BIT STRING begins with how many bits of its last byte are unused. */
function bitsOf(content: Uint8Array): Uint8Array {
  if (content[0] !== 0) throw badKey('publicKey', 'whole bytes', 'unused bits');
  return content.subarray(1);
}

/** RFC 9881 section 6: the seed, the expanded key, or both. The seed cannot be computed from the expanded key. */
function mlDsaSeed(algorithm: AkpAlgorithm, bytes: Uint8Array): Uint8Array {
  if (bytes[0] === SEED) return new Uint8Array(whole(bytes, SEED, 'privateKey'));
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
  const expanded = whole(seed.rest, OCTET_STRING, 'privateKey');
  expectSecret(algorithm, seed.content);
  if (both.rest.length > 0 || !equal(expanded, expandMlDsa(algorithm.name, seed.content).secretKey))
    throw badKey('privateKey', 'a seed and what it expands to', 'two that do not fit');
  return new Uint8Array(seed.content);
}

/** The content of the one element that all the bytes are. */
function whole(bytes: Uint8Array, tag: number, field: string): Uint8Array {
  const { content, rest } = readElement(bytes, tag, field);
  if (rest.length > 0) throw badKey(field, 'the end', `${rest.length} more bytes`);
  return content;
}

/** The elements of a SEQUENCE, one after the other. */
class Parts {
  #left: Uint8Array;

  constructor(content: Uint8Array) {
    this.#left = content;
  }

  take(tag: number, field: string): Uint8Array {
    const { content, rest } = readElement(this.#left, tag, field);
    this.#left = rest;
    return content;
  }

  maybe(tag: number, field: string): Uint8Array | undefined {
    return this.#left[0] === tag ? this.take(tag, field) : undefined;
  }

  end(field: string): void {
    if (this.#left.length > 0) throw badKey(field, 'the end', `${this.#left.length} more bytes`);
  }
}

/** An object identifier in its usual spelling. */
function dotted(oid: string): string {
  const numbers: number[] = [];
  let number = 0;
  for (const byte of fromHex(oid)) {
    number = number * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    if (numbers.length > 0) numbers.push(number);
    else {
      const first = Math.min(Math.floor(number / 40), 2);
      numbers.push(first, number - 40 * first);
    }
    number = 0;
  }
  return numbers.join('.');
}
