/** The way to the kernel, or to a stand-in for it: events of 4380 bytes both ways. */
import { writeSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Duplex, Readable, Writable } from 'node:stream';
import { BlockReader } from '../blocks.ts';
import { TransportError } from '../errors.ts';
import { EVENT_SIZE } from './events.ts';

/** Where events of uhid come from and go to. */
export interface UhidNode {
  /** The next event; `undefined` when there will be none. */
  read(): Promise<Uint8Array | undefined>;
  /** Writes an event. Does not throw: a device node that is gone shows itself at the reading end. */
  write(event: Uint8Array): void;
  /** Ends it. */
  close(): Promise<void>;
}

/** With more bytes than this unread, the reader is taken to be gone. */
const MAX_UNREAD = 1 << 20;

/**
 * Opens /dev/uhid, or a Unix socket that stands in for it.
 *
 * @throws TransportError `cannot-open`, with the reason that the system gave
 */
export async function openUhidNode(path: string): Promise<UhidNode> {
  try {
    if ((await stat(path)).isSocket()) return streamNode(await connected(path));
    return await deviceNode(path);
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new TransportError('cannot-open', `expected a uhid device at ${path}, got ${reason}`, { cause });
  }
}

/** Reading waits in a thread of its own, of which libuv has four, until an event comes. Writing does not wait. */
async function deviceNode(path: string): Promise<UhidNode> {
  const handle = await open(path, 'r+');
  return {
    async read() {
      try {
        const event = new Uint8Array(EVENT_SIZE);
        const { bytesRead } = await handle.read(event, 0, EVENT_SIZE, null);
        return bytesRead === 0 ? undefined : event;
      } catch {
        return undefined;
      }
    },
    write(event) {
      try {
        writeSync(handle.fd, event);
      } catch {
        // The kernel has no such device any more, or never took it; no event will come.
      }
    },
    // A read that still waits would keep the handle from closing: not waited for.
    async close() {
      void handle.close().catch(() => {});
    },
  };
}

/** A pair of streams in place of the kernel. */
export function streamNode(
  streams: Duplex | { readonly input: Readable; readonly output: Writable },
): UhidNode {
  const { input, output } = 'input' in streams ? streams : { input: streams, output: streams };
  const reader = new BlockReader(input);
  output.on('error', () => {});
  return {
    async read() {
      try {
        return await reader.read(EVENT_SIZE);
      } catch {
        return undefined;
      }
    },
    write(event) {
      if (output.writableLength <= MAX_UNREAD && !output.writableEnded) output.write(event);
    },
    async close() {
      input.destroy();
      output.end();
    },
  };
}

function connected(path: string): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      socket.on('error', () => {});
      resolve(socket);
    });
  });
}
