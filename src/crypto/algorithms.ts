/**
 * The registry of signature algorithms by COSE number (https://www.iana.org/assignments/cose/cose.xhtml#algorithms): RFC 9053
 * and RFC 8812 (ECDSA, EdDSA, RSA), RFC 9864 (fully specified names), RFC 9964 (ML-DSA).
 */
import { CryptoError } from './error.ts';

/** A hash function. */
export type HashName = 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512';
/** A curve for ECDSA. */
export type EcCurve = 'P-256' | 'P-384' | 'P-521' | 'secp256k1';
/** A curve for EdDSA. */
export type OkpCurve = 'Ed25519' | 'Ed448';
/** The curves whose private keys are a scalar or a seed. */
export type Curve = EcCurve | OkpCurve;

/** Elliptic curve keys in two coordinates (kty 2). */
export interface EcAlgorithm {
  readonly kty: 'EC2';
  readonly id: number;
  readonly name: string;
  readonly curve: EcCurve;
  /** COSE curve number. */
  readonly crv: number;
  readonly hash: HashName;
  /** Bytes of the scalar, and of each coordinate. */
  readonly size: number;
  /** Bytes of the public key: both coordinates. */
  readonly publicSize: number;
}

/** Octet key pairs (kty 1). */
export interface OkpAlgorithm {
  readonly kty: 'OKP';
  readonly id: number;
  readonly name: string;
  readonly curve: OkpCurve;
  /** COSE curve number. */
  readonly crv: number;
  /** Bytes of the seed. */
  readonly size: number;
  /** Bytes of the public key. */
  readonly publicSize: number;
}

/** RSA keys (kty 3); of any length from 1024 bits. */
export interface RsaAlgorithm {
  readonly kty: 'RSA';
  readonly id: number;
  readonly name: string;
  readonly padding: 'PKCS1-v1_5' | 'PSS';
  readonly hash: HashName;
}

/** Algorithm key pairs (kty 7), of which ML-DSA is the only kind here. */
export interface AkpAlgorithm {
  readonly kty: 'AKP';
  readonly id: number;
  readonly name: MlDsaName;
  /** Bytes of the seed. */
  readonly size: number;
  /** Bytes of the encoded public key. */
  readonly publicSize: number;
}

/** A parameter set of ML-DSA. */
export type MlDsaName = 'ML-DSA-44' | 'ML-DSA-65' | 'ML-DSA-87';

/** A signature algorithm, by the type of its keys (`kty`): EC2, OKP, RSA or AKP. */
export type SignatureAlgorithm = EcAlgorithm | OkpAlgorithm | RsaAlgorithm | AkpAlgorithm;

const CURVES = {
  'P-256': { crv: 1, size: 32 },
  'P-384': { crv: 2, size: 48 },
  'P-521': { crv: 3, size: 66 },
  secp256k1: { crv: 8, size: 32 },
  Ed25519: { crv: 6, size: 32 },
  Ed448: { crv: 7, size: 57 },
} as const;

function ec(id: number, name: string, curve: EcCurve, hash: HashName): EcAlgorithm {
  const { crv, size } = CURVES[curve];
  return { kty: 'EC2', id, name, curve, crv, hash, size, publicSize: 2 * size };
}

function okp(id: number, name: string, curve: OkpCurve): OkpAlgorithm {
  const { crv, size } = CURVES[curve];
  return { kty: 'OKP', id, name, curve, crv, size, publicSize: size };
}

function rsa(id: number, name: string, padding: RsaAlgorithm['padding'], hash: HashName): RsaAlgorithm {
  return { kty: 'RSA', id, name, padding, hash };
}

function mlDsa(id: number, name: MlDsaName, publicSize: number): AkpAlgorithm {
  return { kty: 'AKP', id, name, size: 32, publicSize };
}

/** The algorithm that every implementation has. */
export const ES256: EcAlgorithm = ec(-7, 'ES256', 'P-256', 'SHA-256');

/** Where several algorithms have the same kind of key, the first is the default for such a key. */
const ALGORITHMS: readonly SignatureAlgorithm[] = [
  ES256,
  okp(-8, 'EdDSA', 'Ed25519'),
  ec(-35, 'ES384', 'P-384', 'SHA-384'),
  ec(-36, 'ES512', 'P-521', 'SHA-512'),
  ec(-47, 'ES256K', 'secp256k1', 'SHA-256'),
  ec(-9, 'ESP256', 'P-256', 'SHA-256'),
  ec(-51, 'ESP384', 'P-384', 'SHA-384'),
  ec(-52, 'ESP512', 'P-521', 'SHA-512'),
  okp(-19, 'Ed25519', 'Ed25519'),
  okp(-53, 'Ed448', 'Ed448'),
  rsa(-257, 'RS256', 'PKCS1-v1_5', 'SHA-256'),
  rsa(-258, 'RS384', 'PKCS1-v1_5', 'SHA-384'),
  rsa(-259, 'RS512', 'PKCS1-v1_5', 'SHA-512'),
  rsa(-37, 'PS256', 'PSS', 'SHA-256'),
  rsa(-38, 'PS384', 'PSS', 'SHA-384'),
  rsa(-39, 'PS512', 'PSS', 'SHA-512'),
  mlDsa(-48, 'ML-DSA-44', 1312),
  mlDsa(-49, 'ML-DSA-65', 1952),
  mlDsa(-50, 'ML-DSA-87', 2592),
];

const BY_ID: ReadonlyMap<number, SignatureAlgorithm> = new Map(ALGORITHMS.map((entry) => [entry.id, entry]));

/** Every known algorithm, by COSE number. */
export const algorithmIds: readonly number[] = ALGORITHMS.map(({ id }) => id);

/** The COSE number of the algorithm that goes by a name, such as "ES256". */
export const algorithmNamed = (name: unknown): number | undefined =>
  ALGORITHMS.find((algorithm) => algorithm.name === name)?.id;

/**
 * The algorithm with a COSE number.
 *
 * @throws CryptoError `unsupported-algorithm`
 * @example
 * algorithmOf(-7).name; // 'ES256'
 */
export function algorithmOf(id: number): SignatureAlgorithm {
  const found = BY_ID.get(id);
  if (found === undefined) {
    throw new CryptoError('unsupported-algorithm', `expected one of ${algorithmIds.join(', ')}, got ${id}`);
  }
  return found;
}

/** The algorithm with a COSE number, if there is one. */
export function knownAlgorithm(id: number): SignatureAlgorithm | undefined {
  return BY_ID.get(id);
}

/** The first algorithm that fits a description. */
export function findAlgorithm(
  fits: (algorithm: SignatureAlgorithm) => boolean,
): SignatureAlgorithm | undefined {
  return ALGORITHMS.find(fits);
}
