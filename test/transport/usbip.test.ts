import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { Authenticator } from '../../src/authenticator/authenticator.ts';
import { concat, fromHex, hex } from '../../src/base/bytes.ts';
import { ManualClock } from '../../src/base/clock.ts';
import { WebAuthnClient } from '../../src/client/client.ts';
import { BlockReader } from '../../src/transport/blocks.ts';
import { fragment, initialPacket } from '../../src/transport/ctaphid/packets.ts';
import type { CarriedDevice } from '../../src/transport/device.ts';
import { ImportedKey } from '../../src/transport/usbip/imported.ts';
import { encodeImport } from '../../src/transport/usbip/operations.ts';
import { decodeResult, encodeRequest, type Submit } from '../../src/transport/usbip/urbs.ts';
import { serveUsbip, type UsbipOptions } from '../../src/transport/usbip.ts';
import { connectUsbip, listUsbip } from '../../src/transport/usbip-client.ts';
import { PATIENCE } from '../patience.ts';
import { sampled } from '../slow.ts';

const DEVID = 0x00010002;
const LIST = fromHex('0111800500000000');
const IMPORT = encodeImport('1-1');
const SET_CONFIGURATION = fromHex('0009010000000000');

const open: { close(): Promise<void> | void }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function served(device: CarriedDevice = new Authenticator(), options: UsbipOptions = {}) {
  const server = await serveUsbip(device, { port: 0, messageTimeout: PATIENCE, ...options });
  open.push(server);
  return server;
}

/** A client that writes bytes by hand. */
class Hand {
  readonly socket: Socket;
  readonly #reader: BlockReader;
  #seqnum = 0;

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1' });
    this.socket.on('error', () => {});
    this.#reader = new BlockReader(this.socket);
    open.push({ close: () => void this.socket.destroy() });
  }

  write(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  /** So many bytes in hexadecimal, or that the connection ended before. */
  async read(length: number): Promise<string> {
    const bytes = await this.#reader.read(length).catch(() => undefined);
    return bytes === undefined ? 'the end' : hex(bytes);
  }

  /** Imports the device and configures it. */
  async plugged(): Promise<this> {
    this.write(IMPORT);
    expect((await this.read(8 + 312)).slice(0, 16)).toBe('0111000300000000');
    this.submit({ direction: 'out', endpoint: 0, setup: SET_CONFIGURATION });
    expect(await this.result()).toMatchObject({ status: 0 });
    return this;
  }

  /** @returns the sequence number */
  submit(request: Partial<Submit>, data: Uint8Array = new Uint8Array()): number {
    const seqnum = ++this.#seqnum;
    const submit: Submit = {
      command: 'submit',
      seqnum,
      devid: DEVID,
      direction: 'in',
      endpoint: 1,
      flags: 0,
      length: request.direction === 'out' ? data.length : 64,
      isochronous: false,
      interval: 0,
      setup: new Uint8Array(8),
      ...request,
    };
    this.write(encodeRequest(submit, data));
    return seqnum;
  }

  unlink(unlinked: number): number {
    const seqnum = ++this.#seqnum;
    this.write(encodeRequest({ command: 'unlink', seqnum, devid: DEVID, unlinked }));
    return seqnum;
  }

  /** The next result, with the data of a transfer in. */
  async result(incoming = false) {
    const result = decodeResult(fromHex(await this.read(48)));
    if (result?.command !== 'submitted' || !incoming) return result;
    return { ...result, data: await this.read(result.actualLength) };
  }
}

const ping = initialPacket(0xffffffff, 0x06, fromHex('0102030405060708'));

