/** What a recording writes: messages as they passed, laid out as packets of CTAPHID in usbmon's form. */
import { concat } from '../base/bytes.ts';
import { type Clock, systemClock, wallTime } from '../base/clock.ts';
import { overlaid } from '../base/overlaid.ts';
import { CtapHidErrorCode } from '../transport/ctaphid/errors.ts';
import {
  BROADCAST_CHANNEL,
  CTAPHID_VERSION,
  CtapHidCapability,
  CtapHidCommand,
  fragment,
  MAX_MESSAGE,
  NONCE_SIZE,
  putUint32,
} from '../transport/ctaphid/packets.ts';
import type { CarriedDevice, CarriedRequestOptions } from '../transport/device.ts';
import { CONFIGURATION_SETUP, DEVICE_SETUP, descriptor, IDENTITY } from '../transport/usbip/descriptors.ts';
import { Channels } from './channels.ts';
import { PacketBlocks, type PassedPackets } from './packet-blocks.ts';
import { interfaceDescription, packetBlock, sectionHeader } from './pcapng/write.ts';
import { redactRequest, redactResponse } from './redact.ts';
import { RECORDED_BY, REDACTED, UNREDACTED } from './redaction.ts';
import { LinkType, TransferType, usbmonEvent } from './usb.ts';

/** Options of a recording. */
export interface RecordingOptions {
  /**
   * Whether to leave out what is private: PIN blocks, tokens and what they authenticate, salts, names, what RPs store. Lengths stay.
   * Default: yes.
   */
  readonly redact?: boolean;
  /** Default: the machine's time. */
  readonly clock?: Clock;
  /** Told once, when the file can be written no more; the device goes on without. */
  readonly onFailure?: (error: Error) => void;
}

const NOTHING = new Uint8Array();
/** How long a message waits for others, in milliseconds, how many wait, and how many bytes of them. */
const LONGEST_WAIT = 50;
const MOST_MESSAGES = 1024;
const MOST_BYTES = 1 << 18;

/** A message that passed, and is not in the file yet. */
interface Passed {
  readonly direction: 'in' | 'out';
  readonly cid: number;
  readonly command: number;
  readonly message: Uint8Array;
  readonly at: number;
  /** Takes out of it what is private. */
  readonly redact: ((message: Uint8Array) => Uint8Array) | undefined;
}

/** Writes what happens. What takes time (to redact, to lay out packets, to write) is done for many messages at once, off their way. */
export class Tape {
  readonly #write: (bytes: Uint8Array) => void;
  readonly #redact: boolean;
  readonly #clock: Clock;
  readonly #onFailure: (error: Error) => void;
  readonly #channels = new Channels();
  readonly #held = new Uint8Array(MOST_BYTES);
  readonly #blocks = new PacketBlocks();
  #used = 0;
  #waiting: Passed[] = [];
  #stopTimer: (() => void) | undefined;
  #open = true;
  #failed = false;
  #id = 0;

  constructor(write: (bytes: Uint8Array) => void, options: RecordingOptions) {
    this.#write = write;
    this.#redact = options.redact ?? true;
    this.#clock = options.clock ?? systemClock;
    this.#onFailure = options.onFailure ?? (() => {});
    this.#append(
      sectionHeader('stuntkey', `${RECORDED_BY}, ${this.#redact ? REDACTED : UNREDACTED}`),
      interfaceDescription(LinkType.USBMON, 'stuntkey'),
      // By these Wireshark knows what the packets are.
      ...[DEVICE_SETUP, CONFIGURATION_SETUP].flatMap((setup) => this.#control(setup)),
    );
  }

  /** @returns whether it was open */
  close(): boolean {
    this.flush();
    const open = this.#open;
    this.#open = false;
    return open;
  }

  /** Writes what waits, in the order in which it passed. */
  flush(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    const passed = this.#waiting.map(packetsOf);
    this.#waiting = [];
    this.#used = 0;
    if (passed.length > 0) this.#append(this.#blocks.of(passed, this.#id + 1));
    for (const { packets } of passed) this.#id += packets.length;
  }

