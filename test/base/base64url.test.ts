import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fromHex, hex } from '../../src/base/bytes.ts';

type Base64url = typeof import('../../src/base/base64url.ts');

/** The same module with and without Node's Buffer. */
async function load(withBuffer: boolean): Promise<Base64url> {
  vi.resetModules();
  if (!withBuffer) vi.stubGlobal('Buffer', undefined);
  const loaded = await import('../../src/base/base64url.ts');
  vi.unstubAllGlobals();
  return loaded;
}

afterEach(() => vi.unstubAllGlobals());

describe.each([
  ['with Buffer', true],
  ['without Buffer', false],
])('base64url %s', (_, withBuffer) => {
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
    const { base64url, fromBase64url } = await load(withBuffer);
    expect(base64url(fromHex(bytes))).toBe(text);
    expect(hex(fromBase64url(text))).toBe(bytes);
  });

  it.each(['Zg==', 'Zg=', 'Z', 'Zm8+', 'Zm8/', 'Zm 8', 'Zm8\n', 'Zh', 'Zm9', 'é'])(
    'refuses %j',
    async (text) => {
      const { fromBase64url, isBase64url } = await load(withBuffer);
      expect(isBase64url(text)).toBe(false);
      expect(() => fromBase64url(text)).toThrow(TypeError);
    },
  );

  it('agrees with Node on everything', async () => {
    const { base64url, fromBase64url } = await load(withBuffer);
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = Buffer.from(bytes).toString('base64url');
        expect(base64url(bytes)).toBe(text);
        expect(hex(fromBase64url(text))).toBe(hex(bytes));
      }),
    );
  });

  it('copies: the bytes it gives are shared with no other buffer', async () => {
    const { fromBase64url } = await load(withBuffer);
    const bytes = fromBase64url('Zm9v');
    expect(bytes.buffer.byteLength).toBe(3);
  });
});
