import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startLoginServer } from '../../examples/login-server/server.js';
import { startStrictServer } from '../../examples/strict-server/http.js';
import {
  type AuditOptions,
  auditRelyingParty,
  conformanceTarget,
  describedTarget,
  fault,
} from '../../src/entries/audit.ts';

import { PATIENCE } from '../patience.ts';
import { behind } from './behind.ts';
import { LeapingClock } from './leaping-clock.ts';

const few = ['authentication-type-swapped', 'signature-from-other-key', 'registration-client-data-bom'].map(
  fault,
);
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A server on loopback. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

async function strict(weak: string[] = []) {
  const server = await startStrictServer({ weak });
  closing.push(() => server.close());
  return server;
}

/** A strict server behind a proxy, which answers some requests itself. */
async function intercepted(
  hostile: (request: IncomingMessage, response: ServerResponse, number: number) => boolean,
): Promise<string> {
  let origin = '';
  let number = 0;
  const { StrictServer } = await import('../../examples/strict-server/strict-server.js');
  const { conformanceApi } = await import('../../examples/strict-server/http.js');
  let api: Awaited<ReturnType<typeof conformanceApi>>;
  origin = await serve((request, response) => {
    number += 1;
    if (!hostile(request, response, number)) void api(request, response);
  });
  api = conformanceApi(new StrictServer({ rpId: 'localhost', origins: [origin] }));
  return origin;
}

const audit = (url: string, options: AuditOptions = {}) =>
  auditRelyingParty(conformanceTarget(url), {
    faults: few,
    concurrency: 1,
    timeout: PATIENCE,
    clock: new LeapingClock(),
    ...options,
  });

describe('a server with the conformance interface', () => {
  it('is audited over HTTP, cookies and all', async () => {
    const { origin } = await strict();
    const { outcome, target, results } = await audit(origin);
    expect(outcome).toBe('complete');
    expect(target).toMatchObject({ kind: 'conformance', loopback: true, origin });
    expect(results.map(({ verdict, status }) => [verdict, status])).toEqual([
      ['rejected', 400],
      ['rejected', 400],
      ['accepted', 200],
    ]);
  });

  it('has its weakness named', async () => {
    const { origin } = await strict(['signature', 'origin']);
    const faults = [
      'signature-from-other-key',
      'registration-origin-subdomain',
      'authentication-rp-id-hash-zero',
    ].map(fault);
    const { results } = await audit(origin, { faults });
    expect(results.filter(({ finding }) => finding).map(({ fault: { id } }) => id)).toEqual([
      'signature-from-other-key',
      'registration-origin-subdomain',
    ]);
  });

  it('has a URL, or is refused', () => {
    expect(() => conformanceTarget('example.com')).toThrow(
      'url: expected a URL with http or https, got "example.com"',
    );
    expect(conformanceTarget('http://localhost:3000/fido').url).toBe('http://localhost:3000/fido/');
    expect(conformanceTarget('https://example.com', { origin: 'https://login.example.com' }).origin).toBe(
      'https://login.example.com',
    );
  });

  it.each([
    ['http://localhost:1', true],
    ['http://127.0.0.1', true],
    ['http://127.9.9.9', true],
    ['http://[::1]:80', true],
    ['http://app.localhost', true],
    ['http://127.0.0.1.example.com', false],
    ['http://localhost.example.com', false],
    ['http://192.168.0.1', false],
    ['http://0.0.0.0', false],
  ])('at %s is this machine: %s', (url, loopback) => {
    expect(conformanceTarget(url).loopback).toBe(loopback);
  });
});

