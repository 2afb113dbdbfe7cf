import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type HttpOptions, serveHttp } from '../../src/entries/http.ts';
import { Authenticator } from '../../src/entries/index.ts';
import { namesOf } from '../../src/http/listen.ts';
import { named, runs } from '../interop/debian.ts';
import { slow } from '../slow.ts';
import { DoorClient, type Told } from './client.ts';
import { openServer } from './open-door.ts';

const codeOf = ({ status, json }: Told) => [status, json.error?.code];

describe('beyond loopback the door listens', () => {
  it.each<[HttpOptions, string]>([
    [{ host: '0.0.0.0' }, 'allowHosts'],
    [{ host: '0.0.0.0', allowHosts: [] }, 'allowHosts'],
    [{ host: '0.0.0.0', insecureNetwork: true }, 'allowHosts'],
    [{ host: '0.0.0.0', allowHosts: ['ci.test'] }, 'insecureNetwork'],
    [{ host: '::', allowHosts: ['ci.test'], insecureNetwork: false }, 'insecureNetwork'],
    [{ host: '192.0.2.1', allowHosts: ['https://ci.test'] }, 'allowHosts[0]'],
    [{ host: '0.0.0.0', allowHosts: ['*'], insecureNetwork: true }, 'allowHosts[0]'],
    [{ host: '0.0.0.0', allowHosts: ['ci.test'], tls: { cert: 'x', key: 'y' } }, 'tls'],
    [{ host: 'ci.test', allowHosts: ['ci.test'], insecureNetwork: true }, 'host'],
    [{ socket: 'somewhere', port: 8100 }, 'socket'],
  ])('only when all of it was said: %j names what is missing', async (options, named) => {
    await expect(serveHttp(new Authenticator(), options)).rejects.toMatchObject({
      code: 'bad-options',
      message: expect.stringContaining(named),
    });
  });

  it('by the names that were allowed and loopback’s, which is there, too, and by no other', async () => {
    const server = await openServer({
      host: '0.0.0.0',
      allowHosts: ['CI.test', 'ci.test:9000'],
      insecureNetwork: true,
    });
    const { port } = server;
    expect(server.url).toBe(`http://ci.test:${port}`);
    const local = new DoorClient({ ...server, url: `http://127.0.0.1:${port}` });
    const ask = (host: string) => local.raw('GET', '/info', { ...local.headers, host });
    for (const host of [`ci.test:${port}`, `CI.TEST:${port}`, 'ci.test:9000', `localhost:${port}`])
      expect((await ask(host)).status).toBe(200);
    for (const host of ['ci.test', 'ci.test:1', `evil.test:${port}`, `0.0.0.0:${port}`, `a.ci.test:${port}`])
      expect(codeOf(await ask(host))).toEqual([421, 'bad-host']);
    const without = await local.raw('GET', '/info', { host: `ci.test:${port}` });
    expect(codeOf(without)).toEqual([401, 'bad-token']);
    // A page that made its name mean this address, or one at an allowed name.
    for (const origin of ['http://evil.test', `http://ci.test:${port}`])
      expect(
        codeOf(await local.raw('GET', '/info', { ...local.headers, host: `ci.test:${port}`, origin })),
      ).toEqual([403, 'from-a-page']);
  });

  it('under names that fit its scheme, its port and what was allowed', () => {
    const hosts = (options: HttpOptions, port: number) => {
      const { url, hosts } = namesOf(options, port);
      return [url, ...hosts];
    };
    const tls = { cert: 'x', key: 'y' };
    expect(hosts({ host: '192.0.2.7', allowHosts: ['192.0.2.7'], tls }, 443)).toEqual([
      'https://192.0.2.7',
      '192.0.2.7',
      '192.0.2.7:443',
    ]);
    expect(hosts({ host: '2001:db8::7', allowHosts: ['[2001:db8::7]', 'ci.test:443'], tls }, 8100)).toEqual([
      'https://[2001:db8::7]:8100',
      '[2001:db8::7]:8100',
      'ci.test:443',
      'ci.test',
    ]);
    expect(hosts({ host: '::1' }, 80)).toContain('[::1]');
    expect(hosts({ host: '127.0.0.2', allowHosts: ['proxy.test'] }, 8100)).toEqual([
      'http://127.0.0.2:8100',
      '127.0.0.1:8100',
      'localhost:8100',
      '[::1]:8100',
      '127.0.0.2:8100',
      'proxy.test:8100',
    ]);
  });
});

const withoutOpenssl = runs('openssl', 'version') ? undefined : 'needs openssl';

