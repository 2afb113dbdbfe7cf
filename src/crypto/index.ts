/** Signature algorithms, keys and their formats, chance. */
export {
  type AkpAlgorithm,
  algorithmIds,
  algorithmOf,
  type EcAlgorithm,
  type OkpAlgorithm,
  type RsaAlgorithm,
  type SignatureAlgorithm,
} from './algorithms.ts';
export { type DrawBytes, type Engine, engineFor } from './engine.ts';
export { CryptoError, type CryptoErrorCode } from './error.ts';
export { fromCose, type PublicKey, toCose } from './formats/cose.ts';
export { algorithmOfJwk, fromJwk, fromPublicJwk, type Jwk, toJwk, toPublicJwk } from './formats/jwk.ts';
export { fromPem, toPem } from './formats/pem.ts';
export { fromAnyPkcs8, fromPkcs8, toPkcs8 } from './formats/pkcs8.ts';
export { fromAnySpki, fromSpki, toSpki } from './formats/spki.ts';
export type { KeyPair } from './key-pair.ts';
export { type RandomSource, seededRandom, systemRandom } from './random.ts';
