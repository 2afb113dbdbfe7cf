/**
 * From a passphrase to the key of a store: scrypt (RFC 7914) gives a key that wraps the store's own, which is random. So the
 * slow part comes once at opening, and a wrong passphrase is noticed there.
 */
import { base64url, fromBase64url } from '../../base/base64url.ts';
import { utf8 } from '../../base/bytes.ts';
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import type { RandomSource } from '../../crypto/random.ts';
import { seal, unseal } from '../../crypto/symmetric.ts';
import { storeError } from './errors.ts';

/** How a key is wrapped under a passphrase: in clear beside what is sealed with it. */
export interface Wrapping {
  readonly kdf: 'scrypt';
  /** CPU and memory cost: a power of two. */
  readonly N: number;
  readonly r: number;
  readonly p: number;
  /** 16 bytes, base64url. */
  readonly salt: string;
  /** AES-256-GCM. */
  readonly cipher: 'A256GCM';
  /** 12 bytes, base64url. */
  readonly nonce: string;
  /** The 32 bytes of the key, sealed: 48 bytes, base64url. */
  readonly key: string;
}

/** log2 of N: 128 MiB and about a second of one core, what OWASP asks of scrypt for passwords. */
const DEFAULT_COST = 17;
const LEAST_COST = 10;
/** A file that asks for more than 1 GiB would be a way to bring a machine down. */
const MOST_COST = 20;
const R = 8;

const PURPOSE = utf8('stuntkey store key');

async function wrappingKey(passphrase: string, salt: Uint8Array, N: number): Promise<Uint8Array> {
  // (Loaded with a passphrase: most stores have none.)
  const { scryptAsync } = await import('@noble/hashes/scrypt.js');
  // The same passphrase from another keyboard may be written in other code points.
  return scryptAsync(utf8(passphrase.normalize('NFC')), salt, { N, r: R, p: 1, dkLen: 32, maxmem: 2 ** 31 });
}

/** @throws StuntkeyError `bad-options` */
function checkCost(cost: number): void {
  if (!Number.isInteger(cost) || cost < LEAST_COST || cost > MOST_COST) {
    throw new StuntkeyError(
      'bad-options',
      `passphraseCost: expected an integer from ${LEAST_COST} to ${MOST_COST}, got ${cost}`,
    );
  }
}

/**
 * A new key under a passphrase.
 *
 * @param cost log2 of scrypt's N
 * @throws StuntkeyError `bad-options` for an empty passphrase, or a cost out of bounds
 */
export async function newKeyUnder(
  passphrase: string,
  random: RandomSource,
  cost: number = DEFAULT_COST,
): Promise<{ readonly key: Uint8Array; readonly wrapping: Wrapping }> {
  checkCost(cost);
  if (passphrase === '')
    throw new StuntkeyError('bad-options', 'passphrase: expected a text, got an empty one');
  const [salt, nonce, key] = [random(16, 'store-salt'), random(12, 'store-nonce'), random(32, 'store-key')];
  const N = 2 ** cost;
  const sealed = seal(await wrappingKey(passphrase, salt, N), nonce, key, PURPOSE);
  return {
    key,
    wrapping: {
      kdf: 'scrypt',
      N,
      r: R,
      p: 1,
      salt: base64url(salt),
      cipher: 'A256GCM',
      nonce: base64url(nonce),
      key: base64url(sealed),
    },
  };
}

/**
 * The key that lies wrapped under a passphrase.
 *
 * @param what names it in errors
 * @throws StuntkeyError `store-passphrase` for a wrong one or none, `store-damaged` for a wrapping that is not understood
 */
export async function keyUnder(
  passphrase: string | undefined,
  wrapping: Wrapping,
  what: string,
): Promise<Uint8Array> {
  if (!understood(wrapping))
    throw storeError('store-damaged', `${what} is encrypted in a way that is not known here`);
  if (passphrase === undefined) {
    throw storeError('store-passphrase', `${what} is under a passphrase, and none was given`);
  }
  const key = await wrappingKey(passphrase, fromBase64url(wrapping.salt), wrapping.N);
  try {
    return unseal(key, fromBase64url(wrapping.nonce), fromBase64url(wrapping.key), PURPOSE);
  } catch (error) {
    throw storeError('store-passphrase', `wrong passphrase for ${what}`, error);
  }
}

/** It comes from a file: nothing about it is certain. */
function understood({ kdf, cipher, N, r, p, salt, nonce, key }: Wrapping): boolean {
  return (
    kdf === 'scrypt' &&
    cipher === 'A256GCM' &&
    r === R &&
    p === 1 &&
    Number.isInteger(Math.log2(N)) &&
    N >= 2 ** LEAST_COST &&
    N <= 2 ** MOST_COST &&
    isBytes(salt, 16) &&
    isBytes(nonce, 12) &&
    isBytes(key, 48)
  );
}

function isBytes(text: unknown, length: number): boolean {
  try {
    return typeof text === 'string' && fromBase64url(text).length === length;
  } catch {
    return false;
  }
}
