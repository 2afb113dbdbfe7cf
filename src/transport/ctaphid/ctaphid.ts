/**
 * CTAPHID, the device's side: CTAP 2.3 section 11.2 (https://fidoalliance.org/specs/fido-v2.3-ps-20260226/). What the text
 * leaves open is decided in docs/decisions/010-ctaphid.md.
 */
import { type Clock, systemClock } from '../../base/clock.ts';
import type { CarriedDevice } from '../device.ts';
import { Exchange } from '../exchange.ts';
import { Assembly } from './assembly.ts';
import { type ChannelMode, Channels } from './channels.ts';
import { CtapHidErrorCode, type CtapHidErrorName } from './errors.ts';
import { Lock, MAX_LOCK } from './lock.ts';
import {
  BROADCAST_CHANNEL,
  type ContinuationPacket,
  CTAPHID_VERSION,
  CtapHidCapability,
  CtapHidCommand,
  fragment,
  type InitialPacket,
  MAX_MESSAGE,
  NONCE_SIZE,
  putUint32,
  RESERVED_CHANNEL,
  readPacket,
} from './packets.ts';

/** How the CTAPHID side of a device behaves, whatever carries it. */
export interface CtapHidPolicy {
  /** Default: `strict`. */
  readonly channels?: ChannelMode;
  /** How long the next packet of a message may take, milliseconds. Default: 500. */
  readonly messageTimeout?: number;
  /** What another channel is told while one holds the lock. Default: ERR_CHANNEL_BUSY. */
  readonly whileLocked?: 'ERR_CHANNEL_BUSY' | 'ERR_LOCK_REQUIRED';
  /** Whether WINK is there. Default: whether the device can. */
  readonly wink?: boolean;
  /** Major, minor and build number in INIT responses, 0 to 255 each. Default: 1, 0, 0. */
  readonly deviceVersion?: readonly [major: number, minor: number, build: number];
  /** Default: the machine's time. */
  readonly clock?: Clock;
}

/** How many there were in this process. */
let carriers = 0;

/** Options of {@link CtapHid}. */
export interface CtapHidOptions extends CtapHidPolicy {
  /** Takes each packet to the client, in order: 64 bytes, a new array every time. Must not throw. */
  readonly send: (packet: Uint8Array) => void;
}

/**
 * A device behind CTAPHID: packets in by {@link CtapHid.receive}, packets out by `send`. Whatever comes in, it throws
 * nothing and holds no more than one message on its way in, one at work and one answer.
 *
 * @example
 * ```ts
 * import { Authenticator } from 'stuntkey';
 * import { CtapHid } from 'stuntkey/transport';
 * const hid = new CtapHid(new Authenticator(), { send: (packet) => console.log(packet.length) }); // 64
 * const init = new Uint8Array(64);
 * init.set([0xff, 0xff, 0xff, 0xff, 0x86, 0, 8]); // CTAPHID_INIT on the broadcast channel, with a nonce of zeros
 * hid.receive(init);
 * ```
 */
export class CtapHid {
  readonly #device: CarriedDevice;
  readonly #send: (packet: Uint8Array) => void;
  readonly #clock: Clock;
  readonly #channels: Channels;
  readonly #lock: Lock;
  readonly #exchange: Exchange;
  readonly #messageTimeout: number;
  readonly #whileLocked: CtapHidErrorName;
  readonly #winks: boolean;
  readonly #identity: readonly number[];
  /** Another carrier of the same device may have channels of the same numbers. */
  readonly #name = `ctaphid-${++carriers}`;
  #assembly: Assembly | undefined;
  #stopWaiting: () => void = () => {};
  /** The channel whose request is at work. */
  #served: number | undefined;
  #closed = false;

