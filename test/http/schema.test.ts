/** What the door lets in, and its description, beside ajv and Python's jsonschema. */
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonSchema } from '../../src/base/json-schema.ts';
import { problemOf, type Shape } from '../../src/base/shape.ts';
import { Authenticator } from '../../src/entries/index.ts';
import { isTooDeep } from '../../src/http/body.ts';
import { components } from '../../src/http/components.ts';
import { bodies } from '../../src/http/requests.ts';
import { routesAt } from '../../src/http/routes/all.ts';
import { type HttpServer, serveHttp } from '../../src/http/serve.ts';
import { named, runs, whyNot } from '../interop/debian.ts';
import { judgedByAjv } from '../json-schema.ts';
import { DoorClient } from './client.ts';

const PYTHON = '/usr/bin/python3';
const CHECK = 'import jsonschema; jsonschema.Draft202012Validator';
const missing = whyNot(['python3-jsonschema'], () => runs(PYTHON, '-c', CHECK));

/** Values by schemas: whether Python's library takes each. */
function judged(pairs: readonly (readonly [JsonSchema, unknown])[]): boolean[] {
  const program = `
import json, sys
from jsonschema import Draft202012Validator
given = json.load(sys.stdin)
answers = []
for schema in given["components"].values():
    Draft202012Validator.check_schema(schema)
for schema, value in given["pairs"]:
    Draft202012Validator.check_schema(schema)
    whole = {**schema, "components": {"schemas": given["components"]}}
    answers.append(Draft202012Validator(whole).is_valid(value))
print(json.dumps(answers))`;
  const input = JSON.stringify({ pairs, components });
  const { stdout, stderr } = spawnSync(PYTHON, ['-c', program], { input, encoding: 'utf8' });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

const ceremony = { origin: 'https://example.com', options: {} };

const PAIRS: readonly (readonly [keyof typeof bodies, unknown, boolean])[] = [
  ['CreateRequest', ceremony, true],
  ['CreateRequest', { ...ceremony, mediation: 'conditional', crossOrigin: true }, true],
  ['CreateRequest', { origin: 'x', publicKey: {} }, true],
  ['CreateRequest', { origin: 'x' }, false],
  ['CreateRequest', { ...ceremony, mediation: 'never' }, false],
  ['CreateRequest', { ...ceremony, more: 1 }, false],
  ['CreateRequest', { ...ceremony, options: [] }, false],
  ['CreateRequest', null, false],
  ['PageCreateRequest', { options: {}, crossOrigin: true }, true],
  ['PageCreateRequest', ceremony, false],
  ['PageGetRequest', { publicKey: {}, uiMode: 'immediate' }, true],
  ['PageGetRequest', { ...ceremony, app: {} }, false],
  ['PageCapabilitiesRequest', {}, true],
  ['PageCapabilitiesRequest', { origin: 'x' }, false],
  ['PageSignalRequest', { signal: 'signalUnknownCredential', options: {} }, true],
  ['PageSignalRequest', { signal: 'create', options: {} }, false],
  ['UserScript', {}, true],
  ['UserScript', { presence: 'ignore', account: 'ada', pin: null }, true],
  ['UserScript', { presence: 'fail' }, false],
  ['UserScript', { verification: 'fail' }, true],
  ['UserScript', { account: -1 }, false],
  ['UserScript', { account: 1.5 }, false],
  ['UserScript', { account: 1.0 }, true],
  ['UserScript', { account: 10_000 }, false],
  ['UserScript', { pin: 'é'.repeat(1000) }, true],
  ['UserScript', { pin: '😀'.repeat(1000) }, true],
  ['UserScript', { pin: 'x'.repeat(1001) }, false],
  ['CredentialChanges', { signCount: 4_294_967_295 }, true],
  ['CredentialChanges', { signCount: 4_294_967_296 }, false],
  ['CredentialChanges', { signCount: true }, false],
  ['CredentialImport', { value: null }, true],
  ['CredentialImport', {}, false],
  ['CredentialImport', { value: 1, userId: 'A' }, false],
  ['CredentialImport', { value: 1, userId: 'A+' }, false],
  ['CredentialImport', { value: 1, algorithm: -8 }, true],
  ['CredentialImport', { value: 1, algorithm: -8.5 }, false],
  ['GetRequest', { ...ceremony, uiMode: 'immediate' }, true],
  ['GetRequest', { ...ceremony, uiMode: 'now' }, false],
  ['CreateRequest', { ...ceremony, uiMode: 'immediate' }, false],
  ['CreateRequest', { ...ceremony, app: { hostPermissions: ['https://*.example.com/*'] } }, true],
  ['CreateRequest', { ...ceremony, app: { hostPermissions: ['example.com'] } }, false],
  ['CreateRequest', { ...ceremony, app: { assetLink: {} } }, false],
];

describe('requests by their shape', () => {
  it.each(PAIRS)('%s: %j is right or wrong, and ajv thinks so, too', (name, value, right) => {
    const shape: Shape<unknown> = bodies[name];
    expect(typeof problemOf(shape, value) !== 'string').toBe(right);
    const schema = components[name] as JsonSchema;
    expect(judgedByAjv(schema, value, components) === undefined).toBe(right);
  });

  it.skipIf(missing)(named('are judged by Python’s jsonschema as by us', missing), () => {
    expect(judged(PAIRS.map(([name, value]) => [components[name] as JsonSchema, value]))).toEqual(
      PAIRS.map(([, , right]) => right),
    );
  });

  it('are told apart by depth before anything walks through them', () => {
    const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
    expect([isTooDeep(nested(32)), isTooDeep(nested(33)), isTooDeep(nested(100_000))]).toEqual([
      false,
      true,
      true,
    ]);
  });
});

describe('the description', () => {
  let server: HttpServer;
  beforeAll(async () => {
    server = await serveHttp(new Authenticator({ model: 'yubikey-bio' }), { tokenRights: ['keys'] });
  });
  afterAll(() => server.close(0));

  /** Answers of every shape, each with the schema that the description has for it. */
  async function samples(): Promise<DoorClient['samples']> {
    const client = new DoorClient(server);
    const creation = {
      rp: { name: 'Example' },
      user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
      challenge: 'Y2hhbGxlbmdl',
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
      authenticatorSelection: { residentKey: 'required' },
    };
    const origin = 'https://example.com';
    await client.call('POST', '/create', { origin, options: creation });
    await client.call('POST', '/get', { origin, options: { challenge: 'Y2hhbGxlbmdl' } });
    const { credentials } = (await client.call('GET', '/credentials')).json;
    await client.call('GET', `/credentials/${credentials[0].id}`);
    await client.call('PATCH', `/credentials/${credentials[0].id}`, { userName: 'bob' });
    const exported = (await client.call('GET', '/export?format=playwright')).json;
    await client.call('POST', '/credentials', { ...exported, existing: 'replace' });
    const { value, format } = exported;
    await client.call('POST', '/credentials', { value, format, existing: 'replace' });
    await client.call('GET', '/trace');
    await client.call('GET', '/info');
    await client.call('GET', '/nowhere');
    return client.samples;
  }

  it('tells of every answer’s shape', async () => {
    const answers = await samples();
    expect(answers).toHaveLength(11);
    for (const { schema, value } of answers) expect(judgedByAjv(schema, value, components)).toBeUndefined();
  });

  it.skipIf(missing)(named('tells of it as Python’s jsonschema sees it', missing), async () => {
    const pairs = (await samples()).map(({ schema, value }) => [schema, value] as const);
    expect(judged(pairs)).toEqual(pairs.map(() => true));
    // What is judged can fail.
    expect(judged(pairs.map(([schema]) => [schema, { surely: 'not' }]))).not.toContain(true);
  });

  it('has every path with a summary, an answer and the errors, names no operation twice, and refers to what is there', async () => {
    const description = await new DoorClient(server).description();
    const text = JSON.stringify(description);
    const operations = Object.values(description.paths).flatMap((path) => Object.values(path)) as unknown as {
      readonly operationId: string;
      readonly summary: string;
      readonly responses: Record<string, unknown>;
    }[];
    expect(operations.length).toBe(routesAt('').length);
    for (const { summary, responses } of operations) {
      expect(summary).toMatch(/\w/);
      expect(Object.keys(responses)).toContain('default');
      expect(Object.keys(responses).some((status) => /^2\d\d$/.test(status))).toBe(true);
    }
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    const used = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name as string);
    expect([...new Set(used)].sort()).toEqual(Object.keys(description.components.schemas).sort());
    expect(text).toContain(server.url);
  });
});
