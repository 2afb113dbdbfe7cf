/** The engine on noble: portable, and deterministic in everything (RFC 6979 for ECDSA). */
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { concat } from '../../codec/bytes.ts';
import { algorithmOf } from '../algorithms.ts';
import { drawScalar } from '../scalar.ts';
import type { Engine } from './types.ts';

/** An uncompressed point, SEC 1 section 2.3.3. */
const point = (xy: Uint8Array): Uint8Array => concat(Uint8Array.of(4), xy);

/** Signatures as other implementations of RFC 6979 make them: either s, not only the lower one. */
const ECDSA = { format: 'der', lowS: false, prehash: true } as const;

export const nobleEngine: Engine = {
  name: 'noble',
  generate(id, draw) {
    const algorithm = algorithmOf(id);
    if (algorithm.kty === 'EC2') {
      const secret = drawScalar(algorithm, draw);
      return { algorithm: id, secret, public: p256.getPublicKey(secret, false).slice(1) };
    }
    const secret = draw(algorithm.size);
    return { algorithm: id, secret, public: ed25519.getPublicKey(secret) };
  },
  sign(key, data) {
    return algorithmOf(key.algorithm).kty === 'EC2'
      ? p256.sign(data, key.secret, ECDSA)
      : ed25519.sign(data, key.secret);
  },
  verify(id, publicKey, data, signature) {
    try {
      return algorithmOf(id).kty === 'EC2'
        ? p256.verify(signature, data, point(publicKey), ECDSA)
        : ed25519.verify(signature, data, publicKey, { zip215: false });
    } catch {
      return false;
    }
  },
};
