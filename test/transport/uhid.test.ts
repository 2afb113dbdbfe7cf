/** Against a stand-in for the kernel: the events are those that <linux/uhid.h> describes, at its offsets. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { endianness, tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { Authenticator } from '../../src/authenticator/authenticator.ts';
import { concat, hex } from '../../src/base/bytes.ts';
import { ManualClock } from '../../src/base/clock.ts';
import { REPORT_DESCRIPTOR } from '../../src/transport/ctaphid/descriptor.ts';
import {
  BROADCAST_CHANNEL,
  CtapHidCommand as C,
  fragment,
  initialPacket,
  readPacket,
  uint32,
} from '../../src/transport/ctaphid/packets.ts';
import { streamNode, type UhidNode } from '../../src/transport/uhid/node.ts';
import { serveUhid, type UhidServer } from '../../src/transport/uhid.ts';
import { named } from '../interop/debian.ts';

const SIZE = 4380;
const LITTLE = endianness() === 'LE';
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const view = (event: Uint8Array): DataView => new DataView(event.buffer, event.byteOffset, event.byteLength);
const u16 = (event: Uint8Array, at: number): number => view(event).getUint16(at, LITTLE);
const u32 = (event: Uint8Array, at: number): number => view(event).getUint32(at, LITTLE);
const text = (event: Uint8Array, at: number): string =>
  new TextDecoder().decode(event.subarray(at, event.indexOf(0, at)));

function event(type: number, fill: (view: DataView, bytes: Uint8Array) => void = () => {}): Uint8Array {
  const bytes = new Uint8Array(SIZE);
  view(bytes).setUint32(0, type, LITTLE);
  fill(view(bytes), bytes);
  return bytes;
}

/** What hidraw makes of a client's write: OUTPUT. */
const output = (report: Uint8Array, rtype = 1): Uint8Array =>
  event(6, (data, bytes) => {
    bytes.set(report, 4);
    data.setUint16(4100, report.length, LITTLE);
    bytes[4102] = rtype;
  });

interface Kernel {
  readonly server: UhidServer;
  /** Events of the device, oldest first; waits for the next. */
  next(): Promise<Uint8Array>;
  send(event: Uint8Array): void;
  end(): void;
}

/** A kernel that starts the device, and stops it when it is destroyed. */
async function kernel(clock?: ManualClock): Promise<Kernel> {
  const [toDevice, fromDevice] = [new PassThrough(), new PassThrough()];
  const node = streamNode({ input: toDevice, output: fromDevice });
  const waiting: ((event: Uint8Array) => void)[] = [];
  const events: Uint8Array[] = [];
  let rest = new Uint8Array();
  fromDevice.on('data', (chunk: Uint8Array) => {
    rest = concat(rest, chunk) as Uint8Array<ArrayBuffer>;
    while (rest.length >= SIZE) {
      const one = rest.slice(0, SIZE);
      rest = rest.slice(SIZE);
      if (u32(one, 0) === 1) toDevice.write(event(3));
      const take = waiting.shift();
      if (take === undefined) events.push(one);
      else take(one);
    }
  });
  const starting = serveUhid(new Authenticator(), { node, ...(clock && { clock }) });
  toDevice.write(event(2));
  const server = await starting;
  cleanups.push(() => server.close());
  return {
    server,
    next: () => {
      const ready = events.shift();
      return ready === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(ready);
    },
    send: (one) => toDevice.write(one),
    end: () => toDevice.end(),
  };
}

const initOf = (nonce: Uint8Array): Uint8Array => initialPacket(BROADCAST_CHANNEL, C.INIT, nonce);
/** The report of an INPUT2 event. */
function report(one: Uint8Array): Uint8Array {
  expect([u32(one, 0), u16(one, 4)]).toEqual([12, 64]);
  return one.slice(6, 70);
}

