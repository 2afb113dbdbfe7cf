/** The page of a door with `ui`: its files, which are the same for everyone, and known before anything is asked. */
import { type BuiltName, builtFile } from '../viewer/built.ts';

/** One answer to a browser. */
export interface PageFile {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Nothing from elsewhere, nothing inline, nothing that evaluates text, and in no frame (https://www.w3.org/TR/CSP3/). */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
};

const FILES: readonly (readonly [path: string, name: BuiltName, type: string])[] = [
  ['/', 'index.html', 'text/html'],
  ['/assets/inspector.js', 'assets/inspector.js', 'text/javascript'],
  ['/assets/inspector.css', 'assets/inspector.css', 'text/css'],
];

/** Reads the files. @throws Error in a checkout that was not built */
export function builtPage(): ReadonlyMap<string, PageFile> {
  return new Map(
    FILES.map(([path, name, type]) => [
      path,
      { headers: { ...HEADERS, 'content-type': `${type}; charset=utf-8` }, body: builtFile(name) },
    ]),
  );
}

/** The page's address with the token, which is in the fragment, so that it is in no request. */
export function pageAddress(url: string, token: string): string {
  return `${url}/#token=${encodeURIComponent(token)}`;
}
