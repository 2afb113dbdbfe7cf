import { afterEach, describe, expect, it } from 'vitest';
import { guards, resolveWeak } from '../../examples/strict-server/guards.js';
import { startStrictServer } from '../../examples/strict-server/http.js';
import { createStrictServer, type StrictServerOptions } from '../../examples/strict-server/strict-server.js';
import { catalogue } from '../../src/audit/catalogue.ts';
import { Authenticator, WebAuthnClient } from '../../src/entries/index.ts';
import { sampled } from '../slow.ts';

const origin = 'https://login.example.com';
type Visitor = Pick<ReturnType<typeof createStrictServer>, 'registration' | 'authentication' | 'delete'>;
type Json = Record<string, unknown>;

/** A strict server, a visitor, and a client with a key of their own. */
function stage(options: StrictServerOptions = {}) {
  const server = createStrictServer({ rpId: 'example.com', origins: [origin], ...options });
  const client = () => new WebAuthnClient({ origin, authenticator: new Authenticator() });
  return { server, client: client(), another: client };
}

const RESIDENT = { authenticatorSelection: { residentKey: 'required' } };

/** Registers, and answers what the server said. */
async function register(visitor: Visitor, client: WebAuthnClient, username = 'ada', more: Json = {}) {
  const options = await visitor.registration.options({ username, ...RESIDENT });
  const response = await client.create(options);
  return { response, answer: await visitor.registration.verify({ ...response, ...more }) };
}

async function signIn(visitor: Visitor, client: WebAuthnClient, request: Json = {}, more: Json = {}) {
  const response = await client.get(await visitor.authentication.options(request));
  return { response, answer: await visitor.authentication.verify({ ...response, ...more }) };
}

const ok = { status: 'ok', errorMessage: '' };

describe('the strict server', () => {
  it('lets an honest visitor in', async () => {
    const { server, client } = stage();
    expect((await register(server, client)).answer).toEqual({ ...ok, username: 'ada' });
    expect((await signIn(server, client)).answer).toEqual({ ...ok, username: 'ada' });
    expect((await signIn(server, client, { username: 'ada' })).answer).toEqual({ ...ok, username: 'ada' });
  });

  it('carries in its options what was asked for', async () => {
    const { server } = stage();
    const asked = { attestation: 'direct', ...RESIDENT, extensions: { credProps: true } };
    expect(await server.registration.options({ username: 'ada', ...asked })).toMatchObject(asked);
    expect(await server.authentication.options({ userVerification: 'required' })).toMatchObject({
      userVerification: 'required',
      allowCredentials: [],
    });
  });

  it('says by which guard it refuses', async () => {
    const { server, client } = stage();
    await register(server, client);
    const options = await server.authentication.options();
    const elsewhere = new WebAuthnClient({
      origin: 'https://other.example.com',
      authenticator: new Authenticator(),
    });
    const registration = await elsewhere.create({
      ...(await server.registration.options({ username: 'eve' })),
      rp: { id: 'example.com', name: '' },
    });
    expect(await server.registration.verify(registration)).toEqual({
      status: 'failed',
      guard: 'registration.origin',
      errorMessage:
        'registration.origin: expected https://login.example.com, got "https://other.example.com"',
    });
    expect(options.challenge).toHaveLength(43);
  });

  it('knows every guard by its full name and without the ceremony, and nothing else', () => {
    expect([...resolveWeak(['signature', 'origin'])]).toEqual([
      'authentication.signature',
      'registration.origin',
      'authentication.origin',
    ]);
    for (const name of guards) expect(resolveWeak([name])).toContain(name);
    expect(() => resolveWeak(['orgin'])).toThrow('there is no guard "orgin"');
    expect(() => createStrictServer({ weak: ['chain'] })).toThrow(/perhaps one of .*chain/);
  });
});

/** For guards that take a server: an attack, and whether it has succeeded. */
type Attack = (parts: ReturnType<typeof stage>, clock: { now: number }) => Promise<boolean>;

const succeeded = ({ status }: { status: string }): boolean => status === 'ok';

