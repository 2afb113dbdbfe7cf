/** Files of ceremonies, in the page's own types. */
import { readTraceFile as read } from '../decode/trace/read-file.ts';
import type { Trace } from './answers.ts';

export interface Traces {
  readonly title: string;
  readonly traces: readonly Trace[];
}

/** @throws StuntkeyError `bad-trace` */
export function readTraceFile(text: string): Traces {
  const { title, traces } = read(text);
  // (A tree has no narrower type: what the page shows of it was checked.)
  return { title, traces: traces as unknown as readonly Trace[] };
}
