/** The door over HTTP: requests with its token, and its stream of events, which is read with fetch: EventSource cannot send a token. */
import { EventText } from './event-text.ts';
import { DoorError, type Refused, type Wire, type WireEvent } from './wire.ts';

export interface HttpWireOptions {
  /** Where the door is, such as `http://127.0.0.1:8100`. */
  readonly url: string;
  readonly token: string;
  /** Default: the realm's. */
  readonly fetch?: typeof fetch;
}

export function httpWire({ url, token, fetch: given }: HttpWireOptions): Wire {
  const send = async (path: string, init: RequestInit): Promise<Response> => {
    try {
      // (Called as a member of anything else, a browser's own refuses.)
      return await (given ?? fetch)(new URL(path, url), {
        ...init,
        headers: {
          authorization: `Bearer ${token}`,
          ...(init.body != null && { 'content-type': 'application/json' }),
        },
        credentials: 'omit',
        redirect: 'error',
      });
    } catch (cause) {
      if (init.signal?.aborted) throw cause;
      throw new DoorError(
        0,
        undefined,
        'the door does not answer: it was closed, or the connection is lost',
        { cause },
      );
    }
  };
  return {
    async ask(method, path, body, signal) {
      const response = await send(path, {
        method,
        ...(body !== undefined && { body: JSON.stringify(body) }),
        ...(signal && { signal }),
      });
      const text = await bodyOf(response);
      if (response.ok) return text === '' ? undefined : parsed(text, response.status);
      throw new DoorError(response.status, refusedIn(text));
    },
    async *events(path, after, signal) {
      const response = await send(after === undefined ? path : `${path}?after=${after}`, { signal });
      if (!response.ok) throw new DoorError(response.status, refusedIn(await bodyOf(response)));
      if (response.body === null) return;
      yield* eventsIn(response.body, signal);
    },
  };
}

async function bodyOf(response: Response): Promise<string> {
  try {
    return await response.text();
  } catch (cause) {
    throw new DoorError(0, undefined, 'the answer broke off', { cause });
  }
}

function parsed(text: string, status: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DoorError(status, undefined, 'expected JSON from the door, got something else', { cause });
  }
}

function refusedIn(text: string): Refused | undefined {
  try {
    const { error } = JSON.parse(text) as { readonly error?: Refused };
    return typeof error?.message === 'string' ? error : undefined;
  } catch {
    return undefined;
  }
}

async function* eventsIn(body: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<WireEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const text = new EventText();
  // (Node's fetch does not always end the body of a request that is aborted.)
  const stop = (): void => void reader.cancel().catch(() => {});
  signal.addEventListener('abort', stop, { once: true });
  try {
    while (!signal.aborted) {
      const { done, value } = await reader.read();
      if (done) return;
      yield* text.push(decoder.decode(value, { stream: true }));
    }
  } catch (cause) {
    if (signal.aborted) return;
    throw new DoorError(0, undefined, 'the stream of events broke off', { cause });
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}
