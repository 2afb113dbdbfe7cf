/** TCP for carriers: taking a port and reaching one, with errors that say what was wanted. */
import { connect, type Server, type Socket } from 'node:net';
import { TransportError } from './errors.ts';

/**
 * Listens.
 *
 * @param port 0 takes a free one
 * @returns the port
 * @throws TransportError `cannot-open` when the port is taken or the address is not this machine's
 */
export function listenTcp(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const onError = (cause: Error): void => {
      const message = `expected to listen on TCP ${host}:${port}, got ${cause.message}`;
      reject(new TransportError('cannot-open', message, { cause }));
    };
    server.once('error', onError);
    try {
      server.listen({ port, host, exclusive: true }, () => {
        server.off('error', onError);
        // What goes wrong with one connection is that connection's.
        server.on('error', () => {});
        resolve((server.address() as { port: number }).port);
      });
    } catch (error) {
      onError(error as Error);
    }
  });
}

/** Stops listening; resolves when every connection has ended, which the caller sees to. */
export function closeTcp(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

/**
 * Connects. What is small is sent at once.
 *
 * @throws TransportError `cannot-open` when no server listens there
 */
export function connectTcp(port: number, host: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const onError = (cause: Error): void => {
      const message = `expected to reach TCP ${host}:${port}, got ${cause.message}`;
      reject(new TransportError('cannot-open', message, { cause }));
    };
    try {
      const socket = connect({ port, host, noDelay: true });
      socket.once('error', onError);
      socket.once('connect', () => {
        socket.off('error', onError);
        // Its end is told by `close`.
        socket.on('error', () => {});
        resolve(socket);
      });
    } catch (error) {
      onError(error as Error);
    }
  });
}
