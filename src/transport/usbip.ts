/**
 * A security key on a bus that reaches over TCP: USB/IP, which Linux has in its kernel, and Windows by a driver. See
 * docs/usbip.md for the client's side.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { maybe, text } from '../base/shape.ts';
import { BlockReader } from './blocks.ts';
import type { CtapHidPolicy } from './ctaphid/ctaphid.ts';
import type { CarriedDevice } from './device.ts';
import { addressMembers, checkerOf, hidMembers, identityNumbers } from './given.ts';
import { closeTcp, listenTcp } from './tcp.ts';
import { CONFIGURATION, IDENTITY, INTERFACE_CLASS, type UsbIdentity } from './usbip/descriptors.ts';
import { ImportedKey } from './usbip/imported.ts';
import {
  BUSID_SIZE,
  decodeOperation,
  decodeText,
  devidOf,
  encodeDeviceList,
  encodeImportReply,
  FULL_SPEED,
  OPERATION_SIZE,
  USBIP_VERSION,
  type UsbipDevice,
  UsbipOperation,
  UsbipStatus,
} from './usbip/operations.ts';
import { decodeRequest, HEADER_SIZE } from './usbip/urbs.ts';

/** The port that USB/IP has. */
export const USBIP_PORT = 3240;

/** Options of {@link serveUsbip}. */
export interface UsbipOptions extends CtapHidPolicy, Partial<UsbIdentity> {
  /** Default: 3240; 0 takes a free one. */
  readonly port?: number;
  /** The address to listen on. Default: 127.0.0.1. Any other than a loopback address lets others use the device. */
  readonly host?: string;
}

const checkGiven = checkerOf<UsbipOptions>('serveUsbip', {
  ...hidMembers,
  ...addressMembers,
  ...identityNumbers,
  manufacturer: maybe(text()),
  name: maybe(text()),
  serial: maybe(text()),
});

/** A device that can be imported. */
export interface UsbipServer extends AsyncDisposable {
  /** The port it listens on. */
  readonly port: number;
  /** What the device is imported by: `1-1`. */
  readonly busid: string;
  /** Whether a client has it. */
  readonly imported: boolean;
  /** Unplugs the device from its client, and stops listening. The device itself can be used on. */
  close(): Promise<void>;
}

/** Where it is said to be. */
const PLACE = { path: '/sys/devices/stuntkey/usb1/1-1', busid: '1-1', busnum: 1, devnum: 2 } as const;

/** The longest transfer that is taken, bytes: the longest that endpoint 0 can have. */
const MAX_TRANSFER = 0xffff;
/** Clients that list, or wait, at the same time. */
const MAX_CONNECTIONS = 64;

/**
 * Exports a device over USB/IP. One client at a time has it, as one port at a time has a real key: another one is told that it
 * is busy. To be imported is to be plugged in: the device powers up.
 *
 * @throws TransportError `cannot-open` when the port is taken or the address is not this machine's; StuntkeyError `bad-options`
 *
 * @example
 * ```ts
 * import { Authenticator } from 'stuntkey';
 * import { connectUsbip, serveUsbip } from 'stuntkey/transport';
 * const server = await serveUsbip(new Authenticator(), { port: 0 });
 * const device = await connectUsbip({ port: server.port }); // or: usbip attach -r 127.0.0.1 -b 1-1
 * const response = await device.transact(Uint8Array.of(0x04)); // authenticatorGetInfo
 * console.log(response[0]); // 0, CTAP2_OK
 * await device.close();
 * await server.close();
 * ```
 */
