/** The interfaces and dictionaries of the specifications, in their own IDL as @webref/idl has it, and those that we bring. */
import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, it } from 'vitest';
import { Authenticator } from '../../src/authenticator/authenticator.ts';
import { install } from '../../src/page/install.ts';
import {
  allAcceptedCredentialsOptions,
  creationOptionsFromJson,
  credentialCreationOptions,
  credentialRequestOptions,
  currentUserDetailsOptions,
  requestOptionsFromJson,
  unknownCredentialOptions,
} from '../../src/webauthn/dictionaries.ts';
import type { IdlType } from '../../src/webauthn/idl.ts';
import { realmOf } from '../../src/webauthn/realm.ts';
import { importFrom, judgesFile, whyNoJudge } from '../judges/install.ts';
import { withoutTime } from '../slow.ts';
import { named } from './debian.ts';

const withoutIdl = withoutTime ?? whyNoJudge('webref-idl');

const SOURCES = [
  'webauthn',
  'credential-management',
  'digital-credentials',
  'fedcm',
  'web-otp',
  'fido-client-to-authenticator-protocol',
  'secure-payment-confirmation',
  'payment-request',
];

/** As much of webidl2's tree as is looked at. */
interface Type {
  readonly idlType: string | readonly Type[];
  readonly generic: string;
  readonly union: boolean;
  readonly nullable: boolean;
}
interface Attribute {
  readonly name: string;
  readonly rhs?: { readonly value: unknown };
}
interface Member {
  readonly type: string;
  readonly name: string;
  readonly special?: string;
  readonly readonly?: boolean;
  readonly required?: boolean;
  readonly default?: { readonly type: string; readonly value: unknown } | null;
  readonly idlType: Type;
  readonly arguments?: readonly { readonly optional: boolean; readonly variadic: boolean }[];
  readonly extAttrs: readonly Attribute[];
}
interface Definition {
  readonly type: string;
  readonly name: string;
  readonly inheritance: string | null;
  readonly members: readonly Member[];
  readonly values?: readonly { readonly value: string }[];
  readonly idlType?: Type;
  readonly extAttrs: readonly Attribute[];
}

let definitions: Definition[] = [];
const of = (type: string, name: string): Definition[] =>
  definitions.filter((one) => one.type.startsWith(type) && one.name === name);
/** Those of a name and what it inherits from, partial ones too. */
const membersOf = (name: string): Member[] =>
  of('dictionary', name).flatMap(({ members, inheritance }) => [
    ...(inheritance === null ? [] : membersOf(inheritance)),
    ...members,
  ]);

/** Where the tables are not as the IDL is, and why. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  'CredentialRequestOptions.digital': 'the browser’s own: that it is there is all that is looked at',
  'CredentialRequestOptions.federated': 'the browser’s own: that it is there is all that is looked at',
  'CredentialRequestOptions.identity': 'the browser’s own: that it is there is all that is looked at',
  'CredentialRequestOptions.otp': 'the browser’s own: that it is there is all that is looked at',
  'CredentialRequestOptions.password':
    'the browser’s own: that it is there is all that is looked at, and false is not there',
  'CredentialCreationOptions.digital': 'the browser’s own: that it is there is all that is looked at',
  'CredentialCreationOptions.federated': 'the browser’s own: that it is there is all that is looked at',
  'CredentialCreationOptions.password': 'the browser’s own: that it is there is all that is looked at',
};

/** What a type of a dictionary's member takes, what it becomes, and what it refuses. */
interface Sample {
  readonly good: unknown;
  readonly becomes: unknown;
  readonly bad?: unknown;
}

const BYTES = Uint8Array.of(1, 2);
const TEXT = 'AQI';
/** Keys that were read, by dictionary. */
const read = new Map<string, Set<string>>();

function dictionarySample(name: string, encoded: boolean): Sample {
  const members = membersOf(name);
  const samples = new Map(members.map((member) => [member.name, sampleOf(member.idlType, encoded)]));
  const keys = read.get(name) ?? new Set<string>();
  read.set(name, keys);
  const good = new Proxy({} as Record<string, unknown>, {
    get(_, key) {
      if (typeof key === 'symbol') return undefined;
      keys.add(key);
      return samples.get(key)?.good;
    },
  });
  const becomes = Object.fromEntries([...samples].map(([key, sample]) => [key, sample.becomes]));
  return { good, becomes, bad: 5 };
}

