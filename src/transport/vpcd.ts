/**
 * A security key in a virtual card reader: the protocol of vsmartcard's vpcd, by which PC/SC has a card that is a program. See
 * docs/nfc.md. A message is a length of two bytes, big-endian, and that many bytes; one byte is a command to the card itself.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { concat, utf8 } from '../base/bytes.ts';
import { type Clock, clockShape, systemClock } from '../base/clock.ts';
import { flag, maybe } from '../base/shape.ts';
import { BlockReader } from './blocks.ts';
import type { CarriedDevice } from './device.ts';
import { addressMembers, checkerOf } from './given.ts';
import { FidoApplet } from './nfc/applet.ts';
import { closeTcp, connectTcp, listenTcp } from './tcp.ts';

/** The port at which the reader waits for its card. */
export const VPCD_PORT = 35963;

/** Options of {@link serveVpcd}. */
export interface VpcdOptions {
  /** Default: 35963. */
  readonly port?: number;
  /** Where the reader is, or, with `listen`, the address to listen on. Default: 127.0.0.1. */
  readonly host?: string;
  /**
   * Whether the reader comes to the card, and not the card to the reader; port 0 then takes a free one. The next port is taken, too:
   * the reader looks there for a card in its second slot, and finds none. Default: no.
   */
  readonly listen?: boolean;
  /** Default: the machine's time. */
  readonly clock?: Clock;
}

const checkGiven = checkerOf<VpcdOptions>('serveVpcd', {
  ...addressMembers,
  listen: maybe(flag),
  clock: maybe(clockShape),
});

/** A key that can be put into a reader, and taken out. */
export interface VpcdServer extends AsyncDisposable {
  /** The port of the reader, or the one it listens on. */
  readonly port: number;
  /** Whether it is held to the reader. */
  readonly present: boolean;
  /** Whether a reader has it. */
  readonly connected: boolean;
  /** Holds it to the reader. Where there is none, it is tried again each second. */
  insert(): void;
  /** Takes it away: what is under way ends without an answer. */
  remove(): void;
  /** Takes it away for good. The device itself can be used on. */
  close(): Promise<void>;
}

/** Commands to the card, of one byte. */
const VpcdControl = { OFF: 0, ON: 1, RESET: 2, ATR: 4 } as const;

/** How long to wait before a reader is tried again: milliseconds. */
const RETRY = 1000;
/** How often to look for two ports side by side. */
const MOST_ATTEMPTS = 20;
/** Data of the longest answer that a message has room for. */
const MAX_ANSWER = 0xffff;

/** How readers of contactless cards describe one (PC/SC part 3): T=0 and T=1, and historical bytes that say what it can, and its name. */
export const ATR: Uint8Array = answerToReset(
  concat(
    // Category; card capabilities: selection by the whole name, data byte by byte, chaining and extended length.
    Uint8Array.of(0x80, 0x73, 0x80, 0x21, 0xc0),
    // The issuer's data.
    Uint8Array.of(0x50 | 8),
    utf8('stuntkey'),
  ),
);

function answerToReset(historical: Uint8Array): Uint8Array {
  const body = concat(Uint8Array.of(0x80 | historical.length, 0x80, 0x01), historical);
  const check = body.reduce((sum, byte) => sum ^ byte, 0);
  return concat(Uint8Array.of(0x3b), body, Uint8Array.of(check));
}

/**
 * Holds a device to a virtual reader over NFC's rules: power comes with the reader, that it comes is the touch, and it counts once.
 *
 * @throws TransportError `cannot-open` when no reader is there, or the port to listen on is taken
 *
 * @example
 * ```ts
 * import { Authenticator } from 'stuntkey';
 * import { serveVpcd } from 'stuntkey/transport';
 * const device = new Authenticator({ policy: { transports: ['usb', 'nfc'] } });
 * const server = await serveVpcd(device, { listen: true, port: 0 }); // pcscd's vpcd, told of that port, has a card now
 * server.remove();
 * server.insert();
 * await server.close();
 * ```
 */
