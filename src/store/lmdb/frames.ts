/**
 * A whole store as one file. The first line is JSON and says what it is. Frames follow, each behind its length (4 bytes,
 * big-endian): one letter, and what belongs to it.
 *
 * | letter | what follows                                                                               |
 * | ------ | ------------------------------------------------------------------------------------------ |
 * | `S`    | the settings, as JSON                                                                      |
 * | `D`    | the device's state, as CBOR                                                                |
 * | `C`    | a credential, as CBOR; oldest first                                                        |
 * | `E`    | the end: how many credentials there were (8 bytes), and SHA-256 of the file up to here     |
 *
 * Under a passphrase the first line has the wrapped key, and every frame is a nonce and the ciphertext (AES-256-GCM), bound to
 * its number.
 */
import { createHash } from 'node:crypto';
import { concat, fromUtf8, utf8 } from '../../base/bytes.ts';
import { storeError } from './errors.ts';
import { place } from './layout.ts';
import type { Wrapping } from './passphrase.ts';
import type { Sealer } from './seal.ts';

export const EXPORT_FORMAT = 'stuntkey store export';
/** Counted up with every key that is added to the CBOR (`packing.ts`). The first layout with exports was 2. */
export const EXPORT_VERSION = 2;

/** The first line. */
export interface ExportHeader {
  readonly format: typeof EXPORT_FORMAT;
  /** What the CBOR can hold. */
  readonly version: number;
  readonly encryption?: Wrapping;
}

export type FrameKind = 'S' | 'D' | 'C' | 'E';

const LONGEST_HEADER = 4096;
/** More than any credential or device can be. */
const LONGEST_FRAME = 1 << 26;
const LENGTH = 4;

/** Writes the file, part by part. */
export class FrameWriter {
  readonly #sealer: Sealer;
  readonly #hash = createHash('sha256');
  #number = 0;

  constructor(sealer: Sealer) {
    this.#sealer = sealer;
  }

  header(header: ExportHeader): Uint8Array {
    return this.#hashed(utf8(`${JSON.stringify(header)}\n`));
  }

  frame(kind: FrameKind, content: Uint8Array): Uint8Array {
    const body = this.#sealer.seal(place(this.#number++), concat(utf8(kind), content));
    const length = new Uint8Array(LENGTH);
    new DataView(length.buffer).setUint32(0, body.length);
    return this.#hashed(concat(length, body));
  }

  end(credentials: number): Uint8Array {
    return this.frame('E', concat(place(credentials), this.#hash.copy().digest()));
  }

  #hashed(part: Uint8Array): Uint8Array {
    this.#hash.update(part);
    return part;
  }
}

/** Reads what {@link FrameWriter} wrote, however it is cut into pieces. */
export class FrameReader {
  readonly #source: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  readonly #hash = createHash('sha256');
  #held: Uint8Array = new Uint8Array();
  #number = 0;

  constructor(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
    this.#source =
      Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  }

  /** @throws StuntkeyError `store-damaged` */
  async header(): Promise<ExportHeader> {
    let end = this.#held.indexOf(10);
    while (end < 0 && this.#held.length < LONGEST_HEADER && (await this.#more()))
      end = this.#held.indexOf(10);
    if (end < 0 || end > LONGEST_HEADER) throw noExport();
    let header: unknown;
    try {
      header = JSON.parse(fromUtf8(this.#take(end + 1)));
    } catch (error) {
      throw noExport(error);
    }
    const { format, version } = (header ?? {}) as Partial<ExportHeader>;
    if (format !== EXPORT_FORMAT || !Number.isInteger(version)) throw noExport();
    return header as ExportHeader;
  }

  /** The next frame. @throws StuntkeyError `store-damaged` */
  async frame(sealer: Sealer): Promise<{ readonly kind: string; readonly content: Uint8Array }> {
    const soFar = this.#hash.copy();
    await this.#need(LENGTH);
    const head = this.#take(LENGTH);
    const length = new DataView(head.buffer, head.byteOffset, LENGTH).getUint32(0);
    if (length === 0 || length > LONGEST_FRAME) throw cut();
    await this.#need(length);
    const body = sealer.unseal(place(this.#number++), this.#take(length));
    const kind = fromUtf8(body.subarray(0, 1));
    const content = body.subarray(1);
    if (kind === 'E') await this.#checkEnd(content, soFar.digest());
    return { kind, content };
  }

  async #checkEnd(content: Uint8Array, digest: Uint8Array): Promise<void> {
    const given = content.subarray(content.length - digest.length);
    if (Buffer.compare(given, digest) !== 0)
      throw storeError('store-damaged', 'the checksum of the export is wrong');
    if (this.#held.length > 0 || (await this.#more())) {
      throw storeError('store-damaged', 'the export has bytes after its end');
    }
  }

  async #more(): Promise<boolean> {
    for (;;) {
      const { done, value } = await this.#source.next();
      if (done === true) return false;
      if (value.length === 0) continue;
      this.#held = this.#held.length === 0 ? value : concat(this.#held, value);
      return true;
    }
  }

  async #need(length: number): Promise<void> {
    while (this.#held.length < length) if (!(await this.#more())) throw cut();
  }

  #take(length: number): Uint8Array {
    const taken = this.#held.slice(0, length);
    this.#held = this.#held.subarray(length);
    this.#hash.update(taken);
    return taken;
  }
}

function noExport(cause?: unknown): Error {
  return storeError('store-damaged', 'expected the export of a store, got something else', cause);
}

function cut(): Error {
  return storeError('store-damaged', 'the export is cut off');
}
