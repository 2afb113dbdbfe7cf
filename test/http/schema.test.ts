/** Our check of values by JSON Schema, and the door's description, beside Python's jsonschema. */
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Authenticator } from '../../src/entries/index.ts';
import { isTooDeep, problemOf, type Schema } from '../../src/http/schema.ts';
import { type HttpServer, serveHttp } from '../../src/http/serve.ts';
import { components } from '../../src/http/shapes.ts';
import { named, runs, whyNot } from '../interop/debian.ts';
import { DoorClient } from './client.ts';

const PYTHON = '/usr/bin/python3';
const CHECK = 'import jsonschema; jsonschema.Draft202012Validator';
const missing = whyNot(['python3-jsonschema'], () => runs(PYTHON, '-c', CHECK));

/** Values by schemas: whether Python's library takes each. */
function judged(pairs: readonly (readonly [Schema, unknown])[]): boolean[] {
  const program = `
import json, sys
from jsonschema import Draft202012Validator
given = json.load(sys.stdin)
answers = []
for schema, value in given["pairs"]:
    whole = {**schema, "components": {"schemas": given["components"]}}
    Draft202012Validator.check_schema(whole)
    answers.append(Draft202012Validator(whole).is_valid(value))
print(json.dumps(answers))`;
  const input = JSON.stringify({ pairs, components });
  const { stdout, stderr } = spawnSync(PYTHON, ['-c', program], { input, encoding: 'utf8' });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const ceremony = { origin: 'https://example.com', options: {} };

const PAIRS: readonly (readonly [Schema, unknown, boolean])[] = [
  [ref('CreateRequest'), ceremony, true],
  [ref('CreateRequest'), { ...ceremony, mediation: 'conditional', crossOrigin: true }, true],
  [ref('CreateRequest'), { origin: 'x', publicKey: {} }, true],
  [ref('CreateRequest'), { origin: 'x' }, false],
  [ref('CreateRequest'), { ...ceremony, mediation: 'never' }, false],
  [ref('CreateRequest'), { ...ceremony, more: 1 }, false],
  [ref('CreateRequest'), { ...ceremony, options: [] }, false],
  [ref('CreateRequest'), null, false],
  [ref('UserScript'), {}, true],
  [ref('UserScript'), { presence: 'ignore', account: 'ada', pin: null }, true],
  [ref('UserScript'), { presence: 'fail' }, false],
  [ref('UserScript'), { verification: 'fail' }, true],
  [ref('UserScript'), { account: -1 }, false],
  [ref('UserScript'), { account: 1.5 }, false],
  [ref('UserScript'), { account: 1.0 }, true],
  [ref('UserScript'), { account: 10_000 }, false],
  [ref('UserScript'), { pin: 'é'.repeat(1000) }, true],
  [ref('UserScript'), { pin: '😀'.repeat(1000) }, true],
  [ref('UserScript'), { pin: 'x'.repeat(1001) }, false],
  [ref('CredentialChanges'), { signCount: 4_294_967_295 }, true],
  [ref('CredentialChanges'), { signCount: 4_294_967_296 }, false],
  [ref('CredentialChanges'), { signCount: true }, false],
  [ref('CredentialImport'), { value: null }, true],
  [ref('CredentialImport'), {}, false],
  [ref('CredentialImport'), { value: 1, userId: 'A' }, false],
  [ref('CredentialImport'), { value: 1, userId: 'A+' }, false],
  [{ type: 'array', items: { type: 'boolean' } }, [true, false], true],
  [{ type: 'array', items: { type: 'boolean' } }, [true, 0], false],
  [{ type: 'array', items: { type: 'boolean' } }, {}, false],
];

describe('values by a schema', () => {
  it.each(PAIRS)('%j: %j is right or wrong', (schema, value, right) => {
    expect(problemOf(schema, value, components, 'value') === undefined).toBe(right);
  });

  it.skipIf(missing)(named('are judged by Python’s jsonschema as by us', missing), () => {
    expect(judged(PAIRS.map(([schema, value]) => [schema, value]))).toEqual(
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
    server = await serveHttp(new Authenticator());
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
    for (const { schema, value } of answers)
      expect(problemOf(schema, value, components, 'answer')).toBeUndefined();
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
    expect(operations.length).toBe(17);
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
