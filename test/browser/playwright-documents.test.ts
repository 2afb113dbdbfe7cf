import type { Frame } from '@playwright/test';
import { expect, it } from 'vitest';
import { Documents } from '../../src/browser/playwright/documents.ts';

/** A frame of Playwright’s in a page, whose element can be asked by `evaluate` alone. */
function frameIn(
  url: string,
  attributes: Readonly<Record<string, unknown>>,
): { frame: Frame; asked: string[] } {
  const asked: string[] = [];
  const page = {
    url: () => 'https://example.com/',
    parentFrame: () => null,
    page: () => ({ opener: async () => null }),
  };
  const element = {
    evaluate: async (read: (element: unknown) => unknown) => {
      asked.push('evaluate');
      return read({ contentDocument: null, getAttribute: (name: string) => attributes[name] ?? null });
    },
    dispose: async () => void asked.push('dispose'),
  };
  const frame = { url: () => url, parentFrame: () => page, frameElement: async () => element };
  return { frame: frame as unknown as Frame, asked };
}

const URL = 'https://login.example.org/';

it('learns all of a frame’s element in one call, which ends with the document around it', async () => {
  const { frame, asked } = frameIn(URL, { allow: 'publickey-credentials-get', src: URL });
  expect(await new Documents().callerOf(frame, async () => true)).toEqual({
    origin: 'https://login.example.org',
    ancestors: ['https://example.com'],
    permissions: { create: false, get: true },
  });
  expect(asked).toEqual(['evaluate', 'dispose']);
});

it('takes attributes that are no texts, as a page may make them, for absent ones', async () => {
  const { frame } = frameIn(URL, { allow: {}, sandbox: 1, src: [] });
  expect(await new Documents().callerOf(frame, async () => true)).toMatchObject({
    origin: 'https://login.example.org',
    permissions: { create: false, get: false },
  });
});