  of<Device extends CarriedDevice>(device: Device): Device {
    const { transactU2f } = device;
    const capabilities =
      (device.ctap2 === false ? 0 : CtapHidCapability.CBOR) |
      (transactU2f === undefined ? CtapHidCapability.NMSG : 0);
    const transact: CarriedDevice['transact'] = (request, options) =>
      this.#exchange(CtapHidCommand.CBOR, capabilities, request, options, (watched) =>
        device.transact(request, watched),
      );
    return overlaid<CarriedDevice>(device, {
      transact,
      transactU2f:
        transactU2f &&
        ((apdu, options) =>
          this.#exchange(CtapHidCommand.MSG, capabilities, apdu, options, () =>
            transactU2f.call(device, apdu, options),
          )),
    }) as Device;
  }

  async #exchange(
    command: number,
    capabilities: number,
    request: Uint8Array,
    options: CarriedRequestOptions = {},
    work: (options: CarriedRequestOptions) => Promise<Uint8Array>,
  ): Promise<Uint8Array> {
    const ctap2 = command === CtapHidCommand.CBOR;
    const [byte] = request;
    const { cid, fresh, release } = this.#channels.take(options.channel ?? '');
    if (fresh) this.#init(cid, capabilities);
    const redacted = ctap2 && this.#redact;
    this.#message('out', cid, command, request, redacted ? redactRequest : undefined);
    const watched: CarriedRequestOptions = {
      ...options,
      keepalive: (status) => {
        this.#message('in', cid, CtapHidCommand.KEEPALIVE, Uint8Array.of(status));
        options.keepalive?.(status);
      },
    };
    try {
      const response = await work(watched);
      // (Written down late, for to listen to a signal takes longer than all the rest.)
      if (options.signal?.aborted) this.#message('out', cid, CtapHidCommand.CANCEL, NOTHING);
      const redact = redacted ? (message: Uint8Array) => redactResponse(message, byte) : undefined;
      this.#message('in', cid, command, response, redact);
      return response;
    } catch (error) {
      this.#message('in', cid, CtapHidCommand.ERROR, Uint8Array.of(CtapHidErrorCode.ERR_OTHER));
      throw error;
    } finally {
      release();
    }
  }

  /** How a client would have come by its channel. */
  #init(cid: number, capabilities: number): void {
    const nonce = new Uint8Array(NONCE_SIZE);
    putUint32(nonce, NONCE_SIZE - 4, cid);
    const response = concat(nonce, new Uint8Array(4), Uint8Array.of(CTAPHID_VERSION, 1, 0, 0, capabilities));
    putUint32(response, NONCE_SIZE, cid);
    this.#message('out', BROADCAST_CHANNEL, CtapHidCommand.INIT, nonce);
    this.#message('in', BROADCAST_CHANNEL, CtapHidCommand.INIT, response);
  }

  /** Notes what passes; nothing else is done on its way. */
  #message(
    direction: 'in' | 'out',
    cid: number,
    command: number,
    message: Uint8Array,
    redact?: (message: Uint8Array) => Uint8Array,
  ): void {
    if (!this.#open || this.#failed) return;
    // (First, since it may flush what waits.)
    const copy = this.#copied(message);
    this.#waiting.push({ direction, cid, command, message: copy, at: this.#now(), redact });
    if (this.#waiting.length >= MOST_MESSAGES) this.flush();
    else this.#stopTimer ??= this.#clock.after(LONGEST_WAIT, () => this.flush(), { background: true });
  }

  /** A copy, until the next flush: the owner may go on with the bytes. All copies share one buffer, which costs less than one each. */
  #copied(message: Uint8Array): Uint8Array {
    if (message.length > MOST_BYTES) return new Uint8Array(message);
    if (message.length > MOST_BYTES - this.#used) this.flush();
    const copy = this.#held.subarray(this.#used, this.#used + message.length);
    copy.set(message);
    this.#used += message.length;
    return copy;
  }

  /** A control transfer that reads a descriptor. */
  #control(setup: Uint8Array): Uint8Array[] {
    const at = this.#now();
    const id = ++this.#id;
    const about = { id, at, type: TransferType.CONTROL, endpoint: 0x80 };
    return [
      packetBlock(at, usbmonEvent({ ...about, event: 'submit', setup })),
      packetBlock(
        at,
        usbmonEvent({
          ...about,
          event: 'complete',
          data: descriptor(IDENTITY, setup[3] as number, 0) as Uint8Array,
        }),
      ),
    ];
  }

  /** To the microsecond, where the clock knows it. */
  #now(): number {
    return this.#clock.wall?.() ?? wallTime(this.#clock);
  }

  /** What cannot be written ends the recording, and nothing else. */
  #append(...parts: readonly Uint8Array[]): void {
    if (!this.#open || this.#failed) return;
    try {
      for (const part of parts) this.#write(part);
    } catch (error) {
      this.#failed = true;
      this.#onFailure(error as Error);
    }
  }
}

/** What is kept of a message. Carriers of one that is too long answer with an error in its place. */
function packetsOf({ direction, cid, command, message, at, redact }: Passed): PassedPackets {
  const kept = redact === undefined ? message : redact(message);
  const whole = kept.length <= MAX_MESSAGE ? kept : kept.subarray(0, MAX_MESSAGE);
  return { packets: fragment(cid, command, whole), direction, at };
}
