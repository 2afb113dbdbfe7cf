/** A page's globals, loosely typed: the project compiles without the DOM's types. */
import { Authenticator, type AuthenticatorOptions } from '../../src/authenticator/authenticator.ts';
import { type InstallOptions, install } from '../../src/page/install.ts';

// biome-ignore lint/suspicious/noExplicitAny: a page is not typed
export type Page = any;

/** Furnishes a global; `page` is the same global as a page sees it. */
export function furnish(
  target: object = globalThis,
  options: Partial<InstallOptions> = {},
  device: AuthenticatorOptions = {},
) {
  const authenticator = new Authenticator({ seed: 'page', ...device });
  const installation = install(target, { origin: 'https://login.example.com', authenticator, ...options });
  return { page: target as Page, authenticator, installation };
}

export const creation = (changes: object = {}) => ({
  rp: { name: 'Example', id: 'example.com' },
  user: { id: Uint8Array.of(1, 2, 3), name: 'ada', displayName: 'Ada' },
  challenge: Uint8Array.of(9, 9, 9),
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  ...changes,
});

export const creationJson = (changes: object = {}) => ({
  ...creation(),
  user: { id: 'AQID', name: 'ada', displayName: 'Ada' },
  challenge: 'CQkJ',
  ...changes,
});

/** What a promise is refused with; undefined if it is not. */
export async function refusal(work: Promise<unknown>): Promise<Page> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return error;
  }
}
