import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, fromHex, hex } from '../../src/base/bytes.ts';
import { PacketBlocks } from '../../src/capture/packet-blocks.ts';
import { type Packet, readPackets } from '../../src/capture/pcapng/read.ts';
import { interfaceDescription, packetBlock, sectionHeader } from '../../src/capture/pcapng/write.ts';
import { readTransfer, usbmonEvent } from '../../src/capture/usb.ts';
import { sampled } from '../slow.ts';

/** Bytes in chunks of some length. */
async function* chunks(bytes: Uint8Array, length = 7): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += length) yield bytes.subarray(start, start + length);
}

async function read(bytes: Uint8Array, length?: number) {
  const packets: Packet[] = [];
  const comments: string[] = [];
  let cut = false;
  const notes = {
    comment: (text: string) => void comments.push(text),
    cut: () => {
      cut = true;
    },
  };
  for await (const packet of readPackets(chunks(bytes, length), notes))
    packets.push({ ...packet, data: packet.data.slice() });
  return { packets, comments, cut };
}

const spaced = (text: string): Uint8Array => fromHex(text.replace(/\s/g, ''));

const AT = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const ours = concat(
  sectionHeader('stuntkey', 'a comment'),
  interfaceDescription(220, 'key'),
  packetBlock(AT + 0.25, Uint8Array.of(1, 2, 3, 4, 5)),
  packetBlock(AT + 1, Uint8Array.of()),
);

describe('a capture that is written', () => {
  it('has the blocks of the specification', () => {
    expect(hex(sectionHeader('stuntkey', 'abc'))).toBe(
      hex(
        spaced(`0a0d0d0a 34000000 4d3c2b1a 0100 0000 ffffffffffffffff
          0100 0300 61626300  0400 0800 7374756e746b6579  0000 0000  34000000`),
      ),
    );
    expect(hex(interfaceDescription(220, 'key'))).toBe(
      hex(spaced('01000000 20000000 dc00 0000 00000000  0200 0300 6b657900  0000 0000  20000000')),
    );
    // 0x5ffffffff microseconds.
    expect(hex(packetBlock(0x5ffffffff / 1000, Uint8Array.of(9)))).toBe(
      hex(spaced('06000000 24000000 00000000 05000000 ffffffff 01000000 01000000 09000000 24000000')),
    );
  });

  it('is read again, to the microsecond, in chunks of any length', async () => {
    for (const length of [1, 5, 64, 4096]) {
      expect(await read(ours, length)).toEqual({
        packets: [
          { linkType: 220, at: AT + 0.25, data: Uint8Array.of(1, 2, 3, 4, 5), little: true },
          { linkType: 220, at: AT + 1, data: new Uint8Array(), little: true },
        ],
        comments: ['a comment'],
        cut: false,
      });
    }
  });
});

describe('the packets of a message', () => {
  it('are blocks as each of them would be alone', () => {
    const packets = [1, 2, 3].map((fill) => new Uint8Array(64).fill(fill));
    const at = AT + 999.875;
    const blocks = new PacketBlocks();
    for (const direction of ['in', 'out'] as const) {
      const [event, endpoint] = direction === 'in' ? (['complete', 0x81] as const) : (['submit', 1] as const);
      const alone = packets.map((data, place) =>
        packetBlock(at, usbmonEvent({ id: 70_000 + place, at, type: 1, event, endpoint, data })),
      );
      expect(hex(blocks.of([{ packets, direction, at }], 70_000))).toBe(hex(concat(...alone)));
    }
    expect(blocks.of([], 1)).toHaveLength(0);
  });
});

describe('a capture of others', () => {
  it('may have the other byte order, nanoseconds, an offset, unknown blocks, and simple packets', async () => {
    const foreign = spaced(`
      0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c
      00000001 0000002c 00dc 0000 00000000  0009 0001 09000000  000e 0008 0000000000000001  0000 0000  0000002c
      00000bad 00000010 deadbeef 00000010
      00000006 00000024 00000000 00000000 3b9aca00 00000001 00000040 ff000000 00000024
      00000003 00000014 00000003 01020300 00000014`);
    const { packets } = await read(foreign);
    expect(packets).toEqual([
      { linkType: 220, at: 2000, data: Uint8Array.of(0xff), little: false },
      { linkType: 220, at: 0, data: Uint8Array.of(1, 2, 3), little: false },
    ]);
  });

  it.each([
    ['d4c3b2a1', true, '01000000 20a10700', 1500],
    ['a1b2c3d4', false, '00000001 0007a120', 1500],
    ['4d3cb2a1', true, '01000000 0065cd1d', 1500],
  ])('may be one of pcap that begins with %s', async (magic, little, time, at) => {
    const number = (value: string): string =>
      little ? (value.match(/../g)?.reverse().join('') as string) : value;
    const file = spaced(
      `${magic} ${number('0002')}${number('0004')} 00000000 00000000 ${number('00040000')} ${number('000000bd')}
       ${time} ${number('00000002')} ${number('00000040')} abcd`,
    );
    expect((await read(file)).packets).toEqual([
      { linkType: 189, at, data: Uint8Array.of(0xab, 0xcd), little },
    ]);
    expect((await read(file.subarray(0, -1))).cut).toBe(true);
  });

  it.each([
    ['nothing', '', /got nothing/],
    ['a text', '7b22637265', /got another/],
    ['a section without its magic', '0a0d0d0a 1c000000 00000000', /magic/],
    [
      'a block that is longer than any',
      '0a0d0d0a 1c000000 4d3c2b1a 01000000 ffffffffffffffff 1c000000 06000000 fcffffff',
      /at most/,
    ],
    [
      'a block of a length that cannot be',
      '0a0d0d0a 1c000000 4d3c2b1a 01000000 ffffffffffffffff 1c000000 06000000 0d000000',
      /multiple of 4/,
    ],
    [
      'a block that ends in another length',
      '0a0d0d0a 1c000000 4d3c2b1a 01000000 ffffffffffffffff 20000000',
      /again/,
    ],
    [
      'a packet of no interface',
      '0a0d0d0a 1c000000 4d3c2b1a 01000000 ffffffffffffffff 1c000000 06000000 20000000 00000000 00000000 00000000 00000000 00000000 20000000',
      /interface/,
    ],
  ])('is refused where it is %s', async (_, bytes, message) => {
    await expect(read(spaced(bytes))).rejects.toMatchObject({
      code: 'bad-capture',
      message: expect.stringMatching(message),
    });
  });

  it('is read up to where it is cut', async () => {
    for (let length = 4; length < ours.length; length++) {
      const { packets, cut } = await read(ours.subarray(0, length), 64);
      expect(packets.length).toBeLessThanOrEqual(2);
      if (packets.length === 0 && length > 60) expect(cut || length < 120).toBe(true);
    }
    expect((await read(ours.subarray(0, -1))).cut).toBe(true);
  });

  it('may be anything: it is read, or refused by a typed error', async () => {
    const spoilt = fc
      .tuple(fc.nat(ours.length - 1), fc.nat(255), fc.uint8Array({ maxLength: 40 }))
      .map(([at, byte, more]) => {
        const bytes = concat(ours, more);
        bytes[at] = byte;
        return bytes;
      });
    await fc.assert(
      fc.asyncProperty(fc.oneof(spoilt, fc.uint8Array({ maxLength: 100 })), async (bytes) => {
        const result = await read(bytes, 33).catch((error) => error.code);
        expect(typeof result === 'object' || result === 'bad-capture').toBe(true);
      }),
      { numRuns: sampled(Array.from({ length: 2000 }), 25).length, seed: 28 },
    );
  });
});

