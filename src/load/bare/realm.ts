/**
 * What the house names of the Web, where a text has to run without Node: the realm's own, taken at the start, before a page can change
 * it; ours in a realm that has none, such as k6. scripts/bare.js puts these in the place of the globals.
 */
import { TextDecoder as OwnTextDecoder, TextEncoder as OwnTextEncoder } from './text.ts';
import { DOMException as OwnDOMException, URL as OwnURL } from './web.ts';

interface Web {
  readonly TextEncoder: typeof OwnTextEncoder;
  readonly TextDecoder: typeof OwnTextDecoder;
  readonly URL: typeof OwnURL;
  readonly DOMException: typeof OwnDOMException;
}

const realm = globalThis as unknown as Partial<Web>;

export const TextEncoder: typeof OwnTextEncoder = realm.TextEncoder ?? OwnTextEncoder;
export const TextDecoder: typeof OwnTextDecoder = realm.TextDecoder ?? OwnTextDecoder;
export const URL: typeof OwnURL = realm.URL ?? OwnURL;
export const DOMException: typeof OwnDOMException = realm.DOMException ?? OwnDOMException;
