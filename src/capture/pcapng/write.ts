/**
 * The blocks of a pcapng file (https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-03.html) that a capture of ours has:
 * a section, one interface, packets. Numbers are little-endian.
 */
import { concat, utf8 } from '../../base/bytes.ts';

const Block = { SECTION: 0x0a0d0d0a, INTERFACE: 1, ENHANCED_PACKET: 6 } as const;
const Option = { COMMENT: 1, NAME: 2, APPLICATION: 4 } as const;
const MAGIC = 0x1a2b3c4d;
const UNKNOWN_LENGTH = 0xffffffffffffffffn;

/** Bytes up to a multiple of four. */
const padded = (bytes: Uint8Array): Uint8Array =>
  bytes.length % 4 === 0 ? bytes : concat(bytes, new Uint8Array(4 - (bytes.length % 4)));

function numbers(length: number, fill: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(length);
  fill(new DataView(bytes.buffer));
  return bytes;
}

function block(type: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = padded(concat(...parts));
  const length = body.length + 12;
  return concat(
    numbers(8, (view) => {
      view.setUint32(0, type, true);
      view.setUint32(4, length, true);
    }),
    body,
    numbers(4, (view) => view.setUint32(0, length, true)),
  );
}

function options(...list: readonly (readonly [code: number, text: string])[]): Uint8Array {
  const parts = list.flatMap(([code, text]) => {
    const value = utf8(text);
    const head = numbers(4, (view) => {
      view.setUint16(0, code, true);
      view.setUint16(2, value.length, true);
    });
    return [head, padded(value)];
  });
  return concat(...parts, new Uint8Array(4));
}

/** Begins a file. @param comment for who reads it */
export function sectionHeader(application: string, comment: string): Uint8Array {
  const head = numbers(16, (view) => {
    view.setUint32(0, MAGIC, true);
    view.setUint16(4, 1, true);
    view.setBigUint64(8, UNKNOWN_LENGTH, true);
  });
  return block(Block.SECTION, head, options([Option.COMMENT, comment], [Option.APPLICATION, application]));
}

/** Says what the packets are. Times are in microseconds, which is what goes without saying. */
export function interfaceDescription(linkType: number, name: string): Uint8Array {
  const head = numbers(8, (view) => view.setUint16(0, linkType, true));
  return block(Block.INTERFACE, head, options([Option.NAME, name]));
}

/** A packet of the first interface. @param at milliseconds since 1970 */
export function packetBlock(at: number, data: Uint8Array): Uint8Array {
  const microseconds = BigInt(Math.round(at * 1000));
  const head = numbers(20, (view) => {
    view.setUint32(4, Number(microseconds >> 32n), true);
    view.setUint32(8, Number(microseconds & 0xffffffffn), true);
    view.setUint32(12, data.length, true);
    view.setUint32(16, data.length, true);
  });
  return block(Block.ENHANCED_PACKET, head, data);
}
