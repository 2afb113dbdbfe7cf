/**
 * The engine on node:crypto. Keys are imported as JWK (a fifth of the time PKCS#8 takes) and kept imported for a while;
 * none is ever exported from a KeyObject, because on Node 20 exporting one that generateKeyPairSync made can deadlock with
 * the garbage collector.
 */
import * as crypto from 'node:crypto';
import { base64url } from '../../codec/base64url.ts';
import { Cache } from '../../codec/cache.ts';
import { algorithmOf, type SignatureAlgorithm } from '../algorithms.ts';
import type { KeyPair } from '../key-pair.ts';
import { publicKeyOf } from '../public-key.ts';
import { drawScalar } from '../scalar.ts';
import type { Engine } from './types.ts';

/** A KeyObject is some 4 KB that V8 does not see. */
const CACHED_KEYS = 256;

const imported = new Cache<string, crypto.SignKeyObjectInput>(CACHED_KEYS);

/** The same bytes without Buffer's methods; for buffers that are nobody else's. */
const view = ({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

function jwkOf(algorithm: SignatureAlgorithm, publicKey: Uint8Array): crypto.JsonWebKey {
  const { curve, size } = algorithm;
  return algorithm.kty === 'EC2'
    ? {
        kty: 'EC',
        crv: curve,
        x: base64url(publicKey.subarray(0, size)),
        y: base64url(publicKey.subarray(size)),
      }
    : { kty: 'OKP', crv: curve, x: base64url(publicKey) };
}

function hashOf(algorithm: SignatureAlgorithm): string | null {
  return algorithm.kty === 'EC2' ? 'sha256' : null;
}

function signingKey(key: KeyPair, algorithm: SignatureAlgorithm): crypto.SignKeyObjectInput {
  const name = String.fromCharCode.apply(null, key.secret as unknown as number[]) + algorithm.curve;
  const known = imported.get(name);
  if (known !== undefined) return known;
  const jwk = { ...jwkOf(algorithm, key.public), d: base64url(key.secret) };
  const input: crypto.SignKeyObjectInput = {
    key: crypto.createPrivateKey({ key: jwk, format: 'jwk' }),
    dsaEncoding: 'der',
  };
  imported.set(name, input);
  return input;
}

export const nodeEngine: Engine = {
  name: 'node',
  generate(id, draw) {
    const algorithm = algorithmOf(id);
    const secret = algorithm.kty === 'EC2' ? drawScalar(algorithm, draw) : draw(algorithm.size);
    return { algorithm: id, secret, public: publicKeyOf(algorithm, secret) };
  },
  sign(key, data, crowded = false) {
    const algorithm = algorithmOf(key.algorithm);
    const input = signingKey(key, algorithm);
    if (!crowded) return view(crypto.sign(hashOf(algorithm), data, input));
    return new Promise((resolve, reject) => {
      crypto.sign(hashOf(algorithm), data, input, (error, signature) => {
        if (error === null) resolve(view(signature));
        else reject(error);
      });
    });
  },
  verify(id, publicKey, data, signature) {
    const algorithm = algorithmOf(id);
    try {
      const key = crypto.createPublicKey({ key: jwkOf(algorithm, publicKey), format: 'jwk' });
      return crypto.verify(hashOf(algorithm), data, { key, dsaEncoding: 'der' }, signature);
    } catch {
      return false;
    }
  },
};
