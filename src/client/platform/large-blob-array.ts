/**
 * The platform's side of authenticatorLargeBlobs, CTAP 2.3 section 6.10: an array of encrypted blobs, each for a credential's
 * key. Blobs of other credentials are kept, unread.
 */
import { concat, equal, isBytes, utf8 } from '../../base/bytes.ts';
import { deflate, inflate } from '../../base/deflate.ts';
import { type CborMap, type CborValue, decodeCbor, encodeCbor } from '../../cbor/cbor.ts';
import { sha256 } from '../../crypto/hash.ts';
import type { RandomSource } from '../../crypto/random.ts';
import { seal, unseal } from '../../crypto/symmetric.ts';
import { shown, type Token } from './agreement.ts';
import type { DeviceSession } from './session.ts';

const CHECKSUM = 16;
const NONCE = 12;
/** getInfo's default. */
const SMALLEST_MESSAGE = 1024;
/** The least room of a device, and the most that is read from one, in bytes. */
const SMALLEST_ARRAY = 1024;
const LARGEST_ARRAY = 1 << 24;
/** The bytes of a message that are not for a fragment. */
const OVERHEAD = 64;

function additional(originalSize: number): Uint8Array {
  const size = new Uint8Array(8);
  new DataView(size.buffer).setBigUint64(0, BigInt(originalSize), true);
  return concat(utf8('blob'), size);
}

/** One blob for a key of 32 bytes, as an element of the array. */
async function entryOf(key: Uint8Array, blob: Uint8Array, random: RandomSource): Promise<CborMap> {
  const nonce = random(NONCE, 'large-blob-nonce');
  return new Map<number, CborValue>([
    [1, seal(key, nonce, await deflate(blob), additional(blob.length))],
    [2, nonce],
    [3, blob.length],
  ]);
}

/** The blob of an element, if the key opens it. */
async function blobOf(key: Uint8Array, entry: CborValue): Promise<Uint8Array | undefined> {
  if (!(entry instanceof Map)) return undefined;
  const [sealed, nonce, size] = [entry.get(1), entry.get(2), entry.get(3)];
  if (!isBytes(sealed) || !isBytes(nonce) || typeof size !== 'number') return undefined;
  if (nonce.length !== NONCE) return undefined;
  try {
    const blob = await inflate(unseal(key, nonce, sealed, additional(size)));
    return blob.length === size ? blob : undefined;
  } catch {
    // Another credential's, or broken: skipped, as the specification says.
    return undefined;
  }
}

/** How many bytes go in one message. @throws Error if the device leaves no room */
function fragmentOf({ info }: DeviceSession): number {
  const most = (info.maxMsgSize ?? SMALLEST_MESSAGE) - OVERHEAD;
  if (most < 1) throw new Error(`maxMsgSize: expected more than ${OVERHEAD}, got ${info.maxMsgSize}`);
  return most;
}

/** Reads the array; one that is broken counts as empty. */
async function readArray(session: DeviceSession): Promise<readonly CborValue[]> {
  const most = fragmentOf(session);
  const longest = Math.min(session.info.maxSerializedLargeBlobArray ?? SMALLEST_ARRAY, LARGEST_ARRAY);
  const parts: Uint8Array[] = [];
  for (let offset = 0; ; ) {
    const { config = new Uint8Array() } = await session.link.largeBlobs(
      { get: most, offset },
      session.cancel,
    );
    parts.push(config);
    offset += config.length;
    if (offset > longest) throw new Error(`the large-blob array is longer than ${longest} bytes`);
    if (config.length < most) break;
  }
  const whole = concat(...parts);
  const array = whole.subarray(0, -CHECKSUM);
  if (!equal(whole.subarray(-CHECKSUM), sha256(array).subarray(0, CHECKSUM))) return [];
  try {
    const decoded = decodeCbor(array);
    return Array.isArray(decoded) ? decoded : [];
  } catch {
    return [];
  }
}

async function writeArray(
  session: DeviceSession,
  entries: readonly CborValue[],
  token: Token | undefined,
): Promise<void> {
  const array = encodeCbor([...entries]);
  const whole = concat(array, sha256(array).subarray(0, CHECKSUM));
  const most = fragmentOf(session);
  for (let offset = 0; offset < whole.length; offset += most) {
    const set = whole.slice(offset, offset + most);
    const place = new Uint8Array(4);
    new DataView(place.buffer).setUint32(0, offset, true);
    const message = concat(new Uint8Array(32).fill(0xff), Uint8Array.of(0x0c, 0x00), place, sha256(set));
    await session.link.largeBlobs(
      { set, offset, ...(offset === 0 && { length: whole.length }), ...(token && shown(token, message)) },
      session.cancel,
    );
  }
}

/** The blob kept for a key; undefined if there is none. */
export async function readLargeBlob(
  session: DeviceSession,
  key: Uint8Array,
): Promise<Uint8Array | undefined> {
  for (const entry of await readArray(session)) {
    const blob = await blobOf(key, entry);
    if (blob !== undefined) return blob;
  }
  return undefined;
}

/** Stores a blob for a key, in place of its old one. */
export async function writeLargeBlob(
  session: DeviceSession,
  key: Uint8Array,
  blob: Uint8Array,
  token: Token | undefined,
  random: RandomSource,
): Promise<void> {
  const others: CborValue[] = [];
  for (const entry of await readArray(session)) {
    if ((await blobOf(key, entry)) === undefined) others.push(entry);
  }
  await writeArray(session, [...others, await entryOf(key, blob, random)], token);
}
