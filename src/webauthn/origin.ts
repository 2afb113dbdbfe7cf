/** Origins: where a page comes from, whether it may use WebAuthn at all, and what RP ID it has by default. */
import { StuntkeyError } from '../base/stuntkey-error.ts';

/** A parsed origin. */
export interface Origin {
  /** ASCII serialization: scheme, host in punycode, port unless it is the scheme's own; `null` when opaque. */
  readonly serialized: string;
  /** An origin that is equal only to itself, such as a sandboxed frame's. */
  readonly opaque: boolean;
  /** The effective domain if it is a valid domain; undefined for IP addresses. */
  readonly domain: string | undefined;
  /** Whether pages from there are secure contexts. */
  readonly trustworthy: boolean;
  /** An app for Android, or an extension of a browser: no web page, and without a domain. */
  readonly app?: 'android' | 'extension';
}

/** Origins of callers that are no web pages. Android's is the SHA-256 of the certificate that signed the app, in base64url. */
const APPS: readonly (readonly [RegExp, NonNullable<Origin['app']>])[] = [
  [/^(android:apk-key-hash:[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048])$/, 'android'],
  [/^(chrome-extension:\/\/[a-p]{32})\/?$/, 'extension'],
  [/^(moz-extension:\/\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/?$/, 'extension'],
];

const APP_EXAMPLES: Readonly<Record<string, string>> = {
  android: 'android:apk-key-hash: and the SHA-256 of the certificate in base64url (43 characters)',
  'chrome-extension': 'chrome-extension:// and 32 letters from a to p',
  'moz-extension': 'moz-extension:// and a UUID',
};

/**
 * Parses an origin such as `https://login.example.com`, `null` for an opaque one, or that of an app or extension
 * (`android:apk-key-hash:…`, `chrome-extension://…`, `moz-extension://…`).
 *
 * @throws StuntkeyError `bad-origin` for what is no origin: a path, a query, credentials, not a URL
 */
export function parseOrigin(text: string): Origin {
  if (text === 'null') return { serialized: 'null', opaque: true, domain: undefined, trustworthy: false };
  for (const [pattern, app] of APPS) {
    const serialized = pattern.exec(text)?.[1];
    if (serialized !== undefined)
      return { serialized, opaque: false, domain: undefined, trustworthy: true, app };
  }
  const [scheme = ''] = text.split(':', 1);
  const example = Object.hasOwn(APP_EXAMPLES, scheme) ? APP_EXAMPLES[scheme] : undefined;
  if (example !== undefined) throw new StuntkeyError('bad-origin', `expected ${example}, got ${text}`);
  let url: URL;
  try {
    url = new URL(text);
  } catch (cause) {
    throw new StuntkeyError('bad-origin', `expected an origin such as https://example.com, got ${text}`, {
      cause,
    });
  }
  if (!text.includes('://'))
    throw new StuntkeyError('bad-origin', `expected an origin such as https://example.com, got ${text}`);
  const isOrigin =
    url.pathname === '/' &&
    url.search === '' &&
    url.hash === '' &&
    url.username === '' &&
    url.password === '';
  if ((url.protocol !== 'https:' && url.protocol !== 'http:') || !isOrigin) {
    throw new StuntkeyError('bad-origin', `expected scheme, host and port and nothing more, got ${text}`);
  }
  const address = isAddress(url.hostname);
  return {
    serialized: url.origin,
    opaque: false,
    domain: address ? undefined : url.hostname,
    trustworthy: url.protocol === 'https:' || isLoopback(url.hostname),
  };
}

/** Whether a host, as a URL serializes it, is an IP address. */
export function isAddress(host: string): boolean {
  return host.startsWith('[') || /^\d+\.\d+\.\d+\.\d+$/.test(host);
}

/** https://www.w3.org/TR/secure-contexts/#is-origin-trustworthy, steps 4 and 5. */
function isLoopback(host: string): boolean {
  return (
    host === 'localhost' ||
    host === 'localhost.' ||
    host.endsWith('.localhost') ||
    host.endsWith('.localhost.') ||
    host === '[::1]' ||
    (isAddress(host) && host.startsWith('127.'))
  );
}
