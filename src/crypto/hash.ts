/** SHA-256, which every ceremony needs, and HMAC with it. */
import { platform } from '#platform';
import { utf8 } from '../base/bytes.ts';
import { Cache } from '../base/cache.ts';

/** 32 bytes. */
export function sha256(data: Uint8Array): Uint8Array {
  return platform.hash('SHA-256', data);
}

/** 20 bytes: for identifiers of keys, where X.509 asks for it. */
export function sha1(data: Uint8Array): Uint8Array {
  return platform.hash('SHA-1', data);
}

/** HMAC-SHA-256, 32 bytes. */
export function hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array {
  return platform.hmacSha256(key, data);
}

const rpIdHashes = new Cache<string, Uint8Array>(64);

/** SHA-256 of an RP ID, 32 bytes that are not to be modified. Few RP IDs are in use at a time, so they are remembered. */
export function rpIdHashOf(rpId: string): Uint8Array {
  let hash = rpIdHashes.get(rpId);
  if (hash === undefined) {
    hash = sha256(utf8(rpId));
    rpIdHashes.set(rpId, hash);
  }
  return hash;
}