export async function serveVpcd(device: CarriedDevice, options: VpcdOptions = {}): Promise<VpcdServer> {
  checkGiven(device, options);
  const card = new Card(device, options);
  await card.open();
  const close = (): Promise<void> => card.close();
  return {
    get port() {
      return card.port;
    },
    get present() {
      return card.present;
    },
    get connected() {
      return card.connected;
    },
    insert: () => card.insert(),
    remove: () => card.remove(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

class Card {
  port: number;
  present = true;
  readonly #device: CarriedDevice;
  readonly #host: string;
  readonly #clock: Clock;
  readonly #server: Server | undefined;
  /** The reader's second slot. */
  readonly #empty: Server = createServer((socket) => socket.on('error', () => {}).destroy());
  #socket: Socket | undefined;
  #stopWaiting: () => void = () => {};
  #closed = false;

  constructor(device: CarriedDevice, { port = VPCD_PORT, host = '127.0.0.1', listen, clock }: VpcdOptions) {
    this.#device = device;
    this.port = port;
    this.#host = host;
    this.#clock = clock ?? systemClock;
    if (listen) this.#server = createServer({ noDelay: true }, (socket) => this.#came(socket));
  }

  get connected(): boolean {
    return this.#socket !== undefined;
  }

  async open(): Promise<void> {
    if (this.#server === undefined) this.#serve(await connectTcp(this.port, this.#host));
    else this.port = await this.#listen(this.#server);
  }

  /** vpcd goes to a port for each of its two slots; a connection that is refused confuses it (it goes on with a closed socket's number). */
  async #listen(server: Server): Promise<number> {
    for (let attempt = 1; ; attempt++) {
      const port = await listenTcp(server, this.port, this.#host);
      try {
        await listenTcp(this.#empty, port + 1, this.#host);
        return port;
      } catch (error) {
        await closeTcp(server);
        // A free port may have a neighbor that is not.
        if (this.port !== 0 || attempt === MOST_ATTEMPTS) throw error;
      }
    }
  }

  insert(): void {
    if (this.present || this.#closed) return;
    this.present = true;
    if (this.#server === undefined) void this.#retry();
  }

  remove(): void {
    this.present = false;
    this.#stopWaiting();
    this.#socket?.destroy();
    // At once, and not when the socket has heard of it.
    this.#socket = undefined;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.remove();
    for (const server of [this.#server, this.#empty]) if (server?.listening) await closeTcp(server);
  }

  /** A reader came. Where no card is, or another reader has it, it finds an empty slot. */
  #came(socket: Socket): void {
    socket.on('error', () => {});
    if (!this.present || this.#socket !== undefined) socket.destroy();
    else this.#serve(socket);
  }

  async #retry(): Promise<void> {
    if (!this.present || this.#closed || this.#socket !== undefined) return;
    try {
      const socket = await connectTcp(this.port, this.#host);
      // Meanwhile it may have been taken away.
      if (this.present && this.#socket === undefined) this.#serve(socket);
      else socket.destroy();
    } catch {
      this.#again();
    }
  }

  #again(): void {
    this.#stopWaiting();
    this.#stopWaiting = this.#clock.after(RETRY, () => void this.#retry());
  }

  #serve(socket: Socket): void {
    this.#socket = socket;
    const applet = new FidoApplet(this.#device, this.#clock);
    socket.once('close', () => {
      applet.reset();
      if (this.#socket === socket) this.#socket = undefined;
      if (this.present && !this.#closed && this.#server === undefined && this.#socket === undefined)
        this.#again();
    });
    void converse(socket, applet, this.#device);
  }
}

/** Reads messages until there are none any more. Throws nothing. */
async function converse(socket: Socket, applet: FidoApplet, device: CarriedDevice): Promise<void> {
  const reader = new BlockReader(socket);
  const send = (bytes: Uint8Array): void => {
    if (socket.destroyed || bytes.length > MAX_ANSWER) return;
    socket.write(concat(Uint8Array.of(bytes.length >> 8, bytes.length & 0xff), bytes));
  };
  /** Settles when the APDU at work is answered. */
  let answered: Promise<void> = Promise.resolve();
  try {
    for (;;) {
      const [high, low] = (await reader.read(2)) ?? [];
      if (high === undefined || low === undefined) break;
      const message = await reader.read((high << 8) | low);
      if (message === undefined) break;
      if (message.length > 1) {
        // The reader asks one thing at a time; what comes before the answer waits, and nothing piles up.
        await answered;
        answered = applet.transmit(message).then((answer) => answer && send(answer));
      } else if (message[0] === VpcdControl.ATR) send(ATR);
      else if (message[0] === VpcdControl.OFF) applet.reset();
      else if (message[0] === VpcdControl.ON || message[0] === VpcdControl.RESET) {
        applet.reset();
        device.powerCycle();
      }
    }
  } catch {
    // The connection failed, which is one way of ending.
  } finally {
    socket.destroy();
  }
}
