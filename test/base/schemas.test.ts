/** The schemas that editors get, as ajv reads them, beside our own checks: each sample is right to both, or wrong to both. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readDescription } from '../../src/audit/targets/description-shape.ts';
import { policyJsonShape } from '../../src/authenticator/policy/schema.ts';
import type { JsonSchema } from '../../src/base/json-schema.ts';
import {
  bytes,
  callable,
  described,
  exactly,
  maybe,
  problemOf,
  type Shape,
  such,
  text,
  whole,
} from '../../src/base/shape.ts';
import { jsonSchemaOf } from '../../src/base/shape-schema.ts';
import { checkPolicy } from '../../src/cli/policy.ts';
import { userScriptJsonShape } from '../../src/person/script.ts';
import { judgedByAjv } from '../json-schema.ts';

const shipped = (name: string): JsonSchema =>
  JSON.parse(readFileSync(new URL(`../../docs/${name}.schema.json`, import.meta.url), 'utf8'));

type Sample = readonly [value: unknown, right: boolean];

const POLICY: readonly Sample[] = [
  [{}, true],
  [{ $schema: 'https://unpkg.com/stuntkey/docs/policy.schema.json', ctap: '2.1' }, true],
  [{ aaguid: '73747565-6e6b-6579-2074-657374203031', discoverableCapacity: 25, clientPin: true }, true],
  [{ algorithms: [-7, -257], extensions: ['credProtect'], transports: ['usb', 'nfc'] }, true],
  [{ backup: { eligible: true, state: false }, certifications: { FIDO: 2 } }, true],
  [{ fingerprints: { sensor: 'swipe', capacity: 0, samples: 1, maxFriendlyNameLength: 1 } }, true],
  [{ tpm: { manufacturer: 'id:494E5443', model: 'x', version: 'id:00000001' } }, true],
  [{ minPinLengthRpIds: ['example.com'], maxPinLength: 8, userActionTimeout: 2_147_483_647 }, true],
  [[], false],
  [null, false],
  ['2.1', false],
  [{ singCounter: 'zero' }, false],
  [{ signCounter: 'none' }, false],
  [{ ctap: 2.1 }, false],
  [{ aaguid: '00' }, false],
  [{ aaguid: 'stuntkey test 01' }, false],
  [{ clientPin: 'yes' }, false],
  [{ pinUvAuthProtocols: [3] }, false],
  [{ pinUvAuthProtocols: [1, 1] }, false],
  [{ maxPinLength: 500 }, false],
  [{ maxPinLength: 7 }, false],
  [{ maxPinLength: 8.5 }, false],
  [{ userActionTimeout: 1e12 }, false],
  [{ userActionTimeout: 0 }, false],
  [{ extensions: ['nonsense'] }, false],
  [{ algorithms: [-7777] }, false],
  [{ algorithms: [] }, false],
  [{ algorithms: '-7' }, false],
  [{ transports: ['bluetooth'] }, false],
  [{ transports: [] }, false],
  [{ minPinLengthRpIds: 'example.com' }, false],
  [{ minPinLengthRpIds: [''] }, false],
  [{ discoverableCapacity: -1 }, false],
  [{ discoverableCapacity: 1.5 }, false],
  [{ backup: { eligible: false, state: true } }, false],
  [{ backup: { eligible: true } }, false],
  [{ backup: true }, false],
  [{ fingerprints: { sensor: 'touch' } }, false],
  [{ tpm: { manufacturer: 'Intel', model: 'x', version: 'id:00000001' } }, false],
  [{ certifications: { FIDO: 'L2' } }, false],
  [{ serialNumber: 'ü' }, false],
  [{ serialNumber: '' }, false],
  [{ credentialIdLength: 15 }, false],
  [{ vendorConfigCommands: [] }, false],
  [{ longTouchForReset: 'forced' }, false],
];

const PERSON: readonly Sample[] = [
  [{}, true],
  [{ $schema: 'x', presence: 'decline', verification: 'fail', sample: 'too-fast' }, true],
  [{ account: 0, authenticator: 1, pin: '1234' }, true],
  [{ account: 'ada', pin: null }, true],
  [{ presence: 'deny' }, false],
  [{ presense: 'decline' }, false],
  [{ presence: false }, false],
  [{ presence: 'fail' }, false],
  [{ verification: 'reject' }, false],
  [{ pin: 123_456 }, false],
  [{ account: null }, false],
  [{ account: 1.5 }, false],
  [{ authenticator: '0' }, false],
  ['decline', false],
];

const LOGIN = {
  url: 'http://localhost:3000',
  registration: { options: { path: 'register/options' }, result: { path: 'register/verify' } },
  authentication: { options: { path: 'login/options' }, result: { path: 'login/verify' } },
};
const { registration, authentication } = LOGIN;

const TARGET: readonly Sample[] = [
  [LOGIN, true],
  [{ ...LOGIN, $schema: './audit-target.schema.json', name: 'shop', framed: false }, true],
  [{ ...LOGIN, origin: 'https://example.com' }, true],
  [
    {
      ...LOGIN,
      origin: 'android:apk-key-hash:c3R1bnRrZXkgdGVzdCBhcGsga2V5IGhhc2ggMDAwMDE',
      app: { assetLinks: { 'example.com': [] } },
    },
    true,
  ],
  [{ ...LOGIN, csrf: { cookie: 'token', header: 'x-csrf' } }, true],
  [{ ...LOGIN, csrf: { request: { path: 'token', take: { csrf: 'field:csrf' } } } }, true],
  [{ ...LOGIN, whoami: { path: 'me', pointer: '/user/id' } }, true],
  [{ ...LOGIN, account: { create: [{ path: 'sign-up', within: 2.5, success: { status: 201 } }] } }, true],
  [{ ...LOGIN, encoding: 'base64' }, true],
  [
    {
      ...LOGIN,
      authentication: { ...authentication, options: { path: 'a', as: { challenge: '{answer/c}' } } },
    },
    true,
  ],
  [{ ...LOGIN, encoding: 'hex' }, false],
  [{ ...LOGIN, before: [{ path: 'a', body: {}, form: {} }] }, false],
  [{ ...LOGIN, before: [{ path: 'a', success: { equals: 1 } }] }, false],
  [{ ...LOGIN, headers: { 'x-a': 'b' }, before: [], remove: { path: 'credentials/{credentialId}' } }, true],
  [{}, false],
  [[], false],
  [{ ...LOGIN, url: 'localhost:3000' }, false],
  [{ ...LOGIN, url: 'http://' }, false],
  [{ ...LOGIN, urls: [] }, false],
  [{ ...LOGIN, origin: 'example.com' }, false],
  [{ ...LOGIN, origin: 'android:apk-key-hash:short' }, false],
  [{ ...LOGIN, app: { assetLink: {} } }, false],
  [{ registration, authentication }, false],
  [{ ...LOGIN, registration: { options: registration.options } }, false],
  [{ ...LOGIN, authentication: { ...authentication, options: { path: 7 } } }, false],
  [{ ...LOGIN, registration: { ...registration, options: { path: 'a', pointer: 'options' } } }, false],
  [{ ...LOGIN, registration: { ...registration, result: { path: 'a', pointer: '/x' } } }, false],
  [{ ...LOGIN, registration: { ...registration, result: { path: 'a', success: { status: '200' } } } }, false],
  [{ ...LOGIN, csrf: { header: 'x' } }, false],
  [{ ...LOGIN, csrf: { cookie: 'a', request: { path: 'b', pointer: '/c' } } }, false],
  [{ ...LOGIN, csrf: { request: { path: 'b' } } }, false],
  [{ ...LOGIN, whoami: { path: 'me' } }, false],
  [{ ...LOGIN, headers: { 'x-a': 1 } }, false],
  [{ ...LOGIN, before: [{ path: 'a', take: { id: 'body:x' } }] }, false],
  [{ ...LOGIN, account: { enter: [] } }, false],
  [{ ...LOGIN, account: { create: [{ path: 'a', within: -1 }] } }, false],
  [{ ...LOGIN, trustsAuthority: 'yes' }, false],
];

/** Whether something is taken: it throws otherwise. */
function takes(check: () => unknown): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}

