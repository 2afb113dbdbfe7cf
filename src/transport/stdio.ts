/**
 * A device at the end of two streams, for clients in any language: records of a 32-bit big-endian length and that many
 * bytes, of which the first is a tag, the number of a CTAPHID command. docs/stdio.md describes it for clients.
 */
import type { Writable } from 'node:stream';
import { type Clock, systemClock } from '../base/clock.ts';
import { BlockReader } from './blocks.ts';
import { CtapHidErrorCode, type CtapHidErrorName } from './ctaphid/errors.ts';
import { MAX_MESSAGE, putUint32, uint32 } from './ctaphid/packets.ts';
import type { CarriedDevice } from './device.ts';
import { Exchange } from './exchange.ts';

/** What the first byte of a record says the rest is: the numbers of CTAPHID's commands, and one more. */
export const StdioTag = {
  PING: 0x01,
  U2F: 0x03,
  WINK: 0x08,
  CTAP2: 0x10,
  CANCEL: 0x11,
  KEEPALIVE: 0x3b,
  ERROR: 0x3f,
  /** Outside the protocol: what a hand would do to a real key. */
  CONTROL: 0x40,
} as const;

/** What a CONTROL record asks for, in its one byte. */
export const StdioControl = { POWER_CYCLE: 0x01 } as const;

/** Bytes of a record after its length: the tag, and a message as long as CTAPHID takes. */
export const MAX_RECORD: number = 1 + MAX_MESSAGE;

/** Options of {@link serveStdio}. */
export interface StdioOptions {
  /** What the client writes. Default: process.stdin. */
  readonly input?: AsyncIterable<Uint8Array | string>;
  /** What the client reads; nothing else may be written there. Not ended by us. Default: process.stdout. */
  readonly output?: Writable;
  /** Default: the machine's time. */
  readonly clock?: Clock;
}

/** A device that is served over two streams. */
export interface StdioServer extends AsyncDisposable {
  /** Resolves when the client has closed its end and all that it asked is answered, or when we stopped. */
  readonly finished: Promise<void>;
  /** Stops reading; what is under way ends without an answer. The device itself can be used on. */
  close(): Promise<void>;
}

/**
 * Serves a device over a pair of streams. Requests are answered one after the other, in order.
 *
 * @example
 * ```ts
 * import { Authenticator } from 'stuntkey';
 * import { serveStdio } from 'stuntkey/transport';
 * await serveStdio(new Authenticator()).finished;
 * ```
 */
export function serveStdio(device: CarriedDevice, options: StdioOptions = {}): StdioServer {
  const session = new StdioSession(device, options);
  const finished = session.run();
  const close = async (): Promise<void> => {
    session.stop();
    await finished;
  };
  return { finished, close, [Symbol.asyncDispose]: close };
}

class StdioSession {
  readonly #device: CarriedDevice;
  readonly #exchange: Exchange;
  readonly #input: AsyncIterable<Uint8Array | string>;
  readonly #reader: BlockReader;
  readonly #output: Writable;
  /** Settles when the request at work is answered. */
  #answered: Promise<void> = Promise.resolve();
  #stopped = false;
  /** Ends the one wait there is. */
  #wake: () => void = () => {};

  constructor(device: CarriedDevice, options: StdioOptions) {
    this.#device = device;
    this.#exchange = new Exchange(device, options.clock ?? systemClock);
    this.#input = options.input ?? process.stdin;
    this.#reader = new BlockReader(this.#input);
    this.#output = options.output ?? process.stdout;
  }

  stop(): void {
    this.#stopped = true;
    this.#exchange.abandon();
    this.#wake();
  }

  async run(): Promise<void> {
    // A client that has gone takes no answers: nothing left to do.
    const gone = (): void => this.stop();
    this.#output.on('error', gone).on('close', gone);
    try {
      while (!this.#stopped) {
        const record = await this.#unlessStopped(this.#record());
        if (record === undefined) break;
        await this.#unlessStopped(this.#handle(record));
      }
      await this.#unlessStopped(this.#answered);
    } catch {
      // The input failed, which is one way of ending.
      this.stop();
    } finally {
      this.#output.off('error', gone).off('close', gone);
      this.#letGo();
    }
  }

