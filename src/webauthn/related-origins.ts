/** Related origins (https://www.w3.org/TR/webauthn-3/#sctn-related-origins): an RP ID's own list of who may use it. */
import type { Origin } from './origin.ts';
import { registrableLabel } from './rp-id.ts';

/** Fetches as the Web's fetch does; all that is used of it. */
export type Fetch = (
  url: string,
  init: {
    readonly method: 'GET';
    readonly credentials: 'omit';
    readonly referrerPolicy: 'no-referrer';
    readonly redirect: 'follow';
    readonly signal?: AbortSignal;
  },
) => Promise<{
  readonly status: number;
  readonly url: string;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}>;

/** How many registrable labels are looked at: the least that clients must, and what browsers do. */
const MAX_LABELS = 5;
/** A list longer than that is none. Characters. */
const LONGEST = 1 << 18;

/**
 * Whether an RP ID's list has an origin.
 *
 * @throws Error saying what was wrong with the list
 */
export async function isRelatedOrigin(fetch: Fetch, caller: Origin, rpId: string): Promise<boolean> {
  // 2. Without credentials or referrer, over https and nothing else.
  const response = await fetch(`https://${rpId}/.well-known/webauthn`, {
    method: 'GET',
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    redirect: 'follow',
  });
  if (response.url !== '' && !response.url.startsWith('https:')) {
    throw new Error(`the list of related origins came from ${response.url}`);
  }
  // 3. An answer of the right kind.
  const type = (response.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (response.status !== 200 || type !== 'application/json') {
    throw new Error(`expected 200 and application/json, got ${response.status} and ${type || 'no type'}`);
  }
  // 4. and 5. An object with an array of strings.
  const text = await response.text();
  if (text.length > LONGEST) throw new Error(`the list of related origins has ${text.length} characters`);
  const origins = originsIn(JSON.parse(text));
  // 6. The first few sites, all their origins.
  const labels = new Set<string>();
  for (const item of origins) {
    const url = parsed(item);
    const label = url && (await registrableLabel(url.hostname));
    if (url === undefined || !label) continue;
    if (labels.size >= MAX_LABELS && !labels.has(label)) continue;
    if (url.origin === caller.serialized) return true;
    if (labels.size < MAX_LABELS) labels.add(label);
  }
  return false;
}

function originsIn(document: unknown): readonly string[] {
  const origins =
    typeof document === 'object' && document !== null && !Array.isArray(document)
      ? (document as { origins?: unknown }).origins
      : undefined;
  if (!Array.isArray(origins) || !origins.every((origin) => typeof origin === 'string')) {
    throw new Error('expected an object with an array of strings "origins"');
  }
  return origins;
}

function parsed(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
