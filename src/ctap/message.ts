/** A CTAP2 message on the wire: one byte (command or status), then CBOR or nothing. CTAP 2.3 section 8. */
import { MAX_DEPTH } from '../cbor/canonical.ts';
import { decodeCbor } from '../cbor/cbor.ts';
import { CborError } from '../cbor/error.ts';
import { CborReader, notPlain } from '../cbor/reader.ts';
import { CborWriter } from '../cbor/writer.ts';
import type { CtapLevel } from './level.ts';
import { CtapError } from './status.ts';
import type { Struct } from './struct.ts';
import { detailOf } from './way-out.ts';

/** Puts a command or status byte before a map. An absent or empty map leaves the byte alone. @throws CborError for what CTAP2's CBOR cannot hold */
export function encodeMessage<T>(first: number, struct?: Struct<T>, value?: T): Uint8Array {
  if (struct === undefined || value === undefined) return Uint8Array.of(first);
  const message = CborWriter.written((to) => struct.put(to, value), first);
  return message[1] === EMPTY_MAP ? Uint8Array.of(first) : message;
}

const EMPTY_MAP = 0xa0;

/**
 * Reads the map behind the first byte of a message.
 *
 * @param level members that came after this edition of CTAP are unknown, and ignored
 * @throws CtapError CTAP2_ERR_INVALID_CBOR when the bytes are not canonical CBOR; what the struct says of its members
 */
export function decodeBody<T>(
  message: Uint8Array,
  struct: Struct<T>,
  maxDepth: number = MAX_DEPTH,
  level?: CtapLevel,
): T {
  if (message.length === 1) return struct.read(new Map(), '', level);
  const plain = readPlain(message, struct, maxDepth, level);
  if (plain !== undefined) return plain;
  try {
    return struct.read(decodeCbor(message.subarray(1), maxDepth), '', level);
  } catch (error) {
    if (error instanceof CborError)
      throw new CtapError('CTAP2_ERR_INVALID_CBOR', error.message, { cause: error });
    throw error;
  }
}

/** Reads the map straight from its bytes; undefined for one that has to be looked at closely. */
function readPlain<T>(
  message: Uint8Array,
  struct: Struct<T>,
  maxDepth: number,
  level: CtapLevel = '2.3',
): T | undefined {
  const from = new CborReader(message, 1, maxDepth);
  try {
    const value = struct.take(from, level);
    return from.atEnd ? value : undefined;
  } catch (error) {
    if (error === notPlain || error instanceof CborError || error instanceof CtapError) return undefined;
    throw error;
  }
}

/**
 * Reads a response: its status, then its map.
 *
 * @throws CtapError with the authenticator's status unless it is CTAP2_OK, or CTAP1_ERR_OTHER for an empty response
 */
export function decodeResponse<T>(response: Uint8Array, struct: Struct<T>, maxDepth?: number): T {
  const status = response[0];
  if (status === undefined)
    throw new CtapError('CTAP1_ERR_OTHER', 'expected a status byte, got an empty response');
  if (status !== 0) throw new CtapError(status, detailOf(status));
  return decodeBody(response, struct, maxDepth);
}
