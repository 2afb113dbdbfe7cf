import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as text from '../../../src/load/bare/text.ts';
import * as web from '../../../src/load/bare/web.ts';

describe('UTF-8 in a bare realm', () => {
  const [encoder, decoder] = [new text.TextEncoder(), new text.TextDecoder('utf-8', { fatal: true })];
  const lenient = new text.TextDecoder();

  it('is encoded as the runtime does it, lone surrogates included', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)) }), (given) => {
        expect(encoder.encode(given)).toEqual(new Uint8Array(new TextEncoder().encode(given)));
      }),
    );
  });

  it('is decoded as the runtime does it, or refused as there', () => {
    const theirs = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const theirLenient = new TextDecoder('utf-8', { ignoreBOM: true });
    const interesting = fc.constantFrom(
      0,
      0x7f,
      0x80,
      0xbf,
      0xc0,
      0xc2,
      0xe0,
      0xed,
      0xef,
      0xf0,
      0xf4,
      0xf5,
      0xff,
      0x9f,
      0xa0,
      0x8f,
      0x90,
      0xbb,
    );
    const outcome = (decode: () => string): string => {
      try {
        return decode();
      } catch (error) {
        return (error as Error).name;
      }
    };
    fc.assert(
      fc.property(fc.uint8Array(), fc.array(interesting, { maxLength: 8 }), (any, chosen) => {
        for (const bytes of [
          any,
          Uint8Array.from(chosen),
          new TextEncoder().encode(String.fromCodePoint(...chosen)),
        ]) {
          expect(outcome(() => decoder.decode(bytes))).toBe(outcome(() => theirs.decode(bytes)));
          expect(lenient.decode(bytes)).toBe(theirLenient.decode(bytes));
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('an origin in a bare realm', () => {
  const MEMBERS = [
    'protocol',
    'hostname',
    'port',
    'pathname',
    'search',
    'hash',
    'username',
    'password',
    'origin',
  ] as const;

  it.each([
    'https://example.com',
    'HTTPS://Login.Example.COM',
    'https://example.com:443',
    'http://localhost:3000',
    'http://localhost:80/',
    'http://127.0.0.1:8080',
    'http://[::1]:8080',
    'https://example.com/path?query#hash',
    'https://xn--nxasmq6b.example',
  ])('%s is read as the runtime does it', (given) => {
    const [ours, theirs] = [new web.URL(given), new URL(given)];
    // The runtime leaves `?` and `#` alone out.
    for (const member of MEMBERS) expect([member, ours[member]]).toEqual([member, theirs[member]]);
  });

  it.each([
    '',
    'example.com',
    'ftp://example.com',
    'https://',
    'https://user@example.com',
    'https://exa mple.com',
    'https://example.com:99999',
    'https://ex..%41',
    'https://-',
  ])('%s is none', (given) => {
    expect(() => new web.URL(given)).toThrowError(TypeError);
  });
});
