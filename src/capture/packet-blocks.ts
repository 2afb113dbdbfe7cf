/** The packets of a message as blocks of pcapng. It is most of what a recording costs, so each is a copy of one block, with a few numbers changed. */
import { PACKET_SIZE } from '../transport/ctaphid/packets.ts';
import { ENDPOINT_IN, ENDPOINT_OUT } from '../transport/usbip/descriptors.ts';
import { packetBlock } from './pcapng/write.ts';
import { TransferType, usbmonEvent } from './usb.ts';

/** Where in a block the numbers are that differ: those of pcapng, and those of usbmon's header behind them. */
const At = { TIME_HIGH: 12, TIME_LOW: 16, ID: 28, SECONDS: 44, MICROSECONDS: 52, DATA: 92 } as const;

const template = (event: 'submit' | 'complete', endpoint: number): Uint8Array => {
  const data = new Uint8Array(PACKET_SIZE);
  return packetBlock(0, usbmonEvent({ id: 0, at: 0, type: TransferType.INTERRUPT, event, endpoint, data }));
};

const TEMPLATES = { out: template('submit', ENDPOINT_OUT), in: template('complete', ENDPOINT_IN) } as const;

/** A message that passed, as packets. */
export interface PassedPackets {
  readonly packets: readonly Uint8Array[];
  readonly direction: 'in' | 'out';
  /** Milliseconds since 1970. */
  readonly at: number;
}

const SIZE = TEMPLATES.out.length;

/** Lays out messages, each time in the same memory. */
export class PacketBlocks {
  #bytes: Uint8Array = new Uint8Array();
  #view: DataView = new DataView(this.#bytes.buffer);

  /**
   * The blocks of messages, one behind the other.
   *
   * @param id of the first packet; the others count up
   * @returns bytes that are good until the next call
   */
  of(messages: readonly PassedPackets[], id: number): Uint8Array {
    let count = 0;
    for (const { packets } of messages) count += packets.length;
    if (this.#bytes.length < count * SIZE) {
      this.#bytes = new Uint8Array(2 * count * SIZE);
      this.#view = new DataView(this.#bytes.buffer);
    }
    let place = 0;
    for (const { packets, direction, at } of messages) {
      const template = TEMPLATES[direction];
      const microseconds = Math.round(at * 1000);
      for (const packet of packets) this.#put(place, template, packet, microseconds, id + place++);
    }
    return this.#bytes.subarray(0, count * SIZE);
  }

  #put(place: number, template: Uint8Array, packet: Uint8Array, microseconds: number, id: number): void {
    const start = place * SIZE;
    const seconds = Math.floor(microseconds / 1e6);
    const high = Math.floor(microseconds / 2 ** 32);
    const bytes = this.#bytes;
    const view = this.#view;
    bytes.set(template, start);
    bytes.set(packet, start + At.DATA);
    view.setUint32(start + At.TIME_HIGH, high, true);
    view.setUint32(start + At.TIME_LOW, microseconds - high * 2 ** 32, true);
    view.setUint32(start + At.ID, id, true);
    view.setUint32(start + At.SECONDS, seconds, true);
    view.setUint32(start + At.MICROSECONDS, microseconds - seconds * 1e6, true);
  }
}