describe('a device behind uhid', () => {
  it('asks the kernel for a security key, with every member at its place', async () => {
    const create = await (await kernel()).next();
    expect(create).toHaveLength(SIZE);
    expect(u32(create, 0)).toBe(11);
    expect([text(create, 4), text(create, 132), text(create, 196)]).toEqual([
      'stuntkey test authenticator',
      'stuntkey',
      'stuntkey-test',
    ]);
    expect([u16(create, 260), u16(create, 262)]).toEqual([34, 3]);
    expect([264, 268, 272, 276].map((at) => u32(create, at))).toEqual([0x1234, 0x5678, 1, 0]);
    expect(hex(create.slice(280, 314))).toBe(
      '06d0f10901a1010920150026ff007508954081020921150026ff00750895409102c0',
    );
    expect(REPORT_DESCRIPTOR).toHaveLength(34);
  });

  it.each([
    ['with the report number that hidraw adds', Uint8Array.of(0)],
    ['without it', new Uint8Array()],
  ])('takes output reports %s', async (_, number) => {
    const { next, send } = await kernel();
    await next();
    send(event(4));
    const nonce = new Uint8Array(8).fill(9);
    send(output(concat(number, initOf(nonce))));
    const packet = readPacket(report(await next()));
    expect(packet?.cid).toBe(BROADCAST_CHANNEL);
    expect(packet?.data.slice(0, 8)).toEqual(nonce);
  });

  it('carries CTAP2, in as many reports as it takes', async () => {
    const { next, send } = await kernel();
    await next();
    send(output(concat(Uint8Array.of(0), initOf(new Uint8Array(8)))));
    const cid = uint32(report(await next()), 15);
    for (const packet of fragment(cid, C.CBOR, Uint8Array.of(4))) send(output(packet));
    const first = readPacket(report(await next()));
    expect(first).toMatchObject({ type: 'initial', cid, command: C.CBOR });
    expect(first?.data[0]).toBe(0);
    expect(readPacket(report(await next()))).toMatchObject({ type: 'continuation', sequence: 0 });
  });

  it.each([
    ['GET_REPORT', 9, 10],
    ['SET_REPORT', 13, 14],
  ])('answers %s with an error, so that no program waits', async (_, type, reply) => {
    const { next, send } = await kernel();
    await next();
    send(event(type, (data) => data.setUint32(4, 4711, LITTLE)));
    const answer = await next();
    expect([u32(answer, 0), u32(answer, 4), u16(answer, 8)]).toEqual([reply, 4711, 5]);
  });

  it('ignores what it does not know, and reports that are none', async () => {
    const { next, send } = await kernel();
    await next();
    const init = initOf(new Uint8Array(8));
    for (const odd of [
      event(0),
      event(99),
      event(0xffffffff),
      event(4),
      event(5),
      output(init, 0),
      output(init.subarray(0, 63)),
      output(concat(Uint8Array.of(1), init)),
      event(6, (data) => data.setUint16(4100, 0xffff, LITTLE)),
    ]) {
      send(odd);
    }
    send(event(9));
    expect(u32(await next(), 0)).toBe(10);
  });

  it('goes when it is closed: DESTROY, and the kernel’s STOP', async () => {
    const { server, next } = await kernel();
    await next();
    await server.close();
    expect(u32(await next(), 0)).toBe(1);
    await server.closed;
  });

  it('is closed when the kernel lets go of it', async () => {
    const { server, end } = await kernel();
    end();
    await server.closed;
  });

  it('does not send faster than a reader can follow', async () => {
    const clock = new ManualClock();
    const { next, send } = await kernel(clock);
    await next();
    send(output(initOf(new Uint8Array(8))));
    const cid = uint32(report(await next()), 15);
    const pacing = 2;
    clock.advance(pacing);
    const message = new Uint8Array(7609);
    let input = 0;
    for (const packet of fragment(cid, C.PING, message)) send(output(packet));
    const arrived = (async () => {
      for (; input < 129; input++) report(await next());
    })();
    for (const most of [32, 64, 96, 128, 129]) {
      await expect.poll(() => input, { interval: 1 }).toBe(most);
      clock.advance(pacing);
    }
    await arrived;
  });
});

describe('opening a uhid device', () => {
  it('that is not there is an error that says so', async () => {
    await expect(serveUhid(new Authenticator(), { path: '/nonexistent/uhid' })).rejects.toMatchObject({
      code: 'cannot-open',
      message: expect.stringContaining('/nonexistent/uhid'),
    });
  });

  it('that never starts the device is an error after five seconds', async () => {
    const clock = new ManualClock();
    const silent: UhidNode = {
      read: () => new Promise(() => {}),
      write: () => {},
      close: async () => {},
    };
    const starting = serveUhid(new Authenticator(), { node: silent, clock });
    const failed = expect(starting).rejects.toMatchObject({ code: 'timeout' });
    for (let i = 0; i < 3; i++) {
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
      clock.advance(60_000);
    }
    await failed;
  });

  it('that ends at once is an error', async () => {
    const gone: UhidNode = { read: async () => undefined, write: () => {}, close: async () => {} };
    await expect(serveUhid(new Authenticator(), { node: gone })).rejects.toMatchObject({ code: 'closed' });
  });

  it('may be a socket that stands in for it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stuntkey-uhid-'));
    cleanups.push(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'uhid');
    const sockets: Socket[] = [];
    const listener = createServer((socket) => {
      sockets.push(socket);
      let got = 0;
      socket.on('data', (chunk) => {
        got += chunk.length;
        if (got === SIZE) socket.write(event(2));
        else if (got === 2 * SIZE) socket.end(event(3));
      });
    });
    await new Promise<void>((resolve) => listener.listen(path, resolve));
    cleanups.push(() => listener.close());
    const server = await serveUhid(new Authenticator(), { path });
    await server.close();
    expect(sockets).toHaveLength(1);
  });

  const withoutUhid = existsSync('/dev/uhid') ? undefined : 'there is no /dev/uhid';
  it.skipIf(withoutUhid)(named('of the kernel is made and taken away again', withoutUhid), async () => {
    const server = await serveUhid(new Authenticator());
    await server.close();
  });
});
