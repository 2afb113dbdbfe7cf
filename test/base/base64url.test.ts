import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fromHex, hex } from '../../src/base/bytes.ts';

type Base64url = typeof import('../../src/base/base64url.ts');

/** Such as the npm package `buffer` has, which bundlers give to pages: it does not know base64url. */
const bufferOfPages = {
  from(): never {
    throw new TypeError('Unknown encoding: base64url');
  },
  prototype: {},
};

/** The same module with Node's Buffer, with another, and without. */
async function load(buffer: unknown): Promise<Base64url> {
  vi.resetModules();
  vi.stubGlobal('Buffer', buffer);
  const loaded = await import('../../src/base/base64url.ts');
  vi.unstubAllGlobals();
  return loaded;
}

afterEach(() => vi.unstubAllGlobals());

describe.each([
  ['with Buffer', Buffer],
  ['without Buffer', undefined],
  ['with the Buffer of a bundler', bufferOfPages],
  ['with an object in the place of Buffer', { isBuffer: () => false }],
])('base64url %s', (_, buffer) => {
  // RFC 4648 section 10, without padding.
  it.each([
    ['', ''],
    ['66', 'Zg'],
    ['666f', 'Zm8'],
    ['666f6f', 'Zm9v'],
    ['666f6f62', 'Zm9vYg'],
    ['666f6f6261', 'Zm9vYmE'],
    ['666f6f626172', 'Zm9vYmFy'],
    ['fbff', '-_8'],
  ])('spells %s as %j and reads it back', async (bytes, text) => {
    const { base64url, fromBase64url } = await load(buffer);
    expect(base64url(fromHex(bytes))).toBe(text);
    expect(hex(fromBase64url(text))).toBe(bytes);
  });

  it.each(['Zg==', 'Zg=', 'Z', 'Zm8+', 'Zm8/', 'Zm 8', 'Zm8\n', 'Zh', 'Zm9', 'é'])(
    'refuses %j',
    async (text) => {
      const { fromBase64url, isBase64url } = await load(buffer);
      expect(isBase64url(text)).toBe(false);
      expect(() => fromBase64url(text)).toThrow(TypeError);
    },
  );

  it('agrees with Node on everything', async () => {
    const { base64url, fromBase64url } = await load(buffer);
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = Buffer.from(bytes).toString('base64url');
        expect(base64url(bytes)).toBe(text);
        expect(hex(fromBase64url(text))).toBe(hex(bytes));
      }),
    );
  });

  it('copies: the bytes it gives are shared with no other buffer', async () => {
    const { fromBase64url } = await load(buffer);
    const bytes = fromBase64url('Zm9v');
    expect(bytes.buffer.byteLength).toBe(3);
  });
});
