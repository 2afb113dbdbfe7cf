// The module for k6, as built, in realms that have ECMAScript and nothing else.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { fleet } from 'stuntkey/fleet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { named } from '../../interop/debian.ts';
import { base64url, creation, identity, request } from '../fleet/people.ts';
import { evaluated, quickJs, withoutQuickJs } from './quickjs.ts';
import { inEmptyContext, moduleText } from './realm.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const people = (algorithm: -7 | -8) => fleet({ ...identity, algorithm, repeatable: true });

/** What a realm is asked, and what Node answers to the same. */
const ceremonies = (algorithm: -7 | -8) => `(async () => {
  const people = stuntkey.fleet({ ...${JSON.stringify(identity)}, algorithm: ${algorithm} });
  return {
    record: people.person(7).record,
    create: await people.person(7).create(${JSON.stringify(creation)}),
    get: await people.person(7).get(${JSON.stringify(request)}),
  };
})()`;

async function inNode(algorithm: -7 | -8): Promise<unknown> {
  const person = people(algorithm).person(7);
  const { credentialId, publicKey, publicKeySpki, userHandle } = person.record;
  return JSON.parse(
    JSON.stringify({
      record: {
        index: 7,
        algorithm,
        credentialId: base64url(credentialId),
        publicKey: base64url(publicKey),
        publicKeySpki: base64url(publicKeySpki),
        userHandle: base64url(userHandle),
      },
      create: await people(algorithm).person(7).create(creation),
      get: await people(algorithm).person(7).get(request),
    }),
  );
}

