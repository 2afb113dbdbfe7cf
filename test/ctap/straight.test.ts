/** Messages are read and written straight from and to their bytes; the strict pass and cbor-x are the judges of both. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, hex } from '../../src/base/bytes.ts';
import { type CborMap, decodeCbor, encodeCbor } from '../../src/cbor/cbor.ts';
import { CborReader } from '../../src/cbor/reader.ts';
import { type CtapLevel, ctapLevels } from '../../src/ctap/level.ts';
import { decodeBody, encodeMessage } from '../../src/ctap/message.ts';
import { clientPinResponse } from '../../src/ctap/messages/client-pin.ts';
import { getAssertionRequest, getAssertionResponse } from '../../src/ctap/messages/get-assertion.ts';
import { getInfoResponse } from '../../src/ctap/messages/get-info.ts';
import { makeCredentialRequest, makeCredentialResponse } from '../../src/ctap/messages/make-credential.ts';
import type { Struct } from '../../src/ctap/struct.ts';
import { withoutTime } from '../slow.ts';

const RUNS = withoutTime === undefined ? 10_000 : 100;

const text = fc.oneof(fc.string({ maxLength: 40 }), fc.string({ unit: 'grapheme', maxLength: 10 }));
const some = fc.string({ minLength: 1, maxLength: 20 });
const bytes = (minLength: number, maxLength = minLength) => fc.uint8Array({ minLength, maxLength });
const list = <T>(of: fc.Arbitrary<T>) => fc.array(of, { maxLength: 4 });
const map = fc.constantFrom<CborMap>(
  new Map(),
  new Map([['a', 1]]),
  new Map<number, number | Uint8Array>([
    [1, 2],
    [-1, 1],
    [-2, new Uint8Array(32)],
  ]),
);
const unsigned = fc.oneof(fc.nat(300), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
const integer = fc.oneof(fc.integer(), fc.integer({ min: -300, max: 300 }));
const descriptor = fc.record(
  { id: bytes(0, 80), type: text, transports: list(text) },
  { requiredKeys: ['id', 'type'] },
);
const user = fc.record(
  { id: bytes(1, 64), name: text, displayName: text, icon: text },
  { requiredKeys: ['id'] },
);
const options = fc.record({ rk: fc.boolean(), up: fc.boolean(), uv: fc.boolean() }, { requiredKeys: [] });
const extensions = fc.constantFrom(new Map<string, never>(), new Map([['credProtect', 2]]));

/** Messages, by what they are called. */
const MESSAGES = {
  getAssertionRequest: [
    getAssertionRequest,
    fc.record(
      {
        rpId: some,
        clientDataHash: bytes(32),
        allowList: list(descriptor),
        extensions,
        options,
        pinUvAuthParam: bytes(0, 32),
        pinUvAuthProtocol: unsigned,
      },
      { requiredKeys: ['rpId', 'clientDataHash'] },
    ),
  ],
  getAssertionResponse: [
    getAssertionResponse,
    fc.record(
      {
        credential: descriptor,
        authData: bytes(37, 200),
        signature: bytes(1, 72),
        user,
        numberOfCredentials: fc.integer({ min: 1, max: 300 }),
        userSelected: fc.boolean(),
        largeBlobKey: bytes(32),
        unsignedExtensionOutputs: map,
      },
      { requiredKeys: ['authData', 'signature'] },
    ),
  ],
  makeCredentialRequest: [
    makeCredentialRequest,
    fc.record(
      {
        clientDataHash: bytes(32),
        rp: fc.record({ id: some, name: text, icon: text }, { requiredKeys: ['id'] }),
        user,
        pubKeyCredParams: list(fc.record({ alg: integer, type: text })),
        excludeList: list(descriptor),
        extensions,
        options,
        enterpriseAttestation: unsigned,
        attestationFormatsPreference: list(text),
      },
      { requiredKeys: ['clientDataHash', 'rp', 'user', 'pubKeyCredParams'] },
    ),
  ],
  makeCredentialResponse: [
    makeCredentialResponse,
    fc.record(
      { fmt: text, authData: bytes(37, 400), attStmt: map, epAtt: fc.boolean(), largeBlobKey: bytes(32) },
      { requiredKeys: ['fmt', 'authData'] },
    ),
  ],
  clientPinResponse: [
    clientPinResponse,
    fc.record(
      { keyAgreement: map, pinUvAuthToken: bytes(0, 48), pinRetries: fc.nat(8), uvRetries: fc.nat(25) },
      { requiredKeys: [] },
    ),
  ],
} as unknown as Readonly<Record<string, readonly [Struct<object>, fc.Arbitrary<object>]>>;

const levels = fc.constantFrom(...ctapLevels);

/** What the struct reads straight from the bytes; undefined for what it leaves to the strict pass. */
function straight<T>(struct: Struct<T>, body: Uint8Array, level: CtapLevel): T | undefined {
  const from = new CborReader(body);
  try {
    const value = struct.take(from, level);
    return from.atEnd ? value : undefined;
  } catch {
    return undefined;
  }
}

const strictly = <T>(struct: Struct<T>, body: Uint8Array, level: CtapLevel): T =>
  struct.read(decodeCbor(body), '', level);

