/** CTAP 2.3 section 11.2, rule by rule; where the text leaves a choice, docs/decisions/010-ctaphid.md has ours. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Authenticator } from '../../src/authenticator/authenticator.ts';
import { hex } from '../../src/base/bytes.ts';
import {
  BROADCAST_CHANNEL,
  CtapHidCommand as C,
  continuationPacket,
  fragment,
  initialPacket,
  MAX_MESSAGE,
  PACKET_SIZE,
} from '../../src/transport/ctaphid/packets.ts';
import { type Hid, hidBench, settled } from './hid.ts';

const nonce = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i & 0xff);
const OK = Uint8Array.of(0);

describe('INIT', () => {
  it('on the broadcast channel gives a channel, the nonce, the version and what the device can', () => {
    const bench = hidBench({ deviceVersion: [3, 4, 5] });
    bench.send(BROADCAST_CHANNEL, C.INIT, nonce);
    const [{ cid, what, payload }] = bench.heard() as [ReturnType<Hid['heard']>[0]];
    expect([cid, what]).toEqual([BROADCAST_CHANNEL, 'INIT']);
    expect(hex(payload)).toBe('0102030405060708' + '00000001' + '02' + '030405' + '05');
  });

  it.each([
    ['with U2F and a light', {}, {}, 0x05],
    ['without a light', { wink: false }, {}, 0x04],
    ['without U2F', {}, { transactU2f: undefined }, 0x0d],
    ['of U2F alone', {}, { ctap2: false }, 0x01],
  ])('tells the capabilities of a device %s', (_, policy, parts, expected) => {
    const bench = hidBench(policy, parts as never);
    bench.send(BROADCAST_CHANNEL, C.INIT, nonce);
    expect(bench.heard()[0]?.payload[16]).toBe(expected);
  });

  it('gives a new channel every time', () => {
    const bench = hidBench();
    const channels = Array.from({ length: 100 }, () => bench.channel());
    expect(new Set(channels).size).toBe(100);
    expect(channels).not.toContain(0);
    expect(channels).not.toContain(BROADCAST_CHANNEL);
  });

  it('on a channel of one’s own brings it back to its beginning', () => {
    const bench = hidBench();
    const cid = bench.channel();
    bench.packet(initialPacket(cid, C.PING, bytes(57), 100));
    bench.send(cid, C.INIT, nonce);
    const [answer] = bench.heard();
    expect([answer?.cid, answer?.what]).toEqual([cid, 'INIT']);
    expect(hex(answer?.payload.slice(8, 12) as Uint8Array)).toBe(cid.toString(16).padStart(8, '0'));
    bench.send(cid, C.PING, bytes(100));
    expect(bench.words()).toEqual(['PING']);
  });

  it('ends the command that was at work on its channel, without an answer to it', async () => {
    const bench = hidBench();
    const cid = bench.channel();
    bench.send(cid, C.CBOR, OK);
    bench.send(cid, C.INIT, nonce);
    expect(bench.words()).toEqual(['INIT']);
    expect(bench.inHand[0]?.options.signal?.aborted).toBe(true);
    bench.inHand[0]?.answer(OK);
    await settled();
    expect(bench.words()).toEqual([]);
    bench.send(cid, C.PING, OK);
    expect(bench.words()).toEqual(['PING']);
  });

  it('is served while another channel’s message is under way, which goes on', () => {
    const bench = hidBench();
    const cid = bench.channel();
    const [first, second] = fragment(cid, C.PING, bytes(100)) as [Uint8Array, Uint8Array];
    bench.packet(first);
    expect(bench.channel()).not.toBe(cid);
    bench.packet(second);
    expect(bench.words()).toEqual(['PING']);
  });

  it.each([0, 7, 9, 57])('with a nonce of %i bytes is of the wrong length', (length) => {
    const bench = hidBench();
    bench.send(BROADCAST_CHANNEL, C.INIT, bytes(length));
    expect(bench.words()).toEqual(['ERR_INVALID_LEN']);
  });
});

describe('a channel', () => {
  it.each([
    ['0', 0],
    ['of everybody', BROADCAST_CHANNEL],
    ['that was not given out', 0x11223344],
  ])('%s takes no message', (_, cid) => {
    const bench = hidBench();
    bench.send(cid, C.PING, bytes(3));
    expect(bench.heard().map(({ cid: on, what }) => [on, what])).toEqual([[cid, 'ERR_INVALID_CHANNEL']]);
  });

  it.each([0, BROADCAST_CHANNEL])('%i takes no continuation either', (cid) => {
    const bench = hidBench();
    bench.packet(continuationPacket(cid, 0, bytes(3)));
    expect(bench.words()).toEqual(['ERR_INVALID_CHANNEL']);
  });

  it('0 takes no INIT', () => {
    const bench = hidBench();
    bench.send(0, C.INIT, nonce);
    expect(bench.words()).toEqual(['ERR_INVALID_CHANNEL']);
  });

  it('that was not given out cannot be brought back to its beginning', () => {
    const bench = hidBench();
    bench.send(0x11223344, C.INIT, nonce);
    expect(bench.words()).toEqual(['ERR_INVALID_CHANNEL']);
  });

  it('of any number is there where channels are lenient, and is told busy before anything else', () => {
    const bench = hidBench({ channels: 'lenient' });
    bench.send(0x11223344, C.INIT, nonce);
    bench.send(0x01223344, C.PING, bytes(3));
    expect(bench.words()).toEqual(['INIT', 'PING']);
    bench.packet(initialPacket(7, C.PING, bytes(57), 100));
    bench.send(0x11223344, C.PING, bytes(3));
    expect(bench.words()).toEqual(['ERR_CHANNEL_BUSY']);
  });

  it('is forgotten by a power cycle, and its number not given again', () => {
    const bench = hidBench();
    const cid = bench.channel();
    bench.hid.powerCycle();
    expect(bench.cycles.count).toBe(1);
    bench.send(cid, C.PING, bytes(3));
    expect(bench.words()).toEqual(['ERR_INVALID_CHANNEL']);
    expect(bench.channel()).not.toBe(cid);
  });
});

describe('a message', () => {
  it.each([0, 1, 56, 57, 58, 116, 117, 1000, MAX_MESSAGE])('of %i bytes comes back from PING', (length) => {
    const bench = hidBench();
    const cid = bench.channel();
    bench.send(cid, C.PING, bytes(length));
    expect(bench.heard()).toEqual([{ cid, what: 'PING', payload: bytes(length) }]);
  });

  it.each([MAX_MESSAGE + 1, 0xffff])('that says it has %i bytes is of the wrong length', (length) => {
    const bench = hidBench();
    const cid = bench.channel();
    bench.packet(initialPacket(cid, C.PING, bytes(57), length));
    expect(bench.words()).toEqual(['ERR_INVALID_LEN']);
    bench.packet(continuationPacket(cid, 0, bytes(59)));
    expect(bench.words()).toEqual([]);
  });

  it('may be padded with anything', () => {
    const bench = hidBench();
    const packet = initialPacket(bench.channel(), C.PING, bytes(57), 3);
    bench.packet(packet);
    expect(bench.heard()[0]?.payload).toEqual(bytes(3));
  });

  it('of an unknown command is refused', () => {
    const bench = hidBench();
    const cid = bench.channel();
    for (const command of [0x00, 0x02, 0x3b, 0x3f, 0x40, 0x66, 0x7f]) bench.send(cid, command, bytes(3));
    expect(new Set(bench.words())).toEqual(new Set(['ERR_INVALID_CMD']));
  });

  it.each([
    ['CBOR', C.CBOR, 0],
    ['MSG', C.MSG, 0],
    ['WINK', C.WINK, 1],
    ['LOCK', C.LOCK, 0],
    ['LOCK', C.LOCK, 2],
  ])('%s (%i) of %i bytes is of the wrong length', (_, command, length) => {
    const bench = hidBench();
    bench.send(bench.channel(), command, bytes(length));
    expect(bench.words()).toEqual(['ERR_INVALID_LEN']);
  });

  it.each([
    ['MSG', C.MSG, { transactU2f: undefined }],
    ['CBOR', C.CBOR, { ctap2: false }],
    ['WINK', C.WINK, { wink: undefined }],
  ])('%s is unknown to a device that has none', (_, command, parts) => {
    const bench = hidBench({}, parts as never);
    bench.send(bench.channel(), command, command === C.WINK ? bytes(0) : bytes(1));
    expect(bench.words()).toEqual(['ERR_INVALID_CMD']);
  });

  it('WINK has the device blink', () => {
    const bench = hidBench();
    bench.send(bench.channel(), C.WINK);
    expect([bench.words(), bench.winks.count]).toEqual([['WINK'], 1]);
  });

  it.each([0, 63, 65, 128])('of a packet of %i bytes is none', (length) => {
    const bench = hidBench();
    bench.packet(new Uint8Array(length));
    expect(bench.words()).toEqual([]);
  });
});

describe('the sequence of packets', () => {
  const ping = (cid: number): Uint8Array[] => fragment(cid, C.PING, bytes(200));

  it('has to be kept', () => {
    for (const wrong of [1, 2, 0x7f]) {
      const bench = hidBench();
      const cid = bench.channel();
      bench.packet(ping(cid)[0] as Uint8Array);
      bench.packet(continuationPacket(cid, wrong, bytes(59)));
      expect(bench.heard().map(({ cid: on, what }) => [on, what])).toEqual([[cid, 'ERR_INVALID_SEQ']]);
      bench.send(cid, C.PING, bytes(3));
      expect(bench.words()).toEqual(['PING']);
    }
  });

  it('is broken by another message of the same channel', () => {
    for (const command of [C.PING, C.CBOR, C.CANCEL, 0x66]) {
      const bench = hidBench();
      const cid = bench.channel();
      bench.packet(ping(cid)[0] as Uint8Array);
      bench.packet(initialPacket(cid, command, bytes(1)));
      expect(bench.words()).toEqual(['ERR_INVALID_SEQ']);
      bench.packet(ping(cid)[1] as Uint8Array);
      expect(bench.words()).toEqual([]);
    }
  });

  it('is not disturbed by other channels: their messages are told busy, their continuations ignored', () => {
    const bench = hidBench();
    const [a, b] = [bench.channel(), bench.channel()];
    const packets = ping(a);
    bench.packet(packets[0] as Uint8Array);
    for (const packet of packets.slice(1)) {
      bench.packet(initialPacket(b, C.PING, bytes(3)));
      bench.packet(continuationPacket(b, 0, bytes(3)));
      bench.packet(packet);
    }
    const heard = bench.heard();
    expect(heard.filter(({ cid }) => cid === b).map(({ what }) => what)).toEqual(
      packets.slice(1).map(() => 'ERR_CHANNEL_BUSY'),
    );
    expect(heard.at(-1)).toEqual({ cid: a, what: 'PING', payload: bytes(200) });
  });

  it('begins with a first packet: continuations out of nowhere are ignored', () => {
    const bench = hidBench();
    const cid = bench.channel();
    for (const sequence of [0, 1, 0x7f]) bench.packet(continuationPacket(cid, sequence, bytes(59)));
    expect(bench.words()).toEqual([]);
  });

  it('has to go on within half a second, after each packet anew', () => {
    const bench = hidBench();
    const cid = bench.channel();
    const [first, second] = ping(cid) as [Uint8Array, Uint8Array];
    bench.packet(first);
    bench.clock.advance(499);
    bench.packet(second);
    bench.clock.advance(499);
    expect(bench.words()).toEqual([]);
    bench.clock.advance(1);
    expect(bench.heard().map(({ cid: on, what }) => [on, what])).toEqual([[cid, 'ERR_MSG_TIMEOUT']]);
    bench.clock.advance(10_000);
    expect(bench.words()).toEqual([]);
    bench.send(cid, C.PING, bytes(3));
    expect(bench.words()).toEqual(['PING']);
  });
});

describe('a command at work', () => {
  function working(): Hid & { cid: number } {
    const bench = hidBench();
    const cid = bench.channel();
    bench.send(cid, C.CBOR, Uint8Array.of(4));
    return Object.assign(bench, { cid });
  }

  it('is answered on its channel', async () => {
    const bench = working();
    expect(bench.inHand[0]?.message).toEqual(Uint8Array.of(4));
    bench.inHand[0]?.answer(bytes(300));
    await settled();
    expect(bench.heard()).toEqual([{ cid: bench.cid, what: 'CBOR', payload: bytes(300) }]);
  });

  it('shows that it is alive every tenth of a second, and at once when it begins to wait for its user', () => {
    const bench = working();
    bench.clock.advance(99);
    expect(bench.words()).toEqual([]);
    bench.clock.advance(1);
    bench.inHand[0]?.options.keepalive?.(2);
    bench.inHand[0]?.options.keepalive?.(2);
    bench.clock.advance(200);
    bench.inHand[0]?.options.keepalive?.(1);
    expect(bench.heard().map(({ what, payload }) => [what, payload[0]])).toEqual([
      ['KEEPALIVE', 1],
      ['KEEPALIVE', 2],
      ['KEEPALIVE', 2],
      ['KEEPALIVE', 2],
      ['KEEPALIVE', 1],
    ]);
  });

  it('is silent after its answer', async () => {
    const bench = working();
    bench.inHand[0]?.answer(OK);
    await settled();
    bench.heard();
    bench.inHand[0]?.options.keepalive?.(2);
    bench.clock.advance(10_000);
    expect(bench.words()).toEqual([]);
  });

  it('of U2F is silent meanwhile: its clients ask again', () => {
    const bench = hidBench();
    bench.send(bench.channel(), C.MSG, bytes(4));
    bench.clock.advance(1000);
    expect(bench.words()).toEqual([]);
  });

  it('makes every other message busy, on every channel', () => {
    const bench = working();
    const other = bench.channel();
    bench.send(other, C.PING, bytes(3));
    bench.send(other, C.CBOR, OK);
    bench.send(bench.cid, C.PING, bytes(3));
    expect(bench.words()).toEqual(['ERR_CHANNEL_BUSY', 'ERR_CHANNEL_BUSY', 'ERR_CHANNEL_BUSY']);
    expect(bench.inHand).toHaveLength(1);
  });

  it('is canceled by its own channel, which is not answered', async () => {
    const bench = working();
    bench.send(bench.cid, C.CANCEL);
    bench.send(bench.cid, C.CANCEL);
    expect([bench.words(), bench.inHand[0]?.options.signal?.aborted]).toEqual([[], true]);
    bench.inHand[0]?.answer(Uint8Array.of(0x2d));
    await settled();
    expect(bench.heard().map(({ what, payload }) => [what, payload[0]])).toEqual([['CBOR', 0x2d]]);
    bench.send(bench.cid, C.CANCEL);
    expect(bench.words()).toEqual([]);
  });

  it('is not canceled by another channel, nor when it is of U2F', () => {
    const bench = working();
    bench.send(bench.channel(), C.CANCEL);
    expect([bench.words(), bench.inHand[0]?.options.signal?.aborted]).toEqual([[], false]);
    const old = hidBench();
    const cid = old.channel();
    old.send(cid, C.MSG, bytes(4));
    old.send(cid, C.CANCEL);
    expect(old.words()).toEqual([]);
  });

  it('that fails, or answers more than a message holds, is an error of its own', async () => {
    const bench = working();
    bench.inHand[0]?.fail();
    await settled();
    bench.send(bench.cid, C.CBOR, OK);
    bench.inHand[1]?.answer(new Uint8Array(MAX_MESSAGE + 1));
    await settled();
    expect(bench.words()).toEqual(['ERR_OTHER', 'ERR_OTHER']);
  });

  it('that hangs after it was given up holds up one other, and no more', async () => {
    const bench = working();
    bench.send(bench.cid, C.INIT, nonce);
    bench.send(bench.cid, C.CBOR, Uint8Array.of(5));
    expect(bench.inHand).toHaveLength(1);
    bench.inHand[0]?.answer(OK);
    await settled();
    expect(bench.inHand.map(({ message }) => message[0])).toEqual([4, 5]);
    bench.inHand[1]?.answer(OK);
    await settled();
    expect(bench.words()).toEqual(['INIT', 'CBOR']);
  });

  it('ends without an answer when the power goes, or the carrier closes', async () => {
    for (const end of ['powerCycle', 'close'] as const) {
      const bench = working();
      bench.hid[end]();
      bench.inHand[0]?.answer(OK);
      await settled();
      bench.clock.advance(1000);
      expect(bench.words()).toEqual([]);
    }
  });
});

describe('LOCK', () => {
  it('keeps other channels out until its time is over', () => {
    const bench = hidBench();
    const [a, b] = [bench.channel(), bench.channel()];
    bench.send(a, C.LOCK, Uint8Array.of(3));
    bench.send(b, C.PING, bytes(3));
    bench.send(b, C.INIT, nonce);
    bench.send(BROADCAST_CHANNEL, C.INIT, nonce);
    bench.send(a, C.PING, bytes(3));
    const busy = ['ERR_CHANNEL_BUSY', 'ERR_CHANNEL_BUSY', 'ERR_CHANNEL_BUSY'];
    expect(bench.words()).toEqual(['LOCK', ...busy, 'PING']);
    bench.clock.advance(2999);
    bench.send(b, C.PING, bytes(3));
    bench.clock.advance(1);
    bench.send(b, C.PING, bytes(3));
    expect(bench.words()).toEqual(['ERR_CHANNEL_BUSY', 'PING']);
  });

  it('of 0 seconds lets go, of more than 10 is refused', () => {
    const bench = hidBench({ whileLocked: 'ERR_LOCK_REQUIRED' });
    const [a, b] = [bench.channel(), bench.channel()];
    bench.send(a, C.LOCK, Uint8Array.of(10));
    bench.send(b, C.PING);
    bench.send(a, C.LOCK, Uint8Array.of(11));
    bench.send(a, C.LOCK, Uint8Array.of(0));
    bench.send(b, C.PING);
    expect(bench.words()).toEqual(['LOCK', 'ERR_LOCK_REQUIRED', 'ERR_INVALID_PAR', 'LOCK', 'PING']);
  });
});

describe('whatever packets come', () => {
  /** Channels that are there, and some that are not. */
  const cid = fc.constantFrom(1, 2, 3, 0, BROADCAST_CHANNEL, 0x11223344);
  const command = fc.oneof(fc.constantFrom(...Object.values(C)), fc.integer({ min: 0, max: 0x7f }));
  const packet = fc.oneof(
    fc
      .tuple(cid, command, fc.uint8Array({ maxLength: 57 }), fc.integer({ min: 0, max: 0xffff }))
      .map(([on, what, payload, length]) => initialPacket(on, what, payload, length)),
    fc
      .tuple(cid, command, fc.uint8Array({ maxLength: 57 }))
      .map(([on, what, payload]) => initialPacket(on, what, payload)),
    fc
      .tuple(cid, fc.integer({ min: 0, max: 0x7f }), fc.uint8Array({ maxLength: 59 }))
      .map(([on, sequence, payload]) => continuationPacket(on, sequence, payload)),
    fc.uint8Array({ minLength: PACKET_SIZE, maxLength: PACKET_SIZE }),
    fc.uint8Array({ maxLength: 100 }),
  );
  const pause = fc.integer({ min: 1, max: 700 });

  it('the device answers INIT and PING afterwards, and has nothing left of before', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ weight: 9, arbitrary: packet }, { weight: 1, arbitrary: pause }), {
          maxLength: 60,
        }),
        fc.constantFrom('strict' as const, 'lenient' as const),
        async (steps, channels) => {
          const sent: Uint8Array[] = [];
          const bench = hidBench({ channels });
          for (let i = 0; i < 3; i++) bench.channel();
          for (const step of steps) {
            if (typeof step === 'number') bench.clock.advance(step);
            else bench.packet(step);
            for (const { answer } of bench.inHand.splice(0)) answer(OK);
            await settled();
            for (const { payload } of bench.heard()) sent.push(payload);
          }
          expect(sent.every((payload) => payload.length <= MAX_MESSAGE)).toBe(true);
          bench.clock.advance(11_000);
          bench.heard();
          const mine = bench.channel();
          bench.send(mine, C.PING, bytes(300));
          expect(bench.heard()).toEqual([{ cid: mine, what: 'PING', payload: bytes(300) }]);
          bench.clock.advance(11_000);
          expect(bench.words()).toEqual([]);
        },
      ),
      { numRuns: 300, seed: 20 },
    );
  });

  it('a real device behind them answers getInfo afterwards', async () => {
    const authenticator = new Authenticator({ seed: 'fuzz' });
    const bench = hidBench(
      {},
      {
        transact: (request, options) => authenticator.transact(request, options),
        transactU2f: (apdu) => (authenticator.transactU2f as (apdu: Uint8Array) => Promise<Uint8Array>)(apdu),
      },
    );
    const messages = fc.sample(
      fc.tuple(fc.constantFrom(C.CBOR, C.MSG), fc.uint8Array({ minLength: 1, maxLength: 300 })),
      {
        numRuns: 300,
        seed: 21,
      },
    );
    const cid = bench.channel();
    for (const [what, message] of messages) {
      bench.send(cid, what, message);
      await expect
        .poll(() => bench.words().filter((word) => word !== 'KEEPALIVE'), { interval: 0 })
        .toHaveLength(1);
    }
    bench.send(cid, C.CBOR, Uint8Array.of(4));
    await expect.poll(() => bench.heard()[0]?.payload[0], { interval: 0 }).toBe(0);
  });

  it('a channel that never finishes its messages costs what one message costs', () => {
    const bench = hidBench();
    const cid = bench.channel();
    for (let i = 0; i < 10_000; i++) bench.packet(initialPacket(cid, C.PING, bytes(57), MAX_MESSAGE));
    bench.heard();
    bench.clock.advance(500);
    // One in two began a message, the other broke it; the last one waits no longer.
    expect(bench.words().length).toBeLessThanOrEqual(1);
  });
});