const DOORS: readonly (readonly [string, readonly Sample[], (value: unknown) => boolean])[] = [
  ['policy', POLICY, (value) => takes(() => checkPolicy(value, undefined))],
  ['policy', POLICY, (value) => typeof problemOf(policyJsonShape as Shape<unknown>, value) !== 'string'],
  ['person', PERSON, (value) => typeof problemOf(userScriptJsonShape as Shape<unknown>, value) !== 'string'],
  ['audit-target', TARGET, (value) => takes(() => readDescription(value))],
];

describe('the schemas for editors', () => {
  it.each(DOORS)('say of %s what our own check says', (name, samples, ours) => {
    const schema = shipped(name);
    for (const [value, right] of samples) {
      const said = JSON.stringify(value);
      expect([said, ours(value)]).toEqual([said, right]);
      expect([said, judgedByAjv(schema, value) === undefined]).toEqual([said, right]);
    }
  });

  it('are of draft 2020-12, and describe every member of a policy', () => {
    const { $schema, properties = {} } = shipped('policy');
    expect($schema).toBe('https://json-schema.org/draft/2020-12/schema');
    const bare = Object.entries(properties).filter(([, { description }]) => description === undefined);
    expect(bare.map(([name]) => name)).toEqual(['$schema']);
  });
});

describe('a shape as JSON Schema', () => {
  it('has what must be there, what may be, and nothing more', () => {
    const shape = exactly({
      name: text({ least: 1, most: 3 }),
      size: maybe(described(whole(0, 9), 'How large.')),
    });
    expect(jsonSchemaOf(shape)).toEqual({
      type: 'object',
      properties: {
        name: { type: 'string', minLength: 1, maxLength: 3 },
        size: { type: 'integer', minimum: 0, maximum: 9, description: 'How large.' },
      },
      required: ['name'],
      additionalProperties: false,
    });
  });

  it('has further demands in the words that the shape gives for them', () => {
    const even = such(whole(0, 10), (value) => value % 2 === 0, 'an even number', { anyOf: [{ const: 2 }] });
    expect(jsonSchemaOf(even)).toEqual({ type: 'integer', minimum: 0, maximum: 10, anyOf: [{ const: 2 }] });
  });

  it.each<readonly [string, Shape<unknown>]>([
    ['a function', callable()],
    ['bytes', bytes(1)],
  ])('is not to be had of %s, which JSON has not', (_, shape) => {
    expect(() => jsonSchemaOf(exactly({ member: maybe(shape) }))).toThrow(/a shape that JSON can have/);
  });
});
