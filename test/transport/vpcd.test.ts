import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { Authenticator } from '../../src/authenticator/authenticator.ts';
import { concat, fromHex, hex } from '../../src/base/bytes.ts';
import { ManualClock } from '../../src/base/clock.ts';
import { BlockReader } from '../../src/transport/blocks.ts';
import { ATR, serveVpcd, type VpcdOptions } from '../../src/transport/vpcd.ts';
import { sampled } from '../slow.ts';

const SELECT = '00a4040008a0000006472f000100';

const open: { close(): Promise<void> | void }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

const nfc = (clock?: ManualClock): Authenticator =>
  new Authenticator({ policy: { transports: ['nfc'] }, ...(clock && { clock }) });

async function held(options: VpcdOptions, device = nfc()) {
  const server = await serveVpcd(device, options);
  open.push(server);
  return server;
}

/** The reader's end of a connection. */
class Reader {
  readonly socket: Socket;
  readonly #blocks: BlockReader;

  constructor(socket: Socket) {
    this.socket = socket.on('error', () => {});
    this.#blocks = new BlockReader(socket);
    open.push({ close: () => void socket.destroy() });
  }

  write(message: string): void {
    const bytes = fromHex(message);
    this.socket.write(concat(Uint8Array.of(bytes.length >> 8, bytes.length & 0xff), bytes));
  }

  /** The next message, or that there is none. */
  async read(): Promise<string> {
    const [high, low] = (await this.#blocks.read(2).catch(() => undefined)) ?? [];
    if (high === undefined || low === undefined) return 'the end';
    return hex((await this.#blocks.read((high << 8) | low)) ?? new Uint8Array());
  }

  ask(message: string): Promise<string> {
    this.write(message);
    return this.read();
  }
}

/** A reader that waits for its card, as vpcd does. */
async function waiting(port = 0): Promise<{ port: number; card(): Promise<Reader>; server: Server }> {
  const server = createServer();
  const cards: Socket[] = [];
  server.on('connection', (socket) => cards.push(socket));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  open.push({ close: () => void server.close() });
  return {
    port: (server.address() as { port: number }).port,
    server,
    async card() {
      if (cards.length === 0) await once(server, 'connection');
      return new Reader(cards.shift() as Socket);
    },
  };
}

const reaching = (port: number): Reader => new Reader(connect({ port, host: '127.0.0.1' }));

describe('a key at a virtual reader', () => {
  it('comes to the reader, says what card it is, and is asked in APDUs', async () => {
    const reader = await waiting();
    const server = await held({ port: reader.port });
    const card = await reader.card();
    card.write('01');
    expect(await card.ask('04')).toBe(hex(ATR));
    expect(await card.ask(SELECT)).toBe('5532465f56329000');
    expect(await card.ask('801000000104')).toMatch(/^00[ab].*61..$/);
    expect(server.connected).toBe(true);
  });

  it('has the answer to reset of a contactless card: T=0 and T=1, its name, and a sum that is right', () => {
    expect(hex(ATR)).toMatch(/^3b8e800180738021c0587374756e746b6579..$/);
    expect(ATR.subarray(1).reduce((sum, byte) => sum ^ byte, 0)).toBe(0);
  });

  it('lets the reader come to it, one at a time', async () => {
    const server = await held({ listen: true, port: 0 });
    const first = reaching(server.port);
    expect(await first.ask('04')).toBe(hex(ATR));
    expect(await reaching(server.port).ask('04')).toBe('the end');
    first.socket.destroy();
    await expect.poll(() => server.connected, { interval: 5 }).toBe(false);
    expect(await reaching(server.port).ask('04')).toBe(hex(ATR));
  });

  it('powers up with the reader: nothing is selected then, and resetting can begin', async () => {
    const clock = new ManualClock();
    const server = await held({ listen: true, port: 0, clock }, nfc(clock));
    const reader = reaching(server.port);
    reader.write('01');
    await reader.ask(SELECT);
    clock.advance(60_000);
    expect(await reader.ask('80100000010700')).toBe('309000');
    reader.write('00');
    reader.write('01');
    expect(await reader.ask('80100000010700')).toBe('6d00');
    await reader.ask(SELECT);
    expect(await reader.ask('80100000010700')).toBe('009000');
    reader.write('02');
    expect(await reader.ask('00030000')).toBe('6d00');
  });

  it('is taken away and put back: a reader that comes finds an empty slot meanwhile', async () => {
    const server = await held({ listen: true, port: 0 });
    const reader = reaching(server.port);
    await reader.ask(SELECT);
    server.remove();
    expect(await reader.read()).toBe('the end');
    expect([server.present, server.connected]).toEqual([false, false]);
    expect(await reaching(server.port).ask('04')).toBe('the end');
    server.insert();
    expect(await reaching(server.port).ask('04')).toBe(hex(ATR));
  });

  it('has an empty second slot at the next port, for a reader of two', async () => {
    const server = await held({ listen: true, port: 0 });
    expect(await reaching(server.port + 1).ask('04')).toBe('the end');
    expect(await reaching(server.port).ask('04')).toBe(hex(ATR));
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    open.push({ close: () => void taken.close() });
    const { port } = taken.address() as { port: number };
    await expect(serveVpcd(nfc(), { listen: true, port: port - 1 })).rejects.toMatchObject({
      code: 'cannot-open',
    });
  });

  it('comes back to a reader by itself when it is put there, and when the reader had gone', async () => {
    const clock = new ManualClock();
    const reader = await waiting();
    const server = await held({ port: reader.port, clock });
    const first = await reader.card();
    server.remove();
    expect(await first.read()).toBe('the end');
    server.insert();
    const second = await reader.card();
    expect(await second.ask('04')).toBe(hex(ATR));
    second.socket.destroy();
    await expect.poll(() => server.connected, { interval: 5 }).toBe(false);
    clock.advance(1000);
    expect(await (await reader.card()).ask('04')).toBe(hex(ATR));
  });

  it('says that there is no reader, and that a port is taken', async () => {
    const { port, server } = await waiting();
    await expect(serveVpcd(nfc(), { listen: true, port })).rejects.toMatchObject({ code: 'cannot-open' });
    await new Promise((resolve) => server.close(resolve));
    await expect(serveVpcd(nfc(), { port })).rejects.toMatchObject({ code: 'cannot-open' });
  });

  it('lets go when it is closed', async () => {
    const server = await serveVpcd(nfc(), { listen: true, port: 0 });
    const reader = reaching(server.port);
    await reader.ask('04');
    await server.close();
    expect(await reader.read()).toBe('the end');
    server.insert();
    expect(server.present).toBe(false);
    await held({ listen: true, port: server.port });
  });

  it('takes whatever comes, and has a card for the next reader', async () => {
    const server = await held({ listen: true, port: 0 });
    const message = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom(...['', '00', '01', '02', '03', '04', SELECT, '801000000104'].map(fromHex)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 10 }), fc.uint8Array(), async (messages, garbage) => {
        const socket = connect({ port: server.port, host: '127.0.0.1' });
        socket.on('error', () => {}).resume();
        const closed = once(socket, 'close');
        for (const bytes of messages)
          socket.write(concat(Uint8Array.of(bytes.length >> 8, bytes.length & 0xff), bytes));
        socket.end(garbage);
        await closed;
        await expect.poll(() => server.connected, { interval: 1 }).toBe(false);
      }),
      { numRuns: sampled(Array.from({ length: 400 }), 25).length, seed: 28 },
    );
    expect(await reaching(server.port).ask('04')).toBe(hex(ATR));
  });
});
