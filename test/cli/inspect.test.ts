/** `stuntkey inspect` and `stuntkey trace`, as a shell has them; what the page shows is in test/inspector. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect } from 'vitest';
import { WebAuthnClient } from '../../src/client/client.ts';
import { readTraceFile } from '../../src/decode/trace/read-file.ts';
import { connectUdp } from '../../src/transport/udp-client.ts';
import { slow } from '../slow.ts';
import { creation, ORIGIN, request, shell } from './command.ts';
import { Staying } from './staying.ts';

const { folder, env, run, done, file } = shell();
const started: Staying[] = [];
afterEach(async () => {
  for (const one of started) one.signal('SIGKILL');
  await Promise.all(started.splice(0).map((one) => one.end()));
});

function staying(...args: string[]): Staying {
  const one = new Staying(args, env as Record<string, string>);
  started.push(one);
  return one;
}

interface Told {
  readonly url: string;
  readonly token: string;
  readonly ui: string;
  readonly udp?: number;
}

async function inspecting(...args: string[]): Promise<{ one: Staying; told: Told; ask: Ask }> {
  const one = staying('inspect', '--json', ...args);
  const told: Told = JSON.parse(await one.line());
  const ask: Ask = async (path) => {
    const response = await fetch(told.url + path, { headers: { authorization: `Bearer ${told.token}` } });
    // biome-ignore lint/suspicious/noExplicitAny: the test looks into it as it likes.
    return (await response.json()) as any;
  };
  return { one, told, ask };
}
// biome-ignore lint/suspicious/noExplicitAny: the test looks into it as it likes.
type Ask = (path: string) => Promise<any>;

const key = join(folder, 'key');
const note = join(key, 'inspector.json');

describe('stuntkey inspect', () => {
  slow('prints one line, the address of its page, and leaves nothing when it is stopped', async () => {
    const one = staying('inspect', '--store', key);
    const line = await one.line();
    expect(line).toMatch(/^inspect http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}$/);
    const [, address = ''] = line.split(' ');
    const page = await fetch(address);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect((statSync(note).mode & 0o777).toString(8)).toBe('600');
    one.signal('SIGINT');
    expect(await one.end()).toBe(0);
    expect(existsSync(note)).toBe(false);
  });

  slow('hears about ceremonies on the command line, over HTTP and over UDP, with the same key', async () => {
    const { told, ask } = await inspecting('--store', key, '--udp', '0');
    const created = JSON.parse(
      await done(['create', file('create.json', creation()), '--origin', ORIGIN, '--store', key, '--yes']),
    );
    const elsewhere = ['get', file('get.json', request()), '--origin', 'https://example.org', '--store', key];
    expect((await run(elsewhere)).code).toBe(1);
    const device = await connectUdp({ port: told.udp as number });
    const client = new WebAuthnClient({ origin: ORIGIN, authenticator: device });
    await client.get(request() as never);
    await device.close();
    await fetch(`${told.url}/get`, {
      method: 'POST',
      headers: { authorization: `Bearer ${told.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ origin: ORIGIN, options: request() }),
    });
    const { traces } = await ask('/traces');
    expect(
      traces.map(({ source, ceremony, refused }: Record<string, string>) => [
        source,
        ceremony,
        refused?.split(':')[0],
      ]),
    ).toEqual([
      ['http', 'get', undefined],
      ['udp', 'get', undefined],
      ['command', 'get', 'SecurityError'],
      ['command', 'create', undefined],
    ]);
    expect((await ask(`/credentials/${created.id}`)).signCount).toBe(2);
    // The last of them, as a file.
    const page = join(folder, 'why.html');
    expect(await done(['trace', page, '--store', key, '--last', '3'])).toBe(`${page}\n`);
    const read = readTraceFile(readFileSync(page, 'utf8'));
    expect(read.traces.map(({ ceremony }) => [ceremony.ceremony, ceremony.origin])).toEqual([
      ['get', 'https://example.org'],
      ['get', ''],
      ['get', ORIGIN],
    ]);
  });

  slow('has the token that it was given, and does not print it', async () => {
    const token = 'a-token-of-the-test';
    const one = staying('inspect', '--store', ':memory:', '--token-file', file('token', `${token}\n`));
    expect(await one.line()).toMatch(/^inspect http:\/\/127\.0\.0\.1:\d+\/$/);
  });

  slow('says what is wrong', async () => {
    for (const [args, message] of [
      [['inspect', '--mode', 'cdp'], 'expected --browser-url or --launch with --mode'],
      [['inspect', '--browser-url', 'http://127.0.0.1:9', '--udp'], 'expected a browser or a carrier'],
      [['serve', '--ui', '--socket', 'door'], 'expected --ui without --socket'],
      [
        ['serve', '--ui', '--listen', '0.0.0.0:0', '--allow-host', 'a.test', '--insecure-network'],
        'expected --tls-cert and --tls-key with --ui',
      ],
    ] as const) {
      const { code, stderr } = await run([...args, '--store', ':memory:']);
      expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    }
  });

  slow('that was killed is not waited for, and its note is nothing to others', async () => {
    const own = join(folder, 'killed');
    const { one } = await inspecting('--store', own);
    one.signal('SIGKILL');
    await one.end();
    const left = join(own, 'inspector.json');
    expect(existsSync(left)).toBe(true);
    const create = ['create', file('create.json', creation()), '--origin', ORIGIN, '--store', own, '--yes'];
    await done(create);
    for (const text of [
      '',
      '{',
      'null',
      '{"url":7}',
      `{"url":"http://127.0.0.1:9","token":"x","pid":${process.pid}}`,
    ]) {
      writeFileSync(left, text);
      await done(['get', file('get.json', request()), '--origin', ORIGIN, '--store', own, '--yes']);
    }
  });
});

describe('stuntkey trace', () => {
  slow('makes a page of what create and get wrote, whether they were refused or not', async () => {
    const own = ['--store', join(folder, 'traced'), '--origin', ORIGIN, '--yes'];
    const json = join(folder, 'trace.json');
    await done(['create', file('create.json', creation()), ...own, '--trace', json]);
    const page = join(folder, 'refused.html');
    const refused = await run([
      'get',
      file('none.json', request({ rpId: 'example.org' })),
      ...own,
      '--trace',
      page,
    ]);
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringContaining(`the ceremony is in ${page}`),
    ]);
    const [one] = readTraceFile(readFileSync(page, 'utf8')).traces;
    expect(one?.ceremony.outcome).toMatchObject({ refused: expect.stringMatching(/^SecurityError: /) });
    expect((statSync(page).mode & 0o777).toString(8)).toBe('600');
    const made = join(folder, 'made.html');
    await done(['trace', made, '--from', json]);
    expect(readTraceFile(readFileSync(made, 'utf8'))).toEqual(readTraceFile(readFileSync(json, 'utf8')));
    // A page is as good as the JSON in it.
    await done(['trace', join(folder, 'again.json'), '--from', made]);
    for (const [from, message] of [
      [file('cut.json', readFileSync(json, 'utf8').slice(0, 300)), 'breaks off in the middle'],
      [file('foreign.json', { log: {} }), 'this is no trace of stuntkey'],
      [file('enormous.json', ' '.repeat(70 * 1024 * 1024)), 'expected a file of at most'],
      [join(folder, 'not-there.json'), 'there is no such file'],
    ] as const) {
      const { code, stderr } = await run(['trace', join(folder, 'none.html'), '--from', from]);
      expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    }
    expect(existsSync(join(folder, 'none.html'))).toBe(false);
    const { code, stderr } = await run(['trace', join(folder, 'none.html'), ...own.slice(0, 2)]);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/expected --from .* or an inspector of the key/),
    ]);
  });
});
