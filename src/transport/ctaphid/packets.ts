/**
 * CTAPHID packets, CTAP 2.3 section 11.2.4 (https://fidoalliance.org/specs/fido-v2.3-ps-20260226/): a message of up to
 * 7609 bytes travels as one initialization packet and up to 128 continuation packets, 64 bytes each, numbers big-endian.
 */

/** Every packet has this many bytes; shorter payloads are padded with zeros, and the padding is not checked. */
export const PACKET_SIZE = 64;

const INITIAL_HEADER = 7;
const CONTINUATION_HEADER = 5;
const INITIAL_ROOM: number = PACKET_SIZE - INITIAL_HEADER;
const CONTINUATION_ROOM: number = PACKET_SIZE - CONTINUATION_HEADER;
/** Set in the fifth byte of an initialization packet, clear in that of a continuation packet. */
const INITIAL_BIT = 0x80;
const MAX_CONTINUATIONS = 128;

/** The longest message: 57 + 128 × 59 bytes. */
export const MAX_MESSAGE: number = INITIAL_ROOM + MAX_CONTINUATIONS * CONTINUATION_ROOM;

/** Channels that no client has: zero is reserved, and the broadcast channel is where a client asks for its own. */
export const RESERVED_CHANNEL = 0;
/** The channel on which a client asks for a channel of its own (section 11.2.4). */
export const BROADCAST_CHANNEL = 0xffffffff;

/** Commands, without the bit that marks an initialization packet (section 11.2.9). */
export const CtapHidCommand = {
  PING: 0x01,
  MSG: 0x03,
  LOCK: 0x04,
  INIT: 0x06,
  WINK: 0x08,
  CBOR: 0x10,
  CANCEL: 0x11,
  KEEPALIVE: 0x3b,
  ERROR: 0x3f,
} as const;

/** Bits of the last byte of an INIT response. NMSG says that MSG is *not* there. */
export const CtapHidCapability = { WINK: 0x01, CBOR: 0x04, NMSG: 0x08 } as const;

/** The protocol version in an INIT response. */
export const CTAPHID_VERSION = 2;

/** Bytes that the nonce of an INIT request has. */
export const NONCE_SIZE = 8;

/** The first packet of a message. */
export interface InitialPacket {
  readonly type: 'initial';
  /** Channel, 0 to 0xFFFFFFFF. */
  readonly cid: number;
  /** Command, 0 to 0x7F. */
  readonly command: number;
  /** How long the whole message is said to be, 0 to 65535: may be more than a message can have. */
  readonly length: number;
  /** 57 bytes, padding included; a view of the packet. */
  readonly data: Uint8Array;
}

/** Any further packet of a message. */
export interface ContinuationPacket {
  readonly type: 'continuation';
  /** Channel, 0 to 0xFFFFFFFF. */
  readonly cid: number;
  /** 0 for the first continuation, 0x7F for the last possible. */
  readonly sequence: number;
  /** 59 bytes, padding included; a view of the packet. */
  readonly data: Uint8Array;
}

/** A packet of 64 bytes, read: the first of a message, or one that continues it. */
export type CtapHidPacket = InitialPacket | ContinuationPacket;

/** Reads a packet; `undefined` when it does not have 64 bytes. Any 64 bytes are some packet. */
export function readPacket(bytes: Uint8Array): CtapHidPacket | undefined {
  if (bytes.length !== PACKET_SIZE) return undefined;
  const cid = uint32(bytes, 0);
  const mark = bytes[4] as number;
  if ((mark & INITIAL_BIT) === 0) {
    return { type: 'continuation', cid, sequence: mark, data: bytes.subarray(CONTINUATION_HEADER) };
  }
  const length = ((bytes[5] as number) << 8) | (bytes[6] as number);
  return { type: 'initial', cid, command: mark & 0x7f, length, data: bytes.subarray(INITIAL_HEADER) };
}

/** A big-endian 32-bit number. */
export function uint32(bytes: Uint8Array, offset: number): number {
  return (
    (((bytes[offset] as number) << 24) |
      ((bytes[offset + 1] as number) << 16) |
      ((bytes[offset + 2] as number) << 8) |
      (bytes[offset + 3] as number)) >>>
    0
  );
}

/** Writes a number as four bytes, big-endian. */
export function putUint32(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 24;
  bytes[offset + 1] = value >>> 16;
  bytes[offset + 2] = value >>> 8;
  bytes[offset + 3] = value;
}

/**
 * An initialization packet that says how long its message is, with as much of the payload as fits.
 *
 * @param command 0 to 0x7F
 * @param length of the whole message; what the payload has, unless told
 */
export function initialPacket(
  cid: number,
  command: number,
  payload: Uint8Array,
  length: number = payload.length,
): Uint8Array {
  const packet = new Uint8Array(PACKET_SIZE);
  putUint32(packet, 0, cid);
  packet[4] = INITIAL_BIT | command;
  packet[5] = length >>> 8;
  packet[6] = length;
  packet.set(payload.subarray(0, INITIAL_ROOM), INITIAL_HEADER);
  return packet;
}

/** A continuation packet with up to 59 bytes of payload; `sequence` is 0 to 0x7F. */
export function continuationPacket(cid: number, sequence: number, payload: Uint8Array): Uint8Array {
  const packet = new Uint8Array(PACKET_SIZE);
  putUint32(packet, 0, cid);
  packet[4] = sequence;
  packet.set(payload.subarray(0, CONTINUATION_ROOM), CONTINUATION_HEADER);
  return packet;
}

/**
 * The packets of a message, in order: one for up to 57 bytes, one more for each further 59.
 *
 * @param message at most 7609 bytes
 * @throws RangeError when it is longer
 *
 * @example
 * ```ts
 * import { CtapHidCommand, fragment } from 'stuntkey/transport';
 * const packets = fragment(0x00000001, CtapHidCommand.PING, new Uint8Array(1000));
 * console.log(packets.length); // 17
 * ```
 */
export function fragment(cid: number, command: number, message: Uint8Array): Uint8Array[] {
  if (message.length > MAX_MESSAGE) {
    throw new RangeError(`expected a message of at most ${MAX_MESSAGE} bytes, got ${message.length}`);
  }
  const packets = [initialPacket(cid, command, message)];
  for (let start = INITIAL_ROOM; start < message.length; start += CONTINUATION_ROOM) {
    packets.push(continuationPacket(cid, packets.length - 1, message.subarray(start)));
  }
  return packets;
}
