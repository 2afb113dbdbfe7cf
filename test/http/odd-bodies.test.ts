/** Bodies that are nearly right, in every way: each is answered, and none by an error of our own side. */
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { serveHttp } from '../../src/entries/http.ts';
import { Authenticator } from '../../src/entries/index.ts';
import { slow } from '../slow.ts';
import { DoorClient } from './client.ts';

const origin = 'https://example.com';
const creation = {
  rp: { name: 'Example', id: 'example.com' },
  user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
  challenge: 'Y2hhbGxlbmdl',
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  authenticatorSelection: { residentKey: 'required', userVerification: 'preferred' },
  extensions: { credProps: true, prf: { eval: { first: 'YWRh' } } },
};
const request = {
  challenge: 'Y2hhbGxlbmdl',
  rpId: 'example.com',
  allowCredentials: [{ type: 'public-key', id: 'AAAA', transports: ['usb'] }],
  timeout: 10_000,
};

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const ODD: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(
    null,
    true,
    -1,
    1.5,
    2 ** 53,
    '',
    'x',
    'a b',
    '=',
    '__proto__',
    '\0',
    'é\u202e',
    [],
    {},
  ),
  fc.constantFrom<Json>('x'.repeat(2000), [[[]]], { publicKey: null }, 'https://example.com/', 'AAAA', 'A'),
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>,
);

/** Every place in a value. */
function places(value: Json, at: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([name, member]) => places(member, [...at, name]))];
}

/** The value with another one at a place; undefined takes it out. */
function changed(
  value: Json,
  [name, ...rest]: readonly (string | number)[],
  to: Json | undefined,
): Json | undefined {
  if (name === undefined) return to;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, Json>;
  const member = changed(copy[name] as Json, rest, to);
  if (member === undefined) delete copy[name];
  else copy[name] = member;
  return copy as Json;
}

describe('odd bodies', () => {
  slow('are answered, whatever is odd about them, and never by 500', async () => {
    const server = await serveHttp(new Authenticator({ model: 'yubikey-bio' }), {
      tokenRights: ['keys', 'audit'],
      maxAuthenticators: 3,
      fleet: { seed: 'any text', rpId: 'example.com', threads: 1 },
    });
    const client = new DoorClient(server);
    try {
      const made = (await client.call('POST', '/create', { origin, options: creation })).json;
      const { value } = (await client.call('GET', '/export')).json;
      const playwright = (await client.call('GET', '/export?format=playwright')).json.value;
      const trace = (await client.call('GET', '/traces/1')).json;
      const verdict = await client.call('POST', '/verify', {
        response: made,
        options: creation,
        origins: [origin],
      });
      const { credential } = verdict.json;
      const response = (
        await client.call('POST', '/get', { origin, options: request, mediation: 'optional' })
      ).json;
      const requests: readonly (readonly [string, string, object])[] = [
        [
          'POST',
          '/create',
          { origin, options: creation, topOrigin: 'https://shop.example', crossOrigin: true },
        ],
        ['POST', '/get', { origin, publicKey: request, mediation: 'optional', uiMode: 'passive' }],
        ['POST', '/credentials', { format: 'stuntkey', value, existing: 'replace' }],
        [
          'POST',
          '/credentials',
          { format: 'playwright', value: playwright, existing: 'keep', userName: 'x' },
        ],
        ['PATCH', `/credentials/${made.id}`, { userName: 'x', signCount: 3, backupEligible: false }],
        ['POST', '/convert', { from: 'stuntkey', to: 'playwright', value }],
        ['PUT', '/user', { presence: 'approve', account: 0, pin: '123456', sample: 'approve' }],
        ['POST', '/user/next', { verification: 'approve' }],
        ['POST', '/authenticators', { name: 'a', model: 'yubikey-bio', policy: { ctap: '2.1' }, seed: 'x' }],
        ['PUT', '/pin', { newPin: '123456', pin: '123456' }],
        ['POST', '/pin/verify', { pin: '123456' }],
        ['POST', '/fingerprints', { name: 'left thumb' }],
        [
          'POST',
          '/faults/next',
          { fault: 'signature-empty', challenge: 'AAAA', userName: 'x', signCount: 1 },
        ],
        ['POST', '/decode', { value: made, as: 'registration response', command: 'authenticatorGetInfo' }],
        ['POST', '/verify', { response: made, options: creation, origins: [origin], off: ['challenge'] }],
        [
          'POST',
          '/verify',
          { response, options: request, origins: [origin], credential, userHandle: 'YWRh' },
        ],
        ['POST', '/traces', trace],
        ['POST', '/fleet/7/create', { options: creation }],
        ['POST', '/fleet/7/get', { options: { ...request, allowCredentials: [] }, userHandle: 'YWRh' }],
        ['POST', '/audit', { url: 'http://localhost:9', only: ['nonsense'] }],
      ];
      for (const [method, path, body] of requests) {
        const oddity = fc.tuple(fc.constantFrom(...places(body as Json)), fc.option(ODD, { nil: undefined }));
        await fc.assert(
          fc.asyncProperty(fc.array(oddity, { minLength: 1, maxLength: 2 }), async (oddities) => {
            // (A place may be gone by the second.)
            const odd = oddities.reduce<Json | undefined>(
              (value, [place, to]) => (has(value, place) ? changed(value as Json, place, to) : value),
              body as Json,
            );
            // Resets the person, so that no request waits for one who was told not to come.
            await client.raw('DELETE', '/user', client.headers);
            const { status, json } = await client.call(method, path, odd);
            if (path === '/authenticators' && status === 201)
              await client.call('DELETE', `/authenticators/${json.name}`);
            const told = `${method} ${path} ${JSON.stringify(odd)}: ${JSON.stringify(json?.error)}`;
            expect(status, told).toBeLessThan(500);
          }),
          { numRuns: 100, seed: 26 },
        );
      }
    } finally {
      await server.close(0);
    }
  });
});

function has(value: Json | undefined, place: readonly (string | number)[]): boolean {
  let at: unknown = value;
  for (const name of place) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return false;
    at = (at as Record<string, unknown>)[name];
  }
  return at !== undefined;
}
