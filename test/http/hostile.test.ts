import { describe, expect, it } from 'vitest';
import { type HttpOptions, serveHttp } from '../../src/entries/http.ts';
import { Authenticator, ScriptedUser } from '../../src/entries/index.ts';
import { connectUdp, serveUdp } from '../../src/entries/transport.ts';
import { PATIENCE } from '../patience.ts';
import { slow } from '../slow.ts';
import type { Told } from './client.ts';
import { openDoor } from './open-door.ts';

const origin = 'https://example.com';
const creation = {
  rp: { name: 'Example', id: 'example.com' },
  user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
  challenge: 'Y2hhbGxlbmdlLWZyb20tc2VydmVy',
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
};
const JSON_TYPE = { 'content-type': 'application/json' };

async function door(options: HttpOptions = {}) {
  const user = new ScriptedUser();
  /** Resolves when the person is asked, and does not answer. */
  let asked = (): void => {};
  const waiting = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const answer = user.answer.bind(user);
  user.answer = (prompt) => {
    const given = answer(prompt);
    if (given === 'ignore') asked();
    return given;
  };
  const opened = await openDoor(options, new Authenticator({ user }));
  const { host } = new URL(opened.server.url);
  return { ...opened, user, waiting, host };
}

const codeOf = ({ status, json }: Told): readonly [number, string] => [status, json.error.code];
const codeIn = (answer: string): readonly [string | undefined, string | undefined] => [
  /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1],
  /"code":"([\w-]+)"/.exec(answer)?.[1],
];

