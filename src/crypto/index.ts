/** Signature algorithms, keys and their formats, chance. */
export { algorithmIds, algorithmOf, type SignatureAlgorithm } from './algorithms.ts';
export { engineFor } from './engine.ts';
export type { DrawBytes, Engine } from './engines/types.ts';
export { CryptoError, type CryptoErrorCode } from './error.ts';
export { fromCose, toCose } from './formats/cose.ts';
export { fromJwk, fromPublicJwk, type Jwk, toJwk, toPublicJwk } from './formats/jwk.ts';
export { fromPkcs8, toPkcs8 } from './formats/pkcs8.ts';
export { fromSpki, toSpki } from './formats/spki.ts';
export type { KeyPair } from './key-pair.ts';
export { type RandomSource, seededRandom, systemRandom } from './random.ts';
