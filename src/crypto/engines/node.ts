/** The engine on node:crypto, for every algorithm Node has: all of them from Node 24 on, all but ML-DSA before. */
import type { KeyObject } from 'node:crypto';
import {
  type AkpAlgorithm,
  algorithmOf,
  ES256,
  knownAlgorithm,
  type SignatureAlgorithm,
} from '../algorithms.ts';
import { CryptoError } from '../error.ts';
import type { KeyPair } from '../key-pair.ts';
import { platform } from '../platform/node.ts';
import { nodeCrypto } from '../platform/node-crypto.ts';
import { OPENSSL_HASHES } from '../platform/node-hash.ts';
import { mlDsaKey, type SeedKey, seedKey } from '../platform/node-seed.ts';
import { drawSecret } from '../scalar.ts';
import { keyAhead } from './node-ahead.ts';
import { signEs256 } from './node-ecdsa.ts';
import { privateKeyOf, publicKeyOf, rememberPrivate } from './node-keys.ts';
import { signAside, signNow, signTogether } from './node-sign.ts';
import type { DrawBytes, Engine } from './types.ts';

/** What most RSA authenticators make (TPMs, for one). */
const RSA_BITS = 2048;

let hasMlDsa: boolean | undefined;

/** Node has ML-DSA if its OpenSSL has, from Node 24 on. */
function supportsMlDsa(algorithm: AkpAlgorithm): boolean {
  if (hasMlDsa === undefined) {
    try {
      mlDsaKey(algorithm, new Uint8Array(algorithm.size));
      hasMlDsa = true;
    } catch {
      hasMlDsa = false;
    }
  }
  return hasMlDsa;
}

function hashOf(algorithm: SignatureAlgorithm): string | null {
  return algorithm.kty === 'EC2' || algorithm.kty === 'RSA' ? OPENSSL_HASHES[algorithm.hash] : null;
}

export const nodeEngine: Engine = {
  name: 'node',
  supports(id) {
    const algorithm = knownAlgorithm(id);
    return algorithm !== undefined && (algorithm.kty !== 'AKP' || supportsMlDsa(algorithm));
  },
  generate(id, draw) {
    const algorithm = algorithmOf(id);
    switch (algorithm.kty) {
      case 'EC2': {
        const secret = drawSecret(algorithm, draw);
        return { algorithm: id, secret, public: platform.publicKey(algorithm.curve, secret) };
      }
      case 'OKP':
        return fromSeed(algorithm, draw, (seed) => seedKey(algorithm.curve, seed));
      case 'AKP':
        expectSupport(algorithm);
        return fromSeed(algorithm, draw, (seed) => mlDsaKey(algorithm, seed));
      case 'RSA':
        return rsaKey(id);
    }
  },
  keyAhead(id) {
    const algorithm = algorithmOf(id);
    if (algorithm.kty !== 'EC2' || algorithm.curve !== 'P-256') return undefined;
    const key = keyAhead();
    return key && { algorithm: id, ...key };
  },
  sign(key, data, crowded) {
    const algorithm = algorithmOf(key.algorithm);
    if (algorithm.kty === 'AKP') expectSupport(algorithm);
    if (algorithm === ES256) return signEs256(key.secret, data);
    const job = { hash: hashOf(algorithm), data, input: privateKeyOf(algorithm, key) };
    if (crowded === undefined) return signTogether(job, algorithm);
    return crowded ? signAside(job) : signNow(job);
  },
  verify(id, publicKey, data, signature) {
    const algorithm = algorithmOf(id);
    if (algorithm.kty === 'AKP') expectSupport(algorithm);
    try {
      const input = publicKeyOf(algorithm, publicKey);
      if (algorithm.kty === 'RSA' && signature.length !== modulusLength(input.key)) return false;
      return nodeCrypto().verify(hashOf(algorithm), data, input, signature);
    } catch {
      return false;
    }
  },
  async prepare(id) {
    if (knownAlgorithm(id)?.kty !== 'RSA') return;
    rsaAhead ??= makeRsa();
    await rsaAhead.catch(() => {});
  },
};

/** In bytes: what each signature has (RFC 8017 sections 8.1.2 and 8.2.2, step 1). OpenSSL takes shorter ones with PSS. */
function modulusLength(key: KeyObject): number {
  return ((key.asymmetricKeyDetails?.modulusLength as number) + 7) >> 3;
}

function expectSupport(algorithm: AkpAlgorithm): void {
  if (!supportsMlDsa(algorithm)) {
    throw new CryptoError('unsupported-algorithm', `Node ${process.version} has no ${algorithm.name}`);
  }
}

function fromSeed(
  algorithm: Extract<SignatureAlgorithm, { kty: 'OKP' | 'AKP' }>,
  draw: DrawBytes,
  expand: (seed: Uint8Array) => SeedKey,
): KeyPair {
  const secret = drawSecret(algorithm, draw);
  const { key, public: publicKey } = expand(secret);
  rememberPrivate(algorithm, secret, key);
  return { algorithm: algorithm.id, secret, public: publicKey };
}

/** The next RSA key, once one was asked for before it is needed. All RSA algorithms have the same keys. */
let rsaAhead: Promise<Omit<KeyPair, 'algorithm'>> | undefined;

async function rsaKey(algorithm: number): Promise<KeyPair> {
  const making = rsaAhead ?? makeRsa();
  if (rsaAhead !== undefined) rsaAhead = makeRsa();
  return { algorithm, ...(await making) };
}

/** The asynchronous form, which works in the thread pool, and also keeps clear of Node 20's deadlock. */
function makeRsa(): Promise<Omit<KeyPair, 'algorithm'>> {
  const making = new Promise<Omit<KeyPair, 'algorithm'>>((resolve, reject) => {
    nodeCrypto().generateKeyPair(
      'rsa',
      {
        modulusLength: RSA_BITS,
        publicExponent: 65_537,
        publicKeyEncoding: { type: 'pkcs1', format: 'der' },
        privateKeyEncoding: { type: 'pkcs1', format: 'der' },
      },
      (error, publicKey, secret) => {
        if (error === null) resolve({ secret: new Uint8Array(secret), public: new Uint8Array(publicKey) });
        else reject(error);
      },
    );
  });
  // (The registration that takes it learns what went wrong.)
  making.catch(() => {});
  return making;
}
