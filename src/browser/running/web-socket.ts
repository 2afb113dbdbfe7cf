/** A WebSocket to a browser on this machine: Node 20 has none of its own, and nothing else is to be installed. */
import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { request as requestOverTls } from 'node:https';
import type { Duplex } from 'node:stream';
import { FrameReader, frameOf, Opcode } from './frames.ts';

/** https://www.rfc-editor.org/rfc/rfc6455#section-1.3 */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Milliseconds that a browser may take to open it: Chrome may ask its user first. */
const PATIENCE = 60_000;

export class WebSocketClient {
  readonly #socket: Duplex;
  readonly #reader = new FrameReader();
  #open = true;
  /** Resolves when it is closed, by whichever side. */
  readonly closed: Promise<void>;
  /** Called with every text. */
  onText: (text: string) => void = () => {};

  private constructor(socket: Duplex) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    void this.closed.then(() => {
      this.#open = false;
    });
    socket.on('error', () => socket.destroy());
  }

  /** @param url ws:// or wss://. @throws Error that says what answered instead */
  static open(url: string): Promise<WebSocketClient> {
    const key = randomBytes(16).toString('base64');
    const { protocol, href } = new URL(url);
    const secure = protocol === 'wss:';
    return new Promise((resolve, reject) => {
      const asked = (secure ? requestOverTls : request)(href.replace(/^ws/, 'http'), {
        agent: false,
        headers: {
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-version': '13',
          'sec-websocket-key': key,
        },
        signal: AbortSignal.timeout(PATIENCE),
      });
      asked.on('error', reject);
      asked.on('response', (response) => {
        response.resume();
        reject(new Error(`expected a WebSocket at ${url}, got HTTP ${response.statusCode}`));
      });
      asked.on('upgrade', ({ headers }, socket, head) => {
        const expected = createHash('sha1')
          .update(key + GUID)
          .digest('base64');
        if (headers['sec-websocket-accept'] !== expected) {
          socket.destroy();
          reject(new Error(`expected a WebSocket at ${url}, got another protocol`));
          return;
        }
        const client = new WebSocketClient(socket);
        socket.on('data', (chunk: Uint8Array) => client.#take(chunk));
        // (A listener that is set at once misses nothing.)
        queueMicrotask(() => client.#take(head));
        resolve(client);
      });
      asked.end();
    });
  }

  send(text: string): void {
    if (!this.#open) throw new Error('the connection is closed');
    this.#write(Opcode.text, Buffer.from(text));
  }

  /** Says so, and hangs up. Resolves when it is closed. */
  close(): Promise<void> {
    if (this.#open) {
      this.#open = false;
      // 1000, a normal closure.
      this.#write(Opcode.close, Uint8Array.of(0x03, 0xe8));
      // A browser that does not hang up, too, is not waited for.
      this.#socket.end(() => this.#socket.destroy());
    }
    return this.closed;
  }

  #take(chunk: Uint8Array): void {
    try {
      for (const { opcode, payload } of this.#reader.push(chunk)) {
        if (opcode === Opcode.text) this.onText(Buffer.from(payload).toString());
        if (opcode === Opcode.ping) this.#write(Opcode.pong, payload);
        if (opcode === Opcode.close) void this.close();
      }
    } catch {
      this.#socket.destroy();
    }
  }

  #write(opcode: number, payload: Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(frameOf(opcode, payload, randomBytes(4)));
  }
}
