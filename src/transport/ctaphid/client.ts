/** CTAPHID, the client's side: what a platform does to reach a security key (CTAP 2.3 section 11.2). */

import { equal } from '../../base/bytes.ts';
import { type Clock, systemClock } from '../../base/clock.ts';
import { Queue } from '../../base/queue.ts';
import { type RandomSource, systemRandom } from '../../crypto/random.ts';
import { CtapStatus } from '../../ctap/status.ts';
import type { CarriedRequestOptions } from '../device.ts';
import { TransportError } from '../errors.ts';
import { CtapHidError } from './errors.ts';
import { BROADCAST_CHANNEL, CtapHidCapability, CtapHidCommand, NONCE_SIZE, uint32 } from './packets.ts';
import type { PacketPipe } from './pipe.ts';
import { Wire } from './wire.ts';

/** Options of the client's side of CTAPHID. */
export interface CtapHidClientOptions {
  /** How long the device may be silent, milliseconds; it says something every 100 ms while it works. Default: 5000. */
  readonly timeout?: number;
  /** How long to try again while the device is busy with another client, milliseconds. Default: 30000. */
  readonly patience?: number;
  /** Default: the machine's time. */
  readonly clock?: Clock;
  /** For nonces. Default: the machine's chance. */
  readonly random?: RandomSource;
}

/** What a device said of itself in answer to INIT. */
export interface CtapHidIdentity {
  /** The channel it gave us. */
  readonly cid: number;
  /** CTAPHID protocol version: 2. */
  readonly protocol: number;
  /** Major, minor and build number. */
  readonly version: readonly [major: number, minor: number, build: number];
  /** Whether it can blink, takes CTAP2, takes CTAP1. */
  readonly capabilities: { readonly wink: boolean; readonly cbor: boolean; readonly msg: boolean };
}

/** Between two tries to reach a busy device: milliseconds. */
const RETRY_INTERVAL = 100;

/**
 * A device reached over CTAPHID. It has the shape of a device in process, so a `WebAuthnClient` takes it, and so does
 * anything that carries devices. Calls wait for each other.
 *
 * Calls reject with `CtapHidError` when the device answers with an error, and with `TransportError` when it does not answer.
 */
export class CtapHidClient implements AsyncDisposable {
  readonly #pipe: PacketPipe;
  readonly #wire: Wire;
  readonly #clock: Clock;
  readonly #random: RandomSource;
  readonly #patience: number;
  readonly #queue = new Queue();
  #identity: CtapHidIdentity | undefined;
  /** Whether an answer that no caller waits for may still come on the channel. */
  #stale = true;

  private constructor(pipe: PacketPipe, options: CtapHidClientOptions) {
    this.#pipe = pipe;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? systemRandom;
    this.#patience = options.patience ?? 30_000;
    this.#wire = new Wire(pipe, this.#clock, options.timeout ?? 5000);
  }

  /**
   * Asks the device at the end of a pipe for a channel.
   *
   * @throws TransportError `timeout` when no device answers; the pipe is closed then
   */
  static async open(pipe: PacketPipe, options: CtapHidClientOptions = {}): Promise<CtapHidClient> {
    const client = new CtapHidClient(pipe, options);
    try {
      await client.init();
    } catch (error) {
      await client.close();
      throw error;
    }
    return client;
  }

  /** What the device said of itself when it last gave us a channel. */
  get identity(): CtapHidIdentity {
    return this.#identity as CtapHidIdentity;
  }

  /** CTAP1: APDU to data, SW1 and SW2. Absent when the device has none. */
  transactU2f?: (apdu: Uint8Array, options?: { readonly signal?: AbortSignal }) => Promise<Uint8Array>;

  /** CTAP2 request to CTAP2 response; aborting the signal cancels a request that waits for the user. */
  transact(request: Uint8Array, options: CarriedRequestOptions = {}): Promise<Uint8Array> {
    return this.#call(CtapHidCommand.CBOR, request, options);
  }

  /** Has the device send the same bytes back: at most 7609. */
  ping(data: Uint8Array): Promise<Uint8Array> {
    return this.#call(CtapHidCommand.PING, data);
  }

  /** Makes the device blink. */
  async wink(): Promise<void> {
    await this.#call(CtapHidCommand.WINK, new Uint8Array());
  }