/** The same attack on either ceremony: a response to one challenge, once another thing has happened. */
const attacks: Record<string, Attack> = {
  'registration.request.size': async ({ server, client }) =>
    succeeded((await register(server, client, 'ada', { padding: 'x'.repeat(300_000) })).answer),
  'authentication.request.size': async ({ server, client }) => {
    await register(server, client);
    return succeeded((await signIn(server, client, {}, { padding: 'x'.repeat(300_000) })).answer);
  },
  'registration.session.started': async ({ server, client }) => {
    const options = await server.session().registration.options({ username: 'ada' });
    const response = await client.create({ ...options, challenge: 'bXkgb3duIGNoYWxsZW5nZQ' });
    return succeeded(await server.registration.verify(response));
  },
  'authentication.session.started': async ({ server, client }) => {
    await register(server, client);
    const response = await client.get({ rpId: 'example.com', challenge: 'bXkgb3duIGNoYWxsZW5nZQ' });
    return succeeded(await server.session().authentication.verify(response));
  },
  'registration.challenge.session': async ({ server, client }) => {
    const other = await server.session().registration.options({ username: 'ada' });
    await server.registration.options({ username: 'ada' });
    return succeeded(await server.registration.verify(await client.create(other)));
  },
  'authentication.challenge.session': async ({ server, client }) => {
    await register(server, client);
    const other = await server.session().authentication.options();
    await server.authentication.options();
    return succeeded(await server.authentication.verify(await client.get(other)));
  },
  'registration.challenge.ceremony': async ({ server, client }) => {
    const options = await server.registration.options({ username: 'ada' });
    const { challenge } = await server.authentication.options();
    return succeeded(await server.registration.verify(await client.create({ ...options, challenge })));
  },
  'authentication.challenge.ceremony': async ({ server, client }) => {
    await register(server, client);
    const options = await server.authentication.options();
    const { challenge } = await server.registration.options({ username: 'ada' });
    return succeeded(await server.authentication.verify(await client.get({ ...options, challenge })));
  },
  'registration.challenge.single-use': async ({ server, client, another }) => {
    const options = await server.registration.options({ username: 'ada' });
    await server.registration.verify(await client.create(options));
    return succeeded(await server.registration.verify(await another().create(options)));
  },
  'authentication.challenge.single-use': async ({ server, client }) => {
    await register(server, client);
    const options = await server.authentication.options();
    await server.authentication.verify(await client.get(options));
    return succeeded(await server.authentication.verify(await client.get(options)));
  },
  'registration.challenge.superseded': async ({ server, client }) => {
    const older = await server.registration.options({ username: 'ada' });
    await server.registration.options({ username: 'ada' });
    return succeeded(await server.registration.verify(await client.create(older)));
  },
  'authentication.challenge.superseded': async ({ server, client }) => {
    await register(server, client);
    const older = await server.authentication.options();
    await server.authentication.options();
    return succeeded(await server.authentication.verify(await client.get(older)));
  },
  'registration.challenge.fresh': async ({ server, client }, clock) => {
    const options = await server.registration.options({ username: 'ada' });
    clock.now += 300_001;
    return succeeded(await server.registration.verify(await client.create(options)));
  },
  'authentication.challenge.fresh': async ({ server, client }, clock) => {
    await register(server, client);
    const options = await server.authentication.options();
    clock.now += 300_001;
    return succeeded(await server.authentication.verify(await client.get(options)));
  },
  'registration.challenge.atomic': async ({ server, client, another }) => {
    const options = await server.registration.options({ username: 'ada' });
    const responses = [await client.create(options), await another().create(options)];
    const answers = await Promise.all(responses.map((one) => server.registration.verify(one)));
    return answers.every(succeeded);
  },
  'authentication.challenge.atomic': async ({ server, client }) => {
    await register(server, client);
    const options = await server.authentication.options();
    const responses = [await client.get(options), await client.get(options)];
    const answers = await Promise.all(responses.map((one) => server.authentication.verify(one)));
    return answers.every(succeeded);
  },
  'registration.verified-first': async ({ server, client }) => {
    await register(server, client, 'ada', { type: 'wrong' });
    return succeeded((await signIn(server, client)).answer);
  },
  'authentication.verified-first': async ({ server, client }) => {
    await register(server, client);
    const { response, ...rest } = await client.get(await server.authentication.options());
    const data = Buffer.from(response.authenticatorData, 'base64url');
    data.writeUInt32BE(0xffff_ffff, 33);
    const authenticatorData = data.toString('base64url');
    await server.authentication.verify({ ...rest, response: { ...response, authenticatorData } });
    return !succeeded((await signIn(server, client)).answer);
  },
  'registration.options.challenge-random': async ({ server }) => {
    const [one, two] = [
      await server.registration.options({ username: 'a' }),
      await server.registration.options({ username: 'a' }),
    ];
    return one.challenge === two.challenge;
  },
  'authentication.options.challenge-random': async ({ server }) => {
    const [one, two] = [await server.authentication.options(), await server.authentication.options()];
    return one.challenge === two.challenge;
  },
  'registration.options.challenge-length': async ({ server }) =>
    (await server.registration.options({ username: 'a' })).challenge.length < 22,
  'authentication.options.challenge-length': async ({ server }) =>
    (await server.authentication.options()).challenge.length < 22,
  'registration.options.user-id': async ({ server }) =>
    Buffer.from((await server.registration.options({ username: 'ada' })).user.id, 'base64url').toString() ===
    'ada',
  'registration.options.exclude-credentials': async ({ server, client }) => {
    await register(server, client);
    return (await server.registration.options({ username: 'ada' })).excludeCredentials.length === 0;
  },
  'registration.options.algorithms': async ({ server }) =>
    (await server.registration.options({ username: 'ada' })).pubKeyCredParams.some(
      ({ alg }: { alg: number }) => alg === -65535,
    ),
  'registration.credential-id.atomic': async ({ server, client }) => {
    const [one, two] = [server.session(), server.session()];
    const response = await client.create(await one.registration.options({ username: 'ada' }));
    const { challenge } = await two.registration.options({ username: 'eve' });
    const data = JSON.parse(Buffer.from(response.response.clientDataJSON, 'base64url').toString());
    const clientDataJSON = Buffer.from(JSON.stringify({ ...data, challenge })).toString('base64url');
    const copied = { ...response, response: { ...response.response, clientDataJSON } };
    const answers = await Promise.all([one.registration.verify(response), two.registration.verify(copied)]);
    return answers.every(succeeded);
  },
  'registration.account': async ({ server, client, another }) => {
    await register(server, another(), 'victim');
    const options = await server.registration.options({ username: 'eve' });
    await server.registration.verify({ ...(await client.create(options)), username: 'victim' });
    const { allowCredentials } = await server.authentication.options({ username: 'victim' });
    return allowCredentials.length > 1;
  },
  'authentication.options.unknown-user': async ({ server }) =>
    (await server.authentication.options({ username: 'nobody' })).status === 'failed',
  'authentication.credential.deleted': async ({ server, client }) => {
    const { response } = await register(server, client);
    server.delete(response.id);
    return succeeded((await signIn(server, client)).answer);
  },
  'authentication.account': async ({ server, client }) => {
    await register(server, client, 'eve');
    return (await signIn(server, client, {}, { username: 'victim' })).answer.username === 'victim';
  },
  'authentication.counter.stored': async ({ server, client }) => {
    await register(server, client);
    const [one, two] = [server.session(), server.session()];
    const [first, second] = [await one.authentication.options(), await two.authentication.options()];
    const older = await client.get(first);
    await two.authentication.verify(await client.get(second));
    return succeeded(await one.authentication.verify(older));
  },
};

