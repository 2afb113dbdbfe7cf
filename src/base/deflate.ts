/** Raw DEFLATE (RFC 1951) by the platform's own streams. */
import { concat } from './bytes.ts';

/** Nothing larger is unpacked: no device could hold it compressed. Bytes. */
const MOST_UNPACKED = 1 << 24;

async function piped(
  bytes: Uint8Array,
  through: CompressionStream | DecompressionStream,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const stream = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(through);
  for await (const chunk of stream as unknown as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > MOST_UNPACKED) throw new Error(`unpacked, it is longer than ${MOST_UNPACKED} bytes`);
    chunks.push(chunk);
  }
  return concat(...chunks);
}

/** Raw DEFLATE (RFC 1951). */
export function deflate(bytes: Uint8Array): Promise<Uint8Array> {
  return piped(bytes, new CompressionStream('deflate-raw'));
}

/** The reverse. Fails on what is not DEFLATE, or unpacks to more than 16 MiB. */
export function inflate(bytes: Uint8Array): Promise<Uint8Array> {
  return piped(bytes, new DecompressionStream('deflate-raw'));
}
