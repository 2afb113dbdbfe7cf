/** The door on a network, asked from another host. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Staying } from '../cli/staying.ts';
import { named, runs, whyNot } from '../interop/debian.ts';
import { type Asked, HERE, type TwoHosts, twoHosts, whyNoHosts } from './two-hosts.ts';

const withoutHosts = whyNoHosts() ?? whyNot(['openssl'], () => runs('openssl', 'version'));

const origin = 'https://example.com';
const creation = {
  rp: { name: 'Example', id: 'example.com' },
  user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
  challenge: 'Y2hhbGxlbmdl',
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
};

/** Runs on the client's host: a thousand connections, and what each of them got until it was ended. */
const FLOOD = `
import { connect } from 'node:net';
const [host, port, token] = process.argv.slice(1);
const head = (path, rest) =>
  'POST ' + path + ' HTTP/1.1\\r\\nHost: ' + host + ':' + port + '\\r\\nAuthorization: Bearer ' + token + '\\r\\nContent-Type: application/json\\r\\n' + rest;
const whole = (path, body) => head(path, 'Content-Length: ' + body.length + '\\r\\n\\r\\n' + body);
const creation = JSON.stringify({
  origin: 'https://example.com',
  options: {
    rp: { name: 'Example', id: 'example.com' }, user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
    challenge: 'Y2hhbGxlbmdl', pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  },
});
const counts = {};
/** What was said, once the first answer is there, or at the end. */
const open = (kind, text, first) => new Promise((resolve) => {
  let got = '';
  const socket = connect({ host, port }, () => { if (text) socket.write(text); if (!first) resolve(); });
  socket.on('data', (chunk) => { got += chunk; if (first) resolve(got); });
  socket.on('error', () => {});
  ended.push(new Promise((done) => socket.once('close', () => {
    const status = /^HTTP.1.1 (\\d+)/.exec(got)?.[1];
    // (On a busy machine some of them are told before that they are too slow.)
    const name = status && status !== '408' ? kind + ' ' + status : kind;
    if (!first) counts[name] = (counts[name] ?? 0) + 1;
    done();
  })));
});
const ended = [];
const times = (count, work) => Promise.all(Array.from({ length: count }, work));
const next = (text) => open('first', text, true);
await next(whole('/user/next', '{"presence":"ignore"}'));
await times(300, () => open('silent', ''));
await times(200, () => open('half a head', head('/create', '')));
await times(200, () => open('half a body', head('/create', 'Content-Length: 9\\r\\n\\r\\n{"or')));
await times(100, () => open('enormous', head('/create', 'Content-Length: 1000000000000\\r\\n\\r\\n{"or')));
await times(200, () => open('ceremony', whole('/create', creation)));
// Once another request is answered, those have arrived, too.
await next('GET /health HTTP/1.1\\r\\nHost: ' + host + ':' + port + '\\r\\n\\r\\n');
console.log('open');
await Promise.all(ended);
console.log(JSON.stringify(Object.fromEntries(Object.entries(counts).sort())));
`;