describe('guards that take a server', () => {
  const overHttp = /\.request\.(?:json|content-type)$/;
  const own = guards.filter((name) => name in attacks);

  // The table of test/audit/mutation.test.ts plays each of these without its guard.
  const audited = new Set(catalogue.map(({ guard }) => guard));

  it('have each an attack here, over HTTP below, or among the faults of the audit', async () => {
    const { authenticationChecks, registrationChecks } = await import('../../src/entries/verify.ts');
    const verified = [...registrationChecks, ...authenticationChecks];
    const without = guards.filter(
      (name) => !verified.includes(name) && !overHttp.test(name) && !audited.has(name) && !(name in attacks),
    );
    expect(without).toEqual([]);
  });

  it.each(sampled(own, 6))('%s stops an attack that succeeds without it', async (name) => {
    for (const weak of [[], [name]]) {
      const clock = { now: Date.UTC(2026, 5, 1) };
      const attack = attacks[name] as Attack;
      expect(await attack(stage({ weak, now: () => clock.now }), clock)).toBe(weak.length > 0);
    }
  });
});

describe('a member beside the attestation object', () => {
  it('is believed only by a server without the guard', async () => {
    for (const weak of [[], ['convenience-members']]) {
      const { server, client, another } = stage({ weak });
      const options = await server.registration.options({ username: 'ada', ...RESIDENT });
      const theirs = await another().create(options);
      const response = await client.create(options);
      const { publicKey, publicKeyAlgorithm } = theirs.response;
      const mixed = { ...response, response: { ...response.response, publicKey, publicKeyAlgorithm } };
      expect(await server.registration.verify(mixed)).toMatchObject(ok);
      expect(succeeded((await signIn(server, client)).answer)).toBe(weak.length === 0);
    }
  });
});

