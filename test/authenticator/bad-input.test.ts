/**
 * Every integer-keyed parameter of every command: missing, of every wrong type, too long, and beside an unknown one; on a
 * device without a PIN, and on one with.
 */
import { describe, expect, it } from 'vitest';
import { concat, utf8 } from '../../src/base/bytes.ts';
import { type CborKey, type CborMap, type CborValue, encodeCbor } from '../../src/cbor/cbor.ts';
import { commandName } from '../../src/ctap/commands.ts';
import { type Managed, managed } from './managed.ts';

/** A value of each type there is in CTAP's CBOR. */
const ONE_OF_EACH = {
  unsigned: 1,
  negative: -1,
  bytes: new Uint8Array(32),
  text: 'text',
  array: [] as CborValue[],
  map: new Map() as CborMap,
  boolean: true,
  null: null,
} satisfies Record<string, CborValue>;
type Kind = keyof typeof ONE_OF_EACH;

interface Parameter {
  readonly key: number;
  readonly name: string;
  readonly kind: Kind;
  /** What its absence gives, where it may not be absent. */
  readonly missing?: string;
  /** A value that is too long, and what that gives. */
  readonly tooLong?: [CborValue, string];
}

interface Command {
  readonly byte: number;
  /** A request that is answered, on both devices. */
  readonly base: Record<number, CborValue>;
  readonly parameters: readonly Parameter[];
}

const MISSING = 'CTAP2_ERR_MISSING_PARAMETER';
const WRONG_TYPE = 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE';
const TOO_LONG = 'CTAP1_ERR_INVALID_LENGTH';
const hash = new Uint8Array(32);
const text = (entries: Record<string, CborValue>): CborMap =>
  new Map<CborKey, CborValue>(Object.entries(entries));
const es256 = text({ alg: -7, type: 'public-key' });
const user = (id: Uint8Array): CborMap => text({ id });
const many = Array.from({ length: 65 }, () => text({ id: hash, type: 'public-key' }));
const P = (
  key: number,
  name: string,
  kind: Kind,
  more: Pick<Parameter, 'missing' | 'tooLong'> = {},
): Parameter => ({ key, name, kind, ...more });

const COMMANDS: readonly Command[] = [
  {
    byte: 0x01,
    base: {
      1: hash,
      2: text({ id: 'example.com' }),
      3: user(utf8('ada')),
      4: [es256],
      7: text({ uv: true }),
    },
    parameters: [
      P(1, 'clientDataHash', 'bytes', { missing: MISSING, tooLong: [new Uint8Array(33), TOO_LONG] }),
      P(2, 'rp', 'map', { missing: MISSING }),
      P(3, 'user', 'map', {
        missing: MISSING,
        tooLong: [user(new Uint8Array(65)), 'CTAP1_ERR_INVALID_PARAMETER'],
      }),
      P(4, 'pubKeyCredParams', 'array', { missing: MISSING }),
      P(5, 'excludeList', 'array', { tooLong: [many, 'CTAP2_ERR_LIMIT_EXCEEDED'] }),
      P(6, 'extensions', 'map'),
      P(7, 'options', 'map'),
      P(8, 'pinUvAuthParam', 'bytes'),
      P(9, 'pinUvAuthProtocol', 'unsigned'),
      P(10, 'enterpriseAttestation', 'unsigned'),
      P(11, 'attestationFormatsPreference', 'array'),
    ],
  },
  {
    byte: 0x02,
    base: { 1: 'example.com', 2: hash, 5: text({ uv: true }) },
    parameters: [
      P(1, 'rpId', 'text', { missing: MISSING }),
      P(2, 'clientDataHash', 'bytes', { missing: MISSING, tooLong: [new Uint8Array(33), TOO_LONG] }),
      P(3, 'allowList', 'array', { tooLong: [many, 'CTAP2_ERR_LIMIT_EXCEEDED'] }),
      P(4, 'extensions', 'map'),
      P(5, 'options', 'map'),
      P(6, 'pinUvAuthParam', 'bytes'),
      P(7, 'pinUvAuthProtocol', 'unsigned'),
    ],
  },
  {
    byte: 0x06,
    base: { 1: 2, 2: 2 },
    parameters: [
      P(1, 'pinUvAuthProtocol', 'unsigned', { missing: MISSING }),
      P(2, 'subCommand', 'unsigned', { missing: MISSING }),
      P(3, 'keyAgreement', 'map'),
      P(4, 'pinUvAuthParam', 'bytes'),
      P(5, 'newPinEnc', 'bytes'),
      P(6, 'pinHashEnc', 'bytes'),
      P(9, 'permissions', 'unsigned'),
      P(10, 'rpId', 'text'),
    ],
  },
  {
    byte: 0x09,
    base: { 6: true },
    parameters: [
      P(1, 'modality', 'unsigned'),
      P(2, 'subCommand', 'unsigned'),
      P(3, 'subCommandParams', 'map'),
      P(4, 'pinUvAuthProtocol', 'unsigned'),
      P(5, 'pinUvAuthParam', 'bytes'),
      P(6, 'getModality', 'boolean', { missing: MISSING }),
    ],
  },
  {
    byte: 0x0a,
    base: { 1: 1, 3: 2 },
    parameters: [
      P(1, 'subCommand', 'unsigned', { missing: MISSING }),
      P(2, 'subCommandParams', 'map'),
      P(3, 'pinUvAuthProtocol', 'unsigned', { missing: MISSING }),
      P(4, 'pinUvAuthParam', 'bytes', {
        missing: 'CTAP2_ERR_PUAT_REQUIRED',
        tooLong: [new Uint8Array(33), 'CTAP2_ERR_PIN_AUTH_INVALID'],
      }),
    ],
  },
  {
    byte: 0x0c,
    base: { 1: 17, 3: 0 },
    parameters: [
      P(1, 'get', 'unsigned', { missing: 'CTAP1_ERR_INVALID_PARAMETER', tooLong: [9000, TOO_LONG] }),
      P(2, 'set', 'bytes'),
      P(3, 'offset', 'unsigned', { missing: 'CTAP1_ERR_INVALID_PARAMETER' }),
      P(4, 'length', 'unsigned'),
      P(5, 'pinUvAuthParam', 'bytes'),
      P(6, 'pinUvAuthProtocol', 'unsigned'),
    ],
  },
  {
    byte: 0x0d,
    base: { 1: 2, 3: 2 },
    parameters: [
      P(1, 'subCommand', 'unsigned', { missing: MISSING }),
      P(2, 'subCommandParams', 'map'),
      P(3, 'pinUvAuthProtocol', 'unsigned', { missing: MISSING }),
      P(4, 'pinUvAuthParam', 'bytes', {
        missing: 'CTAP2_ERR_PUAT_REQUIRED',
        tooLong: [new Uint8Array(33), 'CTAP2_ERR_PIN_AUTH_INVALID'],
      }),
    ],
  },
];