  constructor(device: CarriedDevice, options: CtapHidOptions) {
    this.#device = device;
    this.#send = options.send;
    this.#clock = options.clock ?? systemClock;
    this.#channels = new Channels(options.channels ?? 'strict');
    this.#lock = new Lock(this.#clock);
    this.#exchange = new Exchange(device, this.#clock);
    this.#messageTimeout = options.messageTimeout ?? 500;
    this.#whileLocked = options.whileLocked ?? 'ERR_CHANNEL_BUSY';
    this.#winks = options.wink ?? device.wink !== undefined;
    const capabilities =
      (device.ctap2 === false ? 0 : CtapHidCapability.CBOR) |
      (this.#winks ? CtapHidCapability.WINK : 0) |
      (device.transactU2f === undefined ? CtapHidCapability.NMSG : 0);
    this.#identity = [CTAPHID_VERSION, ...(options.deviceVersion ?? [1, 0, 0]), capabilities];
  }

  /** Takes a packet from the client. What does not have 64 bytes is no packet, and ignored. */
  receive(bytes: Uint8Array): void {
    if (this.#closed) return;
    const packet = readPacket(bytes);
    if (packet?.type === 'initial') this.#initial(packet);
    else if (packet !== undefined) this.#continuation(packet);
  }

  /** Unplugs the device and plugs it in again: what was under way ends without an answer, and channels are forgotten. */
  powerCycle(): void {
    this.#reset();
    this.#channels.forget();
    this.#device.powerCycle();
  }

  /** Ends what is under way without an answer; nothing is received or sent from now on. */
  close(): void {
    this.#closed = true;
    this.#reset();
  }

  #reset(): void {
    this.#drop();
    this.#served = undefined;
    this.#exchange.abandon();
    this.#lock.release();
  }

  #continuation(packet: ContinuationPacket): void {
    const { cid } = packet;
    if (cid === RESERVED_CHANNEL || cid === BROADCAST_CHANNEL) {
      this.#error(cid, 'ERR_INVALID_CHANNEL');
      return;
    }
    const assembly = this.#assembly;
    // Spurious continuation packets are ignored (section 11.2.5.4), also another channel's: its first packet was refused.
    if (assembly?.cid !== cid) return;
    if (!assembly.add(packet)) {
      this.#drop();
      this.#error(cid, 'ERR_INVALID_SEQ');
      return;
    }
    this.#proceed(assembly);
  }

  #initial(packet: InitialPacket): void {
    const { cid, command } = packet;
    const interrupts = this.#assembly?.cid === cid;
    // CANCEL is never answered, wherever it comes from (section 11.2.9.1.5); inside a message it breaks the sequence.
    if (command === CtapHidCommand.CANCEL && !interrupts) {
      if (this.#served === cid) this.#exchange.cancel();
      return;
    }
    // Nothing lives on channel 0, and nothing but INIT on the broadcast channel.
    if (cid === RESERVED_CHANNEL || (cid === BROADCAST_CHANNEL && command !== CtapHidCommand.INIT)) {
      this.#error(cid, 'ERR_INVALID_CHANNEL');
      return;
    }
    if (this.#lock.keepsOut(cid)) {
      this.#error(cid, this.#whileLocked);
      return;
    }
    if (interrupts) this.#drop();
    if (command === CtapHidCommand.INIT) {
      this.#init(packet);
      return;
    }
    const refusal = interrupts ? 'ERR_INVALID_SEQ' : this.#refusal(packet);
    if (refusal !== undefined) {
      this.#error(cid, refusal);
      return;
    }
    this.#proceed(new Assembly(packet));
  }

