/** Putting the packets of one message together again. */
import type { ContinuationPacket, InitialPacket } from './packets.ts';

/** One message on its way in. Holds as many bytes as the first packet announced, which its owner has checked. */
export class Assembly {
  readonly cid: number;
  readonly command: number;
  /** As long as the whole message; filled from the front. */
  readonly message: Uint8Array;
  #filled = 0;
  #sequence = 0;

  constructor(packet: InitialPacket) {
    this.cid = packet.cid;
    this.command = packet.command;
    this.message = new Uint8Array(packet.length);
    this.#append(packet.data);
  }

  /** Whether nothing is missing. */
  get complete(): boolean {
    return this.#filled === this.message.length;
  }

  /** Adds the next packet. @returns whether it was the one that had to come */
  add(packet: ContinuationPacket): boolean {
    if (packet.sequence !== this.#sequence) return false;
    this.#sequence++;
    this.#append(packet.data);
    return true;
  }

  #append(data: Uint8Array): void {
    const part = data.subarray(0, this.message.length - this.#filled);
    this.message.set(part, this.#filled);
    this.#filled += part.length;
  }
}
