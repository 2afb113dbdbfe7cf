/** Keys as JWK (RFC 7517, RFC 7518 section 6.2, RFC 8037). */
import { base64url, fromBase64url, isBase64url } from '../../codec/base64url.ts';
import { concat, equal } from '../../codec/bytes.ts';
import { algorithmOf, type SignatureAlgorithm } from '../algorithms.ts';
import { CryptoError } from '../error.ts';
import type { KeyPair } from '../key-pair.ts';
import { publicKeyOf } from '../public-key.ts';
import { isScalar } from '../scalar.ts';

/** The members used here; byte strings in base64url without padding. */
export interface Jwk {
  readonly kty: string;
  readonly alg?: string;
  readonly crv?: string;
  readonly x?: string;
  readonly y?: string;
  readonly d?: string;
}

const KTY = { EC2: 'EC', OKP: 'OKP' } as const;

/** A key pair as a private JWK. */
export function toJwk(key: KeyPair): Jwk {
  return { ...toPublicJwk(key.algorithm, key.public), d: base64url(key.secret) };
}

/** A public key as a JWK. */
export function toPublicJwk(id: number, publicKey: Uint8Array): Jwk {
  const { kty, curve, name, size } = algorithmOf(id);
  const x = base64url(publicKey.subarray(0, size));
  const shared = { kty: KTY[kty], alg: name, crv: curve, x };
  return kty === 'EC2' ? { ...shared, y: base64url(publicKey.subarray(size)) } : shared;
}

/**
 * Reads a private JWK.
 *
 * @param id the COSE algorithm the key is for
 * @throws CryptoError `bad-key` naming the member; also when the public key is not that of the private one
 */
export function fromJwk(id: number, jwk: Jwk): KeyPair {
  const algorithm = algorithmOf(id);
  const given = fromPublicJwk(id, jwk);
  const secret = member(jwk, 'd', algorithm.size);
  if (algorithm.kty === 'EC2' && !isScalar(algorithm.curve, secret))
    throw bad('d', `a scalar of ${algorithm.curve}`, 'another number');
  const derived = publicKeyOf(algorithm, secret);
  if (!equal(given, derived)) throw bad('x', 'the public key of d', 'another one');
  return { algorithm: id, secret, public: derived };
}

/** Reads the public part of a JWK into a raw public key. @throws CryptoError `bad-key` naming the member */
export function fromPublicJwk(id: number, jwk: Jwk): Uint8Array {
  const algorithm = algorithmOf(id);
  expectText(jwk.kty, KTY[algorithm.kty], 'kty');
  expectText(jwk.crv, algorithm.curve, 'crv');
  if (jwk.alg !== undefined) expectText(jwk.alg, algorithm.name, 'alg');
  const x = member(jwk, 'x', algorithm.size);
  return algorithm.kty === 'EC2' ? concat(x, member(jwk, 'y', algorithm.size)) : x;
}

function member(jwk: Jwk, name: 'x' | 'y' | 'd', size: SignatureAlgorithm['size']): Uint8Array {
  const value = jwk[name];
  if (typeof value !== 'string' || !isBase64url(value)) throw bad(name, 'base64url', typeof value);
  const bytes = fromBase64url(value);
  if (bytes.length !== size) throw bad(name, `${size} bytes`, `${bytes.length}`);
  return bytes;
}

function expectText(got: string | undefined, expected: string, field: string): void {
  if (got !== expected) throw bad(field, expected, String(got));
}

function bad(field: string, expected: string, got: string): CryptoError {
  return new CryptoError('bad-key', `${field}: expected ${expected}, got ${got}`, { field });
}
