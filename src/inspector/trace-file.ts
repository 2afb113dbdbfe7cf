/** Reads files of ceremonies: one as the door saves it, or several as a page for one file carries them. */
import type { CeremonyJson, Trace } from './answers.ts';

/** Why a text is no such file, in a sentence. */
export class TraceFileError extends Error {
  override readonly name = 'TraceFileError';
}

export interface Traces {
  readonly title: string;
  readonly traces: readonly Trace[];
}

/** Characters of the longest file that is read. */
export const LONGEST_FILE: number = 16 * 1024 * 1024;

const VERSION = 1;

/** @throws TraceFileError for what is cut, foreign, of another version or enormous */
export function readTraceFile(text: string): Traces {
  if (text.length > LONGEST_FILE)
    throw new TraceFileError(
      `expected a file of at most ${LONGEST_FILE / 1024 / 1024} MiB, got ${Math.ceil(text.length / 1024 / 1024)} MiB`,
    );
  const value = parsed(text.trim());
  if (!isObject(value)) throw foreign('it is no object');
  if ('ceremony' in value) return { title: '', traces: [traceOf(value)] };
  const { version, title, traces } = value;
  if (!Array.isArray(traces)) throw foreign('it has no ceremony, and no list of traces');
  if (version !== VERSION)
    throw new TraceFileError(
      `expected a file of version ${VERSION}, got ${JSON.stringify(version)}: open it with the version of stuntkey that wrote it`,
    );
  if (traces.length === 0) throw new TraceFileError('there is no ceremony in the file');
  return { title: typeof title === 'string' ? title : '', traces: traces.map(traceOf) };
}

function parsed(text: string): unknown {
  if (text === '') throw new TraceFileError('the file is empty');
  try {
    return JSON.parse(text);
  } catch (cause) {
    const cut = /^[{[]/.test(text) && !/[}\]]$/.test(text);
    throw new TraceFileError(
      cut
        ? 'the file breaks off in the middle: it was not written to its end'
        : `expected JSON, got something else: ${(cause as Error).message}`,
      { cause },
    );
  }
}

function traceOf(value: unknown): Trace {
  const ceremony = isObject(value) ? value.ceremony : undefined;
  if (!isObject(value) || !isObject(ceremony)) throw foreign('one of its traces has no ceremony');
  const problem = problemOf(ceremony);
  if (problem !== undefined) throw foreign(problem);
  const { number, at } = value;
  return {
    ...(typeof number === 'number' && { number }),
    ...(typeof at === 'number' && { at }),
    ceremony: ceremony as unknown as CeremonyJson,
  };
}

function problemOf({ ceremony, origin, exchanges, outcome }: Record<string, unknown>): string | undefined {
  if (ceremony !== 'create' && ceremony !== 'get') return 'ceremony is neither create nor get';
  if (typeof origin !== 'string') return 'origin is no text';
  if (!Array.isArray(exchanges) || !exchanges.every(isObject)) return 'exchanges is no list of messages';
  if (!isObject(outcome)) return 'outcome is missing';
  const { refused, step, reason } = outcome;
  if ('credential' in outcome || [refused, step, reason].every((one) => typeof one === 'string'))
    return undefined;
  return 'outcome is neither a credential nor a refusal';
}

function foreign(why: string): TraceFileError {
  return new TraceFileError(`this is no trace of stuntkey: ${why}`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
