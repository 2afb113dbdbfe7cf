/**
 * Signature algorithms by their COSE numbers, keys and their formats, and random bytes. Functions throw `CryptoError`, whose `code` and `field`
 * say what is wrong.
 *
 * @example
 * ```js
 * import { algorithmIds, algorithmOf, algorithmOfJwk, CryptoError, engineFor, systemRandom } from 'stuntkey/crypto';
 * import { fromAnyPkcs8, fromAnySpki, fromCose, fromJwk, fromPem, fromPkcs8, fromPublicJwk, fromSpki } from 'stuntkey/crypto';
 * import { toCose, toJwk, toPem, toPkcs8, toPublicJwk, toSpki } from 'stuntkey/crypto';
 *
 * const engine = engineFor({ deterministic: false });
 * const key = await engine.generate(-7, (length) => systemRandom(length, 'key'));
 * const signature = await engine.sign(key, Uint8Array.of(1, 2, 3));
 * console.log(await engine.verify(-7, key.public, Uint8Array.of(1, 2, 3), signature)); // true
 * console.log(algorithmIds.includes(-7), algorithmOf(-7).name); // true ES256
 *
 * const pem = toPem('PRIVATE KEY', toPkcs8(key));
 * console.log(fromAnyPkcs8(fromPem('PRIVATE KEY', pem)).algorithm); // -7
 * console.log(fromPkcs8(-7, toPkcs8(key)).public.length); // 64
 * console.log(fromJwk(algorithmOfJwk(toJwk(key)), toJwk(key)).secret.length); // 32
 * console.log(fromPublicJwk(-7, toPublicJwk(-7, key.public)).length); // 64
 * console.log(fromSpki(-7, toSpki(-7, key.public)).length); // 64
 * console.log(fromAnySpki(toSpki(-7, key.public)).algorithm); // -7
 * console.log(fromCose(toCose(-7, key.public)).algorithm); // -7
 * try {
 *   algorithmOf(0);
 * } catch (error) {
 *   console.log(error instanceof CryptoError && error.code); // unsupported-algorithm
 * }
 * ```
 * @module stuntkey/crypto
 */

export {
  type AkpAlgorithm,
  algorithmIds,
  algorithmOf,
  type EcAlgorithm,
  type EcCurve,
  type HashName,
  type MlDsaName,
  type OkpAlgorithm,
  type OkpCurve,
  type RsaAlgorithm,
  type SignatureAlgorithm,
} from '../crypto/algorithms.ts';
export { type DrawBytes, type Engine, engineFor } from '../crypto/engine.ts';
export { CryptoError, type CryptoErrorCode, type CryptoErrorDetails } from '../crypto/error.ts';
export { fromCose, type PublicKey, toCose } from '../crypto/formats/cose.ts';
export {
  algorithmOfJwk,
  fromJwk,
  fromPublicJwk,
  type Jwk,
  toJwk,
  toPublicJwk,
} from '../crypto/formats/jwk.ts';
export { fromPem, toPem } from '../crypto/formats/pem.ts';
export { fromAnyPkcs8, fromPkcs8, toPkcs8 } from '../crypto/formats/pkcs8.ts';
export { fromAnySpki, fromSpki, toSpki } from '../crypto/formats/spki.ts';
export type { KeyPair } from '../crypto/key-pair.ts';
export { type RandomSource, seededRandom, systemRandom } from '../crypto/random.ts';
