/**
 * Frames of a WebSocket, as a client sends and reads them (RFC 6455, section 5): text and control frames, no extensions. What a browser
 * must not send ends the connection.
 */

export const Opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** Bytes of the longest message: a browser's answer may hold a page's whole response. */
const LONGEST = 256 * 1024 * 1024;

/** A client's frame, which is always whole and masked. @param mask 4 random bytes */
export function frameOf(opcode: number, payload: Uint8Array, mask: Uint8Array): Uint8Array {
  const { length } = payload;
  const extended = length < 126 ? 0 : length < 0x1_0000 ? 2 : 8;
  const frame = new Uint8Array(2 + extended + 4 + length);
  const view = new DataView(frame.buffer);
  frame[0] = 0x80 | opcode;
  frame[1] = 0x80 | (extended === 0 ? length : extended === 2 ? 126 : 127);
  if (extended === 2) view.setUint16(2, length);
  if (extended === 8) view.setBigUint64(2, BigInt(length));
  const start = 2 + extended + 4;
  frame.set(mask, start - 4);
  for (let i = 0; i < length; i++) frame[start + i] = (payload[i] as number) ^ (mask[i & 3] as number);
  return frame;
}

interface Message {
  readonly opcode: number;
  readonly payload: Uint8Array;
}

/** Puts frames together, from bytes that come in any pieces. */
export class FrameReader {
  #rest: Uint8Array = new Uint8Array();
  #parts: Uint8Array[] = [];
  #length = 0;
  #opcode: number | undefined;

  /** @returns the messages that are whole now. @throws Error for bytes that are no frame of a server */
  push(chunk: Uint8Array): Message[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const messages: Message[] = [];
    for (;;) {
      const frame = this.#frame();
      if (frame === undefined) return messages;
      const message = this.#joined(frame);
      if (message !== undefined) messages.push(message);
    }
  }

  #frame(): (Message & { readonly last: boolean }) | undefined {
    const bytes = this.#rest;
    const [first, second] = bytes;
    if (first === undefined || second === undefined) return undefined;
    if ((first & 0x70) !== 0 || (second & 0x80) !== 0)
      throw new Error('expected a frame of a server, without extensions and mask, got another');
    const short = second & 0x7f;
    const start = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (bytes.length < start) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const length = short === 126 ? view.getUint16(2) : short === 127 ? Number(view.getBigUint64(2)) : short;
    if (length > LONGEST) throw new Error(`expected a message of at most ${LONGEST} bytes, got ${length}`);
    if (bytes.length < start + length) return undefined;
    this.#rest = bytes.subarray(start + length);
    return {
      last: (first & 0x80) !== 0,
      opcode: first & 0x0f,
      payload: bytes.subarray(start, start + length),
    };
  }

  /** Control frames are whole, and may come between the parts of a message. */
  #joined({ last, opcode, payload }: Message & { readonly last: boolean }): Message | undefined {
    if (opcode >= Opcode.close) return { opcode, payload };
    if ((opcode === Opcode.continuation) !== (this.#opcode !== undefined))
      throw new Error(`expected the parts of one message after the other, got opcode ${opcode}`);
    this.#opcode ??= opcode;
    this.#length += payload.length;
    if (this.#length > LONGEST) throw new Error(`expected a message of at most ${LONGEST} bytes, got more`);
    this.#parts.push(payload);
    if (!last) return undefined;
    const message = { opcode: this.#opcode, payload: Buffer.concat(this.#parts) };
    this.#parts = [];
    this.#length = 0;
    this.#opcode = undefined;
    return message;
  }
}
