/** The interfaces of the specifications, in their own IDL as @webref/idl has it, and those that we bring. */
import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, it } from 'vitest';
import { Authenticator } from '../../src/authenticator/authenticator.ts';
import { install } from '../../src/page/install.ts';
import { importFrom, judgesFile, whyNoJudge } from '../judges/install.ts';
import { withoutTime } from '../slow.ts';
import { named } from './debian.ts';

const withoutIdl = withoutTime ?? whyNoJudge('webref-idl');

const SOURCES = ['webauthn', 'credential-management'];

/** As much of webidl2's tree as is looked at. */
interface Attribute {
  readonly name: string;
}
interface Member {
  readonly type: string;
  readonly name: string;
  readonly special?: string;
  readonly readonly?: boolean;
  readonly arguments?: readonly { readonly optional: boolean; readonly variadic: boolean }[];
  readonly extAttrs: readonly Attribute[];
}
interface Definition {
  readonly type: string;
  readonly name: string;
  readonly inheritance: string | null;
  readonly members: readonly Member[];
  readonly extAttrs: readonly Attribute[];
}

let definitions: Definition[] = [];
const of = (type: string, name: string): Definition[] =>
  definitions.filter((one) => one.type.startsWith(type) && one.name === name);
/** Our interfaces in a global of their own. */
function furnished(origin: string): Record<string, { prototype: object } & object> {
  const target = runInNewContext('globalThis') as Record<string, { prototype: object }>;
  install(target, { origin, authenticator: new Authenticator() });
  return target;
}

const INTERFACES = [
  'Credential',
  'CredentialsContainer',
  'PublicKeyCredential',
  'AuthenticatorResponse',
  'AuthenticatorAttestationResponse',
  'AuthenticatorAssertionResponse',
];

describe.skipIf(withoutIdl)(named('the IDL of the specifications', withoutIdl), () => {
  beforeAll(async () => {
    const { parse } = (await importFrom('webref-idl', 'webidl2/index.js')) as {
      parse: (text: string) => Definition[];
    };
    definitions = SOURCES.flatMap((name) =>
      parse(readFileSync(judgesFile('webref-idl', `@webref/idl/${name}.idl`), 'utf8')),
    );
  });

  it.each(INTERFACES)('has %s, with the members that it has here', (name) => {
    const target = furnished('https://example.com');
    const ours = target[name] as { prototype: object } & object;
    const all = of('interface', name);
    const [main] = all.filter(({ inheritance, extAttrs }) => inheritance !== null || extAttrs.length > 0);
    const members = all.flatMap((one) => one.members);
    const wanted = members.map(({ type, name: key, special, arguments: given = [] }) => {
      const needed = given.filter(({ optional, variadic }) => !optional && !variadic).length;
      return `${special === 'static' ? 'static ' : ''}${key}${type === 'attribute' ? '' : `/${needed}`}`;
    });
    const shown = (on: object, prefix: string): string[] =>
      Object.entries(Object.getOwnPropertyDescriptors(on)).flatMap(
        ([key, { value, get, set, enumerable }]) => {
          if (!enumerable) return [];
          expect(set).toBeUndefined();
          return get === undefined ? `${prefix}${key}/${(value as () => void).length}` : `${prefix}${key}`;
        },
      );
    expect([...shown(ours, 'static '), ...shown(ours.prototype, '')].sort()).toEqual(wanted.sort());
    // Every attribute of them is read-only.
    expect(members.filter(({ type, readonly }) => type === 'attribute' && readonly !== true)).toEqual([]);
    const parent = Object.getPrototypeOf(ours) as { readonly name: string };
    expect(parent.name).toBe(main?.inheritance ?? '');
    expect(String(Object.create(ours.prototype))).toBe(`[object ${name}]`);
    expect(main?.extAttrs.map(({ name: attribute }) => attribute).sort()).toEqual([
      'Exposed',
      'SecureContext',
    ]);
    expect(furnished('http://example.com')[name]).toBeUndefined();
    expect(members.some(({ type }) => type === 'constructor')).toBe(false);
    expect(() => Reflect.construct(ours as never, [])).toThrow('Illegal constructor');
  });

  it('says of attributes whether they are the same object each time, and they are', async () => {
    const target = furnished('https://example.com');
    const { navigator } = target as unknown as { navigator: { credentials: CredentialsLike } };
    expect(navigator.credentials).toBe(navigator.credentials);
    const made = (await navigator.credentials.create({
      publicKey: {
        rp: { name: 'Example' },
        user: { id: Uint8Array.of(1), name: 'ada', displayName: 'Ada' },
        challenge: Uint8Array.of(2),
        pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
        authenticatorSelection: { residentKey: 'required' },
      },
    })) as Seen;
    const got = (await navigator.credentials.get({ publicKey: { challenge: Uint8Array.of(3) } })) as Seen;
    const same = (names: readonly string[]): string[] =>
      names
        .flatMap((name) => of('interface', name).flatMap(({ members }) => members))
        .filter(({ extAttrs }) => extAttrs.some(({ name }) => name === 'SameObject'))
        .map(({ name }) => name);
    const response = ['AuthenticatorResponse', 'AuthenticatorAttestationResponse'];
    expect(same(['PublicKeyCredential'])).toEqual(['rawId', 'response']);
    for (const key of same(['PublicKeyCredential'])) expect(made[key]).toBe(made[key]);
    for (const key of same(response)) expect(made.response?.[key], key).toBe(made.response?.[key]);
    for (const key of same(['AuthenticatorResponse', 'AuthenticatorAssertionResponse'])) {
      expect(got.response?.[key], key).toBe(got.response?.[key]);
      expect(got.response?.[key], key).toBeDefined();
    }
  });
});

type Seen = Record<string, unknown> & { readonly response?: Record<string, unknown> };
interface CredentialsLike {
  create(options: object): Promise<unknown>;
  get(options: object): Promise<unknown>;
}
