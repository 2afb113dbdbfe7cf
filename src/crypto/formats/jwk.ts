/** Keys as JWK (RFC 7517, RFC 7518 section 6, RFC 8037, RFC 8812, RFC 9964). */
import { base64url, fromBase64url, isBase64url } from '../../base/base64url.ts';
import { concat, equal } from '../../base/bytes.ts';
import { algorithmOf, findAlgorithm, type SignatureAlgorithm } from '../algorithms.ts';
import { badKey, CryptoError } from '../error.ts';
import type { KeyPair } from '../key-pair.ts';
import { publicKeyOf } from '../public-key.ts';
import { isScalar } from '../scalar.ts';
import { checkPublicKey, sharesKeys } from './public-key.ts';
import {
  checkRsaPrivate,
  decodeRsaPrivate,
  decodeRsaPublic,
  encodeRsaPrivate,
  encodeRsaPublic,
} from './rsa.ts';

/** The members used here; byte strings in base64url without padding. */
export interface Jwk {
  readonly kty: string;
  readonly alg?: string;
  readonly crv?: string;
  readonly x?: string;
  readonly y?: string;
  readonly d?: string;
  readonly n?: string;
  readonly e?: string;
  readonly p?: string;
  readonly q?: string;
  readonly dp?: string;
  readonly dq?: string;
  readonly qi?: string;
  readonly pub?: string;
  readonly priv?: string;
}

type ByteMember = Exclude<keyof Jwk, 'kty' | 'alg' | 'crv'>;

const KTY = { EC2: 'EC', OKP: 'OKP', RSA: 'RSA', AKP: 'AKP' } as const;

const RSA_MEMBERS = ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'] as const;

/** A key pair as a private JWK. @throws CryptoError `unsupported-algorithm` */
export function toJwk(key: KeyPair): Jwk {
  const algorithm = algorithmOf(key.algorithm);
  const jwk = toPublicJwk(key.algorithm, key.public);
  switch (algorithm.kty) {
    case 'EC2':
    case 'OKP':
      return { ...jwk, d: base64url(key.secret) };
    case 'RSA': {
      const { n, e, ...secret } = decodeRsaPrivate(key.secret);
      return { ...jwk, ...spelled(secret) };
    }
    case 'AKP':
      return { ...jwk, priv: base64url(key.secret) };
  }
}

/** A public key as a JWK. @throws CryptoError `unsupported-algorithm` */
export function toPublicJwk(id: number, publicKey: Uint8Array): Jwk {
  const algorithm = algorithmOf(id);
  const shared = { kty: KTY[algorithm.kty], alg: algorithm.name };
  switch (algorithm.kty) {
    case 'EC2':
      return {
        ...shared,
        crv: algorithm.curve,
        x: base64url(publicKey.subarray(0, algorithm.size)),
        y: base64url(publicKey.subarray(algorithm.size)),
      };
    case 'OKP':
      return { ...shared, crv: algorithm.curve, x: base64url(publicKey) };
    case 'RSA':
      return { ...shared, ...spelled({ ...decodeRsaPublic(publicKey) }) };
    case 'AKP':
      return { ...shared, pub: base64url(publicKey) };
  }
}

/**
 * Reads a private JWK.
 *
 * @param id the COSE algorithm the key is for
 * @throws CryptoError `bad-key` naming the member; also when the public key is not that of the private one
 */
export function fromJwk(id: number, jwk: Jwk): KeyPair {
  const algorithm = algorithmOf(id);
  if (algorithm.kty === 'RSA') return rsaFromJwk(algorithm, jwk);
  const given = readPublic(algorithm, jwk);
  const secret = member(jwk, algorithm.kty === 'AKP' ? 'priv' : 'd', algorithm.size);
  if (algorithm.kty === 'EC2' && !isScalar(algorithm.curve, secret))
    throw badKey('d', `a scalar of ${algorithm.curve}`, 'another number');
  const derived = publicKeyOf(algorithm, secret);
  if (!equal(given, derived))
    throw badKey(algorithm.kty === 'AKP' ? 'pub' : 'x', 'the public key of the private one', 'another one');
  return { algorithm: id, secret, public: derived };
}

/**
 * Reads the public part of a JWK into a raw public key.
 *
 * @throws CryptoError `bad-key` naming the member; `invalid-public-key` off the curve
 */