describe.skipIf(withoutOpenssl)(named('with a certificate', withoutOpenssl), () => {
  slow('it speaks TLS, and nothing else; a connection that says nothing does not keep it open', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stuntkey-tls-'));
    const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
    const names = 'subjectAltName=DNS:localhost,DNS:ci.test,IP:127.0.0.1';
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    spawnSync('openssl', ['req', '-x509', ...curve, ...files, '-subj', '/CN=door', '-addext', names]);
    const cert = readFileSync(join(folder, 'cert.pem'));
    const server = await openServer({ tls: { cert, key: readFileSync(join(folder, 'key.pem')) } });
    expect(server.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const client = new DoorClient(server, { ca: cert });
    expect((await client.call('GET', '/info')).json.name).toBe('stuntkey');
    await expect(new DoorClient(server).call('GET', '/info')).rejects.toThrow(/self-signed/);
    await expect(client.raw('GET', '/info', {}, '')).resolves.toMatchObject({ status: 401 });
    // What does not even come to its handshake is ended like a request that does not come.
    const impatient = await openServer({
      tls: { cert, key: readFileSync(join(folder, 'key.pem')) },
      requestTimeout: 40,
    });
    expect(await (await new DoorClient(impatient).open()).rest()).toBe('');
    const silent = await client.open();
    const clear = await client.open();
    clear.write('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect(await clear.rest()).not.toContain('200');
    await server.close(0);
    expect(await silent.rest()).toBe('');
  });
});

const path = (): string => join(mkdtempSync(join(tmpdir(), 'stuntkey-')), 'door');

describe('on a Unix socket', () => {
  it('the door is its owner’s alone, and goes with it; the token stays', async () => {
    const socket = path();
    const server = await openServer({ socket });
    expect([server.url, server.port, server.socket]).toEqual(['http://localhost', 0, socket]);
    expect((statSync(socket).mode & 0o777).toString(8)).toBe('600');
    const client = new DoorClient(server, { socketPath: socket });
    expect((await client.call('GET', '/info')).json.name).toBe('stuntkey');
    expect((await client.raw('GET', '/info')).status).toBe(401);
    expect(codeOf(await client.raw('GET', '/info', { ...client.headers, host: 'evil.test' }))).toEqual([
      421,
      'bad-host',
    ]);
    await server.close(0);
    expect(existsSync(socket)).toBe(false);
  });

  slow('it replaces a socket without a server, and nothing else', async () => {
    const socket = path();
    const killed = `require('node:net').createServer().listen(${JSON.stringify(socket)}, () => process.kill(process.pid, 'SIGKILL'))`;
    spawnSync(process.execPath, ['-e', killed]);
    expect(existsSync(socket)).toBe(true);
    const server = await openServer({ socket });
    await expect(serveHttp(new Authenticator(), { socket })).rejects.toMatchObject({ code: 'cannot-open' });
    await server.close(0);
    const file = path();
    writeFileSync(file, 'mine');
    await expect(serveHttp(new Authenticator(), { socket: file })).rejects.toMatchObject({
      code: 'cannot-open',
    });
  });
});

describe('a page of the door’s own', () => {
  it('may ask only where that was said, at exactly the door’s origin, and with the token', async () => {
    const server = await openServer({ ui: true });
    const client = new DoorClient(server);
    const ask = (headers: Record<string, string>) =>
      client.raw('GET', '/info', { ...client.headers, ...headers });
    const site = { 'sec-fetch-site': 'same-origin' };
    expect((await ask({ ...site, origin: server.url })).status).toBe(200);
    // With GET a page sends no Origin to its own.
    expect((await ask(site)).status).toBe(200);
    for (const wrong of [
      { origin: server.url },
      { ...site, origin: 'null' },
      { ...site, origin: `http://localhost:${server.port}` },
      { ...site, origin: server.url.replace('http', 'https') },
      { 'sec-fetch-site': 'same-site', origin: server.url },
      { 'sec-fetch-site': 'cross-site', origin: server.url },
      { 'sec-fetch-site': 'none' },
    ])
      expect(codeOf(await ask(wrong))).toEqual([403, 'from-a-page']);
    const told = await client.raw('GET', '/info', { ...site, origin: server.url });
    expect(codeOf(told)).toEqual([401, 'bad-token']);
    expect(Object.keys(told.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('is three files that need no token, under a policy that lets nothing in from elsewhere', async () => {
    const server = await openServer({ ui: true, token: 'sixteen+letters/or~more' });
    expect(server.page).toBe(`${server.url}/#token=sixteen%2Bletters%2For~more`);
    const client = new DoorClient(server);
    const get = (path: string, headers: Record<string, string>) => client.raw('GET', path, headers);
    const types = {
      '/': 'text/html',
      '/assets/inspector.js': 'text/javascript',
      '/assets/inspector.css': 'text/css',
    };
    for (const [path, type] of Object.entries(types)) {
      const { status, headers } = await get(path, { 'sec-fetch-site': 'same-origin' });
      expect([path, status, headers['content-type']]).toEqual([path, 200, `${type}; charset=utf-8`]);
      expect(headers['content-security-policy']).toMatch(
        /^default-src 'none'; script-src 'self'; .*frame-ancestors 'none'; require-trusted-types-for 'script'$/,
      );
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      });
      expect(headers['content-security-policy']).not.toMatch(/unsafe|\*|http/);
    }
    // A person opens it, from wherever; a page elsewhere can neither read it nor frame it.
    const opened = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    for (const site of ['none', 'same-origin', 'cross-site'])
      expect((await get('/', { ...opened, 'sec-fetch-site': site })).status).toBe(200);
    for (const wrong of [
      {
        'sec-fetch-site': 'cross-site',
        'sec-fetch-mode': 'cors',
        'sec-fetch-dest': 'empty',
        origin: 'http://evil.test',
      },
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' },
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
      { 'sec-fetch-site': 'same-site', ...opened, origin: 'http://evil.test' },
    ])
      expect(codeOf(await client.raw('GET', '/', wrong))).toEqual([403, 'from-a-page']);
    expect(codeOf(await client.raw('GET', '/', { ...opened, host: 'evil.test' }))).toEqual([421, 'bad-host']);
    // What is opened so has no more than the files.
    expect(
      codeOf(await client.raw('GET', '/info', { ...client.headers, ...opened, 'sec-fetch-site': 'none' })),
    ).toEqual([403, 'from-a-page']);
    for (const path of [
      '/../package.json',
      '/assets/%2e%2e/package.json',
      '/trace.html',
      '/index.html',
      '/assets/',
      '//',
    ])
      expect(codeOf(await client.raw('GET', path, client.headers))).toEqual([404, 'no-such-path']);
    expect(codeOf(await new DoorClient(await openServer({})).call('GET', '/'))).toEqual([
      404,
      'no-such-path',
    ]);
  });

  it('needs a port that browsers tell the truth to', async () => {
    for (const [options, message] of [
      [{ socket: path() }, 'ui: expected a port'],
      [
        { host: '0.0.0.0', allowHosts: ['ci.example'], insecureNetwork: true },
        'ui: expected a loopback address, or tls',
      ],
    ] as const)
      await expect(serveHttp(new Authenticator(), { ...options, ui: true })).rejects.toMatchObject({
        code: 'bad-options',
        message: expect.stringContaining(message),
      });
  });
});

describe('the token', () => {
  it('takes no private keys out, unless that was said', async () => {
    const server = await openServer({});
    const client = new DoorClient(server);
    for (const path of ['/export', '/credentials/AAAA/export']) {
      const told = await client.call('GET', path);
      expect(codeOf(told)).toEqual([403, 'no-right']);
      expect(told.json.error.message).toContain('--token-rights keys');
    }
    await client.call('POST', '/authenticators', { name: 'ada' });
    expect(codeOf(await client.call('GET', '/authenticators/ada/export'))).toEqual([403, 'no-right']);
    expect(codeOf(await client.call('POST', '/audit', { url: 'http://localhost:9' }))).toEqual([
      403,
      'no-right',
    ]);
    await expect(serveHttp(new Authenticator(), { tokenRights: ['all' as 'keys'] })).rejects.toMatchObject({
      code: 'bad-options',
    });
  });

  it('is not needed to ask whether the door is there, and whether its device can be used', async () => {
    const authenticator = new Authenticator();
    const server = await openServer({}, authenticator);
    const client = new DoorClient(server);
    for (const [path, status] of [
      ['/health', 'ok'],
      ['/ready', 'ready'],
    ] as const) {
      const told = await client.raw('GET', path);
      expect([told.status, told.json]).toEqual([200, { status }]);
      await client.check('GET', path, told);
      expect(codeOf(await client.raw('GET', path, { origin: 'http://evil.test' }))).toEqual([
        403,
        'from-a-page',
      ]);
      expect(codeOf(await client.raw('GET', path, { host: 'evil.test' }))).toEqual([421, 'bad-host']);
      expect(codeOf(await client.raw('POST', path))).toEqual([401, 'bad-token']);
    }
    authenticator.credentials.read = () => {
      throw new Error('the disk is gone');
    };
    expect(codeOf(await client.raw('GET', '/ready'))).toEqual([503, 'not-ready']);
    expect((await client.raw('GET', '/health')).status).toBe(200);
  });
});
