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

/**
 * @param at milliseconds since 1970
 * @param id of the first packet; the others count up
 */
export function packetBlocks(
  packets: readonly Uint8Array[],
  direction: 'in' | 'out',
  at: number,
  id: number,
): Uint8Array {
  const block = TEMPLATES[direction];
  const bytes = new Uint8Array(packets.length * block.length);
  const view = new DataView(bytes.buffer);
  const microseconds = Math.round(at * 1000);
  const seconds = Math.floor(microseconds / 1e6);
  const high = Math.floor(microseconds / 2 ** 32);
  for (const [place, packet] of packets.entries()) {
    const start = place * block.length;
    bytes.set(block, start);
    view.setUint32(start + At.TIME_HIGH, high, true);
    view.setUint32(start + At.TIME_LOW, microseconds - high * 2 ** 32, true);
    view.setUint32(start + At.ID, id + place, true);
    view.setUint32(start + At.SECONDS, seconds, true);
    view.setUint32(start + At.MICROSECONDS, microseconds - seconds * 1e6, true);
    bytes.set(packet, start + At.DATA);
  }
  return bytes;
}
