import { describe, expect, it } from 'vitest';
import { fromHex, hex } from '../../src/base/bytes.ts';
import { type CborKey, type CborValue, encodeCbor } from '../../src/cbor/cbor.ts';
import { decodeBody, decodeResponse, encodeMessage } from '../../src/ctap/message.ts';
import { getAssertionRequest, getAssertionResponse } from '../../src/ctap/messages/get-assertion.ts';
import { makeCredentialRequest } from '../../src/ctap/messages/make-credential.ts';
import { CtapError, CtapStatus, describeStatus } from '../../src/ctap/status.ts';

const statusOf = (work: () => unknown): string | undefined => {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(CtapError);
    return (error as CtapError).code;
  }
  return 'CTAP2_OK';
};

const good = new Map<CborKey, CborValue>([
  [1, new Uint8Array(32)],
  [2, new Map([['id', 'example.com']])],
  [3, new Map([['id', fromHex('01')]])],
  [
    4,
    [
      new Map<string, CborValue>([
        ['alg', -7],
        ['type', 'public-key'],
      ]),
    ],
  ],
]);

const read = (changes: [CborKey, CborValue | undefined][]): string | undefined => {
  const map = new Map(good);
  for (const [key, value] of changes) {
    if (value === undefined) map.delete(key);
    else map.set(key, value);
  }
  const body = encodeCbor(map);
  return statusOf(() => decodeBody(fromHex(`01${hex(body)}`), makeCredentialRequest));
};

describe('a makeCredential request', () => {
  it.each<[string, [CborKey, CborValue | undefined][], string]>([
    ['that is complete', [], 'CTAP2_OK'],
    [
      'with unknown members',
      [
        [0x63, 'x'],
        ['text', 1],
      ],
      'CTAP2_OK',
    ],
    ['without clientDataHash', [[1, undefined]], 'CTAP2_ERR_MISSING_PARAMETER'],
    ['without rp', [[2, undefined]], 'CTAP2_ERR_MISSING_PARAMETER'],
    ['without user', [[3, undefined]], 'CTAP2_ERR_MISSING_PARAMETER'],
    ['without pubKeyCredParams', [[4, undefined]], 'CTAP2_ERR_MISSING_PARAMETER'],
    ['without rp.id', [[2, new Map()]], 'CTAP2_ERR_MISSING_PARAMETER'],
    ['without user.id', [[3, new Map()]], 'CTAP2_ERR_MISSING_PARAMETER'],
    ['whose clientDataHash is a text', [[1, 'x']], 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE'],
    ['whose clientDataHash is short', [[1, new Uint8Array(31)]], 'CTAP1_ERR_INVALID_LENGTH'],
    ['whose rp is a text', [[2, 'x']], 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE'],
    ['whose rp.id is empty', [[2, new Map([['id', '']])]], 'CTAP1_ERR_INVALID_LENGTH'],
    ['whose rp.id is a number', [[2, new Map([['id', 1]])]], 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE'],
    ['whose user.id is empty', [[3, new Map([['id', new Uint8Array()]])]], 'CTAP1_ERR_INVALID_PARAMETER'],
    [
      'whose user.id is 65 bytes',
      [[3, new Map([['id', new Uint8Array(65)]])]],
      'CTAP1_ERR_INVALID_PARAMETER',
    ],
    [
      'whose user.name is bytes',
      [
        [
          3,
          new Map([
            ['id', fromHex('01')],
            ['name', fromHex('01')],
          ]),
        ],
      ],
      'CTAP2_ERR_CBOR_UNEXPECTED_TYPE',
    ],
    ['whose pubKeyCredParams is a map', [[4, new Map()]], 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE'],
    [
      'with an algorithm without alg',
      [[4, [new Map([['type', 'public-key']])]]],
      'CTAP2_ERR_MISSING_PARAMETER',
    ],
    [
      'with an algorithm whose alg is a text',
      [
        [
          4,
          [
            new Map([
              ['alg', 'x'],
              ['type', 'public-key'],
            ]),
          ],
        ],
      ],
      'CTAP2_ERR_CBOR_UNEXPECTED_TYPE',
    ],
    ['whose excludeList is a map', [[5, new Map()]], 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE'],
    [
      'with an excluded credential without id',
      [[5, [new Map([['type', 'public-key']])]]],
      'CTAP2_ERR_MISSING_PARAMETER',
    ],
    ['whose extensions are an array', [[6, []]], 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE'],
    ['whose extensions have a number as key', [[6, new Map([[1, 1]])]], 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE'],
    ['whose options are a text', [[7, 'rk']], 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE'],
    ['whose option rk is a number', [[7, new Map([['rk', 1]])]], 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE'],
    ['with an unknown option', [[7, new Map([['xx', 1]])]], 'CTAP2_OK'],
    ['whose pinUvAuthParam is a text', [[8, 'x']], 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE'],
    ['whose pinUvAuthProtocol is negative', [[9, -1]], 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE'],
    ['whose enterpriseAttestation is a text', [[10, 'x']], 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE'],
    ['whose attestationFormatsPreference holds a number', [[11, [1]]], 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE'],
  ])('%s', (_, changes, expected) => {
    expect(read(changes)).toBe(expected);
  });

  it.each([
    ['is no CBOR', '01ff', 'CTAP2_ERR_INVALID_CBOR'],
    ['has bytes behind its end', '01a000', 'CTAP2_ERR_INVALID_CBOR'],
    ['is not canonical', '01a2020101 01'.replace(' ', ''), 'CTAP2_ERR_INVALID_CBOR'],
    ['is no map', '0180', 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE'],
    ['has no parameters at all', '01', 'CTAP2_ERR_MISSING_PARAMETER'],
    ['has an empty map', '01a0', 'CTAP2_ERR_MISSING_PARAMETER'],
  ])('that %s', (_, bytes, expected) => {
    expect(statusOf(() => decodeBody(fromHex(bytes), makeCredentialRequest))).toBe(expected);
  });

  it('is written as it is read', () => {
    const request = decodeBody(fromHex(`01${hex(encodeCbor(good))}`), makeCredentialRequest);
    expect(hex(encodeMessage(1, makeCredentialRequest, request))).toBe(`01${hex(encodeCbor(good))}`);
  });
});

describe('a getAssertion request', () => {
  it('names what is missing', () => {
    expect(() => decodeBody(fromHex('02a0'), getAssertionRequest)).toThrow(
      /0x14 CTAP2_ERR_MISSING_PARAMETER: getAssertion\.rpId is missing/,
    );
  });
});

describe('a response', () => {
  it('with another status than CTAP2_OK is thrown as that status', () => {
    expect(statusOf(() => decodeResponse(fromHex('2e'), getAssertionResponse))).toBe(
      'CTAP2_ERR_NO_CREDENTIALS',
    );
  });

  it('without a status is an error too', () => {
    expect(statusOf(() => decodeResponse(new Uint8Array(), getAssertionResponse))).toBe('CTAP1_ERR_OTHER');
  });
});

describe('a status', () => {
  it.each([
    [0x2e, '0x2E CTAP2_ERR_NO_CREDENTIALS'],
    [0xe1, '0xE1 (extension-specific)'],
    [0xf0, '0xF0 (vendor-specific)'],
    [0x99, '0x99 (unassigned)'],
  ])('%i prints as %s', (status, text) => {
    expect(describeStatus(status)).toBe(text);
    expect(new CtapError(status, 'why').message).toBe(`${text}: why`);
  });

  it('has one code for one name', () => {
    expect(new Set(Object.values(CtapStatus)).size).toBe(Object.keys(CtapStatus).length);
  });
});