describe('a device that is exported over USB/IP', () => {
  it('is listed as a HID device of full speed, and the connection ends', async () => {
    const { port, busid } = await served();
    const hand = new Hand(port);
    hand.write(LIST);
    const list = await hand.read(0x148);
    expect(list.slice(0, 24)).toBe('011100050000000000000001');
    expect(list.slice(2 * 0x12c)).toBe('00000001000000020000000212345678010000000001010103000000');
    expect(await hand.read(1)).toBe('the end');
    expect(busid).toBe('1-1');
    expect(await listUsbip({ port })).toMatchObject([
      { busid: '1-1', vendor: 0x1234, product: 0x5678, interfaces: [[3, 0, 0]] },
    ]);
  });

  it('registers and signs in through a client that imports it', async () => {
    const authenticator = new Authenticator();
    const { port } = await served(authenticator);
    const device = await connectUsbip({ port, timeout: PATIENCE });
    open.push(device);
    const client = new WebAuthnClient({ origin: 'https://example.com', authenticator: device });
    const { id } = await client.create({
      rp: { name: 'Example', id: 'example.com' },
      user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
      challenge: 'Y2hhbGxlbmdl',
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
    });
    const allowCredentials = [{ type: 'public-key' as const, id }];
    expect((await client.get({ challenge: 'Y2hhbGxlbmdl', allowCredentials })).id).toBe(id);
    expect(await device.transact(Uint8Array.of(4))).toEqual(await authenticator.transact(Uint8Array.of(4)));
    expect(await device.ping(new Uint8Array(7609).fill(9))).toHaveLength(7609);
  });

  it('is imported by its bus ID alone', async () => {
    const { port } = await served();
    const hand = new Hand(port);
    hand.write(encodeImport('1-2'));
    expect(await hand.read(8)).toBe('0111000300000004');
    expect(await hand.read(1)).toBe('the end');
    await expect(connectUsbip({ port, busid: '9-9' })).rejects.toMatchObject({ code: 'cannot-open' });
  });

  it('is busy while a client has it, not listed then, and free as soon as that one has gone', async () => {
    const server = await served();
    const first = await new Hand(server.port).plugged();
    expect(server.imported).toBe(true);
    expect(await listUsbip(server)).toEqual([]);
    const second = new Hand(server.port);
    second.write(IMPORT);
    expect(await second.read(8)).toBe('0111000300000002');
    first.socket.destroy();
    await expect.poll(() => server.imported, { interval: 5 }).toBe(false);
    await new Hand(server.port).plugged();
  });

  it('is powered up when it is imported', async () => {
    const clock = new ManualClock();
    const { port } = await served(new Authenticator({ clock }));
    clock.advance(60_000);
    const device = await connectUsbip({ port, timeout: PATIENCE });
    open.push(device);
    expect(await device.transact(Uint8Array.of(7))).toEqual(Uint8Array.of(0));
  });

  it('carries packets both ways on its interrupt endpoints', async () => {
    const hand = await new Hand((await served()).port).plugged();
    const waiting = hand.submit({});
    const sent = hand.submit({ direction: 'out' }, ping);
    expect(await hand.result()).toEqual({ command: 'submitted', seqnum: sent, status: 0, actualLength: 64 });
    expect(await hand.result(true)).toMatchObject({
      seqnum: waiting,
      status: 0,
      data: expect.stringMatching(/^ffffffff860011010203040506070800000001020100000[4c]/),
    });
  });

  it('keeps a packet for the transfer that comes later, and refuses one without room', async () => {
    const hand = await new Hand((await served()).port).plugged();
    hand.submit({ direction: 'out' }, ping);
    await hand.result();
    const short = hand.submit({ length: 63 });
    expect(await hand.result()).toMatchObject({ seqnum: short, status: -75, actualLength: 0 });
    hand.submit({ direction: 'out' }, ping);
    await hand.result();
    const long = hand.submit({ length: 4096 });
    expect(await hand.result(true)).toMatchObject({ seqnum: long, actualLength: 64 });
  });

  it('drops a transfer that is unlinked, once', async () => {
    const hand = await new Hand((await served()).port).plugged();
    const waiting = hand.submit({});
    const unlink = hand.unlink(waiting);
    expect(await hand.result()).toEqual({ command: 'unlinked', seqnum: unlink, status: -104 });
    const again = hand.unlink(waiting);
    expect(await hand.result()).toEqual({ command: 'unlinked', seqnum: again, status: 0 });
    hand.submit({ direction: 'out' }, ping);
    expect(await hand.result()).toMatchObject({ command: 'submitted' });
    const next = hand.submit({});
    expect(await hand.result(true)).toMatchObject({ seqnum: next });
  });

  it('stalls endpoints that it has not, and those of packets before it is configured', async () => {
    const hand = new Hand((await served()).port);
    hand.write(IMPORT);
    await hand.read(320);
    hand.submit({});
    expect(await hand.result()).toMatchObject({ status: -32 });
    hand.submit({ direction: 'out', endpoint: 0, setup: SET_CONFIGURATION });
    expect(await hand.result()).toMatchObject({ status: 0 });
    hand.submit({ endpoint: 2 });
    expect(await hand.result()).toMatchObject({ status: -32 });
  });

  it('answers control requests with as much as there is room for', async () => {
    const hand = new Hand((await served()).port);
    hand.write(IMPORT);
    await hand.read(320);
    hand.submit({ endpoint: 0, setup: fromHex('8006000100004000'), length: 8 });
    expect(await hand.result(true)).toMatchObject({ status: 0, data: '1201000200000040' });
    hand.submit({ endpoint: 0, setup: fromHex('8006000f00000500'), length: 5 });
    expect(await hand.result(true)).toMatchObject({ status: -32, data: '' });
  });

  it.each([
    ['of another version', fromHex('0100800500000000')],
    ['that there is not', fromHex('0111800700000000')],
    ['cut short', fromHex('01118005')],
  ])('ends a connection with an operation %s', async (_, bytes) => {
    const hand = new Hand((await served()).port);
    hand.write(bytes);
    hand.socket.end();
    expect(await hand.read(1)).toBe('the end');
  });

  it.each([
    ['to another device', { devid: 0x00010003 }],
    ['of more bytes than a transfer has', { direction: 'out', endpoint: 0, length: 0x10000 }],
  ] as const)('ends a connection with a transfer %s, and is free again', async (_, request) => {
    const server = await served();
    const hand = await new Hand(server.port).plugged();
    hand.submit(request);
    expect(await hand.read(1)).toBe('the end');
    await expect.poll(() => server.imported, { interval: 5 }).toBe(false);
  });

  it('unplugs itself when it is closed, and lets go of its port', async () => {
    const server = await serveUsbip(new Authenticator(), { port: 0 });
    const hand = await new Hand(server.port).plugged();
    await expect(serveUsbip(new Authenticator(), { port: server.port })).rejects.toMatchObject({
      code: 'cannot-open',
    });
    await server.close();
    expect(await hand.read(1)).toBe('the end');
    await served(new Authenticator(), { port: server.port });
    await expect(connectUsbip({ port: 1 })).rejects.toMatchObject({ code: 'cannot-open' });
  });

  it('is reached from this machine alone', async () => {
    const { port } = await served();
    const socket = connect({ port, host: '127.0.0.2' });
    open.push({ close: () => void socket.destroy() });
    const [error] = await once(socket, 'error');
    expect(error.code).toBe('ECONNREFUSED');
  });
});

