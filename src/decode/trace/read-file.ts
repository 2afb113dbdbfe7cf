/**
 * Reads files of ceremonies, wherever they come from: what `writeTrace` wrote (JSON, or a page with it), what the door or the inspector saved,
 * and a record in JSON.
 */
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import type { TreeObject } from '../tree.ts';
import type { SavedCeremony, TraceFile } from './file.ts';

/** Characters of the longest file that is read. */
export const LONGEST_FILE: number = 16 * 1024 * 1024;

const VERSION = 1;

/** @throws StuntkeyError `bad-trace` for what is cut, foreign, of another version or enormous */
export function readTraceFile(text: string): TraceFile {
  if (text.length > LONGEST_FILE)
    throw wrong(
      `expected a file of at most ${LONGEST_FILE / 1024 / 1024} MiB, got ${Math.ceil(text.length / 1024 / 1024)} MiB`,
    );
  const value = parsed(jsonIn(text.replace(/^\ufeff/, '').trim()));
  if (!isObject(value)) throw foreign('it is no object');
  if (typeof value.ceremony === 'string') return fileOf('', [{ ceremony: value }]);
  if ('ceremony' in value) return fileOf('', [value]);
  const { version, title, traces } = value;
  if (!Array.isArray(traces)) throw foreign('it has no ceremony, and no list of traces');
  if (version !== VERSION)
    throw wrong(
      `expected a file of version ${VERSION}, got ${String(JSON.stringify(version)).slice(0, 40)}: open it with the stuntkey that wrote it`,
    );
  if (traces.length === 0) throw wrong('there is no ceremony in the file');
  return fileOf(typeof title === 'string' ? title : '', traces);
}

const fileOf = (title: string, traces: readonly unknown[]): TraceFile => ({
  stuntkey: 'trace',
  version: VERSION,
  title,
  traces: traces.map(savedIn),
});

/** The data of a page that we wrote; any other text is JSON, or should be. */
function jsonIn(text: string): string {
  if (!text.startsWith('<')) return text;
  const [, behind] = text.split('<script type="application/json" id="stuntkey-traces">', 2);
  if (behind === undefined) throw foreign('it is a page without ceremonies');
  const end = behind.indexOf('</script>');
  if (end < 0) throw cut();
  return behind.slice(0, end);
}

function parsed(text: string): unknown {
  if (text === '') throw wrong('the file is empty');
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (/^[{[]/.test(text) && !/[}\]]$/.test(text)) throw cut(cause);
    throw wrong(`expected JSON, got something else: ${(cause as Error).message.slice(0, 200)}`, {
      cause,
    });
  }
}

function savedIn(value: unknown): SavedCeremony {
  const ceremony = isObject(value) ? value.ceremony : undefined;
  if (!isObject(value) || !isObject(ceremony)) throw foreign('one of its traces has no ceremony');
  const problem = problemOf(ceremony);
  if (problem !== undefined) throw foreign(problem);
  const { number, at } = value;
  return {
    ...(typeof number === 'number' && { number }),
    ...(typeof at === 'number' && { at }),
    ceremony: ceremony as TreeObject,
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

function wrong(why: string, options?: ErrorOptions): StuntkeyError {
  return new StuntkeyError('bad-trace', why, options);
}

function cut(cause?: unknown): StuntkeyError {
  return wrong('the file breaks off in the middle: it was not written to its end', { cause });
}

function foreign(why: string): StuntkeyError {
  return wrong(`this is no trace of stuntkey: ${why}`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
