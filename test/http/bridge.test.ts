/** The bridge: what pages of other origins may ask, and what they may not. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type HttpServer, serveHttp } from '../../src/entries/http.ts';
import { Authenticator, ScriptedUser } from '../../src/entries/index.ts';
import { DoorClient, type Told } from './client.ts';

const origin = 'https://login.example.com';
const creation = {
  rp: { name: 'Example', id: 'example.com' },
  user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
  challenge: 'Y2hhbGxlbmdl',
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  authenticatorSelection: { residentKey: 'required' },
};
const request = { challenge: 'Y2hhbGxlbmdl', rpId: 'example.com' };

let server: HttpServer;
let client: DoorClient;
const user = new ScriptedUser();
const authenticator = new Authenticator({ user });

beforeAll(async () => {
  server = await serveHttp(authenticator, { allowOrigins: [origin, 'http://localhost:6006'] });
  client = new DoorClient(server);
});
afterAll(() => server.close(0));
beforeEach(() => {
  user.reset();
  for (const { id } of authenticator.credentials.list()) void authenticator.credentials.delete(id);
});

const pageHeaders = (changes: Record<string, string> = {}) => ({
  origin,
  authorization: `Bearer ${server.bridgeToken}`,
  'content-type': 'application/json',
  'sec-fetch-site': 'cross-site',
  ...changes,
});

async function page(path: string, body: unknown, changes: Record<string, string> = {}): Promise<Told> {
  const told = await client.raw('POST', path, pageHeaders(changes), JSON.stringify(body));
  await client.check('POST', path, told);
  return told;
}

const codeOf = ({ status, json }: Told) => [status, json?.error?.code];
const corsOf = ({ headers }: Told) =>
  Object.keys(headers).filter((name) => name.startsWith('access-control'));
const clientDataOf = ({ json }: Told) =>
  JSON.parse(Buffer.from(json.response.clientDataJSON, 'base64url').toString());

describe('a page of a listed origin', () => {
  it('registers and signs in at the origin that its browser says, and may read the answers', async () => {
    const made = await page('/page/create', { options: creation });
    expect([made.status, made.headers['access-control-allow-origin'], made.headers.vary]).toEqual([
      200,
      origin,
      'origin',
    ]);
    expect(clientDataOf(made)).toMatchObject({ type: 'webauthn.create', origin });
    const got = await page('/page/get', { options: request, mediation: 'required' });
    expect([got.status, got.json.id]).toEqual([200, made.json.id]);
    const framed = await page('/page/get', { options: request, topOrigin: 'https://example.org' });
    expect(clientDataOf(framed)).toMatchObject({
      origin,
      crossOrigin: true,
      topOrigin: 'https://example.org',
    });
  });

  it('is refused as by a browser, and may read why', async () => {
    user.next({ presence: 'decline' });
    const declined = await page('/page/create', { options: creation });
    expect([declined.status, declined.json.error.name]).toEqual([403, 'NotAllowedError']);
    expect(declined.headers['access-control-allow-origin']).toBe(origin);
    const other = await page('/page/create', {
      options: { ...creation, rp: { name: 'x', id: 'example.org' } },
    });
    expect([other.status, other.json.error.name]).toEqual([403, 'SecurityError']);
    expect(authenticator.credentials.list()).toEqual([]);
  });

  it('signals, learns capabilities, and has the same of a named authenticator', async () => {
    const { json } = await page('/page/create', { options: creation });
    const capabilities = await page('/page/capabilities', {});
    expect(capabilities.json).toMatchObject({ conditionalGet: true, signalUnknownCredential: true });
    const signal = {
      signal: 'signalUnknownCredential',
      options: { rpId: 'example.com', credentialId: json.id },
    };
    expect((await page('/page/signal', signal)).json).toBeNull();
    expect(authenticator.credentials.list()).toEqual([]);
    const foreign = { ...signal, options: { rpId: 'example.org', credentialId: json.id } };
    expect((await page('/page/signal', foreign)).json.error).toMatchObject({ name: 'SecurityError' });
    const odd = { ...signal, options: { rpId: 'example.com', credentialId: '!' } };
    const told = await page('/page/signal', odd);
    expect([told.status, told.json.error.name]).toEqual([400, 'TypeError']);
    await client.call('POST', '/authenticators', { name: 'ada' });
    expect((await page('/authenticators/ada/page/create', { options: creation })).status).toBe(200);
    expect(authenticator.credentials.list()).toEqual([]);
  });

  it('is asked beforehand for what it will send, without a token', async () => {
    const asked = {
      origin: 'http://localhost:6006',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
      'access-control-request-private-network': 'true',
    };
    const told = await client.raw('OPTIONS', '/page/get', asked);
    expect([told.status, told.text]).toEqual([204, '']);
    expect(told.headers).toMatchObject({
      'access-control-allow-origin': 'http://localhost:6006',
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'authorization, content-type',
      'access-control-allow-private-network': 'true',
    });
  });
});

describe('the bridge lets nothing else in', () => {
  it.each([
    ['another origin', { origin: 'https://evil.example' }, 'origin-not-listed'],
    ['a subdomain of a listed one', { origin: 'https://a.login.example.com' }, 'origin-not-listed'],
    ['a listed host with another port', { origin: `${origin}:8443` }, 'origin-not-listed'],
    ['a listed host over another scheme', { origin: 'http://login.example.com' }, 'origin-not-listed'],
    ['a sandboxed page', { origin: 'null' }, 'origin-not-listed'],
    ['several origins', { origin: `${origin} http://localhost:6006` }, 'origin-not-listed'],
  ])('from %s, not even a preflight, and no browser may read why', async (_, changes, code) => {
    for (const method of ['POST', 'OPTIONS', 'GET']) {
      const told = await client.raw(method, '/page/create', pageHeaders(changes));
      expect([...codeOf(told), ...corsOf(told)]).toEqual([403, code]);
    }
    expect(authenticator.credentials.list()).toEqual([]);
  });

  it('without an Origin, as programs ask, with any token', async () => {
    for (const token of [server.token, server.bridgeToken]) {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const told = await client.raw('POST', '/page/create', headers, JSON.stringify({ options: creation }));
      expect(codeOf(told)).toEqual([403, 'not-a-page']);
    }
  });

  it('with another token: none, the door’s own, that of a door before it, or a part', async () => {
    const before = await serveHttp(new Authenticator(), { allowOrigins: [origin] });
    await before.close(0);
    const wrong = ['', before.bridgeToken, server.token, server.bridgeToken?.slice(1)];
    for (const token of wrong) {
      const told = await page('/page/create', { options: creation }, { authorization: `Bearer ${token}` });
      expect(codeOf(told)).toEqual([401, 'bad-token']);
      expect(told.headers['access-control-allow-origin']).toBe(origin);
    }
    expect(authenticator.credentials.list()).toEqual([]);
  });

  it('that names an origin of its own, or says it is an app', async () => {
    for (const more of [{ origin: 'https://other.example.com' }, { app: { assetLinks: [] } }]) {
      const told = await page('/page/create', { options: creation, ...more });
      expect(codeOf(told)).toEqual([400, 'bad-body']);
      expect(told.json.error.message).toMatch(/there is no such member/);
    }
    expect(authenticator.credentials.list()).toEqual([]);
  });

  it('to any other path, whose token is another and whose requests are of no page', async () => {
    const paths = [
      ['GET', '/credentials'],
      ['GET', '/export'],
      ['POST', '/create'],
      ['PUT', '/user'],
      ['GET', '/openapi.json'],
      ['POST', '/authenticators'],
    ] as const;
    for (const [method, path] of paths) {
      const told = await client.raw(method, path, { authorization: `Bearer ${server.bridgeToken}` });
      expect(codeOf(told)).toEqual([401, 'bad-token']);
      expect(told.json.error.message).toContain("the bridge's, which is good for pages at /page/… alone");
      expect(codeOf(await client.raw(method, path, pageHeaders()))).toEqual([403, 'from-a-page']);
      expect(corsOf(await client.raw('OPTIONS', path, pageHeaders()))).toEqual([]);
    }
    expect(codeOf(await client.raw('GET', '/page/create', pageHeaders()))).toEqual([
      405,
      'method-not-allowed',
    ]);
  });

  it('at a door without a list', async () => {
    const closed = await serveHttp(new Authenticator());
    try {
      expect(closed.bridgeToken).toBeUndefined();
      const asking = new DoorClient(closed);
      for (const authorization of [`Bearer ${closed.token}`, 'Bearer undefined'])
        expect(codeOf(await asking.raw('POST', '/page/create', { origin, authorization }))).toEqual([
          403,
          'origin-not-listed',
        ]);
    } finally {
      await closed.close(0);
    }
  });

  it.each([
    [{ allowOrigins: ['*'] }, 'allowOrigins[0]'],
    [{ allowOrigins: ['https://*.example.com'] }, 'allowOrigins[0]'],
    [{ allowOrigins: ['null'] }, 'allowOrigins[0]'],
    [{ allowOrigins: [origin, 'http://example.com'] }, 'allowOrigins[1]'],
    [{ allowOrigins: ['https://example.com/'] }, 'allowOrigins[0]'],
    [{ allowOrigins: ['https://Example.com'] }, 'allowOrigins[0]'],
    [{ allowOrigins: [] }, 'allowOrigins'],
    [{ bridgeToken: 'x'.repeat(20) }, 'bridgeToken: expected allowOrigins'],
    [{ allowOrigins: [origin], bridgeToken: 'short' }, 'bridgeToken'],
    [
      { allowOrigins: [origin], bridgeToken: 'x'.repeat(20), token: 'x'.repeat(20) },
      'bridgeToken: expected another one than token',
    ],
  ])('by a door that is opened with %j: it says which option', async (options, named) => {
    await expect(serveHttp(new Authenticator(), options)).rejects.toMatchObject({
      code: 'bad-options',
      message: expect.stringContaining(named),
    });
  });
});
