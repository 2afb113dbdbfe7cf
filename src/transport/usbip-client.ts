/** Reaching a security key over USB/IP without a kernel's help: one of ours, or one that another machine exports. */
import type { Socket } from 'node:net';
import { concat } from '../base/bytes.ts';
import { BlockReader } from './blocks.ts';
import { CtapHidClient, type CtapHidClientOptions } from './ctaphid/client.ts';
import { PACKET_SIZE } from './ctaphid/packets.ts';
import type { PacketPipe } from './ctaphid/pipe.ts';
import { TransportError } from './errors.ts';
import { connectTcp } from './tcp.ts';
import {
  DEVICE_SIZE,
  decodeDevice,
  decodeOperation,
  devidOf,
  encodeImport,
  encodeOperation,
  interfacesSize,
  OPERATION_SIZE,
  USBIP_VERSION,
  type UsbipDevice,
  UsbipOperation,
} from './usbip/operations.ts';
import { decodeResult, encodeRequest, HEADER_SIZE, type Submit, UrbStatus } from './usbip/urbs.ts';
import { USBIP_PORT } from './usbip.ts';

/** Where a key is exported. */
export interface UsbipAddress {
  /** Default: 3240. */
  readonly port?: number;
  /** Default: 127.0.0.1. */
  readonly host?: string;
}

/** Options of {@link connectUsbip}. */
export interface UsbipClientOptions extends UsbipAddress, CtapHidClientOptions {
  /** Which device. Default: the first that is exported. */
  readonly busid?: string;
}

/** The devices that are exported somewhere, and not in use. @throws TransportError `cannot-open`, `bad-frame` */
export async function listUsbip({
  port = USBIP_PORT,
  host = '127.0.0.1',
}: UsbipAddress = {}): Promise<UsbipDevice[]> {
  const socket = await connectTcp(port, host);
  try {
    socket.write(encodeOperation(UsbipOperation.REQ_DEVLIST));
    const reader = new BlockReader(socket);
    await expectReply(reader, UsbipOperation.REP_DEVLIST);
    const count = new DataView((await block(reader, 4)).buffer).getUint32(0);
    const devices: UsbipDevice[] = [];
    while (devices.length < count) {
      const { interfaceCount, ...device } = decodeDevice(await block(reader, DEVICE_SIZE));
      const bytes = await block(reader, interfacesSize({ interfaceCount }));
      const interfaces = Array.from({ length: interfaceCount }, (_, place) => {
        const [first = 0, second = 0, third = 0] = bytes.subarray(4 * place);
        return [first, second, third] as const;
      });
      devices.push({ ...device, interfaces });
    }
    return devices;
  } finally {
    socket.destroy();
  }
}

/**
 * Imports a security key into this program, and reaches it.
 *
 * @throws TransportError `cannot-open` when no server listens there, or no such device is free; `timeout` when it does not answer
 *
 * @example
 * ```ts
 * import { Authenticator } from 'stuntkey';
 * import { connectUsbip, serveUsbip } from 'stuntkey/transport';
 * const server = await serveUsbip(new Authenticator(), { port: 0 });
 * const device = await connectUsbip({ port: server.port });
 * console.log(device.identity.protocol); // 2
 * await device.close();
 * await server.close();
 * ```
 */
