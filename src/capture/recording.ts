/** Keeps what a device is asked and answers, as a capture of USB: whatever carried it, the messages are laid out as CTAPHID's packets. */
import { closeSync, openSync, writeSync } from 'node:fs';
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
import { TransportError } from '../transport/errors.ts';
import { CONFIGURATION_SETUP, DEVICE_SETUP, descriptor, IDENTITY } from '../transport/usbip/descriptors.ts';
import { Channels } from './channels.ts';
import { packetBlocks } from './packet-blocks.ts';
import { interfaceDescription, packetBlock, sectionHeader } from './pcapng/write.ts';
import { redactRequest, redactResponse } from './redact.ts';
import { RECORDED_BY, REDACTED, UNREDACTED } from './redaction.ts';
import { LinkType, TransferType, usbmonEvent } from './usb.ts';

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

/** A file that grows with what devices are asked. */
export interface Recording extends Disposable {
  /** The same device, which is recorded from now on. */
  of<Device extends CarriedDevice>(device: Device): Device;
  /** Ends the file. */
  close(): void;
}

/**
 * Records into a file of pcapng, which Wireshark reads. Each message is written as it goes, so a file is whole up to the last one
 * whatever ends the program. What was there before is gone; only its owner can read it.
 *
 * @throws TransportError `cannot-open` when the file cannot be written
 *
 * @example
 * ```ts
 * import { Authenticator, WebAuthnClient } from 'stuntkey';
 * import { recordTo } from 'stuntkey/capture';
 * const recording = recordTo('/tmp/key.pcapng');
 * const authenticator = recording.of(new Authenticator());
 * await authenticator.transact(Uint8Array.of(0x04)); // authenticatorGetInfo
 * recording.close();
 * ```
 */
export function recordTo(file: string, options: RecordingOptions = {}): Recording {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'w', 0o600);
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new TransportError('cannot-open', `expected a file to record into, got ${reason}`, { cause });
  }
  const tape = new Tape((bytes) => {
    for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
  }, options);
  const close = (): void => {
    if (tape.close()) closeSync(descriptor);
  };
  return { of: (device) => tape.of(device), close, [Symbol.dispose]: close };
}

const NOTHING = new Uint8Array();

/** Writes what happens. */
class Tape {
  readonly #write: (bytes: Uint8Array) => void;
  readonly #redact: boolean;
  readonly #clock: Clock;
  readonly #onFailure: (error: Error) => void;
  readonly #channels = new Channels();
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
    const open = this.#open;
    this.#open = false;
    return open;
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
    this.#message('out', cid, command, ctap2 && this.#redact ? redactRequest(request) : request);
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
      this.#message('in', cid, command, ctap2 && this.#redact ? redactResponse(response, byte) : response);
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

  #message(direction: 'in' | 'out', cid: number, command: number, message: Uint8Array): void {
    // Carriers of such messages answer with an error in their place.
    const whole = message.length <= MAX_MESSAGE ? message : message.subarray(0, MAX_MESSAGE);
    const packets = fragment(cid, command, whole);
    this.#append(packetBlocks(packets, direction, this.#now(), this.#id + 1));
    this.#id += packets.length;
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
