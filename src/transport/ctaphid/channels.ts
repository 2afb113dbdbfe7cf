/** Which channels there are. CTAP 2.3 section 11.2.4 leaves to the device how it allocates them. */
import { BROADCAST_CHANNEL, RESERVED_CHANNEL } from './packets.ts';

/**
 * `strict`: only channels that were allocated since power-up exist. `lenient`: every channel exists but the reserved
 * and the broadcast channel, as in simulators whose clients go on with a channel of theirs after a power cycle.
 */
export type ChannelMode = 'strict' | 'lenient';

/**
 * Channels are numbers that count up, and those allocated since power-up are one range: however many clients come, two
 * numbers remember them all.
 */
export class Channels {
  readonly #mode: ChannelMode;
  #first: number;
  #next: number;

  /** @param next the first number to allocate, 1 to 0xFFFFFFFF (which means that none is left) */
  constructor(mode: ChannelMode, next = 1) {
    this.#mode = mode;
    this.#first = next;
    this.#next = next;
  }

  /** A channel that was never allocated before; `undefined` when all four thousand million were. */
  allocate(): number | undefined {
    return this.#next < BROADCAST_CHANNEL ? this.#next++ : undefined;
  }

  has(cid: number): boolean {
    if (this.#mode === 'lenient') return cid !== RESERVED_CHANNEL && cid !== BROADCAST_CHANNEL;
    return cid >= this.#first && cid < this.#next;
  }

  /** Forgets all channels, as a power cycle does. Numbers are not used again, so an old client never meets a new one's. */
  forget(): void {
    if (this.#next === BROADCAST_CHANNEL) this.#next = 1;
    this.#first = this.#next;
  }
}
