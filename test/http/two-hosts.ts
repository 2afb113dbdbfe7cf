/** Two hosts with a cable between them: network namespaces of Linux, and a pair of virtual interfaces. */
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { runs, whyNot } from '../interop/debian.ts';
import { withoutTime } from '../slow.ts';

/** Addresses of TEST-NET-1 (RFC 5737): here they exist in these two namespaces only. */
export const HERE = '192.0.2.1';
const THERE = '192.0.2.2';

/** @returns why there can be none; undefined where there can */
export function whyNoHosts(): string | undefined {
  if (withoutTime !== undefined) return withoutTime;
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'needs root on Linux';
  const missing = whyNot(['iproute2'], () => runs('ip', '-V'));
  if (missing !== undefined) return missing;
  return runs(
    'unshare',
    '--net',
    'ip',
    'link',
    'add',
    'dev',
    'stunt0',
    'type',
    'veth',
    'peer',
    'name',
    'stunt1',
  )
    ? undefined
    : 'needs network namespaces and veth of the kernel';
}

export interface Asked {
  readonly url: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** A certificate to trust. */
  readonly ca?: string;
}

export interface TwoHosts {
  /** Words before a command that runs it on the server's host. */
  readonly server: readonly string[];
  /** The same for the client's host. */
  readonly client: readonly string[];
  /** Asks from the client's host: status and JSON, or the code of the error. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it as they like.
  ask(asked: Asked): Promise<any>;
  remove(): void;
}

let made = 0;

export function twoHosts(): TwoHosts {
  const number = `${process.pid}-${++made}`;
  const [server, client] = [`stuntkey-s${number}`, `stuntkey-c${number}`];
  const [near, far] = [`s${number}`, `c${number}`];
  const remove = (): void => {
    for (const host of [server, client]) ip('netns', 'delete', host);
  };
  for (const host of [server, client]) ip('netns', 'add', host);
  ip('link', 'add', 'dev', near, 'netns', server, 'type', 'veth', 'peer', 'name', far, 'netns', client);
  for (const [host, link, address] of [
    [server, near, HERE],
    [client, far, THERE],
  ] as const) {
    ip('-n', host, 'address', 'add', `${address}/24`, 'dev', link);
    for (const one of ['lo', link]) ip('-n', host, 'link', 'set', one, 'up');
  }
  return {
    server: ['ip', 'netns', 'exec', server],
    client: ['ip', 'netns', 'exec', client],
    async ask(asked) {
      const node = [process.execPath, '--input-type=module', '-e', ASK, JSON.stringify(asked)];
      return JSON.parse((await promisify(execFile)('ip', ['netns', 'exec', client, ...node])).stdout);
    },
    remove,
  };
}

function ip(...args: readonly string[]): void {
  const { status, stderr } = spawnSync('ip', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`);
}

const ASK = `
const { url, path, headers, body, ca } = JSON.parse(process.argv[1]);
const { request } = await import(url.startsWith('https:') ? 'node:https' : 'node:http');
const text = body && JSON.stringify(body);
const type = text && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
// (With a Host of its own it is no client that looks at the certificate's name.)
const any = headers?.host && { checkServerIdentity() {} };
const options = { method: text ? 'POST' : 'GET', headers: { ...type, ...headers }, agent: false, ca, ...any };
const told = await new Promise((resolve) => {
  const sent = request(url + path, options, async (response) => {
    let answer = '';
    for await (const chunk of response) answer += chunk;
    resolve({ status: response.statusCode, json: JSON.parse(answer) });
  });
  sent.on('error', ({ code }) => resolve({ code })).end(text);
});
console.log(JSON.stringify(told));
`;