describe('a transfer in a capture', () => {
  const data = Uint8Array.from({ length: 64 }, (_, place) => place);
  const event = { id: 7, at: AT + 0.25, type: 1, endpoint: 0x81, event: 'complete', data } as const;

  it('has usbmon’s header of 64 bytes', () => {
    expect(hex(usbmonEvent(event).subarray(0, 64))).toBe(
      hex(
        spaced(`0700000000000000 43 01 81 02 0100 2d 00
          ${le(Math.floor(AT / 1000), 8)} ${le(678_250, 4)} 00000000 40000000 40000000
          0000000000000000 00000000 00000000 00000000 00000000`),
      ),
    );
    const setup = fromHex('8006000100001200');
    const asked = usbmonEvent({ id: 1, at: 0, type: 2, endpoint: 0x80, event: 'submit', setup });
    expect(hex(asked.subarray(8, 16))).toBe('53028002010000 3c'.replace(' ', ''));
    expect(hex(asked.subarray(28, 48))).toBe('8dffffff00000000000000008006000100001200');
  });

  it('is read where it brought something: out when it is submitted, in when it is complete', () => {
    const packet = (bytes: Uint8Array) => ({ linkType: 220, at: 5, data: bytes, little: true });
    expect(readTransfer(packet(usbmonEvent(event)))).toEqual({
      at: 5,
      bus: 1,
      device: 2,
      direction: 'in',
      data,
    });
    expect(readTransfer(packet(usbmonEvent({ ...event, endpoint: 1 })))).toBeUndefined();
    expect(readTransfer(packet(usbmonEvent({ ...event, endpoint: 1, event: 'submit' })))).toMatchObject({
      direction: 'out',
    });
    expect(readTransfer(packet(usbmonEvent({ ...event, event: 'submit' })))).toBeUndefined();
    expect(readTransfer(packet(usbmonEvent({ ...event, type: 2 })))).toBeUndefined();
    expect(readTransfer({ ...packet(usbmonEvent(event)), linkType: 1 })).toBeUndefined();
    expect(readTransfer(packet(new Uint8Array(20)))).toBeUndefined();
  });

  it('may have usbmon’s header of 48 bytes, in either byte order, or USBPcap’s', () => {
    const short = spaced(
      `0000000000000007 53 01 01 05 0003 2d 00 ${'00'.repeat(16)} 00000040 00000002 ${'00'.repeat(8)} abcd`,
    );
    expect(readTransfer({ linkType: 189, at: 0, data: short, little: false })).toEqual({
      at: 0,
      bus: 3,
      device: 5,
      direction: 'out',
      data: Uint8Array.of(0xab, 0xcd),
    });
    const windows = (info: string, endpoint: string) =>
      spaced(`1b00 8877665544332211 00000000 0900 ${info} 0200 0700 ${endpoint} 01 02000000 abcd`);
    const packet = (bytes: Uint8Array) => ({ linkType: 249, at: 0, data: bytes, little: true });
    expect(readTransfer(packet(windows('01', '81')))).toMatchObject({ bus: 2, device: 7, direction: 'in' });
    expect(readTransfer(packet(windows('00', '01')))).toMatchObject({
      direction: 'out',
      data: Uint8Array.of(0xab, 0xcd),
    });
    expect(readTransfer(packet(windows('00', '81')))).toBeUndefined();
    expect(readTransfer(packet(windows('01', '01')))).toBeUndefined();
  });
});

/** A number of some bytes, little-endian, in hexadecimal. */
function le(value: number, bytes: number): string {
  return (
    value
      .toString(16)
      .padStart(2 * bytes, '0')
      .match(/../g) as string[]
  )
    .reverse()
    .join('');
}
