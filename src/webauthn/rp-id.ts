/** Whether a page may speak for an RP ID (https://html.spec.whatwg.org/#is-a-registrable-domain-suffix-of-or-is-equal-to). */
import { Cache } from '../base/cache.ts';
import { isAddress } from './origin.ts';

/** Loaded when first needed: an RP ID equal to the host needs no Public Suffix List. */
const publicSuffixList = (): Promise<typeof import('tldts')> => import('tldts');

/** Suffixes of late that were found to be registrable, serialized, by host and suffix: a page asks for the same again and again. */
const registrable = new Cache<string, string>(64);

/** A suffix that is known already to be registrable, as URLs serialize it; undefined if it has to be looked up. */
export function knownRegistrableSuffix(suffix: string, host: string): string | undefined {
  return suffix === host ? host : registrable.get(`${host} ${suffix}`);
}

/**
 * Whether `suffix` is a registrable domain suffix of, or equal to, the effective domain `host`. Private suffixes
 * (`github.io`) count as public suffixes, as they do in browsers.
 */
export async function isRegistrableSuffixOrEqual(suffix: string, host: string): Promise<boolean> {
  const verdict = await lookUp(suffix, host);
  if (verdict) registrable.set(`${host} ${suffix}`, hostOf(suffix) ?? suffix);
  return verdict;
}

async function lookUp(suffix: string, host: string): Promise<boolean> {
  // 1. and 2. It must be a host.
  const parsed = hostOf(suffix);
  if (parsed === undefined) return false;
  // 3. Equal is enough.
  if (parsed === host) return true;
  // 3.1. Addresses have no suffixes.
  if (isAddress(parsed) || isAddress(host)) return false;
  // 3.2. Only whole labels.
  if (!host.endsWith(`.${parsed}`)) return false;
  // 3.3. and 3.4. Not a public suffix, nor part of the host's own.
  const { getPublicSuffix } = await publicSuffixList();
  const options = { allowPrivateDomains: true, extractHostname: false };
  const own = getPublicSuffix(host, options);
  return getPublicSuffix(parsed, options) !== parsed && !(own ?? '').endsWith(`.${parsed}`);
}

/** Whether a text is a host, spelled as URLs serialize it. */
export function isHost(text: string): boolean {
  return hostOf(text) === text;
}

/** The host a text spells, serialized; undefined if it is none, or is more than a host. */
export function hostOf(text: string): string | undefined {
  if (/[\s/\\?#@:]/.test(text)) return undefined;
  try {
    const { hostname } = new URL(`https://${text}/`);
    return hostname;
  } catch {
    return undefined;
  }
}

/** Whether two hosts are of one site: equal, or with the same registrable domain. */
export async function isSameSite(a: string, b: string): Promise<boolean> {
  if (a === b) return true;
  const { getDomain } = await publicSuffixList();
  const options = { allowPrivateDomains: true, extractHostname: false };
  const site = getDomain(a, options);
  return site !== null && site === getDomain(b, options);
}

/** The first label of a host's registrable domain: `example` of `www.example.co.uk`; undefined if it has none. */
export async function registrableLabel(host: string): Promise<string | undefined> {
  const { getDomain } = await publicSuffixList();
  const domain = getDomain(host, { allowPrivateDomains: true, extractHostname: false });
  return domain?.split('.')[0];
}
