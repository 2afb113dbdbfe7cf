/**
 * PIN/UV auth protocols one and two, CTAP 2.3 sections 6.5.6 and 6.5.7. What both sides do is in the functions; what only the
 * authenticator has (a key agreement key) is in the class.
 */
import { platform } from '#platform';
import { concat, equal, isBytes, utf8 } from '../base/bytes.ts';
import type { CborMap } from '../cbor/cbor.ts';
import { ES256 } from './algorithms.ts';
import { badKey, CryptoError } from './error.ts';
import type { RandomSource } from './random.ts';
import { drawScalar } from './scalar.ts';

/** Which protocol. */
export type PinUvAuthProtocolVersion = 1 | 2;

const BLOCK = 16;
const ZERO_IV: Uint8Array = new Uint8Array(BLOCK);
const ZERO_SALT: Uint8Array = new Uint8Array(32);

/** COSE's number for the key agreement ECDH-ES + HKDF-256, which CTAP writes into these keys (though it does something else). */
const ECDH_ES_HKDF_256 = -25;

/** kdf(Z): 32 bytes for protocol one; HMAC key and AES key, 64 bytes together, for protocol two. */
function kdf(version: PinUvAuthProtocolVersion, z: Uint8Array): Uint8Array {
  if (version === 1) return platform.hash('SHA-256', z);
  return concat(
    platform.hkdfSha256(z, ZERO_SALT, utf8('CTAP2 HMAC key'), 32),
    platform.hkdfSha256(z, ZERO_SALT, utf8('CTAP2 AES key'), 32),
  );
}

/**
 * encrypt(key, plaintext): protocol two puts its random IV before the result.
 *
 * @throws CryptoError `bad-length` unless the plaintext is a multiple of 16 bytes
 */
export function encrypt(
  version: PinUvAuthProtocolVersion,
  key: Uint8Array,
  plaintext: Uint8Array,
  random: RandomSource,
): Uint8Array {
  if (version === 1) return platform.aesCbcEncrypt(key, ZERO_IV, plaintext);
  const iv = random(BLOCK, 'pin-uv-auth-iv');
  return concat(iv, platform.aesCbcEncrypt(key.subarray(32), iv, plaintext));
}

/** decrypt(key, ciphertext). @throws CryptoError `decryption-failed` for an impossible length */
export function decrypt(
  version: PinUvAuthProtocolVersion,
  key: Uint8Array,
  ciphertext: Uint8Array,
): Uint8Array {
  const least = version === 1 ? 0 : BLOCK;
  if (ciphertext.length < least || ciphertext.length % BLOCK !== 0) {
    throw new CryptoError(
      'decryption-failed',
      `expected a multiple of ${BLOCK} bytes, at least ${least}, got ${ciphertext.length}`,
    );
  }
  return version === 1
    ? platform.aesCbcDecrypt(key, ZERO_IV, ciphertext)
    : platform.aesCbcDecrypt(key.subarray(32), ciphertext.subarray(0, BLOCK), ciphertext.subarray(BLOCK));
}

/** authenticate(key, message): 16 bytes for protocol one, 32 for protocol two. */
export function authenticate(
  version: PinUvAuthProtocolVersion,
  key: Uint8Array,
  message: Uint8Array,
): Uint8Array {
  const mac = platform.hmacSha256(version === 1 ? key : key.subarray(0, 32), message);
  return version === 1 ? mac.slice(0, 16) : mac;
}

/** verify(key, message, signature). Whether a token is in use is for its holder to ask. */
export function verify(
  version: PinUvAuthProtocolVersion,
  key: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  return equal(authenticate(version, key, message), signature);
}

/** A P-256 point (x and y, 64 bytes) as the COSE_Key of a key agreement. */
function keyAgreementKey(publicKey: Uint8Array): CborMap {
  return new Map<number, number | Uint8Array>([
    [1, 2],
    [3, ECDH_ES_HKDF_256],
    [-1, 1],
    [-2, publicKey.slice(0, 32)],
    [-3, publicKey.slice(32)],
  ]);
}

/** The point of a key agreement's COSE_Key. @throws CryptoError `bad-key` naming the member */
function pointOf(key: CborMap): Uint8Array {
  for (const [member, expected] of [
    [1, 2],
    [3, ECDH_ES_HKDF_256],
    [-1, 1],
  ] as const) {
    const got = key.get(member);
    if (got !== expected) throw badKey(String(member), String(expected), String(got));
  }
  return concat(coordinate(key, -2), coordinate(key, -3));
}

function coordinate(key: CborMap, member: -2 | -3): Uint8Array {
  const value = key.get(member);
  if (!isBytes(value)) throw badKey(String(member), '32 bytes', typeof value);
  if (value.length !== 32) throw badKey(String(member), '32 bytes', `${value.length} bytes`);
  return value;
}

/** The platform's side of a key agreement. */
export interface Encapsulation {
  /** COSE_Key to send to the authenticator. */
  readonly platformKeyAgreement: CborMap;
  readonly sharedSecret: Uint8Array;
}

/**
 * encapsulate(peerCoseKey): what a platform does with an authenticator's key.
 *
 * @throws CryptoError `bad-key` naming the member, `invalid-public-key` off the curve
 * @example
 * const { platformKeyAgreement, sharedSecret } = encapsulate(2, keyAgreement, systemRandom);
 * const newPinEnc = encrypt(2, sharedSecret, paddedPin, systemRandom);
 */
export function encapsulate(
  version: PinUvAuthProtocolVersion,
  peer: CborMap,
  random: RandomSource,
): Encapsulation {
  const secret = drawKey(random, 'platform-key-agreement');
  return {
    platformKeyAgreement: keyAgreementKey(platform.p256PublicKey(secret)),
    sharedSecret: kdf(version, platform.ecdhP256(secret, pointOf(peer))),
  };
}

function drawKey(random: RandomSource, purpose: string): Uint8Array {
  return drawScalar(ES256, (length) => random(length, purpose));
}

/** The authenticator's side of one protocol. */
export class PinUvAuthProtocol {
  readonly version: PinUvAuthProtocolVersion;
  readonly #random: RandomSource;
  #secret: Uint8Array | undefined;
  #publicKey: CborMap | undefined;

  constructor(version: PinUvAuthProtocolVersion, random: RandomSource) {
    this.version = version;
    this.#random = random;
  }

  /** regenerate(): the next key agreement uses a new key. */
  regenerate(): void {
    this.#secret = undefined;
    this.#publicKey = undefined;
  }

  /** getPublicKey(). The key is made when first asked for: many devices never agree on one. */
  getPublicKey(): CborMap {
    this.#publicKey ??= keyAgreementKey(platform.p256PublicKey(this.#key()));
    return this.#publicKey;
  }

  /** decapsulate(peerCoseKey). @throws CryptoError `bad-key` naming the member, `invalid-public-key` off the curve */
  decapsulate(peer: CborMap): Uint8Array {
    return kdf(this.version, platform.ecdhP256(this.#key(), pointOf(peer)));
  }

  encrypt(key: Uint8Array, plaintext: Uint8Array): Uint8Array {
    return encrypt(this.version, key, plaintext, this.#random);
  }

  decrypt(key: Uint8Array, ciphertext: Uint8Array): Uint8Array {
    return decrypt(this.version, key, ciphertext);
  }

  verify(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
    return verify(this.version, key, message, signature);
  }

  #key(): Uint8Array {
    this.#secret ??= drawKey(this.#random, `key-agreement-${this.version}`);
    return this.#secret;
  }
}
