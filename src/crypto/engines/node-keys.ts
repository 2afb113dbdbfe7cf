/**
 * Raw keys as KeyObjects. They are imported as JWK (a fifth of the time PKCS#8 takes) and stay imported for a while. None is
 * ever exported that generateKeyPairSync made: on Node 20 that can deadlock with the garbage collector.
 */
import type { JsonWebKey, KeyObject, SignKeyObjectInput } from 'node:crypto';
import { base64url } from '../../base/base64url.ts';
import { Cache } from '../../base/cache.ts';
import type { SignatureAlgorithm } from '../algorithms.ts';
import type { KeyPair } from '../key-pair.ts';
import { nodeCrypto } from '../platform/node-crypto.ts';

/** A KeyObject is some 4 KB that V8 does not see. */
const CACHED_KEYS = 256;

/** What crypto.sign and crypto.verify want to know besides the hash. */
export type KeyInput = SignKeyObjectInput;

/** An imported key, and the algorithm it was imported for. */
interface Imported {
  readonly algorithm: SignatureAlgorithm;
  readonly input: KeyInput;
}

const privateKeys = new Cache<string, Imported>(CACHED_KEYS);
const publicKeys = new Cache<string, Imported>(CACHED_KEYS);

/** The cheapest key of a Map that bytes can become. */
const nameOf = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('latin1');

/** The key pair's private key, imported, with the options its signatures are made with. */
export function privateKeyOf(algorithm: SignatureAlgorithm, key: KeyPair): KeyInput {
  return imported(nameOf(key.secret), algorithm, key);
}

function imported(name: string, algorithm: SignatureAlgorithm, key: KeyPair): KeyInput {
  const known = privateKeys.get(name);
  if (known?.algorithm === algorithm) return known.input;
  return remember(privateKeys, name, algorithm, importPrivate(algorithm, key));
}

/** A public key, imported, with the options its signatures are verified with. @throws if the key is malformed */
export function publicKeyOf(algorithm: SignatureAlgorithm, publicKey: Uint8Array): KeyInput {
  const name = nameOf(publicKey);
  const known = publicKeys.get(name);
  if (known?.algorithm === algorithm) return known.input;
  return remember(publicKeys, name, algorithm, importPublic(algorithm, publicKey));
}

/** Remembers a private key that is imported already. */
export function rememberPrivate(algorithm: SignatureAlgorithm, secret: Uint8Array, key: KeyObject): void {
  remember(privateKeys, nameOf(secret), algorithm, key);
}

function remember(
  cache: Cache<string, Imported>,
  name: string,
  algorithm: SignatureAlgorithm,
  key: KeyObject,
): KeyInput {
  const input = { key, ...optionsOf(algorithm) };
  cache.set(name, { algorithm, input });
  return input;
}

function optionsOf(algorithm: SignatureAlgorithm): Omit<KeyInput, 'key'> {
  if (algorithm.kty === 'EC2') return { dsaEncoding: 'der' };
  if (algorithm.kty !== 'RSA') return {};
  const { RSA_PKCS1_PADDING, RSA_PKCS1_PSS_PADDING, RSA_PSS_SALTLEN_DIGEST } = nodeCrypto().constants;
  return algorithm.padding === 'PSS'
    ? { padding: RSA_PKCS1_PSS_PADDING, saltLength: RSA_PSS_SALTLEN_DIGEST }
    : { padding: RSA_PKCS1_PADDING };
}

function importPrivate(algorithm: SignatureAlgorithm, key: KeyPair): KeyObject {
  if (algorithm.kty === 'RSA')
    return nodeCrypto().createPrivateKey({ key: Buffer.from(key.secret), format: 'der', type: 'pkcs1' });
  const secret = base64url(key.secret);
  const jwk = jwkOf(algorithm, key.public);
  return nodeCrypto().createPrivateKey({
    key: algorithm.kty === 'AKP' ? { ...jwk, priv: secret } : { ...jwk, d: secret },
    format: 'jwk',
  });
}

function importPublic(algorithm: SignatureAlgorithm, publicKey: Uint8Array): KeyObject {
  return algorithm.kty === 'RSA'
    ? nodeCrypto().createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'pkcs1' })
    : nodeCrypto().createPublicKey({ key: jwkOf(algorithm, publicKey), format: 'jwk' });
}

function jwkOf(algorithm: Exclude<SignatureAlgorithm, { kty: 'RSA' }>, publicKey: Uint8Array): JsonWebKey {
  switch (algorithm.kty) {
    case 'EC2':
      return {
        kty: 'EC',
        crv: algorithm.curve,
        x: base64url(publicKey.subarray(0, algorithm.size)),
        y: base64url(publicKey.subarray(algorithm.size)),
      };
    case 'OKP':
      return { kty: 'OKP', crv: algorithm.curve, x: base64url(publicKey) };
    case 'AKP':
      return { kty: 'AKP', alg: algorithm.name, pub: base64url(publicKey) };
  }
}
