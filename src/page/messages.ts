/** The messages between the script in a page and us: questions one way, answers the other, as JSON text. */

/** The operations that a page can call. */
export type PageOperation =
  | 'create'
  | 'get'
  | 'capabilities'
  | 'signalUnknownCredential'
  | 'signalAllAcceptedCredentials'
  | 'signalCurrentUserDetails';

/** A question of a page. */
export interface PageQuestion {
  readonly id: number;
  readonly op: PageOperation | 'cancel';
  readonly argument?: unknown;
  readonly mediation?: unknown;
  readonly uiMode?: unknown;
  /** Whether the page's user has just done something in it, as the browser told the page's script. */
  readonly active?: boolean;
  /** Whether the page is hidden, where creations depend on it. */
  readonly hidden?: boolean;
  /** Whether the browser itself has told the script of both. */
  readonly plain?: boolean;
}

/** An answer to the page: a value, an error by its class, or a request to put everything back as it was. */
export type PageAnswer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: { readonly name: string; readonly message: string } }
  | { readonly restore: true };

/** The most questions of one document without an answer. More are a flood. */
export const MOST_PENDING = 1_024;

/** The answer to the others. */
export const FLOODED: string = `More than ${MOST_PENDING} requests of this document are pending.`;
