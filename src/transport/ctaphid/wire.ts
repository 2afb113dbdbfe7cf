/** One CTAPHID message and its answer, as a client sees them. */
import type { Clock } from '../../base/clock.ts';
import { TransportError } from '../errors.ts';
import { Assembly } from './assembly.ts';
import { CtapHidError } from './errors.ts';
import {
  CtapHidCommand,
  type CtapHidPacket,
  fragment,
  type InitialPacket,
  initialPacket,
  MAX_MESSAGE,
  readPacket,
} from './packets.ts';
import type { PacketPipe } from './pipe.ts';

/** What is asked, and of whom. */
export interface Call {
  readonly cid: number;
  readonly command: number;
  /** At most 7609 bytes. */
  readonly payload: Uint8Array;
  /** Whether a response is this call's, where several clients hear them all. */
  readonly accepts?: (response: Uint8Array) => boolean;
  /** Aborting it cancels CBOR, which then still has its answer; any other call is given up with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called when the device says something new of its status. */
  readonly keepalive?: ((status: 1 | 2) => void) | undefined;
}

interface Waiting extends Call {
  readonly settle: (finish: 'resolve' | 'reject', value: unknown) => void;
  assembly?: Assembly | undefined;
  status?: number;
}

/** Sends one message at a time and gathers its answer. */
export class Wire {
  readonly #pipe: PacketPipe;
  readonly #clock: Clock;
  readonly #timeout: number;
  #waiting: Waiting | undefined;
  #stopWaiting: () => void = () => {};
  #end: Error | undefined;

  constructor(pipe: PacketPipe, clock: Clock, timeout: number) {
    this.#pipe = pipe;
    this.#clock = clock;
    this.#timeout = timeout;
    pipe.listen(
      (bytes) => this.#receive(bytes),
      (reason) => this.end(reason ?? new TransportError('closed', 'the device went away')),
    );
  }

  /**
   * @throws CtapHidError when the device answers with an error
   * @throws TransportError `timeout` when nothing comes, `bad-frame` when the answer is broken, `too-long`, `closed`
   */
  call(call: Call): Promise<Uint8Array> {
    if (this.#end !== undefined) return Promise.reject(this.#end);
    if (call.payload.length > MAX_MESSAGE) {
      const message = `expected at most ${MAX_MESSAGE} bytes, got ${call.payload.length}`;
      return Promise.reject(new TransportError('too-long', message));
    }
    return new Promise((resolve, reject) => {
      const { cid, command, payload, signal } = call;
      const onAbort = (): void => {
        if (command === CtapHidCommand.CBOR) this.#cancel(cid);
        else this.fail(signal?.reason as Error);
      };
      const settle = (finish: 'resolve' | 'reject', value: unknown): void => {
        this.#stopWaiting();
        this.#waiting = undefined;
        signal?.removeEventListener('abort', onAbort);
        if (finish === 'resolve') resolve(value as Uint8Array);
        else reject(value);
      };
      this.#waiting = { ...call, settle };
      this.#expect();
      for (const packet of fragment(cid, command, payload)) this.#pipe.send(packet);
      if (signal?.aborted) onAbort();
      else signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Gives up the call that waits. */
  fail(reason: Error): void {
    this.#waiting?.settle('reject', reason);
  }

  /** No call is possible any more. */
  end(reason: Error): void {
    this.#end ??= reason;
    this.fail(reason);
  }

  #cancel(cid: number): void {
    this.#pipe.send(initialPacket(cid, CtapHidCommand.CANCEL, new Uint8Array()));
  }

  #expect(): void {
    this.#stopWaiting();
    this.#stopWaiting = this.#clock.after(this.#timeout, () => {
      this.fail(new TransportError('timeout', `expected an answer within ${this.#timeout} ms, got none`));
    });
  }

  #receive(bytes: Uint8Array): void {
    const packet = readPacket(bytes);
    const waiting = this.#waiting;
    if (packet === undefined || waiting === undefined || packet.cid !== waiting.cid) return;
    this.#expect();
    if (!this.#gather(waiting, packet) || !waiting.assembly?.complete) return;
    const { message } = waiting.assembly;
    waiting.assembly = undefined;
    if (waiting.accepts?.(message) ?? true) waiting.settle('resolve', message);
  }

  /** @returns whether the packet is part of the answer */
  #gather(waiting: Waiting, packet: CtapHidPacket): boolean {
    if (packet.type === 'initial') return this.#begin(waiting, packet);
    if (waiting.assembly === undefined) return false;
    if (waiting.assembly.add(packet)) return true;
    this.fail(new TransportError('bad-frame', `got packet ${packet.sequence} of the answer out of sequence`));
    return false;
  }

  #begin(waiting: Waiting, packet: InitialPacket): boolean {
    const { command, length, data } = packet;
    switch (command) {
      case CtapHidCommand.KEEPALIVE:
        this.#keepalive(waiting, data[0] as number);
        return false;
      case CtapHidCommand.ERROR:
        this.fail(new CtapHidError(data[0] as number));
        return false;
      case waiting.command:
        if (length > MAX_MESSAGE) {
          this.fail(new TransportError('bad-frame', `expected at most ${MAX_MESSAGE} bytes, got ${length}`));
          return false;
        }
        waiting.assembly = new Assembly(packet);
        return true;
      default:
        // The answer to something asked before, and given up.
        return false;
    }
  }

  #keepalive(waiting: Waiting, status: number): void {
    // CANCEL has no answer of its own: as long as the device goes on, it may not have heard.
    if (waiting.signal?.aborted) this.#cancel(waiting.cid);
    if (status === waiting.status || (status !== 1 && status !== 2)) return;
    waiting.status = status;
    waiting.keepalive?.(status);
  }
}
