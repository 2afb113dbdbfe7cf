import { describe, expect, it } from 'vitest';
import { concat } from '../../src/base/bytes.ts';
import { type CapturedExchange, readExchanges } from '../../src/capture/exchanges.ts';
import { interfaceDescription, packetBlock, sectionHeader } from '../../src/capture/pcapng/write.ts';
import { usbmonEvent } from '../../src/capture/usb.ts';
import { CtapHidCommand as C, fragment, PACKET_SIZE } from '../../src/transport/ctaphid/packets.ts';

type Sent = readonly [direction: 'in' | 'out', packet: Uint8Array];

/** The packets of a message. */
const sent = (
  direction: 'in' | 'out',
  cid: number,
  command: number,
  message: Uint8Array = new Uint8Array(),
): Sent[] => fragment(cid, command, message).map((packet) => [direction, packet]);

async function exchangesOf(...packets: readonly Sent[]): Promise<CapturedExchange[]> {
  const file = concat(
    sectionHeader('test', ''),
    interfaceDescription(220, 'usbmon1'),
    ...packets.map(([direction, data], place) => {
      const event = direction === 'in' ? 'complete' : 'submit';
      const endpoint = direction === 'in' ? 0x81 : 1;
      return packetBlock(place, usbmonEvent({ id: place, at: place, event, type: 1, endpoint, data }));
    }),
  );
  const exchanges: CapturedExchange[] = [];
  for await (const exchange of readExchanges(chunks(file))) exchanges.push(exchange);
  return exchanges;
}

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += 8192) yield bytes.subarray(start, start + 8192);
}

const long = Uint8Array.from({ length: 300 }, (_, place) => place & 0xff);

describe('the exchanges of a capture', () => {
  it('are messages of several packets put together, those of several clients mixed', async () => {
    const [one, other] = [sent('out', 1, C.CBOR, long), sent('out', 2, C.CBOR, long.slice(1))];
    const mixed = one.flatMap((packet, place) => [packet, ...(other[place] ? [other[place]] : [])]);
    const exchanges = await exchangesOf(
      ...mixed,
      ...sent('in', 2, C.CBOR, Uint8Array.of(0)),
      ...sent('in', 1, C.CBOR, long),
    );
    expect(exchanges).toMatchObject([
      { channel: 2, request: long.slice(1), response: Uint8Array.of(0) },
      { channel: 1, request: long, response: long, milliseconds: 18 },
    ]);
  });

  it('have what the key said meanwhile, errors, cancellations, and no answer where there was none', async () => {
    const exchanges = await exchangesOf(
      ...sent('out', 1, C.CBOR, Uint8Array.of(0x0b)),
      ...[1, 1, 2, 1].flatMap((status) => sent('in', 1, C.KEEPALIVE, Uint8Array.of(status))),
      ...sent('out', 1, C.CANCEL),
      ...sent('in', 1, C.CBOR, Uint8Array.of(0x2d)),
      ...sent('out', 1, C.PING, Uint8Array.of(1)),
      ...sent('in', 1, C.ERROR, Uint8Array.of(6)),
      ...sent('out', 1, C.WINK),
      ...sent('out', 1, C.CBOR, Uint8Array.of(4)),
    );
    expect(exchanges).toMatchObject([
      { command: 'CBOR', statuses: [1, 2, 1], cancelled: true, response: Uint8Array.of(0x2d) },
      { command: 'PING', error: 6, response: undefined },
      { command: 'WINK', response: undefined, milliseconds: undefined },
      { command: 'CBOR', request: Uint8Array.of(4), response: undefined },
    ]);
  });

  it('leave out what is none: packets that are missing, answers to nothing, other devices', async () => {
    const [first, , third] = sent('out', 1, C.CBOR, long);
    const exchanges = await exchangesOf(
      first as Sent,
      third as Sent,
      ...sent('in', 5, C.CBOR, Uint8Array.of(0)),
      ['in', new Uint8Array(8)],
      ['in', new Uint8Array(PACKET_SIZE).fill(0xff)],
      ['out', new Uint8Array(PACKET_SIZE).fill(0x81)],
      ...sent('out', 3, C.PING),
      ...sent('in', 3, C.PING),
    );
    expect(exchanges.map(({ channel, command, response }) => [channel, command, response?.length])).toEqual([
      [3, 'PING', 0],
      [1, 'CBOR', undefined],
    ]);
  });

  it('are those of as many channels as there are, without holding them all', async () => {
    const packets = Array.from({ length: 3000 }, (_, place) => sent('out', place + 1, C.CBOR, long)).flat();
    const exchanges = await exchangesOf(...packets);
    expect(exchanges).toHaveLength(3000);
    expect(exchanges.every(({ response }) => response === undefined)).toBe(true);
  });
});
