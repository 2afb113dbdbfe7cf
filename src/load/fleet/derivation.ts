/**
 * Derives the keys and IDs of a fleet's people from a seed: HKDF with SHA-256 (RFC 5869), salt "stuntkey fleet v1", the seed as input
 * keying material, and an info text for each value. docs/load.md has the table. The derivation never changes; a new one would get
 * another salt, because servers store its results.
 */
import { platform } from '#platform';
import { concat, utf8 } from '../../base/bytes.ts';
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import { encodeCbor } from '../../cbor/cbor.ts';
import { algorithmOf, type EcAlgorithm, type OkpAlgorithm } from '../../crypto/algorithms.ts';
import { toCose } from '../../crypto/formats/cose.ts';
import { toSpki } from '../../crypto/formats/spki.ts';
import { hmacSha256 } from '../../crypto/hash.ts';
import type { KeyPair } from '../../crypto/key-pair.ts';
import { drawSecret } from '../../crypto/scalar.ts';

const SALT = 'stuntkey fleet v1';
const HASH = 32;

/** COSE numbers of the algorithms that a fleet's keys can be for: ES256 and EdDSA (Ed25519). */
export type FleetAlgorithm = -7 | -8;

/** What all people of a fleet have in common. */
export interface FleetIdentity {
  /** Text (its UTF-8) or bytes, not empty. Anyone who knows the seed knows every key. */
  readonly seed: string | Uint8Array;
  readonly rpId: string;
  /** Default: -7, ES256. */
  readonly algorithm?: FleetAlgorithm;
}

/** What a server stores of one person, also before that person has registered. */
export interface PersonRecord {
  readonly index: number;
  /** 32 bytes. */
  readonly credentialId: Uint8Array;
  /** COSE_Key, canonical CBOR. */
  readonly publicKey: Uint8Array;
  /** DER SubjectPublicKeyInfo. */
  readonly publicKeySpki: Uint8Array;
  /** 32 bytes. */
  readonly userHandle: Uint8Array;
  /** COSE algorithm number. */
  readonly algorithm: FleetAlgorithm;
}

/** @throws StuntkeyError `bad-index` unless it is an integer from 0 to 2^53 - 1 */
export function checkIndex(index: number): void {
  if (!Number.isSafeInteger(index) || index < 0) {
    throw new StuntkeyError(
      'bad-index',
      `expected a person from 0 to ${Number.MAX_SAFE_INTEGER}, got ${String(index)}`,
    );
  }
}

/** Derives values by person. The caller checks the index. */
export class Derivation {
  readonly rpId: string;
  readonly algorithm: FleetAlgorithm;
  readonly #kind: EcAlgorithm | OkpAlgorithm;
  readonly #pseudorandomKey: Uint8Array;

  /** The caller checks the identity. */
  constructor({ seed, rpId, algorithm = -7 }: FleetIdentity) {
    this.rpId = rpId;
    this.algorithm = algorithm;
    this.#kind = algorithmOf(algorithm) as EcAlgorithm | OkpAlgorithm;
    // RFC 5869 section 2.2: PRK = HMAC-Hash(salt, IKM).
    this.#pseudorandomKey = hmacSha256(utf8(SALT), typeof seed === 'string' ? utf8(seed) : seed);
  }

  /** 32 bytes. */
  credentialId(index: number): Uint8Array {
    return this.#expand(`credential-id ${this.algorithm} ${this.rpId} ${index}`, HASH);
  }

  /** 32 bytes; the same for every algorithm, because it names the account and not the key. */
  userHandle(index: number): Uint8Array {
    return this.#expand(`user-handle ${this.rpId} ${index}`, HASH);
  }

  /** CredRandomWithUV and CredRandomWithoutUV of hmac-secret, which PRF uses: 64 bytes. */
  credRandom(index: number): Uint8Array {
    return this.#expand(`cred-random ${this.algorithm} ${this.rpId} ${index}`, 2 * HASH);
  }

  /** The first draw that is a scalar is the key: no scalar is likelier than another. For Ed25519 every draw is a seed. */
  privateKey(index: number): Uint8Array {
    let draws = 0;
    return drawSecret(this.#kind, (length) =>
      this.#expand(`key ${this.algorithm} ${this.rpId} ${index} ${draws++}`, length),
    );
  }

  /** The public key of such a private key. */
  publicKey(privateKey: Uint8Array): Uint8Array {
    return platform.publicKey(this.#kind.curve, privateKey);
  }

  keyPair(index: number): KeyPair {
    const secret = this.privateKey(index);
    return { algorithm: this.algorithm, secret, public: this.publicKey(secret) };
  }

  /** The other random bytes of that person's device, by purpose and count. Servers store none of them. */
  chance(index: number, purpose: string, count: number, length: number): Uint8Array {
    return this.#expand(`chance ${purpose} ${this.rpId} ${index} ${count}`, length);
  }

  /** What a server stores of a person. @throws StuntkeyError `bad-index` */
  record(index: number): PersonRecord {
    checkIndex(index);
    const { algorithm } = this;
    const { public: raw } = this.keyPair(index);
    return {
      index,
      credentialId: this.credentialId(index),
      publicKey: encodeCbor(toCose(algorithm, raw)),
      publicKeySpki: toSpki(algorithm, raw),
      userHandle: this.userHandle(index),
      algorithm,
    };
  }

  /** RFC 5869 section 2.3, at most 255 hashes. (The platform's HKDF would extract again each time, five times the work.) */
  #expand(info: string, length: number): Uint8Array {
    const text = utf8(info);
    if (length === HASH) return hmacSha256(this.#pseudorandomKey, concat(text, Uint8Array.of(1)));
    const blocks: Uint8Array[] = [];
    for (let i = 1; blocks.length * HASH < length; i++) {
      blocks.push(
        hmacSha256(this.#pseudorandomKey, concat(blocks.at(-1) ?? new Uint8Array(), text, Uint8Array.of(i))),
      );
    }
    return concat(...blocks).slice(0, length);
  }
}