describe('an imported key', () => {
  const submit = (seqnum: number, request: Partial<Submit> = {}): Submit => ({
    command: 'submit',
    seqnum,
    devid: DEVID,
    direction: 'in',
    endpoint: 1,
    flags: 0,
    length: 64,
    isochronous: false,
    interval: 0,
    setup: new Uint8Array(8),
    ...request,
  });
  const identity = { manufacturer: 'm', name: 'n', serial: 's', vendor: 1, product: 2, version: 3 };

  function key(policy = {}) {
    const results: Uint8Array[] = [];
    const clock = new ManualClock();
    const imported = new ImportedKey(
      new Authenticator(),
      identity,
      { clock, ...policy },
      (result) => void results.push(result),
    );
    imported.submit(submit(1, { direction: 'out', endpoint: 0, setup: SET_CONFIGURATION, length: 0 }), ping);
    results.length = 0;
    return { imported, results, clock };
  }

  it('has room for so many transfers that wait, and no more', () => {
    const { imported, results } = key();
    for (let seqnum = 2; seqnum < 2 + 256; seqnum++) imported.submit(submit(seqnum), new Uint8Array());
    expect(results).toEqual([]);
    imported.submit(submit(999), new Uint8Array());
    expect(decodeResult(results[0] as Uint8Array)).toMatchObject({ seqnum: 999, status: -12 });
  });

  it('keeps the newest packets while they are not read', () => {
    const { imported, results, clock } = key();
    const data = concat(...fragment(0xffffffff, 0x06, new Uint8Array(8)));
    for (let seqnum = 2; seqnum < 1002; seqnum++) {
      imported.submit(submit(seqnum, { direction: 'out' }), data);
      clock.advance(1);
    }
    clock.advance(1000);
    results.length = 0;
    imported.submit(submit(2000), new Uint8Array());
    // The thousandth channel but 257.
    expect(hex((results[0] as Uint8Array).subarray(48 + 15, 48 + 19))).toBe('000002e7');
  });

  it('takes a long transfer as several packets', () => {
    const { imported, results } = key();
    imported.submit(submit(2, { direction: 'out', length: 128 }), concat(ping, ping));
    imported.submit(submit(3), new Uint8Array());
    imported.submit(submit(4), new Uint8Array());
    expect(results.map((result) => decodeResult(result.subarray(0, 48)))).toMatchObject([
      { seqnum: 2, actualLength: 128 },
      { seqnum: 3, actualLength: 64 },
      { seqnum: 4, actualLength: 64 },
    ]);
  });

  it('answers whatever it is asked, once, or keeps it waiting', () => {
    const request = fc.record({
      direction: fc.constantFrom('in' as const, 'out' as const),
      endpoint: fc.constantFrom(0, 1, 1, 1, 2, 0xffffffff),
      length: fc.constantFrom(0, 8, 64, 65, 0xffff),
      setup: fc.uint8Array({ minLength: 8, maxLength: 8 }),
      data: fc.uint8Array({ maxLength: 200 }),
      unlink: fc.option(fc.nat(60)),
    });
    fc.assert(
      fc.property(fc.array(request, { maxLength: 60 }), (requests) => {
        const { imported, results, clock } = key();
        let seqnum = 1;
        for (const { unlink, data, ...rest } of requests) {
          seqnum++;
          if (unlink !== null) imported.unlink({ command: 'unlink', seqnum, devid: DEVID, unlinked: unlink });
          else imported.submit(submit(seqnum, rest), data);
          clock.advance(1);
        }
        const answered = results.map((result) => decodeResult(result.subarray(0, 48))?.seqnum);
        expect(new Set(answered).size).toBe(answered.length);
        expect(answered.every((number) => number !== undefined && number <= seqnum)).toBe(true);
        imported.close();
      }),
      { numRuns: sampled(Array.from({ length: 600 }), 25).length, seed: 28 },
    );
  });
});

describe('what comes to the port of USB/IP, whatever it is,', () => {
  it('ends no program and holds no key', async () => {
    const server = await served();
    const header = fc.tuple(fc.uint8Array({ maxLength: 300 }), fc.boolean());
    await fc.assert(
      fc.asyncProperty(header, async ([bytes, imports]) => {
        const socket = connect({ port: server.port, host: '127.0.0.1' });
        socket.on('error', () => {});
        socket.resume();
        const closed = once(socket, 'close');
        socket.end(imports ? concat(IMPORT, bytes) : bytes);
        await closed;
        await expect.poll(() => server.imported, { interval: 1 }).toBe(false);
      }),
      { numRuns: sampled(Array.from({ length: 500 }), 25).length, seed: 28 },
    );
    expect(await listUsbip(server)).toHaveLength(1);
  });
});