export function fromPublicJwk(id: number, jwk: Jwk): Uint8Array {
  const algorithm = algorithmOf(id);
  const publicKey = readPublic(algorithm, jwk);
  checkPublicKey(algorithm, publicKey);
  return publicKey;
}

/**
 * The COSE algorithm a JWK is for: what its `alg` says, else the first that takes its kind of key.
 *
 * @throws CryptoError `unsupported-algorithm`
 */
export function algorithmOfJwk(jwk: Jwk): number {
  expectObject(jwk);
  const { kty, alg, crv } = jwk;
  const found = findAlgorithm((algorithm) =>
    alg !== undefined
      ? algorithm.name === alg
      : KTY[algorithm.kty] === kty &&
        algorithm.kty !== 'AKP' &&
        ('curve' in algorithm ? algorithm.curve === crv : true),
  );
  if (found === undefined) {
    throw new CryptoError(
      'unsupported-algorithm',
      `expected a JWK of a known algorithm, got kty ${named(kty)}, crv ${named(crv)}, alg ${named(alg)}`,
    );
  }
  return found.id;
}

function readPublic(algorithm: SignatureAlgorithm, jwk: Jwk): Uint8Array {
  expectObject(jwk);
  expectText(jwk.kty, KTY[algorithm.kty], 'kty');
  if ('curve' in algorithm) expectText(jwk.crv, algorithm.curve, 'crv');
  expectAlg(algorithm, jwk.alg);
  switch (algorithm.kty) {
    case 'EC2':
      return concat(member(jwk, 'x', algorithm.size), member(jwk, 'y', algorithm.size));
    case 'OKP':
      return member(jwk, 'x', algorithm.size);
    case 'RSA':
      return encodeRsaPublic({ n: member(jwk, 'n'), e: member(jwk, 'e') });
    case 'AKP':
      return member(jwk, 'pub', algorithm.publicSize);
  }
}

/** `alg` may be left out, but not of an AKP key, where it says what kind of key it is. ESP256 keys are ES256 keys. */
function expectAlg(algorithm: SignatureAlgorithm, alg: string | undefined): void {
  if (alg === undefined && algorithm.kty !== 'AKP') return;
  const named = findAlgorithm(({ name }) => name === alg);
  if (named === undefined || !sharesKeys(algorithm, named)) expectText(alg, algorithm.name, 'alg');
}

function rsaFromJwk(algorithm: SignatureAlgorithm, jwk: Jwk): KeyPair {
  const publicKey = readPublic(algorithm, jwk);
  const numbers = Object.fromEntries(RSA_MEMBERS.map((name) => [name, member(jwk, name)])) as Record<
    (typeof RSA_MEMBERS)[number],
    Uint8Array
  >;
  if ('oth' in jwk) throw badKey('oth', 'two primes', 'more');
  checkRsaPrivate(numbers);
  checkPublicKey(algorithm, publicKey);
  return { algorithm: algorithm.id, secret: encodeRsaPrivate(numbers), public: publicKey };
}

function spelled<Name extends ByteMember>(numbers: Readonly<Record<Name, Uint8Array>>): Record<Name, string> {
  return Object.fromEntries(
    Object.entries<Uint8Array>(numbers).map(([name, bytes]) => [name, base64url(bytes)]),
  ) as Record<Name, string>;
}

function member(jwk: Jwk, name: ByteMember, size?: number): Uint8Array {
  const value = jwk[name];
  if (typeof value !== 'string' || !isBase64url(value)) throw badKey(name, 'base64url', typeof value);
  const bytes = fromBase64url(value);
  if (size !== undefined && bytes.length !== size) throw badKey(name, `${size} bytes`, `${bytes.length}`);
  return bytes;
}

/** JWKs are JSON from anywhere. */
function expectObject(jwk: unknown): void {
  if (typeof jwk !== 'object' || jwk === null) throw badKey('JWK', 'an object', String(jwk));
}

function expectText(got: string | undefined, expected: string, field: string): void {
  if (got !== expected) throw badKey(field, expected, named(got));
}

/** A member as errors show it, whatever it is: of what is no text its kind. */
function named(value: unknown): string {
  return typeof value === 'string' || value === undefined ? String(value) : `a value of type ${typeof value}`;
}
