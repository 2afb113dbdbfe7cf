/** CBOR that an encoder would not write: heads and items put together by hand. */
import { concat, utf8 } from '../../base/bytes.ts';

export const Major = { unsigned: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5 } as const;

/** The head of an item, as short as can be, or with so many bytes for its argument. */
export function head(major: number, argument: number, width?: 1 | 2 | 4 | 8): Uint8Array {
  const short = major << 5;
  if (width === undefined && argument < 24) return Uint8Array.of(short | argument);
  const size = width ?? (argument < 0x100 ? 1 : argument < 0x10000 ? 2 : 4);
  const bytes = new Uint8Array(1 + size);
  bytes[0] = short | ({ 1: 24, 2: 25, 4: 26, 8: 27 } as const)[size as 1 | 2 | 4 | 8];
  const view = new DataView(bytes.buffer);
  if (size === 1) view.setUint8(1, argument);
  else if (size === 2) view.setUint16(1, argument);
  else if (size === 4) view.setUint32(1, argument);
  else view.setBigUint64(1, BigInt(argument));
  return bytes;
}

/** A head of indefinite length. */
export function indefinite(major: number): Uint8Array {
  return Uint8Array.of((major << 5) | 31);
}

/** What ends an item of indefinite length. */
export const BREAK: Uint8Array = Uint8Array.of(0xff);

export function textItem(text: string): Uint8Array {
  const bytes = utf8(text);
  return concat(head(Major.text, bytes.length), bytes);
}

export function bytesItem(bytes: Uint8Array): Uint8Array {
  return concat(head(Major.bytes, bytes.length), bytes);
}