describe('a hostile server', () => {
  it('that does not listen ends the audit before it begins', async () => {
    const gone = await serve(() => {});
    await closing.pop()?.();
    const { outcome, reason, results } = await audit(gone);
    expect(outcome).toBe('inconclusive');
    expect(reason).toMatch(
      /an honest registration did not pass: expected an answer from localhost:\d+, got .*ECONNREFUSED/,
    );
    expect(results).toEqual([]);
  });

  it('that answers HTML is told apart from a refusal', async () => {
    const url = await serve((_request, response) =>
      response.setHeader('content-type', 'text/html').end('<h1>Welcome</h1>'),
    );
    expect((await audit(url)).reason).toBe(
      'an honest registration did not pass: status 200: expected options with a challenge, got status 200, text/html: "<h1>Welcome</h1>"',
    );
  });

  it('that has other paths is told apart, by the path that was asked for, with the way out', async () => {
    const url = await serve((_request, response) => response.writeHead(404).end('not here'));
    const reason = `an honest registration did not pass: status 404: /attestation/options is not there: a server with other paths has to be described (stuntkey audit init ${url}/)`;
    expect((await audit(url)).reason).toBe(reason);
  });

  it('that sends elsewhere is not followed', async () => {
    let asked = 0;
    const elsewhere = await serve((_request, response) => {
      asked += 1;
      response.end('{}');
    });
    const url = await serve((_request, response) =>
      response.writeHead(302, { location: `${elsewhere}/x` }).end(),
    );
    expect((await audit(url)).reason).toContain(`got a redirect to "${elsewhere}/x", which is not followed`);
    expect(asked).toBe(0);
  });

  it('that sends in circles is left', async () => {
    const url = await serve((_request, response) => response.writeHead(307, { location: '/again' }).end());
    expect((await audit(url)).reason).toContain('got more than 5 redirects');
  });

  it('that sends a hundred megabytes is read no further than one', async () => {
    let sent = 0;
    const url = await serve((_request, response) => {
      const chunk = Buffer.alloc(1 << 20, 0x20);
      const more = (): void => {
        while (sent < 100 && !response.destroyed) {
          sent += 1;
          if (!response.write(chunk)) {
            response.once('drain', more);
            return;
          }
        }
        response.end();
      };
      response.writeHead(200, { 'content-type': 'application/json' });
      more();
    });
    expect((await audit(url)).reason).toContain('expected an answer, got more than 1048576 bytes');
    expect(sent).toBeLessThan(60);
  });

  it('that closes half-way is said to', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"status":');
      setImmediate(() => response.destroy());
    });
    expect((await audit(url)).reason).toMatch(
      /expected a whole answer, got \d+ bytes and then|expected an answer from/,
    );
  });

  it('that hangs on a fault has that for its verdict, and the others theirs', async () => {
    const clock = new LeapingClock();
    const url = await behind(async ({ url, body }, next) => {
      if (!isSwapped(url, body)) return next();
      clock.hang();
      return undefined;
    }, closing);
    const { outcome, results } = await audit(url, { clock, timeout: 10_000 });
    expect(outcome).toBe('complete');
    expect(
      results.map(({ fault: { id }, verdict, finding, reason }) => [
        id,
        verdict,
        finding,
        verdict === 'error' ? reason : '',
      ]),
    ).toEqual([
      ['authentication-type-swapped', 'error', true, 'expected an answer within 10000 ms, got none'],
      ['signature-from-other-key', 'rejected', false, ''],
      ['registration-client-data-bom', 'accepted', false, ''],
    ]);
  });

  it('that answers 500 to a fault is broken by it, which is a finding of little weight', async () => {
    const url = await behind(
      async ({ url, body }, next) => (isSwapped(url, body) ? { status: 500, body: 'oops' } : next()),
      closing,
    );
    const { outcome, results } = await audit(url);
    expect(outcome).toBe('complete');
    expect(results[0]).toMatchObject({
      verdict: 'error',
      finding: true,
      severity: 'low',
      seen: 'The server broke: status 500.',
      breakage: 'status',
      status: 500,
      reason: 'expected yes or no, got status 500, application/json: "oops"',
    });
  });

  it('that is lost is left, with what is known', async () => {
    const url = await intercepted((_request, response, number) => {
      if (number < 10) return false;
      response.destroy();
      return true;
    });
    const { outcome, reason, results, notTried } = await audit(url, { clock: new LeapingClock() });
    expect(outcome).toBe('interrupted');
    expect(reason).toMatch(/^the target was lost after [a-z-]+: an honest registration did not pass/);
    expect(results.length + notTried.length).toBe(few.length);
    expect(notTried.length).toBeGreaterThan(0);
  });

  it('that changes its options is not taken for one that refuses', async () => {
    const url = await intercepted((request, response, number) => {
      if (number < 9 || request.url !== '/assertion/options') return false;
      response.setHeader('content-type', 'application/json').end('{"status":"ok","challenge":7}');
      return true;
    });
    const { outcome, results } = await audit(url, { clock: new LeapingClock() });
    expect(outcome).toBe('inconclusive');
    expect(results.find(({ fault: { id } }) => id === 'signature-from-other-key')).toMatchObject({
      verdict: 'not-applicable',
      reason: expect.stringContaining('the target gives no options'),
    });
  });
});

/** Whether a request carries the first fault: a sign-in that says it is a registration. */
function isSwapped(url: string | undefined, body: string): boolean {
  if (url !== '/assertion/result') return false;
  const { clientDataJSON } = JSON.parse(body).response;
  return Buffer.from(clientDataJSON, 'base64url').toString().includes('webauthn.create');
}

const LOGIN = {
  registration: {
    options: { path: '/register/options', body: { username: '{username}' } },
    result: { path: '/register/verify', success: { pointer: '/registered' } },
  },
  authentication: {
    options: { path: '/login/options', body: {} },
    result: { path: '/login/verify', success: { status: 200, pointer: '/welcome' } },
  },
};

