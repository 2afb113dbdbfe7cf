/** Who is to be answered. Datagrams come from many places, and what a device sends names only a channel. */
import { PACKET_SIZE, uint32 } from './ctaphid/packets.ts';

/** Where a datagram came from. */
export interface Peer {
  readonly address: string;
  readonly port: number;
}

/** Channels whose peer is remembered. */
const MAX_REMEMBERED = 256;

/** A channel's packets go to the peer that used the channel last; those of a channel forgotten, to the last peer of all. */
export class Peers {
  readonly #ofChannel = new Map<number, Peer>();
  #last: Peer | undefined;

  /** Notes where a packet came from. A datagram of another length is no packet and is ignored. */
  from(packet: Uint8Array, peer: Peer): void {
    if (packet.length !== PACKET_SIZE) return;
    this.#last = peer;
    const cid = uint32(packet, 0);
    // Taken out and put in again: a map's first key is the one used longest ago.
    this.#ofChannel.delete(cid);
    this.#ofChannel.set(cid, peer);
    if (this.#ofChannel.size > MAX_REMEMBERED) {
      for (const [oldest] of this.#ofChannel) {
        this.#ofChannel.delete(oldest);
        break;
      }
    }
  }

  /** Where a packet goes; `undefined` before anybody was heard. */
  to(packet: Uint8Array): Peer | undefined {
    return this.#ofChannel.get(uint32(packet, 0)) ?? this.#last;
  }
}
