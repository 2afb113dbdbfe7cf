/** Related origins (https://www.w3.org/TR/webauthn-3/#sctn-related-origins): an RP ID's own list of origins that may use it. */
import type { Origin } from './origin.ts';
import { registrableLabel } from './rp-id.ts';

/** Fetches like the Web's fetch. Only these parts of it are used. */
export type Fetch = (
  url: string,
  init: {
    readonly method: 'GET';
    readonly credentials: 'omit';
    readonly referrerPolicy: 'no-referrer';
    readonly redirect: 'follow';
    /** Aborted when the ceremony that needs the list has ended. */
    readonly signal?: AbortSignal;
  },
) => Promise<ListResponse>;

/** The parts of a Response that are used. */
export interface ListResponse {
  readonly status: number;
  readonly url: string;
  readonly headers: {
    /** A header by its name. */
    get(name: string): string | null;
  };
  /** Read only up to the longest list. Without it, `text()` is read whole. */
  readonly body?: ByteStream | null;
  /** All of it as text. */
  text(): Promise<string>;
}

/** The parts of a ReadableStream that are used. */
export interface ByteStream {
  /** A reader of the bytes. */
  getReader(): {
    /** The next bytes, or the end. */
    read(): Promise<{ readonly done: boolean; readonly value?: unknown }>;
    /** Reads no further. */
    cancel(reason?: unknown): Promise<void>;
  };
}

/** How many registrable labels are read: the least that clients must read, and as many as browsers do. */
const MAX_LABELS = 5;
/** The longest list, in bytes, or in characters if the text is read whole. */
const LONGEST = 1 << 18;

/** Where an RP ID has its list. */
export const listOf = (rpId: string): string => `https://${rpId}/.well-known/webauthn`;

/**
 * Whether an RP ID's list has an origin.
 *
 * @param signal handed to `fetch`; when it is aborted, reading the body stops
 * @throws Error that says what is wrong with the list
 */
export async function isRelatedOrigin(
  fetch: Fetch,
  caller: Origin,
  rpId: string,
  signal?: AbortSignal,
): Promise<boolean> {
  // 2. Without credentials or referrer, over https and nothing else.
  const response = await fetch(listOf(rpId), {
    method: 'GET',
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    redirect: 'follow',
    ...(signal && { signal }),
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
  const text = await textOf(response, signal);
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

async function textOf(response: ListResponse, signal: AbortSignal | undefined): Promise<string> {
  if (typeof response.body?.getReader === 'function') return textIn(response.body, signal);
  const text = await response.text();
  if (text.length > LONGEST) throw tooLong();
  return text;
}

async function textIn(body: ByteStream, signal: AbortSignal | undefined): Promise<string> {
  const reader = body.getReader();
  // A reader that stops says so, and does not wait for the outcome.
  const cancel = (): void => {
    new Promise((resolve) => resolve(reader.cancel())).catch(() => {});
  };
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    const decoder = new TextDecoder();
    let text = '';
    for (let length = 0; ; ) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      if (!ArrayBuffer.isView(value)) throw new Error('the list of related origins did not come in bytes');
      if (signal?.aborted) throw new Error('the ceremony that needs the list of related origins has ended');
      length += value.byteLength;
      if (length > LONGEST) throw tooLong();
      text += decoder.decode(value as Uint8Array, { stream: true });
    }
  } catch (error) {
    cancel();
    throw error;
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}

function tooLong(): Error {
  return new Error(`the list of related origins is longer than ${LONGEST} bytes`);
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
