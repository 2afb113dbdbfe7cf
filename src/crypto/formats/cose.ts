/** Public keys as COSE_Key maps, with exactly the members WebAuthn and CTAP want (RFC 9052, RFC 9053). */
import type { CborMap } from '../../codec/cbor.ts';
import { algorithmOf } from '../algorithms.ts';
import { CryptoError } from '../error.ts';

const KTY = { OKP: 1, EC2: 2 } as const;

/** A public key as a COSE_Key: members in canonical order. */
export function toCose(id: number, publicKey: Uint8Array): CborMap {
  const algorithm = algorithmOf(id);
  const map = new Map<number, number | Uint8Array>([
    [1, KTY[algorithm.kty]],
    [3, id],
    [-1, algorithm.crv],
  ]);
  if (algorithm.kty === 'OKP') return map.set(-2, publicKey);
  return map.set(-2, publicKey.subarray(0, algorithm.size)).set(-3, publicKey.subarray(algorithm.size));
}

/**
 * Reads a COSE_Key of a known algorithm.
 *
 * @throws CryptoError `unsupported-algorithm`, or `bad-key` naming the member that is missing or does not fit
 */
export function fromCose(map: CborMap): { readonly algorithm: number; readonly public: Uint8Array } {
  const id = map.get(3);
  const algorithm = algorithmOf(typeof id === 'number' ? id : Number.NaN);
  expectMember(map, 1, KTY[algorithm.kty], 'kty');
  expectMember(map, -1, algorithm.crv, 'crv');
  const x = coordinate(map, -2, algorithm.size, 'x');
  if (algorithm.kty === 'OKP') return { algorithm: algorithm.id, public: x };
  const xy = new Uint8Array(2 * algorithm.size);
  xy.set(x);
  xy.set(coordinate(map, -3, algorithm.size, 'y'), algorithm.size);
  return { algorithm: algorithm.id, public: xy };
}

function expectMember(map: CborMap, key: number, expected: number, field: string): void {
  const got = map.get(key);
  if (got !== expected)
    throw new CryptoError('bad-key', `${field}: expected ${expected}, got ${String(got)}`, { field });
}

function coordinate(map: CborMap, key: number, size: number, field: string): Uint8Array {
  const value = map.get(key);
  if (!(value instanceof Uint8Array) || value.length !== size) {
    const got = value instanceof Uint8Array ? `${value.length} bytes` : typeof value;
    throw new CryptoError('bad-key', `${field}: expected ${size} bytes, got ${got}`, { field });
  }
  return new Uint8Array(value);
}
