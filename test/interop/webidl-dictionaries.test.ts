/** The dictionaries of the specifications, in their own IDL as @webref/idl has it, and the tables by which options are converted. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { IdlType } from '../../src/webauthn/idl.ts';
import {
  allAcceptedCredentialsOptions,
  creationOptionsFromJson,
  credentialCreationOptions,
  credentialRequestOptions,
  currentUserDetailsOptions,
  requestOptionsFromJson,
  unknownCredentialOptions,
} from '../../src/webauthn/page-dictionaries.ts';
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

/** Members of other specifications, which are the browser's own: all that the tables look at is whether they are there. */
const BROWSERS_OWN: ReadonlySet<string> = new Set(
  ['digital', 'federated', 'identity', 'otp', 'password'].flatMap((name) => [
    `CredentialRequestOptions.${name}`,
    `CredentialCreationOptions.${name}`,
  ]),
);

/** Where the tables are not as the IDL is, by the reason. */
const DIFFERENCES: Readonly<Record<string, readonly string[]>> = {
  'its default is what absence means': [
    'AuthenticationExtensionsClientInputs.enforceCredentialProtectionPolicy',
    'CredentialRequestOptions.password',
  ],
  'is shown by a payment sheet, of which we are none': [
    ...['browserBoundPubKeyCredParams', 'paymentEntitiesLogos', 'total', 'instrument'].map(
      (name) => `AuthenticationExtensionsPaymentInputs.${name}`,
    ),
    ...['currency', 'value'].map((name) => `PaymentCurrencyAmount.${name}`),
    ...['displayName', 'icon', 'iconMustBeShown', 'details'].map(
      (name) => `PaymentCredentialInstrument.${name}`,
    ),
  ],
  'was in Level 2': ['uvm'].flatMap((name) => [
    `AuthenticationExtensionsClientInputs.${name}`,
    `AuthenticationExtensionsClientInputsJSON.${name}`,
  ]),
  'has no form in JSON in its own specification, and browsers read the same as from a page': [
    'credBlob',
    'credentialProtectionPolicy',
    'enforceCredentialProtectionPolicy',
    'getCredBlob',
    'hmacCreateSecret',
    'hmacGetSecret',
    'minPinLength',
    'payment',
    'pinComplexityPolicy',
  ].map((name) => `AuthenticationExtensionsClientInputsJSON.${name}`),
};
const DIFFERENT = new Set(Object.values(DIFFERENCES).flat());

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
  const samples = new Map(members.map((member) => [member.name, sampleOfMember(name, member, encoded)]));
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

const THERE: Sample = { good: {}, becomes: expect.anything() };

function sampleOfMember(dictionary: string, { name, idlType }: Member, encoded: boolean): Sample {
  // Credential Management has a DOMString of which it knows one value; browsers have an enumeration, which has that.
  if (name === 'uiMode') return { good: 'immediate', becomes: 'immediate', bad: Symbol('bad') };
  return BROWSERS_OWN.has(`${dictionary}.${name}`) ? THERE : sampleOf(idlType, encoded);
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
    case 'object':
      return { good: {}, becomes: expect.anything(), bad: 5 };
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
      const place = `${dictionary}.${key}`;
      const { becomes, bad } = sampleOfMember(dictionary, member, encoded);
      const whole = (change: (holder: Record<string, unknown>) => void): unknown =>
        convert(withChange(name, encoded, path, change));
      try {
        const unchanged = (): void => {};
        // What is in a dictionary is compared by itself.
        const compared = isDictionary(idlType) && !BROWSERS_OWN.has(place) ? expect.any(Object) : becomes;
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
      if (isDictionary(idlType) && !BROWSERS_OWN.has(place)) check(idlType.idlType as string, at);
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
    membersOf(name).map((member) => [member.name, sampleOfMember(name, member, encoded).good]),
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
    expect(all.filter((line) => !DIFFERENT.has(placeOf(line)))).toEqual([]);
    const places = new Set(all.map(placeOf));
    expect([...DIFFERENT].filter((place) => !places.has(place))).toEqual([]);
  });
});
