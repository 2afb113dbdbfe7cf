import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromUtf8 } from '../../src/base/bytes.ts';
import { serializeClientData } from '../../src/webauthn/client-data.ts';

const base = { type: 'webauthn.get', challenge: 'AA', origin: 'https://example.com', crossOrigin: false };
const json = (changes: object = {}): string => {
  const { type, challenge, ...page } = { ...base, ...changes };
  return fromUtf8(serializeClientData(type, challenge, page));
};

describe('clientDataJSON', () => {
  it('has its members in the order that limited verifiers compare, without white space', () => {
    expect(json()).toBe(
      '{"type":"webauthn.get","challenge":"AA","origin":"https://example.com","crossOrigin":false}',
    );
    expect(json({ crossOrigin: true, topOrigin: 'https://t.example' })).toMatch(
      /,"crossOrigin":true,"topOrigin":"https:\/\/t\.example"}$/,
    );
  });

  it('has further members behind the known ones', () => {
    expect(json({ extra: { a: 1, b: ['x'] } })).toMatch(/"crossOrigin":false,"a":1,"b":\["x"\]}$/);
    expect(json({ extra: {} })).toBe(json());
  });

  it('escapes the quote, the backslash and control characters, the latter only as \\u and four digits', () => {
    expect(json({ origin: 'a"b\\c\n\t\u007f/é😀' })).toContain(
      '"origin":"a\\"b\\\\c\\u000a\\u0009\u007f/é😀"',
    );
  });

  it('is JSON that says the same, whatever the texts are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (origin, challenge) => {
        expect(JSON.parse(json({ origin, challenge }))).toEqual({ ...base, origin, challenge });
      }),
    );
  });
});
