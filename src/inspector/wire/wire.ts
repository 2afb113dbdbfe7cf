/** How the inspector reaches a door: requests and their answers, and what happens meanwhile. */

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** An event of the door's stream. */
export interface WireEvent {
  readonly event: string;
  /** Its number; absent for `stream` and `missed`. */
  readonly id?: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** One of two: over HTTP (http.ts), or within a page (`http/in-page.ts`). */
export interface Wire {
  /**
   * @returns the answer's body; undefined where it has none
   * @throws DoorError for a refusal, and where no answer comes
   */
  ask(method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<unknown>;
  /**
   * Events as they happen, until the signal aborts or the stream ends. The first is `stream`.
   *
   * @param after the number of the last one that is known; undefined for what comes from now on
   * @throws DoorError where the stream cannot be had
   */
  events(path: string, after: number | undefined, signal: AbortSignal): AsyncIterable<WireEvent>;
}

/** What a door says of a refusal. */
export interface Refused {
  readonly name: string;
  readonly code: string;
  readonly message: string;
  readonly reason?: string;
  readonly step?: string;
  readonly wayOut?: string;
  readonly trace?: number;
}

/** The door refused, or was not there. */
export class DoorError extends Error {
  override readonly name = 'DoorError';
  /** Of HTTP; 0 where no answer came. */
  readonly status: number;
  /** Stable; `unreachable` where no answer came. */
  readonly code: string;
  readonly refused: Refused | undefined;

  constructor(status: number, refused: Refused | undefined, message?: string, options?: ErrorOptions) {
    super(message ?? refused?.message ?? `expected an answer, got HTTP ${status}`, options);
    this.status = status;
    this.code = refused?.code ?? (status === 0 ? 'unreachable' : 'unknown');
    this.refused = refused;
  }
}
