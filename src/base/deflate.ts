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
  // (Not by `for await`: WebKit's streams are not iterable, and k6 reads no such syntax.)
  const stream = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(through);
  const reader = (stream as ReadableStream<Uint8Array>).getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    length += read.value.length;
    if (length > MOST_UNPACKED) {
      await reader.cancel();
      throw new Error(`unpacked, it is longer than ${MOST_UNPACKED} bytes`);
    }
    chunks.push(read.value);
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
