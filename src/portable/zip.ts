/**
 * The files in a ZIP archive, as exports of password managers are: what PKWARE's APPNOTE calls stored (0) and deflated (8), without
 * encryption, ZIP64 or parts. The central directory lists the files.
 */
import { fromUtf8 } from '../base/bytes.ts';
import { inflate } from '../base/deflate.ts';
import { malformed } from './warning.ts';

const END = 0x0605_4b50;
const ENTRY = 0x0201_4b50;
const LOCAL = 0x0403_4b50;
const END_LENGTH = 22;
const ENTRY_LENGTH = 46;
const LOCAL_LENGTH = 30;
/** The longest comment after the end record. */
const MOST_COMMENT = 0xffff;
const MOST_FILES = 10_000;

export interface ZippedFile {
  readonly name: string;
  /** @throws StuntkeyError `bad-credential` for an archive that is encrypted, damaged, or compressed in another way */
  read(): Promise<Uint8Array>;
}

/** Whether bytes begin as an archive does. */
export function isZip(bytes: Uint8Array): boolean {
  return (
    bytes.length > END_LENGTH && bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4
  );
}

/** @throws StuntkeyError `bad-credential` */
export function filesInZip(format: string, bytes: Uint8Array): ZippedFile[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const bad = (expected: string): Error => malformed(format, 'archive', expected, bytes);
  const end = endOf(view);
  if (end === undefined) throw bad('a ZIP archive that is whole');
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (count > MOST_FILES) throw bad(`at most ${MOST_FILES} files`);
  const files: ZippedFile[] = [];
  for (let i = 0; i < count; i++) {
    if (at + ENTRY_LENGTH > bytes.length || view.getUint32(at, true) !== ENTRY)
      throw bad('a ZIP archive with a directory that is whole');
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) =>
      view.getUint16(at + offset, true),
    ) as [number, number, number];
    const name = fromUtf8(bytes.subarray(at + ENTRY_LENGTH, at + ENTRY_LENGTH + nameLength));
    const entry = at;
    files.push({ name, read: () => contentOf(format, bytes, view, entry, name) });
    at += ENTRY_LENGTH + nameLength + extraLength + commentLength;
  }
  return files;
}

function endOf(view: DataView): number | undefined {
  const last = view.byteLength - END_LENGTH;
  for (let at = last; at >= 0 && at >= last - MOST_COMMENT; at--)
    if (view.getUint32(at, true) === END) return at;
  return undefined;
}

async function contentOf(
  format: string,
  bytes: Uint8Array,
  view: DataView,
  entry: number,
  name: string,
): Promise<Uint8Array> {
  const bad = (expected: string): Error => malformed(format, `archive: ${name}`, expected, bytes);
  if (view.getUint16(entry + 8, true) & 1) throw bad('a file that is not encrypted');
  const method = view.getUint16(entry + 10, true);
  const packed = view.getUint32(entry + 20, true);
  const size = view.getUint32(entry + 24, true);
  const local = view.getUint32(entry + 42, true);
  if (local + LOCAL_LENGTH > bytes.length || view.getUint32(local, true) !== LOCAL) throw bad('a file');
  const start = local + LOCAL_LENGTH + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  if (start + packed > bytes.length) throw bad('a file that is whole');
  const raw = bytes.subarray(start, start + packed);
  if (method !== 0 && method !== 8) throw bad('a file that is stored or deflated');
  let content: Uint8Array;
  try {
    content = method === 0 ? raw : await inflate(raw);
  } catch {
    throw bad('DEFLATE');
  }
  if (content.length !== size) throw bad(`${size} bytes`);
  return content;
}
