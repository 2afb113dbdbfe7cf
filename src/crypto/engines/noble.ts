/**
 * The engine on noble: portable, and deterministic in everything (RFC 6979 for ECDSA). It has no RSA. Each family of
 * curves is loaded when it is first used: together they take a tenth of a second, and a browser has to fetch them.
 */
import type { EdDSA } from '@noble/curves/abstract/edwards.js';
import type { ECDSA } from '@noble/curves/abstract/weierstrass.js';
import { concat } from '../../base/bytes.ts';
import {
  type AkpAlgorithm,
  algorithmOf,
  type Curve,
  knownAlgorithm,
  type SignatureAlgorithm,
} from '../algorithms.ts';
import { CryptoError } from '../error.ts';
import { drawSecret } from '../scalar.ts';
import type { Engine } from './types.ts';

/** One algorithm, loaded. */
interface Scheme {
  publicKey(secret: Uint8Array): Uint8Array;
  sign(secret: Uint8Array, data: Uint8Array): Uint8Array;
  /** May throw for what is malformed. */
  verify(publicKey: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean;
}

/** Signatures as other implementations of RFC 6979 make them: either s, not only the lower one. */
const ECDSA_OPTIONS = { format: 'der', lowS: false, prehash: true } as const;

/** An uncompressed point, SEC 1 section 2.3.3. */
const point = (xy: Uint8Array): Uint8Array => concat(Uint8Array.of(4), xy);

function ecdsa(curve: ECDSA): Scheme {
  return {
    publicKey: (secret) => curve.getPublicKey(secret, false).slice(1),
    sign: (secret, data) => curve.sign(data, secret, ECDSA_OPTIONS),
    verify: (publicKey, data, signature) => curve.verify(signature, data, point(publicKey), ECDSA_OPTIONS),
  };
}

function eddsa(curve: EdDSA): Scheme {
  return {
    publicKey: (secret) => curve.getPublicKey(secret),
    sign: (secret, data) => curve.sign(data, secret),
    verify: (publicKey, data, signature) => curve.verify(signature, data, publicKey, { zip215: false }),
  };
}

const CURVES: Readonly<Record<Curve, () => Promise<Scheme>>> = {
  'P-256': async () => ecdsa((await import('../curves/nist.ts')).p256),
  'P-384': async () => ecdsa((await import('../curves/nist.ts')).p384),
  'P-521': async () => ecdsa((await import('../curves/nist.ts')).p521),
  secp256k1: async () => ecdsa((await import('../curves/secp256k1.ts')).secp256k1),
  Ed25519: async () => eddsa((await import('../curves/ed25519.ts')).ed25519),
  Ed448: async () => eddsa((await import('../curves/ed448.ts')).ed448),
};

async function mlDsa({ name }: AkpAlgorithm): Promise<Scheme> {
  const { expandMlDsa, signMlDsa, verifyMlDsa } = await import('../ml-dsa.ts');
  return {
    publicKey: (seed) => expandMlDsa(name, seed).publicKey.slice(),
    sign: (seed, data) => signMlDsa(name, seed, data),
    verify: (publicKey, data, signature) => verifyMlDsa(name, publicKey, data, signature),
  };
}

const loaded = new Map<string, Scheme>();

type PortableAlgorithm = Exclude<SignatureAlgorithm, { kty: 'RSA' }>;

function portable(id: number): PortableAlgorithm {
  const algorithm = algorithmOf(id);
  if (algorithm.kty === 'RSA') {
    throw new CryptoError('unsupported-algorithm', `${algorithm.name} is there only where node:crypto is`);
  }
  return algorithm;
}

/** Does something with an algorithm: at once if it is loaded already. */
function withScheme<T>(algorithm: PortableAlgorithm, work: (scheme: Scheme) => T): T | Promise<T> {
  const name = algorithm.kty === 'AKP' ? algorithm.name : algorithm.curve;
  const scheme = loaded.get(name);
  if (scheme !== undefined) return work(scheme);
  return (algorithm.kty === 'AKP' ? mlDsa(algorithm) : CURVES[algorithm.curve]()).then((fresh) => {
    loaded.set(name, fresh);
    return work(fresh);
  });
}

export const nobleEngine: Engine = {
  name: 'noble',
  supports(id) {
    const algorithm = knownAlgorithm(id);
    return algorithm !== undefined && algorithm.kty !== 'RSA';
  },
  generate(id, draw) {
    const algorithm = portable(id);
    const secret = drawSecret(algorithm, draw);
    return withScheme(algorithm, (scheme) => ({ algorithm: id, secret, public: scheme.publicKey(secret) }));
  },
  sign: (key, data) => withScheme(portable(key.algorithm), (scheme) => scheme.sign(key.secret, data)),
  verify: (id, publicKey, data, signature) =>
    withScheme(portable(id), (scheme) => {
      try {
        return scheme.verify(publicKey, data, signature);
      } catch {
        return false;
      }
    }),
};