  /** Why a message cannot begin, from its first packet. A refused message's further packets are spurious. */
  #refusal({ cid, command, length }: InitialPacket): CtapHidErrorName | undefined {
    if (this.#assembly !== undefined || this.#served !== undefined) return 'ERR_CHANNEL_BUSY';
    if (!this.#channels.has(cid)) return 'ERR_INVALID_CHANNEL';
    if (length > MAX_MESSAGE) return 'ERR_INVALID_LEN';
    switch (command) {
      case CtapHidCommand.PING:
        return undefined;
      case CtapHidCommand.CBOR:
        if (this.#device.ctap2 === false) return 'ERR_INVALID_CMD';
        return length === 0 ? 'ERR_INVALID_LEN' : undefined;
      case CtapHidCommand.MSG:
        if (this.#device.transactU2f === undefined) return 'ERR_INVALID_CMD';
        return length === 0 ? 'ERR_INVALID_LEN' : undefined;
      case CtapHidCommand.WINK:
        if (!this.#winks) return 'ERR_INVALID_CMD';
        return length === 0 ? undefined : 'ERR_INVALID_LEN';
      case CtapHidCommand.LOCK:
        return length === 1 ? undefined : 'ERR_INVALID_LEN';
      default:
        return 'ERR_INVALID_CMD';
    }
  }

  /** Waits for the next packet of a message, or acts on it when it is whole. */
  #proceed(assembly: Assembly): void {
    this.#drop();
    if (assembly.complete) {
      this.#message(assembly);
      return;
    }
    this.#assembly = assembly;
    this.#stopWaiting = this.#clock.after(this.#messageTimeout, () => {
      this.#drop();
      this.#error(assembly.cid, 'ERR_MSG_TIMEOUT');
    });
  }

  #drop(): void {
    this.#stopWaiting();
    this.#assembly = undefined;
  }

  /** INIT allocates a channel, or brings one back to its beginning; other channels' messages go on. */
  #init({ cid, length, data }: InitialPacket): void {
    if (length !== NONCE_SIZE) {
      this.#error(cid, 'ERR_INVALID_LEN');
      return;
    }
    const broadcast = cid === BROADCAST_CHANNEL;
    if (!broadcast && !this.#channels.has(cid)) {
      this.#error(cid, 'ERR_INVALID_CHANNEL');
      return;
    }
    const channel = broadcast ? this.#channels.allocate() : cid;
    if (channel === undefined) {
      this.#error(cid, 'ERR_CHANNEL_BUSY');
      return;
    }
    if (this.#served === channel) {
      this.#served = undefined;
      this.#exchange.abandon();
    }
    const response = new Uint8Array(NONCE_SIZE + 9);
    response.set(data.subarray(0, NONCE_SIZE));
    putUint32(response, NONCE_SIZE, channel);
    response.set(this.#identity, NONCE_SIZE + 4);
    this.#respond(cid, CtapHidCommand.INIT, response);
  }

  #message({ cid, command, message }: Assembly): void {
    switch (command) {
      case CtapHidCommand.CBOR:
      case CtapHidCommand.MSG:
        this.#serve(cid, command, message);
        break;
      case CtapHidCommand.LOCK: {
        const seconds = message[0] as number;
        if (seconds > MAX_LOCK) {
          this.#error(cid, 'ERR_INVALID_PAR');
          break;
        }
        this.#lock.take(cid, seconds);
        this.#respond(cid, command, new Uint8Array());
        break;
      }
      case CtapHidCommand.WINK:
        this.#exchange.wink();
        this.#respond(cid, command, message);
        break;
      default:
        this.#respond(cid, command, message);
    }
  }

  #serve(cid: number, command: number, message: Uint8Array): void {
    this.#served = cid;
    this.#exchange.start({
      kind: command === CtapHidCommand.CBOR ? 'ctap2' : 'u2f',
      message,
      channel: `${this.#name}/${cid}`,
      keepalive: (status) => this.#respond(cid, CtapHidCommand.KEEPALIVE, Uint8Array.of(status)),
      answer: (response) => {
        this.#served = undefined;
        if (response === undefined || response.length > MAX_MESSAGE) this.#error(cid, 'ERR_OTHER');
        else this.#respond(cid, command, response);
      },
    });
  }

  #error(cid: number, error: CtapHidErrorName): void {
    this.#respond(cid, CtapHidCommand.ERROR, Uint8Array.of(CtapHidErrorCode[error]));
  }

  #respond(cid: number, command: number, payload: Uint8Array): void {
    for (const packet of fragment(cid, command, payload)) this.#send(packet);
  }
}
