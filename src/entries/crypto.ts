/** Signature algorithms, keys and their formats, chance. */
export {
  type AkpAlgorithm,
  algorithmIds,
  algorithmOf,
  type EcAlgorithm,
  type OkpAlgorithm,
  type RsaAlgorithm,
  type SignatureAlgorithm,
} from '../crypto/algorithms.ts';
export { type DrawBytes, type Engine, engineFor } from '../crypto/engine.ts';
export { CryptoError, type CryptoErrorCode } from '../crypto/error.ts';
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