describe('a server by its description', () => {
  it('is audited, whatever its paths', async () => {
    const server = await startLoginServer();
    closing.push(() => server.close());
    const {
      outcome,
      target,
      results: verdicts,
    } = await auditRelyingParty(describedTarget({ ...LOGIN, name: 'login', url: server.origin }), {
      faults: few,
      timeout: PATIENCE,
    });
    expect(outcome).toBe('complete');
    expect(target).toMatchObject({ name: 'login', kind: 'description' });
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['rejected', 'rejected', 'accepted']);
  });

  it('sends headers, logs in first, and fetches a token against forgery', async () => {
    const { StrictServer } = await import('../../examples/strict-server/strict-server.js');
    const sessions = new Map<string, ReturnType<InstanceType<typeof StrictServer>['session']>>();
    const seen: string[] = [];
    let server: InstanceType<typeof StrictServer>;
    const url = await serve(async (request, response) => {
      const session = /sid=(\w+)/.exec(request.headers.cookie ?? '')?.[1] ?? '';
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const body = JSON.parse(Buffer.concat(chunks).toString() || '{}');
      const { 'x-stage': stage, 'x-token': token } = request.headers;
      seen.push(`${request.method} ${request.url} ${stage} ${token}`);
      const answer = (status: number, json: unknown, headers = {}): unknown =>
        response
          .writeHead(status, { 'content-type': 'application/json', ...headers })
          .end(JSON.stringify(json));
      if (request.url === '/login') {
        const id = `s${sessions.size}`;
        sessions.set(id, server.session());
        return answer(body.password === 'hunter2' ? 200 : 403, {}, { 'set-cookie': `sid=${id}; Path=/` });
      }
      if (request.url === '/token') return answer(200, { deep: { 'a/b': 't0ken' } });
      const visitor = sessions.get(session);
      if (visitor === undefined || token !== 't0ken') return answer(401, { error: 'log in' });
      const [, ceremony, step] = (request.url ?? '').split('/');
      const half = visitor[ceremony === 'r' ? 'registration' : 'authentication'];
      if (step === 'options')
        return answer(200, { data: { options: await half.options({ username: body.name }) } });
      const { status } = await half.verify(JSON.parse(body.credential.text));
      return answer(200, { ok: status === 'ok' });
    });
    server = new StrictServer({ rpId: 'localhost', origins: [url] });
    const ceremony = (letter: string) => ({
      options: { path: `/${letter}/options`, body: { name: '{username}' }, pointer: '/data/options' },
      result: {
        method: 'PUT',
        path: `/${letter}/result`,
        body: { credential: { text: '{responseText}' } },
        success: { pointer: '/ok', equals: true },
      },
    });
    const { outcome, reason } = await auditRelyingParty(
      describedTarget({
        url,
        headers: { 'x-stage': 'test' },
        before: [
          { path: '/login', body: { user: '{username}', password: 'hunter2' }, success: { status: 200 } },
        ],
        csrf: { header: 'x-token', request: { method: 'GET', path: '/token', pointer: '/deep/a~1b' } },
        registration: ceremony('r'),
        authentication: ceremony('a'),
      }),
      { faults: few, timeout: PATIENCE },
    );
    expect([outcome, reason]).toEqual(['complete', undefined]);
    expect(seen.slice(0, 4)).toEqual([
      'POST /login test undefined',
      'GET /token test undefined',
      'POST /r/options test t0ken',
      'PUT /r/result test t0ken',
    ]);
  });

  it.each([
    [{}, 'url: expected a value, got none'],
    [[], 'expected a description of a server, { url, registration, authentication }, got an empty array'],
    [{ ...LOGIN, url: 'localhost:3000' }, 'url: expected a URL with http or https, got "localhost:3000"'],
    [
      { ...LOGIN, url: 'http://localhost', registration: { options: { path: '/x' } } },
      'registration.result: expected a value, got none',
    ],
    [
      {
        ...LOGIN,
        url: 'http://localhost',
        authentication: { ...LOGIN.authentication, options: { path: 7 } },
      },
      'authentication.options.path: expected a text, got 7',
    ],
    [
      {
        ...LOGIN,
        url: 'http://localhost',
        registration: { ...LOGIN.registration, options: { path: '/x', pointer: 'options' } },
      },
      'registration.options.pointer: expected a JSON Pointer such as /options, got "options"',
    ],
    [
      { ...LOGIN, url: 'http://localhost', regsitration: {} },
      'regsitration: there is no such member; did you mean registration?',
    ],
    [
      { ...LOGIN, url: 'http://localhost', csrf: { header: 'x' } },
      'csrf: expected either cookie or request, got an object',
    ],
    [
      { ...LOGIN, url: 'http://localhost', before: [{ body: {} }] },
      'before[0].path: expected a value, got none',
    ],
  ])('that is not as it has to be is refused: %j', (json, message) => {
    expect(() => describedTarget(json)).toThrow(message);
  });
});
