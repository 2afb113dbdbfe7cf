/** What went over the wire, as far as a report shows it. */

/** A request and what came of it, to be shown and repeated: texts, cut where they are long. */
export interface Exchange {
  readonly method: string;
  /** A URL, or the name of the function that was called. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly status?: number;
  readonly answer: string;
}

/** How a server breaks: what it did instead of an answer. */
export type Breakage =
  /** A status of 500 or above. */
  | 'status'
  /** No answer in time. */
  | 'hang'
  /** A connection that was dropped. */
  | 'drop'
  /** An answer that says neither yes nor no. */
  | 'unreadable';
