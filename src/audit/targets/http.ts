/** One visitor over HTTP: cookies, answers of a bounded size, no redirects to other hosts, and patience. */

import { systemClock, wallTime } from '../../base/clock.ts';
import type { Exchange } from '../exchange.ts';
import { type HttpAnswer, NoAnswer } from './answer.ts';
import { patiently } from './patience.ts';
import type { Turn } from './target.ts';
import { shown } from './words.ts';

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** Undefined for none; a text as it is, anything else as JSON. */
  readonly body?: unknown;
  /** Whether a redirect is the answer. Default: it is followed, on the same origin. */
  readonly manual?: boolean;
}

/** The longest answer that is read: options and verdicts are far shorter. */
const MOST_BYTES = 1 << 20;
const MOST_REDIRECTS = 5;

export class HttpVisitor {
  readonly #home: string;
  readonly #cookies: Map<string, string>;
  #last: Exchange | undefined;

  /** @param home the origin of the server: no other is told its cookies, or sets any */
  constructor(home: string, cookies: Iterable<readonly [string, string]> = []) {
    this.#home = home;
    this.#cookies = new Map(cookies);
  }

  cookie(name: string): string | undefined {
    return this.#cookies.get(name);
  }

  get cookies(): ReadonlyMap<string, string> {
    return this.#cookies;
  }

  /** The last request and what came of it. */
  get last(): Exchange | undefined {
    return this.#last;
  }

  /** @throws NoAnswer for a broken connection, a redirect elsewhere, more than a mebibyte */
  async send(request: HttpRequest, turn: Turn): Promise<HttpAnswer> {
    this.#last = undefined;
    return patiently(turn, () => this.#send(request, turn.signal));
  }

  async #send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    let { method, url, body } = request;
    for (let redirects = 0; ; redirects++) {
      const response = await this.#fetch({ ...request, method, url, body }, signal);
      if (url.origin === this.#home) this.#keep(response.headers);
      const location = response.headers.get('location');
      const redirected = response.status >= 300 && response.status <= 399 && location !== null;
      if (!redirected || request.manual) {
        const answer = await read(response);
        this.#last = exchangeOf({ ...request, method, url, body }, answer);
        return answer;
      }
      await response.body?.cancel();
      const next = URL.canParse(location, url.href) ? new URL(location, url.href) : undefined;
      if (next?.origin !== url.origin)
        throw new NoAnswer(
          `expected an answer, got a redirect to ${shown(location)}, which is not followed`,
          'unreadable',
          response.status,
        );
      if (redirects === MOST_REDIRECTS)
        throw new NoAnswer(`expected an answer, got more than ${MOST_REDIRECTS} redirects`, 'unreadable');
      url = next;
      // 307 and 308 keep the method; the others become GET, as in browsers.
      if (response.status !== 307 && response.status !== 308) {
        method = 'GET';
        body = undefined;
      }
    }
  }

  async #fetch({ method, url, headers = {}, body }: HttpRequest, signal: AbortSignal): Promise<Response> {
    const known = url.origin === this.#home ? [...this.#cookies] : [];
    const cookie = known.map(([name, value]) => `${name}=${value}`).join('; ');
    try {
      return await fetch(url.href, {
        method,
        redirect: 'manual',
        signal,
        headers: {
          accept: 'application/json',
          ...(body !== undefined && typeof body !== 'string' && { 'content-type': 'application/json' }),
          ...(cookie !== '' && { cookie }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
    } catch (error) {
      throw new NoAnswer(`expected an answer from ${url.host}, got ${broken(error)}`, 'drop');
    }
  }

  #keep(headers: Headers): void {
    for (const line of headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';');
      const [name = '', ...value] = pair.split('=');
      if (isGone(attributes)) this.#cookies.delete(name.trim());
      else this.#cookies.set(name.trim(), value.join('=').trim());
    }
  }
}

/** Whether a cookie's attributes take it back: Max-Age, which comes first, or a date that has passed (RFC 6265, section 5.3). */
function isGone(attributes: readonly string[]): boolean {
  const told = (name: string): string | undefined =>
    attributes
      .map((attribute) => attribute.split('='))
      .findLast(([found = '']) => found.trim().toLowerCase() === name)?.[1]
      ?.trim();
  const age = told('max-age');
  if (age !== undefined && /^-?\d+$/.test(age)) return Number(age) <= 0;
  return Date.parse(told('expires') ?? '') <= wallTime(systemClock);
}

/** Reads as much as is allowed, and drops the connection when there is more. */
async function read(response: Response): Promise<HttpAnswer> {
  const { status, headers, body } = response;
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  try {
    for await (const chunk of body ?? []) {
      length += chunk.length;
      if (length > MOST_BYTES)
        throw new NoAnswer(`expected an answer, got more than ${MOST_BYTES} bytes`, 'unreadable', status);
      text += decoder.decode(chunk, { stream: true });
    }
  } catch (error) {
    if (error instanceof NoAnswer) throw error;
    throw new NoAnswer(
      `expected a whole answer, got ${length} bytes and then ${broken(error)}`,
      'drop',
      status,
    );
  }
  text += decoder.decode();
  return { status, headers, text, json: parsed(text) };
}

/** The longest that is kept of a body. */
const MOST_KEPT = 4_000;

function exchangeOf({ method, url, headers, body }: HttpRequest, { status, text }: HttpAnswer): Exchange {
  const sent = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  return {
    method,
    url: url.href,
    ...(headers && { headers }),
    ...(sent !== undefined && { body: sent.slice(0, MOST_KEPT) }),
    status,
    answer: text.slice(0, MOST_KEPT),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function broken(error: unknown): string {
  const { cause = error } = error as { cause?: unknown };
  const { code, message = String(cause) } = cause as { code?: string; message?: string };
  return code === undefined ? message : `${message} (${code})`;
}
