/** Public keys as COSE_Key maps, with exactly the members WebAuthn and CTAP want (RFC 9052, RFC 9053, RFC 8230, RFC 9964). */
import { isBytes } from '../../base/bytes.ts';
import type { CborMap } from '../../cbor/cbor.ts';
import { algorithmOf, type SignatureAlgorithm } from '../algorithms.ts';
import { badKey } from '../error.ts';
import { checkPublicKey } from './public-key.ts';
import { decodeRsaPublic, encodeRsaPublic } from './rsa.ts';

const KTY = { OKP: 1, EC2: 2, RSA: 3, AKP: 7 } as const;

/** A public key in the raw form of KeyPair, and the algorithm it is for. */
export interface PublicKey {
  /** COSE algorithm number. */
  readonly algorithm: number;
  readonly public: Uint8Array;
}

/**
 * A public key as a COSE_Key: members in canonical order.
 *
 * @throws CryptoError `unsupported-algorithm`
 *
 * @example
 * toCose(-7, key.public); // Map { 1 => 2, 3 => -7, -1 => 1, -2 => x, -3 => y }
 */
export function toCose(id: number, publicKey: Uint8Array): CborMap {
  const algorithm = algorithmOf(id);
  const map = new Map<number, number | Uint8Array>([
    [1, KTY[algorithm.kty]],
    [3, id],
  ]);
  switch (algorithm.kty) {
    case 'EC2':
      return map
        .set(-1, algorithm.crv)
        .set(-2, publicKey.subarray(0, algorithm.size))
        .set(-3, publicKey.subarray(algorithm.size));
    case 'OKP':
      return map.set(-1, algorithm.crv).set(-2, publicKey);
    case 'RSA': {
      const { n, e } = decodeRsaPublic(publicKey);
      return map.set(-1, n).set(-2, e);
    }
    case 'AKP':
      return map.set(-1, publicKey);
  }
}

/**
 * Reads a COSE_Key of a known algorithm.
 *
 * @throws CryptoError `unsupported-algorithm`; `bad-key` naming the member that is missing or does not fit;
 *   `invalid-public-key` for a point off the curve
 */
export function fromCose(map: CborMap): PublicKey {
  const key = readCose(map);
  checkPublicKey(algorithmOf(key.algorithm), key.public);
  return key;
}

/** Reads a COSE_Key as {@link fromCose} does, but leaves open whether its point is on the curve. */
export function readCose(map: CborMap): PublicKey {
  const id = map.get(3);
  const algorithm = algorithmOf(typeof id === 'number' ? id : Number.NaN);
  expectMember(map, 1, KTY[algorithm.kty], 'kty');
  return { algorithm: algorithm.id, public: rawKey(map, algorithm) };
}

function rawKey(map: CborMap, algorithm: SignatureAlgorithm): Uint8Array {
  switch (algorithm.kty) {
    case 'EC2': {
      expectMember(map, -1, algorithm.crv, 'crv');
      const xy = new Uint8Array(algorithm.publicSize);
      xy.set(bytesOf(map, -2, algorithm.size, 'x'));
      xy.set(bytesOf(map, -3, algorithm.size, 'y'), algorithm.size);
      return xy;
    }
    case 'OKP':
      expectMember(map, -1, algorithm.crv, 'crv');
      return bytesOf(map, -2, algorithm.size, 'x').slice();
    case 'RSA':
      return encodeRsaPublic({
        n: bytesOf(map, -1, undefined, 'n'),
        e: bytesOf(map, -2, undefined, 'e'),
      });
    case 'AKP':
      return bytesOf(map, -1, algorithm.publicSize, 'pub').slice();
  }
}

function expectMember(map: CborMap, key: number, expected: number, field: string): void {
  const got = map.get(key);
  if (got !== expected) throw badKey(field, String(expected), String(got));
}

function bytesOf(map: CborMap, key: number, size: number | undefined, field: string): Uint8Array {
  const value = map.get(key);
  if (!isBytes(value)) throw badKey(field, 'bytes', typeof value);
  if (size !== undefined && value.length !== size)
    throw badKey(field, `${size} bytes`, `${value.length} bytes`);
  return value;
}