export async function serveUsbip(device: CarriedDevice, options: UsbipOptions = {}): Promise<UsbipServer> {
  checkGiven(device, options);
  const { port = USBIP_PORT, host = '127.0.0.1' } = options;
  const bus = new Bus(device, options);
  const server = createServer({ noDelay: true }, (socket) => void bus.serve(socket));
  server.maxConnections = MAX_CONNECTIONS;
  const taken = await listenTcp(server, port, host);
  const close = (): Promise<void> => bus.close(server);
  return {
    port: taken,
    busid: PLACE.busid,
    get imported() {
      return bus.imported;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The one device, and who has it. */
class Bus {
  readonly #device: CarriedDevice;
  readonly #policy: CtapHidPolicy;
  readonly #identity: UsbIdentity;
  readonly #sockets = new Set<Socket>();
  #key: ImportedKey | undefined;
  #closed: Promise<void> | undefined;

  constructor(device: CarriedDevice, options: UsbipOptions) {
    this.#device = device;
    this.#policy = options;
    const given = Object.entries(options).filter(([name, value]) => name in IDENTITY && value !== undefined);
    this.#identity = { ...IDENTITY, ...Object.fromEntries(given) };
  }

  get imported(): boolean {
    return this.#key !== undefined;
  }

  /** One connection, from its operation to its end. Throws nothing. */
  async serve(socket: Socket): Promise<void> {
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
    const reader = new BlockReader(socket);
    try {
      const head = await reader.read(OPERATION_SIZE);
      const { version, code } = head === undefined ? {} : decodeOperation(head);
      // Another version is answered with the end, as by Linux's own.
      if (version === USBIP_VERSION && code === UsbipOperation.REQ_DEVLIST) this.#list(socket);
      if (version === USBIP_VERSION && code === UsbipOperation.REQ_IMPORT) await this.#import(socket, reader);
    } catch {
      // The connection failed, which is one way of ending.
    } finally {
      socket.destroySoon();
    }
  }

  /** What is not in use; Linux's own lists no more either. */
  #list(socket: Socket): void {
    socket.write(encodeDeviceList(this.imported ? [] : [this.#description]));
  }

  async #import(socket: Socket, reader: BlockReader): Promise<void> {
    const busid = await reader.read(BUSID_SIZE);
    if (busid === undefined) return;
    if (decodeText(busid) !== PLACE.busid) {
      socket.write(encodeImportReply(UsbipStatus.NODEV));
      return;
    }
    if (this.imported) {
      socket.write(encodeImportReply(UsbipStatus.DEV_BUSY));
      return;
    }
    this.#device.powerCycle();
    const key = new ImportedKey(this.#device, this.#identity, this.#policy, (result) => {
      if (!socket.writableEnded) socket.write(result);
    });
    this.#key = key;
    // At once, and not when the reader gets there: another client may wait for it.
    const release = (): void => {
      key.close();
      if (this.#key === key) this.#key = undefined;
    };
    socket.once('close', release);
    try {
      socket.write(encodeImportReply(this.#description));
      while (await transfer(key, reader)) if (socket.writableNeedDrain) await drained(socket);
    } finally {
      release();
    }
  }

  get #description(): UsbipDevice {
    const { vendor, product, version } = this.#identity;
    return {
      ...PLACE,
      speed: FULL_SPEED,
      vendor,
      product,
      release: version,
      class: [0, 0, 0],
      configuration: CONFIGURATION,
      configurations: 1,
      interfaces: [INTERFACE_CLASS],
    };
  }

  close(server: Server): Promise<void> {
    this.#closed ??= (async () => {
      const closed = closeTcp(server);
      for (const socket of this.#sockets) socket.destroy();
      await closed;
    })();
    return this.#closed;
  }
}

const DEVID = devidOf(PLACE);
const NO_DATA: Uint8Array = new Uint8Array();

/** Takes one request. @returns false at the end, and for what is not the protocol: then nothing more can be read */
async function transfer(key: ImportedKey, reader: BlockReader): Promise<boolean> {
  const header = await reader.read(HEADER_SIZE);
  const request = header && decodeRequest(header);
  if (request?.devid !== DEVID) return false;
  if (request.command === 'unlink') {
    key.unlink(request);
    return true;
  }
  const { direction, length, isochronous } = request;
  if (isochronous || length > MAX_TRANSFER) return false;
  const data = direction === 'out' && length > 0 ? await reader.read(length) : NO_DATA;
  if (data === undefined) return false;
  key.submit(request, data);
  return true;
}

/** Resolves when a client has read what it was sent, or has gone: one that does not read is not read. */
function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.once('drain', done).once('close', done);
  });
}
