import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectUdp, connectUsbip } from '../../src/entries/transport.ts';
import { PATIENCE } from '../patience.ts';
import { sampled, slow } from '../slow.ts';
import { Staying } from './staying.ts';

const origin = 'https://example.com';
const creation = {
  rp: { name: 'Example', id: 'example.com' },
  user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
  challenge: 'Y2hhbGxlbmdl',
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  authenticatorSelection: { residentKey: 'required' },
};

let folder: string;
let started: Staying[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stuntkey-'));
  started = [];
});
afterEach(async () => {
  for (const one of started) one.signal('SIGKILL');
  await Promise.all(started.map((one) => one.end()));
  await rm(folder, { recursive: true });
});

function serve(...args: string[]): Staying {
  const one = new Staying(['serve', '--store', join(folder, 'key'), ...args]);
  started.push(one);
  return one;
}

async function ask({ url, token }: { url: string; token: string }, path: string, body?: object) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const init = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) };
  const response = await fetch(url + path, init);
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it as they like.
  return { status: response.status, json: (await response.json().catch(() => undefined)) as any };
}

describe('stuntkey serve', () => {
  it('has an HTTP door before a durable key, and is done (0) when it is told to stop', async () => {
    const first = serve('--http', '--json');
    const door = JSON.parse(await first.line());
    expect(Object.keys(door)).toEqual(['url', 'token']);
    const { json } = await ask(door, '/create', { origin, options: creation });
    first.signal('SIGINT');
    expect(await first.end()).toBe(0);
    const second = serve('--http', '--json');
    const again = JSON.parse(await second.line());
    expect(again.token).not.toBe(door.token);
    expect((await ask(door, '/info').catch(() => 'gone')) === 'gone' || again.url === door.url).toBe(true);
    const signedIn = await ask(again, '/get', { origin, options: { challenge: 'Y2hhbGxlbmdl' } });
    expect(signedIn.json.id).toBe(json.id);
    second.signal('SIGTERM');
    expect(await second.end()).toBe(0);
    expect(((await stat(join(folder, 'key'))).mode & 0o777).toString(8)).toBe('700');
  });

  slow('tells people the same, a line each, and the token on stdout only', async () => {
    const one = serve('--http', '--udp', '0');
    const lines = [await one.line(), await one.line(), await one.line()];
    expect(lines[0]).toMatch(/^url +http:\/\/127\.0\.0\.1:\d+$/);
    expect(lines[1]).toMatch(/^token +[\w-]{43}$/);
    expect(lines[2]).toMatch(/^udp +\d+$/);
    one.signal('SIGTERM');
    expect(await one.end()).toBe(0);
    expect(one.stderr).not.toContain(lines[1]?.slice(-43));
  });

  slow('takes a token from a file, and does not repeat it', async () => {
    const file = join(folder, 'token');
    await writeFile(file, 'a-token-of-our-own\n');
    const one = serve('--http', '--token-file', file, '--json');
    const told = JSON.parse(await one.line());
    expect(Object.keys(told)).toEqual(['url']);
    expect((await ask({ ...told, token: 'a-token-of-our-own' }, '/info')).status).toBe(200);
  });

  slow('is done (0) when its standard input ends, where that was said: what started it is gone', async () => {
    const one = serve('--http', '--json', '--until-stdin-ends');
    const door = JSON.parse(await one.line());
    expect((await ask(door, '/info')).status).toBe(200);
    one.child.stdin.end();
    expect(await one.end()).toBe(0);
    // Without, it stays.
    const two = serve('--http', '--json');
    two.child.stdin.end();
    expect((await ask(JSON.parse(await two.line()), '/info')).status).toBe(200);
  });

  slow('finishes what is under way when it is told to stop; told twice, it does not', async () => {
    const one = serve('--http', '--json');
    const door = JSON.parse(await one.line());
    const answers = Array.from({ length: 20 }, () => ask(door, '/create', { origin, options: creation }));
    await Promise.race(answers);
    one.signal('SIGTERM');
    const settled = await Promise.allSettled(answers);
    expect(settled.some((answer) => answer.status === 'fulfilled' && answer.value.status === 200)).toBe(true);
    expect(await one.end()).toBe(0);

    const two = serve('--http', '--json');
    const again = JSON.parse(await two.line());
    await fetch(`${again.url}/user/next`, {
      method: 'POST',
      headers: { authorization: `Bearer ${again.token}`, 'content-type': 'application/json' },
      body: '{"presence":"ignore"}',
    });
    const never = ask(again, '/create', { origin, options: creation }).catch(() => 'no answer');
    // Once another request is answered, the first has arrived, too.
    await ask(again, '/info');
    two.signal('SIGINT');
    // The door takes no more as soon as the signal has come.
    while (
      await ask(again, '/openapi.json').then(
        ({ status }) => status === 200,
        () => false,
      )
    );
    two.signal('SIGINT');
    expect(await two.end()).toBe(130);
    expect(await never).toBe('no answer');
  });

  slow('is a simulator’s device over UDP, of the model that was asked for', async () => {
    const one = serve('--udp', '0', '--json', '--model', 'yubikey-5-nfc', '--reset-any-time');
    const { udp } = JSON.parse(await one.line());
    const device = await connectUdp({ port: udp, timeout: PATIENCE });
    expect((await device.transact(Uint8Array.of(4)))[0]).toBe(0);
    expect(await device.transact(Uint8Array.of(7))).toEqual(Uint8Array.of(0));
    await device.close();
    one.signal('SIGTERM');
    expect(await one.end()).toBe(0);
    const other = serve('--udp', '0', '--model', 'u2f-key');
    expect(await other.end()).toBe(2);
    expect(other.stderr).toMatch(/--model: expected yubikey-5-nfc/);
  });

  slow('is exported over USB/IP, and imported by its bus ID', async () => {
    const one = serve('--usbip', '0', '--json');
    const { usbip, busid } = JSON.parse(await one.line());
    const device = await connectUsbip({ port: usbip, busid, timeout: PATIENCE });
    expect((await device.transact(Uint8Array.of(4)))[0]).toBe(0);
    await device.close();
    one.signal('SIGTERM');
    expect(await one.end()).toBe(0);
  });

  slow('is a card at a reader, taken away and put back by lines and by a signal', async () => {
    const one = serve('--vpcd-listen', '0', '--json');
    const port = JSON.parse(await one.line())['vpcd-listen'];
    /** What a reader finds: the length of an answer to reset, or nothing. */
    const found = async (): Promise<number | undefined> => {
      const socket = connect({ port, host: '127.0.0.1' });
      socket.write(Uint8Array.of(0, 1, 4));
      const length = await new Promise<number | undefined>((resolve) => {
        // (An empty slot may show itself as a reset.)
        socket.once('data', (data) => resolve(data[1])).once('close', () => resolve(undefined));
        socket.on('error', () => {});
      });
      socket.destroy();
      return length;
    };
    expect(await found()).toBe(19);
    one.child.stdin.write('remove\n');
    expect(JSON.parse(await one.line())).toEqual({ card: 'removed' });
    expect(await found()).toBeUndefined();
    one.signal('SIGUSR2');
    expect(JSON.parse(await one.line())).toEqual({ card: 'inserted' });
    expect(await found()).toBe(19);
    one.signal('SIGTERM');
    expect(await one.end()).toBe(0);
  });

  slow('keeps a recording, which is decoded and played again, by the line and the exit code', async () => {
    const file = join(folder, 'key.pcapng');
    const talk = async (port: number, ...commands: number[]): Promise<number[]> => {
      const device = await connectUdp({ port, timeout: PATIENCE });
      const statuses: number[] = [];
      for (const command of commands)
        statuses.push((await device.transact(Uint8Array.of(command)))[0] as number);
      await device.close();
      return statuses;
    };
    const one = serve('--udp', '0', '--json', '--record', file);
    expect(await talk(JSON.parse(await one.line()).udp, 4, 8)).toEqual([0, 0x30]);
    one.signal('SIGTERM');
    expect(await one.end()).toBe(0);

    const reader = new Staying(['decode', '--pcapng', file, '--json']);
    started.push(reader);
    const lines = [await reader.line(), await reader.line(), await reader.line()].map((line) =>
      JSON.parse(line),
    );
    expect(await reader.end()).toBe(0);
    expect(lines.map(({ command }) => command)).toEqual(['CTAPHID_INIT', 'CTAPHID_CBOR', 'CTAPHID_CBOR']);
    expect(lines[2]).toMatchObject({
      request: { command: 'authenticatorGetNextAssertion (0x08)' },
      response: { status: '0x30 CTAP2_ERR_NOT_ALLOWED' },
    });

    for (const [asked, code] of [
      [[4, 4, 8], 0],
      [[4, 7], 1],
    ] as const) {
      const player = new Staying(['replay', file, '--udp', '0', '--json']);
      started.push(player);
      const statuses = await talk(JSON.parse(await player.line()).udp, ...asked);
      expect(statuses).toEqual(code === 0 ? [0, 0, 0x30] : [0, 0x7f]);
      if (code === 1)
        expect(JSON.parse(await player.line()).refused).toMatch(
          /^asked .*authenticatorReset.*; recorded .*GetNextAssertion/,
        );
      player.signal('SIGTERM');
      expect(await player.end()).toBe(code);
    }
  });

  slow('is slow if told so, and keeps its client waiting', async () => {
    const one = serve('--udp', '0', '--json', '--touch-after', '400ms');
    const { udp } = JSON.parse(await one.line());
    const device = await connectUdp({ port: udp, timeout: PATIENCE });
    const statuses: number[] = [];
    const selection = await device.transact(Uint8Array.of(0x0b), {
      keepalive: (status) => statuses.push(status),
    });
    expect([...selection]).toEqual([0]);
    expect(statuses).toContain(2);
    await device.close();
    one.signal('SIGTERM');
    expect(await one.end()).toBe(0);
  });

  slow('knows only channels that were allocated, with --channels strict', async () => {
    const answers: number[] = [];
    for (const mode of ['strict', 'lenient']) {
      const one = serve('--udp', '0', '--json', '--channels', mode);
      const { udp } = JSON.parse(await one.line());
      const socket = createSocket('udp4');
      const answered = once(socket, 'message');
      // CTAPHID_PING on a channel that was not given out.
      const ping = new Uint8Array(64);
      ping.set([0, 0, 0, 77, 0x81, 0, 1, 5]);
      socket.send(ping, udp, '127.0.0.1');
      const [packet] = (await answered) as [Uint8Array];
      answers.push(packet[4] as number);
      socket.close();
      one.signal('SIGTERM');
      await one.end();
    }
    expect(answers).toEqual([0xbf, 0x81]);
  });

  slow('declines every touch if told so', async () => {
    const one = serve('--http', '--json', '--decline');
    const refused = await ask(JSON.parse(await one.line()), '/create', { origin, options: creation });
    expect(refused.json.error.status).toBe('CTAP2_ERR_OPERATION_DENIED');
  });

  slow(
    'has a door on a Unix socket, with a fleet behind it that is wrong as often as it is told',
    async () => {
      const socket = join(folder, 'door');
      const seed = join(folder, 'seed');
      await writeFile(seed, 'a load test\n');
      const fleet = [
        '--fleet-rp-id',
        'example.com',
        '--fleet-seed-file',
        seed,
        '--error-rate',
        'signature-empty=1',
      ];
      const one = serve('--http', '--socket', socket, '--token-rights', 'keys', '--json', ...fleet);
      const told = JSON.parse(await one.line());
      expect(told).toEqual({ url: 'http://localhost', socket, token: expect.any(String) });
      const headers = { authorization: `Bearer ${told.token}`, 'content-type': 'application/json' };
      const asked = request({ socketPath: socket, path: '/fleet/7/get', method: 'POST', headers });
      asked.end('{"options":{"challenge":"Y2hhbGxlbmdl","rpId":"example.com"}}');
      const [response] = (await once(asked, 'response')) as [IncomingMessage];
      let text = '';
      for await (const chunk of response) text += chunk;
      expect([response.statusCode, response.headers['stuntkey-fault']]).toEqual([200, 'signature-empty']);
      expect(JSON.parse(text).response.signature).toBe('');
      one.signal('SIGTERM');
      expect(await one.end()).toBe(0);
    },
  );

  it('has nothing but records on stdout with --stdio, and ends with its stdin', async () => {
    const one = serve('--stdio', '--http', '--json');
    const chunks: Uint8Array[] = [];
    one.child.stdout.on('data', (chunk) => chunks.push(chunk));
    let announced = await one.errorLine();
    while (!announced.startsWith('{')) announced = await one.errorLine();
    expect(JSON.parse(announced).url).toMatch(/^http/);
    one.child.stdin.end(Uint8Array.of(0, 0, 0, 2, 0x10, 0x04));
    expect(await one.end()).toBe(0);
    const answer = Buffer.concat(chunks);
    // The one record after keepalives, if there were any: a tag, a status, and a map.
    const at = answer.indexOf(Buffer.from([0x10, 0x00]));
    expect(at).toBeGreaterThanOrEqual(4);
    expect(answer.readUInt32BE(at - 4)).toBe(answer.length - at);
  });

  it.each(
    sampled(
      [
        [[], 2, /expected --http, --udp, --uhid, --usbip, --vpcd, --vpcd-listen or --stdio/],
        [['--http', '65536'], 2, /Expected a port/],
        [['--http', 'x'], 2, /Expected a port/],
        [['--udp', '0', '--token-file', 'x'], 2, /expected --http with --token-file/],
        [['--stdio', '--channels', 'strict'], 2, /expected --udp, --uhid or --usbip with --channels/],
        [['--vpcd', 'somewhere'], 2, /Expected host:port/],
        [['--vpcd', '--vpcd-listen'], 2, /expected --vpcd or --vpcd-listen, got both/],
        [['--vpcd-listen', '0', '--model', 'yubikey-bio'], 2, /expected a key with the transport nfc/],
        [['--udp', '0', '--no-redact'], 2, /expected --record with --no-redact/],
        [['--udp', '0', '--record', '/no/such/folder/file'], 2, /--record: expected a file to record into/],
        [['--udp', '0', '--channels', 'loose'], 2, /--channels/],
        [['--http', '--touch-after', '2s'], 2, /expected --touch-after without --http/],
        [['--http', '--listen', '0.0.0.0:0'], 2, /expected --allow-host .* 0\.0\.0\.0 is beyond loopback/],
        [['--http', '--listen', '0.0.0.0:0', '--allow-host', 'x.test'], 2, /or --insecure-network/],
        [['--http', '--listen', 'somewhere'], 2, /Expected an address and a port/],
        [['--http', '8100', '--listen', '127.0.0.1:0'], 2, /expected --http without a port/],
        [['--http', '--tls-cert', 'x'], 2, /expected --tls-cert and --tls-key/],
        [['--udp', '0', '--allow-host', 'x.test'], 2, /expected --http with --allow-host/],
        [['--http', '--socket', 's', '--listen', '127.0.0.1:0'], 2, /expected --http alone beside --socket/],
        [['--http', '--fleet-rp-id', 'example.com'], 2, /expected a seed/],
        [['--http', '--error-rate', '0.1'], 2, /expected --fleet-rp-id/],
        [['--http', '--error-rate', '2'], 2, /Expected a share from 0 to 1/],
        [['--http', '--token-rights', 'all'], 2, /keys/],
        [['--udp', '0', '--touch-after', '2 hours'], 2, /at most 10m, such as 500ms, 2s or 1m/],
        [['--udp', '0', '--touch-after', '2s', '--decline'], 2, /expected --touch-after or --decline/],
        [['--http', '--token-file', '/nowhere'], 2, /token: expected a file/],
        [['--http', '--model', 'tpm'], 2, /tpm/],
        [['--http', '--http-host', '0.0.0.0'], 2, /unknown option/],
      ] as const,
      6,
    ),
  )('%j: says what is wrong', async (args, code, message) => {
    const one = serve(...args);
    expect(await one.end()).toBe(code);
    expect(one.stderr).toMatch(message);
  });

  slow('says that a port is taken, and lets go of what it had opened', async () => {
    const one = serve('--http', '--json');
    const { port } = new URL(JSON.parse(await one.line()).url);
    const two = serve('--udp', '0', '--http', port);
    expect(await two.end()).toBe(1);
    expect(two.stderr).toMatch(/expected to listen on 127\.0\.0\.1:\d+, got .*EADDRINUSE/);
  });
});