describe.each(Object.entries(MESSAGES))('%s', (_, [struct, values]) => {
  it('is written as cbor-x writes it', () => {
    fc.assert(
      fc.property(values, (value) => {
        const body = encodeCbor(struct.write(value));
        const message = body.length === 1 ? Uint8Array.of(7) : concat(Uint8Array.of(7), body);
        expect(hex(encodeMessage(7, struct, value))).toBe(hex(message));
      }),
      { numRuns: RUNS },
    );
  });

  it('is read as the strict pass and cbor-x read it, whatever the edition', () => {
    fc.assert(
      fc.property(values, levels, (value, level) => {
        const body = encodeCbor(struct.write(value));
        const read = straight(struct, body, level);
        // (Members that an edition does not know are left to the strict pass.)
        if (read !== undefined) expect(read).toEqual(strictly(struct, body, level));
        expect(decodeBody(concat(Uint8Array.of(0), body), struct, undefined, level)).toEqual(
          strictly(struct, body, level),
        );
      }),
      { numRuns: RUNS },
    );
  });

  it('is never read where a byte is changed and the strict pass refuses it, nor read otherwise', () => {
    const change = fc.tuple(
      fc.nat(),
      fc.constantFrom(0, 1, 0x18, 0x1f, 0x3f, 0x5f, 0x60, 0x7f, 0xa0, 0xff),
      fc.nat(255),
    );
    fc.assert(
      fc.property(values, levels, change, (value, level, [at, head, other]) => {
        const body = encodeCbor(struct.write(value));
        body[at % body.length] = at % 2 === 0 ? head : other;
        const read = straight(struct, body, level);
        if (read !== undefined) expect(read).toEqual(strictly(struct, body, level));
      }),
      { numRuns: 5 * RUNS },
    );
  });

  it('is never read where it is cut off, or goes on behind its end', () => {
    fc.assert(
      fc.property(values, levels, fc.nat(), (value, level, at) => {
        const body = encodeCbor(struct.write(value));
        expect(straight(struct, body.subarray(0, at % body.length), level)).toBeUndefined();
        expect(straight(struct, concat(body, Uint8Array.of(at & 0xff)), level)).toBeUndefined();
      }),
      { numRuns: RUNS },
    );
  });
});

describe('a plain message', () => {
  const credential = { id: new Uint8Array(32), type: 'public-key' };
  it.each([
    [
      'getAssertionRequest',
      getAssertionRequest,
      {
        rpId: 'example.com',
        clientDataHash: new Uint8Array(32),
        allowList: [credential],
        options: { uv: true },
      },
    ],
    [
      'getAssertionResponse',
      getAssertionResponse,
      {
        credential,
        authData: new Uint8Array(37),
        signature: new Uint8Array(71),
        user: { id: new Uint8Array(16) },
      },
    ],
    [
      'makeCredentialRequest',
      makeCredentialRequest,
      {
        clientDataHash: new Uint8Array(32),
        rp: { id: 'example.com', name: 'Beispiel für alle' },
        user: { id: new Uint8Array(1), name: 'ada', displayName: 'Ada 🔑' },
        pubKeyCredParams: [{ alg: -257, type: 'public-key' }],
      },
    ],
    [
      'makeCredentialResponse',
      makeCredentialResponse,
      { fmt: 'none', authData: new Uint8Array(164), attStmt: new Map() },
    ],
  ] as unknown as [string, Struct<object>, object][])(
    '(%s) is read straight from its bytes',
    (_, struct, value) => {
      expect(straight(struct, encodeCbor(struct.write(value)), '2.3')).toEqual(value);
    },
  );

  it('with more members than one byte counts is written as well', () => {
    const lists = [
      'versions',
      'extensions',
      'pinUvAuthProtocols',
      'transports',
      'algorithms',
      'attestationFormats',
    ];
    const others = ['vendorPrototypeConfigCommands', 'transportsForReset', 'authenticatorConfigCommands'];
    const maps = ['options', 'certifications'];
    const info = getInfoResponse.members.map(({ name }) => [
      name,
      maps.includes(name) ? new Map() : [...lists, ...others].includes(name) ? [] : 1,
    ]);
    const written = encodeMessage(0, getInfoResponse, Object.fromEntries(info));
    expect(hex(written.subarray(0, 3))).toBe('00b81f');
    expect([...(decodeCbor(written.subarray(1)) as CborMap).keys()]).toEqual(
      info.map((_, place) => place + 1),
    );
  });
});

describe('a message that is not canonical', () => {
  const hash = `5820${'00'.repeat(32)}`;
  it.each([
    ['is so', `a2016161 02${hash}`, true],
    ['has a length in more bytes than it takes', `a201780161 02${hash}`, false],
    ['has keys in another order', `a202${hash} 016161`, false],
    ['has a key twice', `a3016161 016161 02${hash}`, false],
    ['has text that is not UTF-8', `a20161ff 02${hash}`, false],
    ['has no end', `bf016161 02${hash} ff`, false],
    ['lacks a member that is required', 'a1016161', false],
  ])('or %s: is read straight only if it is', (_, digits, plain) => {
    const body = Uint8Array.from(Buffer.from(digits.replaceAll(' ', ''), 'hex'));
    expect(straight(getAssertionRequest, body, '2.3') !== undefined).toBe(plain);
  });
});

describe('a getter of a message', () => {
  it('may write a message of its own', () => {
    const inner = { rpId: 'inner.example', clientDataHash: new Uint8Array(32) };
    const outer = {
      clientDataHash: new Uint8Array(32),
      get rpId(): string {
        return `${encodeMessage(2, getAssertionRequest, inner).length}.example`;
      },
    };
    expect(decodeBody(encodeMessage(2, getAssertionRequest, outer), getAssertionRequest)).toEqual({
      rpId: '52.example',
      clientDataHash: new Uint8Array(32),
    });
  });
});