describe('the door lets no client in', () => {
  it('without its token', async () => {
    const { client, server } = await door();
    const { token } = server;
    const wrong = ['', 'Bearer', `Bearer ${token}x`, `Bearer ${token.slice(1)}`, `Basic ${token}`, token];
    for (const authorization of wrong) {
      const told = await client.raw('GET', '/info', authorization === '' ? {} : { authorization });
      expect(codeOf(told)).toEqual([401, 'bad-token']);
      expect(told.headers['www-authenticate']).toMatch(/^Bearer/);
      await client.check('GET', '/info', told);
      const got = authorization === '' ? 'none' : /^Bearer +\S/.test(authorization) ? 'another' : 'no Bearer';
      expect(told.json.error.message).toContain(`the door's token, got ${got}`);
    }
    expect((await client.raw('GET', '/info', { authorization: `bearer ${token}` })).status).toBe(200);
    expect((await client.raw('GET', '/openapi.json')).status).toBe(401);
    expect((await client.raw('GET', '/nowhere')).status).toBe(401);
  });

  it('by a name that is not loopback’s, or another port', async () => {
    const { client, server, host } = await door();
    const { port } = server;
    const foreign = [
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1',
      '127.0.0.1:1',
      `localhost.evil.example:${port}`,
    ];
    for (const wrong of [...foreign, `127.0.0.1.:${port}`, `127.0.0.1:${port}@evil.example`])
      expect(codeOf(await client.raw('GET', '/info', { ...client.headers, host: wrong }))).toEqual([
        421,
        'bad-host',
      ]);
    for (const right of [host, `localhost:${port}`, `LOCALHOST:${port}`, `[::1]:${port}`])
      expect((await client.raw('GET', '/info', { ...client.headers, host: right })).status).toBe(200);
    const connection = await client.open();
    connection.write(
      `GET /info HTTP/1.1\r\nHost: ${host}\r\nHost: evil.example\r\nConnection: close\r\n\r\n`,
    );
    expect(codeIn(await connection.rest())).toEqual(['421', 'bad-host']);
    const old = await client.open();
    old.write('GET /info HTTP/1.0\r\n\r\n');
    expect(codeIn(await old.rest())).toEqual(['421', 'bad-host']);
  });

  it('from a page, even with the token, and sends no CORS headers', async () => {
    const { client, server } = await door();
    const pages = [
      { origin: server.url },
      { origin: 'null' },
      { origin },
      { 'sec-fetch-site': 'same-origin' },
    ];
    for (const page of pages) {
      for (const method of ['GET', 'POST', 'OPTIONS']) {
        const told = await client.raw(method, '/info', { ...client.headers, ...page });
        expect(codeOf(told)).toEqual([403, 'from-a-page']);
        expect(Object.keys(told.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
      }
    }
    const told = await client.raw('GET', '/info', client.headers);
    expect(Object.keys(told.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect(told.headers['cache-control']).toBe('no-store');
  });

  it('from anywhere but this machine: it listens on loopback only, with a token worth the name', async () => {
    for (const host of ['0.0.0.0', '::', '192.0.2.1', 'example.com', ''])
      await expect(serveHttp(new Authenticator(), { host })).rejects.toMatchObject({ code: 'bad-options' });
    for (const token of ['', 'short', 'sixteen letters and a space', `${'x'.repeat(20)}\n`])
      await expect(serveHttp(new Authenticator(), { token })).rejects.toMatchObject({ code: 'bad-options' });
    const { server } = await door();
    await expect(serveHttp(new Authenticator(), { port: server.port })).rejects.toMatchObject({
      code: 'cannot-open',
    });
    expect((await door()).server.token).not.toBe(server.token);
  });
});

describe('what is wrong with a request is said', () => {
  it('for paths and methods that are not there', async () => {
    const { client } = await door();
    for (const path of [
      '/',
      '/nowhere',
      '/create/',
      '/credentials/',
      '//create',
      '/constructor',
      '/__proto__',
    ])
      expect(codeOf(await client.call('GET', path))).toEqual([404, 'no-such-path']);
    for (const [path, meant] of [
      ['/credential', '/credentials'],
      ['/info/', '/info'],
    ] as const)
      expect((await client.call('GET', path)).json.error.message).toContain(`did you mean ${meant}?`);
    const wrong = await client.call('DELETE', '/create');
    expect(codeOf(wrong)).toEqual([405, 'method-not-allowed']);
    expect(wrong.headers.allow).toBe('POST');
    expect((await client.call('PUT', '/credentials/AAAA')).headers.allow).toBe('GET, PATCH, DELETE');
    const connection = await client.open();
    connection.write(
      `GET http://evil.example/info HTTP/1.1\r\nHost: ${new URL((await door()).server.url).host}\r\n\r\n`,
    );
    connection.socket.end();
    expect(codeIn(await connection.rest())[0]).toBe('421');
  });

  it('for queries', async () => {
    const { client } = await door({ tokenRights: ['keys'] });
    for (const query of [
      'limit=0',
      'limit=10001',
      'limit=x',
      'limit=1&limit=2',
      'limt=1',
      '__proto__=1',
      'limit=1e2',
    ])
      expect(codeOf(await client.call('GET', `/credentials?${query}`))).toEqual([400, 'bad-query']);
    expect(codeOf(await client.call('GET', '/export?format=xml'))).toEqual([400, 'bad-query']);
  });

  it.each([
    ['', 'Unexpected end'],
    ['{', 'JSON'],
    ['nonsense', 'JSON'],
    ['{} {}', 'JSON'],
    ['null', 'expected a request such as { "origin"'],
    ['[]', 'got an empty array'],
    ['1e999', 'got Infinity'],
    ['{"options":{}}', 'body.origin: expected a value'],
    [
      '{"orign":"https://example.com","options":{}}',
      'body.orign: there is no such member; did you mean origin?',
    ],
    ['{"origin":1,"options":{}}', 'body.origin: expected a text, got 1'],
    ['{"origin":"https://example.com"}', 'body: expected options, or publicKey'],
    ['{"origin":"https://example.com","options":[]}', 'body.options: expected an object, got an empty array'],
    [
      '{"origin":"https://example.com","options":{},"mediation":"maybe"}',
      'body.mediation: expected one of optional, required',
    ],
    [
      '{"origin":"https://example.com","options":{},"topOrgin":"x"}',
      'body.topOrgin: there is no such member; did you mean topOrigin?',
    ],
    [
      '{"origin":"https://example.com","options":{},"__proto__":{}}',
      'body.__proto__: there is no such member',
    ],
    [`{"origin":"x","options":${'['.repeat(10_000)}${']'.repeat(10_000)}}`, 'at most 32 levels'],
    [`{"origin":"x","options":${'{"a":'.repeat(9000)}1${'}'.repeat(9000)}}`, 'at most 32 levels'],
  ])('for the body %#', async (body, message) => {
    const { client, authenticator } = await door();
    const told = await client.raw('POST', '/create', { ...client.headers, ...JSON_TYPE }, body);
    expect(codeOf(told)).toEqual([400, 'bad-body']);
    expect(told.json.error.message).toContain(message);
    await client.check('POST', '/create', told);
    expect(authenticator.credentials.list()).toEqual([]);
  });

  it('for bytes that are not UTF-8, for other media types, and for a body where none belongs', async () => {
    const { client, host } = await door();
    const head = (more: string) =>
      `POST /get HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${client.headers.authorization}\r\nConnection: close\r\n${more}\r\n`;
    const connection = await client.open();
    connection.write(head('Content-Type: application/json\r\nContent-Length: 4\r\n'));
    connection.socket.write(Buffer.from([0x22, 0xff, 0xfe, 0x22]));
    expect(codeIn(await connection.rest())).toEqual(['400', 'bad-body']);
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/json; charset=latin1',
      'application/jsonp',
    ])
      expect(
        codeOf(await client.raw('POST', '/get', { ...client.headers, 'content-type': type }, '{}')),
      ).toEqual([415, 'bad-media-type']);
    expect(codeOf(await client.raw('POST', '/get', client.headers, '{}'))).toEqual([415, 'bad-media-type']);
    const charset = { ...client.headers, 'content-type': 'application/json; charset=UTF-8' };
    expect(codeOf(await client.raw('POST', '/get', charset, '{}'))).toEqual([400, 'bad-body']);
    expect(codeOf(await client.call('POST', '/reset', {}))).toEqual([400, 'bad-body']);
  });

  it('for bodies that are too large, announced or not, and the connection goes on where it can', async () => {
    const { client, host } = await door();
    const large = JSON.stringify({ origin, options: { challenge: 'A'.repeat(64 * 1024) } });
    const headers: Record<string, string> = { ...client.headers, ...JSON_TYPE };
    for (const more of [{ 'content-length': String(large.length) }, { 'transfer-encoding': 'chunked' }])
      expect(codeOf(await client.raw('POST', '/create', { ...headers, ...more }, large))).toEqual([
        413,
        'body-too-large',
      ]);
    const connection = await client.open();
    const head = (length: number) =>
      `POST /create HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${headers.authorization}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;
    connection.write(head(large.length) + large);
    connection.write(head(1e12));
    // The second is not even read, and ends the connection.
    const told = await connection.rest();
    expect(told.match(/HTTP\/1\.1 413/g)).toHaveLength(2);
    expect(told.match(/connection: close/gi)).toHaveLength(1);
  });

  it('for what is no HTTP, and for headers without end', async () => {
    const { client, host } = await door();
    for (const [text, expected] of [
      ['\x16\x03\x01\x02\x00\x01\x00\r\n\r\n', ['400', 'bad-request']],
      ['GET / HTTP/1.1\r\nbroken header\r\n\r\n', ['400', 'bad-request']],
      [
        `POST /get HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
        ['400', 'bad-request'],
      ],
      [`GET / HTTP/1.1\r\nHost: ${host}\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, ['431', 'headers-too-large']],
    ] as const) {
      const connection = await client.open();
      connection.write(text);
      expect(codeIn(await connection.rest())).toEqual(expected);
    }
  });

  it('to a client that is too slow, in the middle of the headers or of the body, or says nothing', async () => {
    const { client, host } = await door({ requestTimeout: 40 });
    const head = `POST /get HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${client.headers.authorization}\r\n`;
    for (const text of [
      '',
      'POST',
      head,
      `${head}Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{"or`,
    ]) {
      const connection = await client.open();
      connection.write(text);
      expect(codeIn(await connection.rest())).toEqual(['408', 'too-slow']);
    }
  });
});

describe('many at once', () => {
  slow('are all answered: a thousand connections, half of them ceremonies', async () => {
    const { client, authenticator } = await door();
    const { json } = await client.call('POST', '/create', { origin, options: creation });
    const options = {
      challenge: creation.challenge,
      allowCredentials: [{ type: 'public-key', id: json.id }],
    };
    const told = await Promise.all(
      Array.from({ length: 1000 }, (_, index) =>
        index % 2 ? client.call('POST', '/get', { origin, options }) : client.call('GET', '/credentials'),
      ),
    );
    expect(told.every(({ status }) => status === 200)).toBe(true);
    const counters = told.flatMap(({ json }) =>
      json.response ? [Buffer.from(json.response.authenticatorData, 'base64url').readUInt32BE(33)] : [],
    );
    expect(new Set(counters).size).toBe(500);
    expect(authenticator.credentials.list()[0]?.signCount).toBe(500);
  });

  it('are turned away beyond a limit, and let in again', async () => {
    const { client, host, waiting } = await door({ maxConnections: 2 });
    await client.call('POST', '/user/next', { presence: 'ignore' });
    const head = `POST /create HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${client.headers.authorization}\r\nContent-Type: application/json\r\n`;
    const body = JSON.stringify({ origin, options: creation });
    const one = `${head}Content-Length: ${body.length}\r\n\r\n${body}`;
    const greedy = await client.open();
    greedy.write(one);
    await waiting;
    greedy.write(one + one + one);
    const idle = await client.open();
    const tooMany = await client.open();
    expect(await tooMany.rest()).toBe('');
    greedy.socket.destroy();
    idle.socket.destroy();
    await Promise.all([greedy.rest(), idle.rest()]);
    expect((await client.call('GET', '/info')).status).toBe(200);
  });
});

describe('who goes away', () => {
  it('takes the ceremony along', async () => {
    const { client, host, waiting, authenticator } = await door();
    await client.call('POST', '/user/next', { presence: 'ignore' });
    const body = JSON.stringify({ origin, options: creation });
    const connection = await client.open();
    connection.write(
      `POST /create HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${client.headers.authorization}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await waiting;
    connection.socket.destroy();
    // Were the first still waiting for its touch, this would wait for half a minute.
    expect((await client.call('POST', '/create', { origin, options: creation })).status).toBe(200);
    expect(authenticator.credentials.list()).toHaveLength(1);
    expect((await client.call('GET', '/trace')).json.ceremonies[1].outcome.step).toBe('the page aborted');
  });
});

describe('closing the door', () => {
  it('finishes what is under way, and takes no more', async () => {
    const { client, server } = await door();
    await client.description();
    const create = () => client.call('POST', '/create', { origin, options: creation });
    await create();
    const under = Array.from({ length: 100 }, create);
    await Promise.race(under);
    const closed = server.close();
    const told = await Promise.allSettled(under);
    await closed;
    // Each is done, or told that the door is closing, or came too late for a connection; none hangs.
    const statuses = told.map((one) => (one.status === 'fulfilled' ? one.value.status : 'no connection'));
    expect(statuses.filter((status) => ![200, 503, 'no connection'].includes(status))).toEqual([]);
    expect(statuses).toContain(200);
    await expect(create()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await server.close();
  });

  it('waits no longer than the grace for a person who does not come', async () => {
    const { client, server, waiting } = await door();
    await client.call('POST', '/user/next', { presence: 'ignore' });
    const create = client.call('POST', '/create', { origin, options: creation });
    await waiting;
    await server.close(20);
    expect(codeOf(await create)).toEqual([503, 'stopping']);
  });

  it('closes the connection of a client that does not finish its request', async () => {
    const { client, server, host } = await door();
    const [silent, slow] = [await client.open(), await client.open()];
    slow.write(`GET /info HTTP/1.1\r\nHost: ${host}\r\n`);
    await server.close();
    expect([await silent.rest(), await slow.rest()]).toEqual(['', '']);
  });

  it('leaves the device to its other carriers', async () => {
    const { authenticator, server } = await door();
    const udp = await serveUdp(authenticator, { port: 0 });
    const device = await connectUdp({ port: udp.port, timeout: PATIENCE });
    await server.close();
    expect((await device.transact(Uint8Array.of(4)))[0]).toBe(0);
    await device.close();
    await udp.close();
  });
});