  /** What a promise comes to, or `undefined` as soon as we stop. Leaves nothing behind with a promise that lives on. */
  #unlessStopped<T>(promise: Promise<T>): Promise<T | undefined> {
    if (this.#stopped) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      this.#wake = () => resolve(undefined);
      promise.then(resolve, reject);
    });
  }

  /** A stream that is being read lets go only when it is destroyed. */
  #letGo(): void {
    const { destroy } = this.#input as { destroy?: () => void };
    if (destroy !== undefined) destroy.call(this.#input);
    else void this.#reader.close().catch(() => {});
  }

  /** The next record, tag first; `undefined` at the end, or after one that cannot be told from garbage. */
  async #record(): Promise<Uint8Array | undefined> {
    const header = await this.#reader.read(4);
    if (header === undefined) return undefined;
    const length = uint32(header, 0);
    if (length === 0 || length > MAX_RECORD) {
      await this.#error('ERR_INVALID_LEN');
      return undefined;
    }
    return this.#reader.read(length);
  }

  async #handle(record: Uint8Array): Promise<void> {
    const payload = record.subarray(1);
    switch (record[0]) {
      // These two are for the request at work. All others wait until it is answered.
      case StdioTag.CANCEL:
        this.#exchange.cancel();
        return;
      case StdioTag.CONTROL:
        return this.#control(payload);
      default:
        await this.#answered;
    }
    if (this.#stopped) return;
    switch (record[0]) {
      case StdioTag.PING:
        return this.#write(StdioTag.PING, payload);
      case StdioTag.WINK:
        if (this.#device.wink === undefined) return this.#error('ERR_INVALID_CMD');
        this.#exchange.wink();
        return this.#write(StdioTag.WINK, payload);
      case StdioTag.U2F:
        if (this.#device.transactU2f === undefined) return this.#error('ERR_INVALID_CMD');
        return this.#request('u2f', StdioTag.U2F, payload);
      case StdioTag.CTAP2:
        return this.#request('ctap2', StdioTag.CTAP2, payload);
      default:
        return this.#error('ERR_INVALID_CMD');
    }
  }

  #control(payload: Uint8Array): Promise<void> {
    if (payload.length !== 1) return this.#error('ERR_INVALID_LEN');
    if (payload[0] !== StdioControl.POWER_CYCLE) return this.#error('ERR_INVALID_PAR');
    this.#exchange.abandon();
    this.#answered = Promise.resolve();
    this.#device.powerCycle();
    return this.#write(StdioTag.CONTROL, payload);
  }

  async #request(kind: 'ctap2' | 'u2f', tag: number, message: Uint8Array): Promise<void> {
    if (message.length === 0) return this.#error('ERR_INVALID_LEN');
    this.#answered = new Promise((resolve) => {
      this.#exchange.start({
        kind,
        message,
        keepalive: (status) => {
          // To one who does not read, signs of life are of no use.
          if (!this.#output.writableNeedDrain) void this.#write(StdioTag.KEEPALIVE, Uint8Array.of(status));
        },
        answer: (response) => {
          const fits = response !== undefined && response.length <= MAX_MESSAGE;
          resolve(fits ? this.#write(tag, response) : this.#error('ERR_OTHER'));
        },
      });
    });
  }

  #error(error: CtapHidErrorName): Promise<void> {
    return this.#write(StdioTag.ERROR, Uint8Array.of(CtapHidErrorCode[error]));
  }

  /** Writes a record; resolves when the client has room for more, so that one who does not read is not read either. */
  async #write(tag: number, payload: Uint8Array): Promise<void> {
    if (this.#stopped || this.#output.writableEnded || this.#output.destroyed) return;
    const record = new Uint8Array(5 + payload.length);
    putUint32(record, 0, 1 + payload.length);
    record[4] = tag;
    record.set(payload, 5);
    if (this.#output.write(record)) return;
    await new Promise<void>((resolve) => this.#output.once('drain', resolve));
  }
}