  /** Keeps other clients away for 1 to 10 seconds; 0 lets them in again. */
  async lock(seconds: number): Promise<void> {
    await this.#call(CtapHidCommand.LOCK, Uint8Array.of(seconds));
  }

  /** Brings the channel back to its beginning; what the device was at for us ends without an answer. */
  async init(): Promise<CtapHidIdentity> {
    this.#stale = true;
    await this.#call(undefined, new Uint8Array());
    return this.identity;
  }

  /**
   * Unplugs the device and plugs it in again; the call that waits rejects.
   *
   * @throws TransportError `unsupported` when the pipe has no way to
   */
  powerCycle(): void {
    if (this.#pipe.powerCycle === undefined) {
      throw new TransportError('unsupported', 'expected a pipe with powerCycle, got one without');
    }
    this.#pipe.powerCycle();
    this.#wire.fail(new TransportError('closed', 'the device was unplugged'));
    this.#identity = undefined;
    this.#stale = true;
  }

  /** Closes the pipe; a call that waits rejects. */
  async close(): Promise<void> {
    this.#wire.end(new TransportError('closed', 'the connection to the device was closed'));
    await this.#pipe.close();
  }

  /** Closes it: `await using device = await connectUdp()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #call(
    command: number | undefined,
    payload: Uint8Array,
    options: CarriedRequestOptions = {},
  ): Promise<Uint8Array> {
    const waits = this.#queue.busy;
    return this.#queue.take(async () => {
      if (waits && options.signal?.aborted) return canceled(command, options.signal);
      return this.#persist(command, payload, options);
    });
  }

  /** Tries until the device is free for us, with a channel that it knows. */
  async #persist(
    command: number | undefined,
    payload: Uint8Array,
    { signal, keepalive }: CarriedRequestOptions,
  ): Promise<Uint8Array> {
    const until = this.#clock.now() + this.#patience;
    for (let renewed = false; ; ) {
      try {
        if (this.#stale || this.#identity === undefined) await this.#initialise();
        if (command === undefined) return payload;
        const { cid } = this.identity;
        return await this.#wire.call({ cid, command, payload, signal, keepalive });
      } catch (error) {
        if (!(error instanceof CtapHidError)) {
          this.#stale = true;
          throw error;
        }
        if (error.code === 'ERR_INVALID_CHANNEL' && this.#identity !== undefined && !renewed) {
          // The device was unplugged since.
          this.#identity = undefined;
          renewed = true;
        } else if (error.code === 'ERR_CHANNEL_BUSY' && this.#clock.now() < until) {
          await this.#pause(signal);
          if (signal?.aborted) return canceled(command, signal);
        } else {
          throw error;
        }
      }
    }
  }

  async #initialise(): Promise<void> {
    const nonce = this.#random(NONCE_SIZE, 'ctaphid-nonce');
    const response = await this.#wire.call({
      cid: this.#identity?.cid ?? BROADCAST_CHANNEL,
      command: CtapHidCommand.INIT,
      payload: nonce,
      accepts: (answer) => answer.length >= NONCE_SIZE + 9 && equal(answer.subarray(0, NONCE_SIZE), nonce),
    });
    const at = (offset: number): number => response[NONCE_SIZE + offset] as number;
    const flags = at(8);
    const msg = (flags & CtapHidCapability.NMSG) === 0;
    this.#identity = {
      cid: uint32(response, NONCE_SIZE),
      protocol: at(4),
      version: [at(5), at(6), at(7)],
      capabilities: {
        wink: (flags & CtapHidCapability.WINK) !== 0,
        cbor: (flags & CtapHidCapability.CBOR) !== 0,
        msg,
      },
    };
    if (msg) this.transactU2f = (apdu, options) => this.#call(CtapHidCommand.MSG, apdu, options);
    else delete this.transactU2f;
    this.#stale = false;
  }

  #pause(signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const go = (): void => {
        stop();
        signal?.removeEventListener('abort', go);
        resolve();
      };
      const stop = this.#clock.after(RETRY_INTERVAL, go);
      signal?.addEventListener('abort', go, { once: true });
    });
  }
}

/** What a request comes to that is canceled before the device heard of it. */
function canceled(command: number | undefined, signal: AbortSignal): Uint8Array {
  if (command !== CtapHidCommand.CBOR) throw signal.reason;
  return Uint8Array.of(CtapStatus.CTAP2_ERR_KEEPALIVE_CANCEL);
}
