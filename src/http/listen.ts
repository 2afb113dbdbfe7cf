/** Where the door listens, and by which names it is known there. */
import { chmod, lstat, unlink } from 'node:fs/promises';
import { connect, type Server } from 'node:net';
import { TransportError } from '../transport/errors.ts';
import { type HttpOptions, isLoopback } from './options.ts';

/** Addresses that stand for all of a machine's, loopback's among them. */
const EVERYWHERE: readonly string[] = ['0.0.0.0', '::'];

const LOOPBACK: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

/** @throws TransportError `cannot-open` */
export async function listen(
  server: Server,
  { port = 0, host = '127.0.0.1', socket }: HttpOptions,
  backlog: number,
): Promise<void> {
  if (socket === undefined)
    return listening(server, { port, host, backlog, exclusive: true }, `${host}:${port}`);
  await removeStale(socket);
  await listening(server, { path: socket, backlog, exclusive: true }, socket);
  await chmod(socket, 0o600);
}

function listening(server: Server, place: object, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (cause: Error): void => {
      const message = `expected to listen on ${name}, got ${cause.message}`;
      reject(new TransportError('cannot-open', message, { cause }));
    };
    server.once('error', onError);
    try {
      server.listen(place, () => {
        server.off('error', onError);
        resolve();
      });
    } catch (error) {
      onError(error as Error);
    }
  });
}

/** What a process that was killed has left there is in the way; what answers, or is no socket, is left alone. */
async function removeStale(path: string): Promise<void> {
  const there = await lstat(path).catch(() => undefined);
  if (there?.isSocket() !== true) return;
  const answers = await new Promise<boolean>((resolve) => {
    const probe = connect(path, () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code !== 'ECONNREFUSED'));
  });
  if (!answers) await unlink(path).catch(() => {});
}

/** What a door that listens is called. */
export interface Names {
  readonly url: string;
  readonly scheme: 'http' | 'https';
  /** Values of Host, in lower case. */
  readonly hosts: ReadonlySet<string>;
}

/** @param port what was taken */
export function namesOf(options: HttpOptions, port: number): Names {
  const { host = '127.0.0.1', socket, allowHosts = [], tls } = options;
  const scheme = tls === undefined ? 'http' : 'https';
  const usual = scheme === 'http' ? 80 : 443;
  const named = allowHosts.map((name) => name.toLowerCase());
  // A socket has no port, and no page reaches it.
  if (socket !== undefined) {
    const hosts = new Set(['localhost', ...named]);
    return { url: `${scheme}://localhost`, scheme, hosts };
  }
  const bracketed = host.includes(':') ? `[${host}]` : host;
  const own = isLoopback(host) ? [...LOOPBACK, bracketed] : EVERYWHERE.includes(host) ? LOOPBACK : [];
  const hosts = new Set([...own, ...named].flatMap((name) => withPort(name, port, usual)));
  const [first = bracketed] = isLoopback(host) ? [bracketed] : named;
  const at = port === usual || portIn(first) !== undefined ? first : `${first}:${port}`;
  return { url: `${scheme}://${at}`, scheme, hosts };
}

/** As clients write it: the port that is usual is left out, or not. */
function withPort(name: string, port: number, usual: number): string[] {
  const given = portIn(name);
  if (given !== undefined) return given === usual ? [name, name.slice(0, name.lastIndexOf(':'))] : [name];
  return port === usual ? [name, `${name}:${port}`] : [`${name}:${port}`];
}

function portIn(name: string): number | undefined {
  const [, port] = /(?:^[^:[\]]+|\]):(\d+)$/.exec(name) ?? [];
  return port === undefined ? undefined : Number(port);
}