export async function connectUsbip(options: UsbipClientOptions = {}): Promise<CtapHidClient> {
  const { port = USBIP_PORT, host = '127.0.0.1' } = options;
  const busid = options.busid ?? (await listUsbip({ port, host }))[0]?.busid;
  if (busid === undefined)
    throw new TransportError('cannot-open', `expected a device that is free at ${host}:${port}, got none`);
  const socket = await connectTcp(port, host);
  try {
    socket.write(encodeImport(busid));
    const reader = new BlockReader(socket);
    await expectReply(reader, UsbipOperation.REP_IMPORT);
    const bus = new Bus(socket, reader, devidOf(decodeDevice(await block(reader, DEVICE_SIZE))));
    return await CtapHidClient.open(await bus.open(), options);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

async function block(reader: BlockReader, length: number): Promise<Uint8Array> {
  const bytes = await reader.read(length);
  if (bytes === undefined) throw new TransportError('closed', 'the exporting side closed the connection');
  return bytes;
}

async function expectReply(reader: BlockReader, code: number): Promise<void> {
  const reply = decodeOperation(await block(reader, OPERATION_SIZE));
  if (reply.version !== USBIP_VERSION || reply.code !== code)
    throw new TransportError('bad-frame', `expected operation ${code} of USB/IP 1.1.1, got ${reply.code}`);
  if (reply.status !== 0)
    throw new TransportError('cannot-open', `expected the device, got status ${reply.status}`);
}

/** What a host does first: the configuration is set, and a report is not repeated. */
const SET_CONFIGURATION: Uint8Array = Uint8Array.of(0x00, 9, 1, 0, 0, 0, 0, 0);
const SET_IDLE: Uint8Array = Uint8Array.of(0x21, 10, 0, 0, 0, 0, 0, 0);
/** The configuration's descriptor, as much as any key has. */
const GET_CONFIGURATION: Uint8Array = Uint8Array.of(0x80, 6, 0, 2, 0, 0, 0xff, 0);
const NO_SETUP: Uint8Array = new Uint8Array(8);

/** The host's end of an imported key. */
class Bus {
  readonly #socket: Socket;
  readonly #reader: BlockReader;
  readonly #devid: number;
  /** What becomes of each request that is under way: its status, and the data of a transfer in. */
  readonly #under = new Map<number, { in: boolean; end: (status: number, data: Uint8Array) => void }>();
  #seqnum = 0;

  constructor(socket: Socket, reader: BlockReader, devid: number) {
    this.#socket = socket;
    this.#reader = reader;
    this.#devid = devid;
  }

  /** Configures the key. @returns the pipe to its endpoints */
  async open(): Promise<PacketPipe> {
    let ended: (reason?: Error) => void = () => {};
    const end = this.#results().catch((cause) => cause as Error);
    const gone = end.then((cause) => {
      throw cause ?? new TransportError('closed', 'the key was unplugged');
    });
    gone.catch(() => {});
    void end.then((cause) => ended(cause));
    const endpoints = await Promise.race([this.#configure(), gone]);
    return {
      send: (packet) => {
        this.#submit({ direction: 'out', endpoint: endpoints.out, length: packet.length }, packet);
      },
      listen: (onPacket, onEnd) => {
        ended = onEnd;
        const ask = (): void =>
          this.#submit(
            { direction: 'in', endpoint: endpoints.in, length: PACKET_SIZE },
            undefined,
            (status, data) => {
              if (status !== UrbStatus.OK) return;
              ask();
              onPacket(data);
            },
          );
        // Asks for the next packet already, while this one is handled.
        ask();
        ask();
      },
      close: async () => {
        this.#socket.destroy();
      },
    };
  }

  async #configure(): Promise<{ in: number; out: number }> {
    const configuration = await this.#control(GET_CONFIGURATION, 0xff);
    const endpoints = endpointsOf(configuration);
    if (endpoints === undefined)
      throw new TransportError('cannot-open', 'expected a device with interrupt endpoints of HID, got none');
    await this.#control(SET_CONFIGURATION);
    await this.#control(SET_IDLE).catch(() => {});
    return endpoints;
  }

  #control(setup: Uint8Array, length = 0): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const direction = length > 0 ? 'in' : 'out';
      this.#submit({ direction, endpoint: 0, length, setup }, undefined, (status, data) => {
        if (status === UrbStatus.OK) resolve(data);
        else reject(new TransportError('cannot-open', `the device refused a control request: ${status}`));
      });
    });
  }

  #submit(
    request: Pick<Submit, 'direction' | 'endpoint' | 'length'> & Partial<Submit>,
    data?: Uint8Array,
    end: (status: number, data: Uint8Array) => void = () => {},
  ): void {
    if (this.#socket.destroyed) return;
    const seqnum = ++this.#seqnum;
    this.#under.set(seqnum, { in: request.direction === 'in', end });
    this.#socket.write(
      encodeRequest(
        {
          command: 'submit',
          seqnum,
          devid: this.#devid,
          flags: 0,
          isochronous: false,
          interval: 0,
          setup: NO_SETUP,
          ...request,
        },
        data && concat(data),
      ),
    );
  }

  /** Reads results until there are none any more. */
  async #results(): Promise<undefined> {
    for (;;) {
      const header = await this.#reader.read(HEADER_SIZE);
      if (header === undefined) return undefined;
      const result = decodeResult(header);
      const request = result && this.#under.get(result.seqnum);
      if (result?.command !== 'submitted' || request === undefined || result.actualLength > 0xffff)
        throw new TransportError('bad-frame', 'got a result of USB/IP that was not asked for');
      this.#under.delete(result.seqnum);
      const length = request.in ? result.actualLength : 0;
      const data = await this.#reader.read(length);
      if (data === undefined) return undefined;
      request.end(result.status, data);
    }
  }
}

/** The interrupt endpoints of the first HID interface, by their numbers, in a configuration's descriptors. */
function endpointsOf(descriptors: Uint8Array): { in: number; out: number } | undefined {
  let hid = false;
  const found: { in?: number; out?: number } = {};
  for (let at = 0; at + 2 <= descriptors.length; at += descriptors[at] as number) {
    const [length = 0, type, address = 0, attributes, , interfaceClass] = descriptors.subarray(at);
    if (length < 2) break;
    if (type === 4) hid = interfaceClass === 3;
    else if (type === 5 && hid && attributes === 3) found[address & 0x80 ? 'in' : 'out'] ??= address & 0x0f;
    if (found.in !== undefined && found.out !== undefined) return { in: found.in, out: found.out };
  }
  return undefined;
}