describe('the module for k6', () => {
  it('imports nothing, and has no syntax that k6 has not', () => {
    const text = moduleText();
    expect(text.match(/\bimport\s*["'{*]|[^.\w\s]\s*import\(|\brequire\(/)).toBeNull();
    expect(text.match(/async function\s*\*|async\s*\*|for await/)).toBeNull();
    expect(text.match(/["'`]node:/)).toBeNull();
  });

  it.each([-7, -8] as const)(
    'makes the same bytes in an empty context as Node does (%i)',
    async (algorithm) => {
      expect(await inEmptyContext(ceremonies(algorithm))).toEqual(await inNode(algorithm));
    },
  );

  it.skipIf(withoutQuickJs)(named('makes them in QuickJS, too', withoutQuickJs), async () => {
    const realm = await quickJs({ stuntkey: moduleText() });
    try {
      const result = evaluated(
        realm,
        `import * as stuntkey from 'stuntkey';
         ${ceremonies(-7)}.then((value) => { globalThis.result = JSON.stringify(value); }, (error) => { globalThis.result = String(error.stack); });`,
      );
      expect(JSON.parse(String(result))).toEqual(await inNode(-7));
    } finally {
      realm.context.dispose();
      realm.runtime.dispose();
    }
  });

  it('evaluates PRF there', async () => {
    const extensions = { prf: { eval: { first: 'c2FsdA' } } };
    const options = { ...request, extensions };
    const code = `stuntkey.fleet(${JSON.stringify(identity)}).person(1).get(${JSON.stringify(options)})`;
    const { clientExtensionResults } = await people(-7).person(1).get(options);
    expect(await inEmptyContext(code)).toMatchObject({ clientExtensionResults });
  });

  it('counts by the clock that it is given', async () => {
    const options = `{ ...${JSON.stringify(identity)}, counter: 'clock', now: () => Date.UTC(2026, 0, 1) + 60_000 }`;
    const response = (await inEmptyContext(
      `stuntkey.fleet(${options}).person(1).get(${JSON.stringify(request)})`,
    )) as {
      response: { authenticatorData: string };
    };
    expect(Buffer.from(response.response.authenticatorData, 'base64url').readUInt32BE(33)).toBe(600);
  });

  it.each([
    ['a negative index', `people.person(-1)`, 'bad-index'],
    ['a huge index', `people.person(2 ** 53)`, 'bad-index'],
    ['a user handle that is none', `people.person(1, '')`, 'bad-options'],
    ['no seed', `stuntkey.fleet({ rpId: 'example.com' })`, 'bad-options'],
    [
      'an origin that is none',
      `stuntkey.fleet({ seed: 'x', rpId: 'example.com', origin: 'example.com' })`,
      'bad-origin',
    ],
    [
      'another site’s RP ID',
      `people.person(1).get({ challenge: 'YWRh', rpId: 'example.org' })`,
      'SecurityError',
    ],
    ['options that are none', `people.person(1).get({})`, 'TypeError'],
    [
      'an algorithm it has not',
      `people.person(1).create({ ...${JSON.stringify(creation)}, pubKeyCredParams: [{ type: 'public-key', alg: -257 }] })`,
      'CTAP2_ERR_UNSUPPORTED_ALGORITHM',
    ],
  ])('names what is wrong with %s', async (_, code, expected) => {
    const result = await inEmptyContext(`(async () => {
      const people = stuntkey.fleet(${JSON.stringify(identity)});
      try { await ${code}; } catch (error) { return stuntkey.reason(error); }
    })()`);
    expect(result).toBe(expected);
  });
});

/** k6's modules, as far as the example uses them; requests are answered outside. */
const stubs = (iteration: number, env: Record<string, string>) => ({
  k6: `export const check = (value, checks) => {
         for (const [name, holds] of Object.entries(checks)) globalThis.told.push([name, holds(value)]);
       };`,
  'k6/http': `export default { post: (url, body) => JSON.parse(globalThis.post(url, body)) };`,
  'k6/execution': `export default { scenario: { iterationInTest: ${iteration} } };`,
  'k6/metrics': `class Metric { constructor(name) { this.name = name; }
         add(value, tags) { globalThis.told.push([this.name, this.name.endsWith('time') ? typeof value : value, tags]); } }
       export { Metric as Counter, Metric as Trend };`,
  '../../dist/k6/stuntkey.js': moduleText(),
  script: `globalThis.__ENV = ${JSON.stringify(env)}; globalThis.told = []; globalThis.console = { error() {} };`,
  example: readFileSync(`${root}/examples/load/k6.js`, 'utf8'),
});

/** A request that waits for its answer, as k6's do. */
const POST = `let [url, body, cookie] = process.argv.slice(1);
  const headers = { 'content-type': 'application/json', ...(cookie && { cookie }) };
  fetch(url, { method: 'POST', headers, body }).then(async (response) => {
    const cookies = response.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    console.log(JSON.stringify({ status: response.status, body: await response.text(), cookie: cookies }));
  }, () => console.log(JSON.stringify({ status: 0, body: null, cookie })));`;

/** Runs one iteration of the example. @returns what it told k6 */
async function iterate(iteration: number, env: Record<string, string>): Promise<unknown> {
  const realm = await quickJs(stubs(iteration, env));
  let cookie = '';
  const post = realm.context.newFunction('post', (url, body) => {
    const args = ['-e', POST, realm.context.getString(url), realm.context.getString(body), cookie];
    const answer = execFileSync(process.execPath, args, { encoding: 'utf8' });
    cookie = JSON.parse(answer).cookie ?? '';
    return realm.context.newString(answer);
  });
  realm.context.setProp(realm.context.global, 'post', post);
  post.dispose();
  try {
    return JSON.parse(
      String(
        evaluated(
          realm,
          `import 'script';
           import run from 'example';
           run().then(() => { globalThis.result = JSON.stringify(told); }, (error) => { globalThis.result = JSON.stringify(String(error)); });`,
        ),
      ),
    );
  } finally {
    realm.context.dispose();
    realm.runtime.dispose();
  }
}

describe.skipIf(withoutQuickJs)(named('the example for k6, in QuickJS,', withoutQuickJs), () => {
  let login: ChildProcess;
  let origin: string;
  beforeAll(async () => {
    login = spawn(process.execPath, ['examples/login-server/main.js'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(login.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    origin = line.toString().trim();
  });
  afterAll(() => {
    login.kill();
  });

  it('registers and signs in with the login server', async () => {
    const TARGET = origin.replace('localhost', '127.0.0.1');
    expect(await iterate(7, { STUNTKEY_SEED: 'stuntkey test', ORIGIN: origin, TARGET })).toEqual([
      ['stuntkey_authenticator_time', 'number', { ceremony: 'register' }],
      ['register: accepted', true],
      ['stuntkey_authenticator_time', 'number', { ceremony: 'login' }],
      ['login: accepted', true],
    ]);
    // The same person once more: the account has a passkey, so the server gives a stranger no options, and that is counted.
    expect(await iterate(7, { STUNTKEY_SEED: 'stuntkey test', ORIGIN: origin, TARGET })).toEqual([
      ['stuntkey_refused', 1, { reason: 'status-400' }],
    ]);
  });

  it('counts a server that does not answer', async () => {
    const [gone] = await listening(() => {});
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    const env = { STUNTKEY_SEED: 'stuntkey test', TARGET: `http://127.0.0.1:${port}` };
    expect(await iterate(0, env)).toEqual([['stuntkey_refused', 1, { reason: 'status-0' }]]);
  });
});

async function listening(answer: Parameters<typeof createServer>[1]): Promise<[Server]> {
  const server = createServer(answer as never);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return [server];
}
