/** Reaching a device behind UDP: one of ours, or any simulator of the same convention. */
import { createSocket, type Socket } from 'node:dgram';
import { CtapHidClient, type CtapHidClientOptions } from './ctaphid/client.ts';
import type { PacketPipe } from './ctaphid/pipe.ts';
import { TransportError } from './errors.ts';
import { DEFAULT_PORT } from './udp.ts';
import { POWER_CYCLE } from './udp-power-cycle.ts';

/** Options of {@link connectUdp}. */
export interface UdpClientOptions extends CtapHidClientOptions {
  /** Where the device listens. Default: 8111. */
  readonly port?: number;
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** The port to be reached at. Default: a free one; some simulators always answer to 7112, not to the port that asked. */
  readonly localPort?: number;
}

/**
 * Reaches a device behind UDP.
 *
 * @throws TransportError `cannot-open` when the local port is taken, `closed` or `timeout` when no device listens there
 *
 * @example
 * ```ts
 * import { Authenticator, WebAuthnClient } from 'stuntkey';
 * import { connectUdp, serveUdp } from 'stuntkey/transport';
 * const server = await serveUdp(new Authenticator(), { port: 0 });
 * const authenticator = await connectUdp({ port: server.port });
 * const client = new WebAuthnClient({ origin: 'https://example.com', authenticator });
 * const credential = await client.create({
 *   rp: { name: 'Example' },
 *   user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
 *   challenge: 'Y2hhbGxlbmdl',
 *   pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
 * });
 * console.log(credential.type); // public-key
 * await authenticator.close();
 * await server.close();
 * ```
 */
export async function connectUdp(options: UdpClientOptions = {}): Promise<CtapHidClient> {
  const { port = DEFAULT_PORT, host = '127.0.0.1', localPort = 0 } = options;
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  await open(socket, port, host, localPort);
  return CtapHidClient.open(pipeOf(socket, `${host}:${port}`), options);
}

function open(socket: Socket, port: number, host: string, localPort: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (cause: Error): void => {
      socket.close();
      const message = `expected to reach UDP ${host}:${port}, got ${cause.message}`;
      reject(new TransportError('cannot-open', message, { cause }));
    };
    socket.once('error', onError);
    // Node hands a failure to connect to this callback, though its types do not say so.
    const connected = (error?: Error): void => {
      socket.off('error', onError);
      if (error) onError(error);
      else resolve();
    };
    try {
      socket.bind({ port: localPort, exclusive: true, ...near(host) }, () =>
        socket.connect(port, host, connected),
      );
    } catch (error) {
      onError(error as Error);
    }
  });
}

/** To reach this machine, a client has to be reached from this machine only. */
function near(host: string): { address?: string } {
  if (host === '::1') return { address: host };
  return host === 'localhost' || host.startsWith('127.') ? { address: '127.0.0.1' } : {};
}

/** A connected socket hears from no other sender, and learns when no device listens at the other end. */
function pipeOf(socket: Socket, where: string): PacketPipe {
  let closed: Promise<void> | undefined;
  const send = (datagram: Uint8Array): void => {
    if (closed === undefined) socket.send(datagram, () => {});
  };
  return {
    send,
    listen(onPacket, onEnd) {
      socket.on('message', onPacket);
      socket.on('error', (cause) => {
        onEnd(new TransportError('closed', `no device listens on UDP ${where}`, { cause }));
      });
    },
    powerCycle: () => send(POWER_CYCLE),
    close() {
      closed ??= new Promise((resolve) => socket.close(resolve));
      return closed;
    },
  };
}
