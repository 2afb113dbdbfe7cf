/**
 * CTAPHID over UDP on this machine, as simulators of security keys do it: one datagram is one packet of 64 bytes, without a
 * report number. Clients need no device node and no permission.
 */
import { createSocket, type Socket } from 'node:dgram';
import { CtapHid, type CtapHidPolicy } from './ctaphid/ctaphid.ts';
import type { CarriedDevice } from './device.ts';
import { TransportError } from './errors.ts';
import { addressMembers, checkerOf, hidMembers } from './given.ts';
import { Peers } from './udp-peers.ts';
import { isPowerCycle } from './udp-power-cycle.ts';

/** The port that clients of such simulators try. */
export const DEFAULT_PORT = 8111;

/** Options of {@link serveUdp}. */
export interface UdpServerOptions extends CtapHidPolicy {
  /** Default: 8111; 0 takes a free one. */
  readonly port?: number;
  /** The address to listen on. Default: 127.0.0.1. Any other than a loopback address lets others use the device. */
  readonly host?: string;
}

const checkGiven = checkerOf<UdpServerOptions>('serveUdp', { ...hidMembers, ...addressMembers });

/** A device that listens. */
export interface UdpServer extends AsyncDisposable {
  /** The port it listens on. */
  readonly port: number;
  /** Stops listening; what is under way ends without an answer. The device itself can be used on. */
  close(): Promise<void>;
}

/** With more bytes than this waiting to be sent, the receiver is taken to be gone. UDP may lose packets. */
const MAX_UNSENT = 1 << 20;

/**
 * Puts a device behind UDP. Channels are lenient and WINK is always there, unless told otherwise, because clients of
 * simulators expect it. They also expect a reset at any time: give the device the policy `{ resetAnyTime: true }` for them.
 *
 * @throws TransportError `cannot-open` when the port is taken or the address is not this machine's; StuntkeyError `bad-options`
 *
 * @example
 * ```ts
 * import { Authenticator } from 'stuntkey';
 * import { connectUdp, serveUdp } from 'stuntkey/transport';
 * const server = await serveUdp(new Authenticator(), { port: 0 });
 * const device = await connectUdp({ port: server.port });
 * const response = await device.transact(Uint8Array.of(0x04)); // authenticatorGetInfo
 * console.log(response[0]); // 0, CTAP2_OK
 * await device.close();
 * await server.close();
 * ```
 */
export async function serveUdp(device: CarriedDevice, options: UdpServerOptions = {}): Promise<UdpServer> {
  checkGiven(device, options);
  const { port = DEFAULT_PORT, host = '127.0.0.1' } = options;
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  await listen(socket, port, host);
  const peers = new Peers();
  const hid = new CtapHid(device, {
    channels: 'lenient',
    wink: true,
    ...options,
    send(packet) {
      const peer = peers.to(packet);
      if (peer === undefined || socket.getSendQueueSize() > MAX_UNSENT) return;
      // UDP may lose a datagram; the client then asks again.
      socket.send(packet, peer.port, peer.address, () => {});
    },
  });
  socket.on('error', () => {});
  socket.on('message', (datagram, peer) => {
    if (isPowerCycle(datagram)) {
      hid.powerCycle();
      return;
    }
    peers.from(datagram, peer);
    hid.receive(datagram);
  });
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    hid.close();
    closed ??= new Promise((resolve) => socket.close(resolve));
    return closed;
  };
  return { port: socket.address().port, close, [Symbol.asyncDispose]: close };
}

function listen(socket: Socket, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (cause: Error): void => {
      socket.close();
      const message = `expected to listen on UDP ${host}:${port}, got ${cause.message}`;
      reject(new TransportError('cannot-open', message, { cause }));
    };
    socket.once('error', onError);
    try {
      socket.bind({ port, address: host, exclusive: true }, () => {
        socket.off('error', onError);
        resolve();
      });
    } catch (error) {
      onError(error as Error);
    }
  });
}