/** A device with every command, a credential and a token that opens everything. */
async function device(pin: boolean): Promise<Managed> {
  const made = managed({ userVerification: 'fingerprint' });
  made.state({ fingerprints: [{ templateId: Uint8Array.of(1) }] });
  await made.make('example.com', 'eve');
  if (pin) made.state({ pinHash: new Uint8Array(16), pinCodePoints: 4 });
  made.grant(0x3f);
  return made;
}

/** The base request, with what pinUvAuthParam takes where the command is one that manages. */
function request(made: Managed, { byte, base }: Command): Record<number, CborValue> {
  if (byte === 0x0a) return { ...base, 4: made.mac(Uint8Array.of(1)) };
  if (byte !== 0x0d) return base;
  return { ...base, 4: made.mac(concat(new Uint8Array(32).fill(0xff), Uint8Array.of(0x0d, 2))) };
}

describe.each([
  ['without a PIN', false],
  ['with a PIN', true],
])('on a device %s', (_, pin) => {
  describe.each(COMMANDS.map((command) => [commandName(command.byte), command] as const))(
    '%s',
    (_name, command) => {
      const { byte, parameters } = command;

      it('answers a request, also with parameters that it does not know', async () => {
        for (const unknown of [{}, { 100: hash }, { 23: text({ a: [1] }) }]) {
          const made = await device(pin);
          const { status } = await made.send(byte, { ...request(made, command), ...unknown });
          expect(status).toBe('CTAP2_OK');
        }
      });

      const wrong = parameters.flatMap((parameter) =>
        (Object.keys(ONE_OF_EACH) as Kind[])
          .filter((kind) => kind !== parameter.kind)
          .map((kind) => [parameter.name, kind, parameter] as const),
      );
      it.each(wrong)('refuses %s of type %s, and changes nothing', async (_parameter, kind, { key }) => {
        const made = await device(pin);
        const before = made.contents();
        const { status } = await made.send(byte, { ...request(made, command), [key]: ONE_OF_EACH[kind] });
        expect(status).toBe(WRONG_TYPE);
        expect(made.contents()).toBe(before);
      });

      const needed = parameters.filter(({ missing }) => missing !== undefined);
      it.each(needed.map((parameter) => [parameter.name, parameter] as const))(
        'needs %s',
        async (_parameter, { key, missing }) => {
          const made = await device(pin);
          const before = made.contents();
          const { [key]: _left, ...rest } = request(made, command);
          expect((await made.send(byte, rest)).status).toBe(missing);
          expect(made.contents()).toBe(before);
        },
      );

      const bounded = parameters.flatMap(({ name, key, tooLong }) =>
        tooLong === undefined ? [] : [[name, key, ...tooLong] as const],
      );
      it.each(bounded)('refuses %s that is too long', async (_parameter, key, value, expected) => {
        const made = await device(pin);
        const before = made.contents();
        const { status } = await made.send(byte, { ...request(made, command), [key]: value });
        expect(status).toBe(expected);
        expect(made.contents()).toBe(before);
      });

      it('refuses what is no map, not canonical, or goes on behind its end', async () => {
        const made = await device(pin);
        const before = made.contents();
        for (const [body, expected] of [
          [encodeCbor([1]), WRONG_TYPE],
          [encodeCbor('text'), WRONG_TYPE],
          [Uint8Array.of(0xbf, 0xff), 'CTAP2_ERR_INVALID_CBOR'],
          [Uint8Array.of(0xa1, 0x18, 0x01, 0x00), 'CTAP2_ERR_INVALID_CBOR'],
          [Uint8Array.of(0xa2, 0x02, 0x00, 0x01, 0x00), 'CTAP2_ERR_INVALID_CBOR'],
          [Uint8Array.of(0xa2, 0x01, 0x00, 0x01, 0x00), 'CTAP2_ERR_INVALID_CBOR'],
          [Uint8Array.of(0xa1, 0x01), 'CTAP2_ERR_INVALID_CBOR'],
          [concat(encodeCbor(new Map()), Uint8Array.of(0)), 'CTAP2_ERR_INVALID_CBOR'],
          [Uint8Array.of(0xc0, 0xa0), 'CTAP2_ERR_INVALID_CBOR'],
        ] as const) {
          expect(await made.raw(concat(Uint8Array.of(byte), body))).toBe(expected);
        }
        expect(made.contents()).toBe(before);
      });
    },
  );
});

