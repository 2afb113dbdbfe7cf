/** What goes between the script in a page and us: questions one way, answers the other, as text in JSON. */

/** All that a page can reach. */
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
  /** Whether the page's user has just done something in it, as the page's browser told its script. */
  readonly active?: boolean;
  /** Whether the page is out of sight. Never in a script's own question. */
  readonly hidden?: boolean;
}

/** What is put back to the page: a value, or an error by its class, or a request to put everything back as it was. */
export type PageAnswer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: { readonly name: string; readonly message: string } }
  | { readonly restore: true };

/** More questions of one document than that, without an answer, are a flood. */
export const MOST_PENDING = 1_024;

/** What comes of the others. */
export const FLOODED: string = `More than ${MOST_PENDING} requests of this document are pending.`;