describe.skipIf(withoutHosts)(named('the door on a network', withoutHosts), () => {
  const folder = mkdtempSync(join(tmpdir(), 'stuntkey-hosts-'));
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const doors: Staying[] = [];
  let hosts: TwoHosts;

  beforeAll(() => {
    hosts = twoHosts();
    const names = ['-subj', '/CN=door', '-addext', `subjectAltName=IP:${HERE},DNS:door.test`];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    spawnSync('openssl', ['req', '-x509', ...curve, '-keyout', key, '-out', cert, ...names]);
  });
  afterAll(async () => {
    for (const door of doors) door.signal('SIGKILL');
    await Promise.all(doors.map((door) => door.end()));
    hosts.remove();
  });

  /** A door on the server's host. */
  function serve(...args: readonly string[]): Staying {
    const words = ['serve', '--http', '--json', '--store', ':memory:', ...args];
    const door = new Staying(words, {}, [], hosts.server);
    doors.push(door);
    return door;
  }

  it('registers and signs in from another host over TLS, and refuses what has no token or another name', async () => {
    const tls = ['--tls-cert', cert, '--tls-key', key];
    const door = serve('--listen', `${HERE}:8100`, '--allow-host', HERE, ...tls);
    const { url, token } = JSON.parse(await door.line());
    expect(url).toBe(`https://${HERE}:8100`);
    const ca = readFileSync(cert, 'utf8');
    const headers = { authorization: `Bearer ${token}` };
    const call = async (path: string, body: object) =>
      (await hosts.ask({ url, ca, path, headers, body })).json;
    expect((await hosts.ask({ url, ca, path: '/ready' })).json).toEqual({ status: 'ready' });
    const created = await call('/create', { origin, options: creation });
    const origins = [origin];
    const registered = await call('/verify', { response: created, options: creation, origins });
    expect(registered.verified).toBe(true);
    const options = { challenge: 'Y2hhbGxlbmdl', allowCredentials: [{ type: 'public-key', id: created.id }] };
    const response = await call('/get', { origin, options });
    const { credential } = registered;
    expect((await call('/verify', { response, options, origins, credential })).verified).toBe(true);

    const outcome = async (asked: Partial<Asked>) => {
      const { status, code, json } = await hosts.ask({ url, ca, path: '/info', headers, ...asked });
      return code ?? [status, json.error?.code];
    };
    for (const path of ['/info', '/openapi.json', '/no-such-path'])
      expect(await outcome({ path, headers: {} })).toEqual([401, 'bad-token']);
    expect(await outcome({ headers: { authorization: `Bearer ${token}x` } })).toEqual([401, 'bad-token']);
    // A page of another site can make its name mean this address.
    for (const host of ['evil.test:8100', 'door.test:8100', `${HERE}:80`, 'localhost:8100'])
      expect(await outcome({ headers: { ...headers, host } })).toEqual([421, 'bad-host']);
    for (const page of [
      { origin: 'https://evil.test' },
      { origin: url },
      { 'sec-fetch-site': 'same-origin' },
    ])
      expect(await outcome({ headers: { ...headers, ...(page as object) } })).toEqual([403, 'from-a-page']);
    // In the clear, at the same port.
    expect(await outcome({ url: url.replace('https', 'http') })).toBe('ECONNRESET');
    // A client that does not trust the certificate does not send its token.
    expect(await outcome({ ca: '' })).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
  });

  it('speaks in the clear only where that was said', async () => {
    for (const [more, expected] of [
      [[], 'expected --allow-host'],
      [['--allow-host', HERE], 'expected --tls-cert and --tls-key'],
      [['--insecure-network'], 'expected --allow-host'],
    ] as const) {
      const refused = serve('--listen', `${HERE}:8101`, ...more);
      expect(await refused.end()).toBe(2);
      expect(refused.stderr).toContain(expected);
    }
    const names = ['--allow-host', HERE, 'door.test', '--insecure-network'];
    const { url, token } = JSON.parse(await serve('--listen', '0.0.0.0:8101', ...names).line());
    expect(url).toBe(`http://${HERE}:8101`);
    const headers = { authorization: `Bearer ${token}` };
    expect((await hosts.ask({ url, path: '/info', headers })).json.name).toBe('stuntkey');
    const byName = { ...headers, host: 'door.test:8101' };
    expect((await hosts.ask({ url, path: '/info', headers: byName })).status).toBe(200);
    expect((await hosts.ask({ url, path: '/info' })).status).toBe(401);
  });

  it('ends a thousand connections of another host when it is told to stop, whatever they were doing', async () => {
    const door = serve('--listen', `${HERE}:8102`, '--allow-host', HERE, '--insecure-network');
    const { token } = JSON.parse(await door.line());
    const [program = '', ...words] = [...hosts.client, process.execPath, '--input-type=module', '-e', FLOOD];
    const flood = spawn(program, [...words, HERE, '8102', token], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: flood.stdout })[Symbol.asyncIterator]();
    expect((await lines.next()).value).toBe('open');
    door.signal('SIGTERM');
    const told = JSON.parse((await lines.next()).value);
    expect(await door.end()).toBe(0);
    // Bodies that are too large are refused at once; ceremonies that wait are told that the door closes; the others had not asked for anything.
    expect(told).toEqual({
      'ceremony 503': 200,
      'enormous 413': 100,
      'half a body': 200,
      'half a head': 200,
      silent: 300,
    });
  });

  it('is not there for another host where nothing was said', async () => {
    const { url } = JSON.parse(await serve().line());
    const elsewhere = `http://${HERE}:${new URL(url).port}`;
    expect(await hosts.ask({ url: elsewhere, path: '/health' })).toEqual({ code: 'ECONNREFUSED' });
  });
});