/** @param encoded whether base64url becomes bytes, or stays as it is */
function sampleOf({ idlType, generic, union }: Type, encoded: boolean): Sample {
  if (union) return { good: {}, becomes: {} };
  if (typeof idlType !== 'string') {
    const inner = sampleOf(idlType.at(-1) as Type, encoded);
    if (generic === 'record') return { good: { k: inner.good }, becomes: { k: inner.becomes }, bad: 5 };
    return { good: new Set([inner.good]), becomes: [inner.becomes], bad: 5 };
  }
  switch (idlType) {
    case 'DOMString':
      return { good: { toString: () => '\ud800' }, becomes: '\ud800', bad: Symbol('bad') };
    case 'USVString':
      return { good: '\ud800', becomes: '\ufffd', bad: Symbol('bad') };
    case 'boolean':
      return { good: 'false', becomes: true };
    case 'unsigned long':
      return { good: '-1', becomes: 2 ** 32 - 1, bad: 1n };
    case 'long':
      return { good: 2 ** 31, becomes: -(2 ** 31), bad: Symbol('bad') };
    case 'ArrayBuffer':
    case 'BufferSource':
      return { good: BYTES, becomes: TEXT, bad: TEXT };
    case 'Base64URLString':
      return encoded
        ? { good: TEXT, becomes: BYTES.buffer, bad: '+' }
        : { good: TEXT, becomes: TEXT, bad: Symbol('bad') };
    case 'AbortSignal':
      return { good: AbortSignal.abort(), becomes: expect.anything(), bad: {} };
  }
  const [typedef] = of('typedef', idlType);
  if (typedef?.idlType !== undefined) return sampleOf(typedef.idlType, encoded);
  const [enumeration] = of('enum', idlType);
  const value = enumeration?.values?.[0]?.value;
  if (value !== undefined) return { good: value, becomes: value, bad: 'bad' };
  if (of('dictionary', idlType).length === 0) throw new Error(`no sample of ${idlType}`);
  return dictionarySample(idlType, encoded);
}

/** What is not as the IDL has it, in one table of ours and those inside. */
function compare(name: string, table: IdlType, encoded: boolean): string[] {
  const realm = realmOf(globalThis);
  const found: string[] = [];
  const convert = (value: unknown): unknown => table(value, '', realm);
  const check = (dictionary: string, path: readonly string[]): void => {
    for (const member of membersOf(dictionary)) {
      const { name: key, idlType, required, default: fallback } = member;
      const at = [...path, key];
      const { becomes, bad } = sampleOf(idlType, encoded);
      const whole = (change: (holder: Record<string, unknown>) => void): unknown =>
        convert(withChange(name, encoded, path, change));
      const place = `${dictionary}.${key}`;
      try {
        const unchanged = (): void => {};
        // What is in a dictionary is compared by itself.
        const compared = isDictionary(idlType) ? expect.any(Object) : becomes;
        expect(valueAt(whole(unchanged), at)).toEqual(compared);
        const given = (value: unknown): unknown =>
          valueAt(
            whole((holder) => set(holder, key, value)),
            at,
          );
        if (bad !== undefined) expect(() => given(bad)).toThrow();
        const without = (): unknown => given(undefined);
        if (required) expect(without).toThrow(TypeError);
        else expect(without()).toEqual(defaultOf(fallback));
      } catch (error) {
        found.push(`${place}: ${(error as Error).message.split('\n')[0]}`);
      }
      if (isDictionary(idlType)) check(idlType.idlType as string, at);
    }
  };
  check(name, []);
  return found;
}

function set(holder: Record<string, unknown>, key: string, value: unknown): void {
  holder[key] = value;
}

const isDictionary = ({ idlType, union, generic }: Type): boolean =>
  !union && generic === '' && of('dictionary', String(idlType)).length > 0;

function defaultOf(fallback: Member['default']): unknown {
  if (fallback === null || fallback === undefined) return undefined;
  return fallback.type === 'sequence' ? [] : fallback.value;
}

const valueAt = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((holder, key) => (holder as Record<string, unknown> | undefined)?.[key], value);

/** A good sample of a dictionary, with a change in one of those inside. */
function withChange(
  name: string,
  encoded: boolean,
  path: readonly string[],
  change: (holder: Record<string, unknown>) => void,
): Record<string, unknown> {
  const whole = Object.fromEntries(
    membersOf(name).map(({ name: key, idlType }) => [key, sampleOf(idlType, encoded).good]),
  );
  const [first, ...rest] = path;
  if (first === undefined) change(whole);
  else {
    const member = membersOf(name).find(({ name: key }) => key === first) as Member;
    whole[first] = withChange(member.idlType.idlType as string, encoded, rest, change);
  }
  return whole;
}

const TABLES: readonly (readonly [name: string, table: IdlType, encoded: boolean])[] = [
  ['CredentialCreationOptions', credentialCreationOptions, false],
  ['CredentialRequestOptions', credentialRequestOptions, false],
  ['PublicKeyCredentialCreationOptionsJSON', creationOptionsFromJson, true],
  ['PublicKeyCredentialRequestOptionsJSON', requestOptionsFromJson, true],
  ['UnknownCredentialOptions', unknownCredentialOptions, false],
  ['AllAcceptedCredentialsOptions', allAcceptedCredentialsOptions, false],
  ['CurrentUserDetailsOptions', currentUserDetailsOptions, false],
];

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

  it('has the dictionaries that are converted: members, types, defaults, what is required; where not, the difference is named', () => {
    const found = TABLES.flatMap(([name, table, encoded]) => compare(name, table, encoded));
    const additional = [...read].flatMap(([name, keys]) => {
      const known = new Set(membersOf(name).map(({ name: key }) => key));
      return [...keys].filter((key) => !known.has(key)).map((key) => `${name}.${key}: is not in the IDL`);
    });
    const all = [...new Set([...found, ...additional])];
    const placeOf = (line: string): string => line.split(':', 1)[0] as string;
    expect(all.filter((line) => DIFFERENCES[placeOf(line)] === undefined)).toEqual([]);
    const places = new Set(all.map(placeOf));
    expect(Object.keys(DIFFERENCES).filter((place) => !places.has(place))).toEqual([]);
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
