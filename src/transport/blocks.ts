/** A stream of bytes as blocks whose lengths its reader decides. */

/**
 * Reads so many bytes at a time from any stream of bytes, holding no more than the chunk at hand and one block.
 *
 * @example
 * ```ts
 * const reader = new BlockReader(process.stdin);
 * const header = await reader.read(4); // undefined at the end, or when less than 4 bytes are left
 * ```
 */
export class BlockReader {
  readonly #chunks: AsyncIterator<Uint8Array | string>;
  #rest: Uint8Array = new Uint8Array();

  constructor(input: AsyncIterable<Uint8Array | string>) {
    this.#chunks = input[Symbol.asyncIterator]();
  }

  /** The next block; `undefined` when the stream ends before it is whole. Fails as the stream fails. */
  async read(length: number): Promise<Uint8Array | undefined> {
    const block = new Uint8Array(length);
    for (let filled = 0; filled < length; ) {
      if (this.#rest.length === 0) {
        const { done, value } = await this.#chunks.next();
        if (done) return undefined;
        this.#rest = typeof value === 'string' ? Buffer.from(value, 'latin1') : value;
      }
      const part = this.#rest.subarray(0, length - filled);
      block.set(part, filled);
      filled += part.length;
      this.#rest = this.#rest.subarray(part.length);
    }
    return block;
  }

  /** Lets the stream go. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}