describe('the strict server over HTTP', () => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  async function start(weak: string[] = []) {
    const server = await startStrictServer({ weak });
    closing.push(server.close);
    let cookie = '';
    const post = async (path: string, body: string, type = 'application/json') => {
      const answer = await fetch(server.url + path, {
        method: 'POST',
        body,
        headers: { 'content-type': type, cookie },
      });
      cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? cookie;
      return { code: answer.status, ...((await answer.json()) as Json) } as Json & { code: number };
    };
    const client = new WebAuthnClient({ origin: server.origin, authenticator: new Authenticator() });
    return { server, post, client };
  }

  it('speaks the conformance API', async () => {
    const { post, client } = await start();
    const creation = await post('/attestation/options', JSON.stringify({ username: 'ada', ...RESIDENT }));
    expect(creation).toMatchObject({ code: 200, ...ok, rp: { id: 'localhost' } });
    const registration = await client.create(creation as never);
    expect(await post('/attestation/result', JSON.stringify(registration))).toMatchObject({
      code: 200,
      ...ok,
    });
    const request = await post('/assertion/options', JSON.stringify({ username: 'ada' }));
    const assertion = JSON.stringify(await client.get(request as never));
    expect(await post('/assertion/result', assertion)).toMatchObject({ code: 200, ...ok });
    expect(await post('/assertion/result', assertion)).toMatchObject({
      code: 400,
      status: 'failed',
      guard: 'authentication.challenge.single-use',
    });
    expect(await post('/credentials/delete', JSON.stringify({ id: registration.id }))).toMatchObject(ok);
    expect(await post('/credentials/delete', JSON.stringify({ id: registration.id }))).toMatchObject({
      code: 400,
    });
  });

  it.each([
    ['request.json', (json: string) => [`${json}!`, 'application/json']],
    ['request.content-type', (json: string) => [json, 'text/plain']],
    ['request.size', (json: string) => [`${json}${' '.repeat(300_000)}`, 'application/json']],
  ] as const)('refuses a body by %s, and only by that', async (guard, body) => {
    for (const weak of [[], [guard]]) {
      const { post, client } = await start(weak);
      const creation = await post('/attestation/options', '{"username":"ada"}');
      const registration = JSON.stringify(await client.create(creation as never));
      const [text, type] = body(registration);
      const answer = await post('/attestation/result', text as string, type);
      if (weak.length > 0) expect(answer).toMatchObject(ok);
      else expect(answer).toMatchObject({ code: 400, errorMessage: expect.stringContaining(guard) });
    }
  });

  it('has no other paths', async () => {
    const { server, post } = await start();
    expect(await post('/constructor', '{}')).toMatchObject({ code: 404 });
    expect((await fetch(`${server.url}/attestation/options`)).status).toBe(404);
  });
});
