/** The registry of signature algorithms by COSE number (https://www.iana.org/assignments/cose/cose.xhtml#algorithms). */
import { CryptoError } from './error.ts';

/** Elliptic curve keys in two coordinates (kty 2). */
export interface EcAlgorithm {
  readonly kty: 'EC2';
  readonly id: number;
  readonly name: string;
  readonly curve: 'P-256';
  /** COSE curve number. */
  readonly crv: number;
  readonly hash: 'SHA-256';
  /** Bytes of the scalar, and of each coordinate. */
  readonly size: number;
}

/** Octet key pairs (kty 1). */
export interface OkpAlgorithm {
  readonly kty: 'OKP';
  readonly id: number;
  readonly name: string;
  readonly curve: 'Ed25519';
  /** COSE curve number. */
  readonly crv: number;
  /** Bytes of the seed, and of the public key. */
  readonly size: number;
}

export type SignatureAlgorithm = EcAlgorithm | OkpAlgorithm;

const ALGORITHMS: readonly SignatureAlgorithm[] = [
  { kty: 'EC2', id: -7, name: 'ES256', curve: 'P-256', crv: 1, hash: 'SHA-256', size: 32 },
  { kty: 'OKP', id: -8, name: 'EdDSA', curve: 'Ed25519', crv: 6, size: 32 },
];

const BY_ID: ReadonlyMap<number, SignatureAlgorithm> = new Map(ALGORITHMS.map((entry) => [entry.id, entry]));

/** Every algorithm there is, by COSE number. */
export const algorithmIds: readonly number[] = ALGORITHMS.map(({ id }) => id);

/** The algorithm with a COSE number. @throws CryptoError `unsupported-algorithm` */
export function algorithmOf(id: number): SignatureAlgorithm {
  const found = BY_ID.get(id);
  if (found === undefined) {
    throw new CryptoError('unsupported-algorithm', `expected one of ${algorithmIds.join(', ')}, got ${id}`);
  }
  return found;
}
