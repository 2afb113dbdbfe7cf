/** A file of ceremonies: what the page for one file (`trace.html`) carries, and shows. */
import type { TreeObject } from '../tree.ts';
import type { CeremonyRecord } from './record.ts';

/** One ceremony as it is saved: also what `GET /traces/{number}` answers, and `POST /traces` takes. */
export interface SavedCeremony {
  readonly number?: number;
  /** When it ended: milliseconds since 1970. */
  readonly at?: number;
  /** What a record is in JSON. */
  readonly ceremony: TreeObject;
}

/** What a file of ceremonies holds. */
export interface TraceFile {
  readonly stuntkey: 'trace';
  readonly version: 1;
  /** The name of the test, or the command. */
  readonly title: string;
  /** In the order in which they ended. */
  readonly traces: readonly SavedCeremony[];
}

/** The content of a file. @param at when each ceremony ended, where that is known */
export function traceFile(
  title: string,
  records: readonly CeremonyRecord[],
  at: readonly number[] = [],
): TraceFile {
  const traces = records.map((record, place) => ({
    ...(at[place] !== undefined && { at: at[place] }),
    ceremony: record.toJSON(),
  }));
  return { stuntkey: 'trace', version: 1, title, traces };
}
