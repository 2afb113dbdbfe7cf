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
}

/**
 * Parses an origin such as `https://login.example.com`, or `null` for an opaque one.
 *
 * @throws StuntkeyError `bad-origin` for what is no origin: a path, a query, credentials, not a URL
 */
export function parseOrigin(text: string): Origin {
  if (text === 'null') return { serialized: 'null', opaque: true, domain: undefined, trustworthy: false };
  let url: URL;
  try {
    url = new URL(text);
  } catch (cause) {
    throw new StuntkeyError('bad-origin', `expected an origin such as https://example.com, got ${text}`, {
      cause,
    });
  }
  const isOrigin =
    url.pathname === '/' &&
    url.search === '' &&
    url.hash === '' &&
    url.username === '' &&
    url.password === '';
  const extension = EXTENSION.exec(text);
  if (extension !== null) {
    // Browsers give such a page its own ID as its RP ID, as if that were a domain.
    return { serialized: text, opaque: false, domain: extension[1], trustworthy: true };
  }
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

/** The origin of a page of a browser's extension, which is a secure context. */
const EXTENSION = /^[a-z]+-extension:\/\/([\w-]+)$/;

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
    /^127(?:\.\d+){3}$/.test(host)
  );
}