describe('the maps inside parameters', () => {
  const rp = (entries: Record<string, CborValue>): Record<number, CborValue> => ({ 2: text(entries) });
  it.each<[string, string, Record<number, CborValue>]>([
    ['rp without id', MISSING, rp({ name: 'Example' })],
    ['rp.id of bytes', WRONG_TYPE, rp({ id: hash })],
    ['an empty rp.id', TOO_LONG, rp({ id: '' })],
    ['rp.name of bytes', WRONG_TYPE, rp({ id: 'example.com', name: hash })],
    ['user without id', MISSING, { 3: text({ name: 'ada' }) }],
    ['user.id of text', WRONG_TYPE, { 3: text({ id: 'ada' }) }],
    ['an empty user.id', 'CTAP1_ERR_INVALID_PARAMETER', { 3: user(new Uint8Array()) }],
    ['user.name of bytes', WRONG_TYPE, { 3: text({ id: hash, name: hash }) }],
    ['user.displayName of a number', WRONG_TYPE, { 3: text({ id: hash, displayName: 1 }) }],
    ['an algorithm that is no map', WRONG_TYPE, { 4: [-7] }],
    ['an algorithm without alg', 'CTAP2_ERR_MISSING_PARAMETER', { 4: [text({ type: 'public-key' })] }],
    ['an algorithm without type', 'CTAP2_ERR_MISSING_PARAMETER', { 4: [text({ alg: -7 })] }],
    ['alg of text', WRONG_TYPE, { 4: [text({ alg: 'ES256', type: 'public-key' })] }],
    ['a bad algorithm behind a good one', WRONG_TYPE, { 4: [es256, text({ alg: -8, type: 1 })] }],
    ['no algorithm', 'CTAP2_ERR_UNSUPPORTED_ALGORITHM', { 4: [] }],
    ['a credential without id', MISSING, { 5: [text({ type: 'public-key' })] }],
    ['a credential without type', MISSING, { 5: [text({ id: hash })] }],
    ['a credential of text', WRONG_TYPE, { 5: ['id'] }],
    ['extensions by number', WRONG_TYPE, { 6: new Map([[1, true]]) }],
    ['rk of a number', WRONG_TYPE, { 7: text({ rk: 1 }) }],
    ['a format that is no text', WRONG_TYPE, { 11: [1] }],
  ])('refuse %s', async (_, expected, change) => {
    const made = await device(false);
    const before = made.contents();
    const [makeCredential] = COMMANDS as [Command];
    expect((await made.send(0x01, { ...makeCredential.base, ...change })).status).toBe(expected);
    expect(made.contents()).toBe(before);
  });

  it('may have unknown members', async () => {
    const made = await device(false);
    const [makeCredential] = COMMANDS as [Command];
    const change = {
      2: text({ id: 'example.com', icon: 'data:' }),
      3: text({ id: hash, icon: 1 }),
      6: text({ unheardOf: [1] }),
      7: text({ uv: true, unheardOf: true }),
    };
    expect((await made.send(0x01, { ...makeCredential.base, ...change })).status).toBe('CTAP2_OK');
  });
});
