/** Writes ceremonies into files, for people who look later: a page, or JSON. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type Clock, systemClock, wallTime } from '../base/clock.ts';
import { type TraceFile, traceFile } from '../decode/trace/file.ts';
import type { CeremonyRecord } from '../decode/trace/record.ts';
import type { Trace } from '../decode/trace/traced-client.ts';
import { tracePage } from './trace-page.ts';

/** The most ceremonies of a file that grows: the last ones. */
const MOST = 100;

/** What a file of that name holds: JSON where it ends so, else a page. */
export function traceContent(path: string, file: TraceFile): string {
  return /\.json$/i.test(path) ? `${JSON.stringify(file)}\n` : tracePage(file);
}

/**
 * Writes ceremonies as one HTML file that shows them, the last refusal first, without a network; as JSON if the name ends so. The file
 * is its owner's alone.
 *
 * @param title such as the name of a test. Default: what the last ceremony was
 * @returns the absolute path
 * @throws what `node:fs` throws
 *
 * @example
 * ```ts
 * import { Authenticator, type CeremonyRecord, TracedClient } from 'stuntkey';
 * import { writeTrace } from 'stuntkey/trace';
 * const records: CeremonyRecord[] = [];
 * const client = new TracedClient({
 *   origin: 'https://example.com',
 *   authenticator: new Authenticator(),
 *   trace: (record) => records.push(record),
 * });
 * await client.get({ challenge: 'Y2hhbGxlbmdl' }).catch(() => undefined);
 * writeTrace('/tmp/why.html', records);
 * ```
 */
export function writeTrace(path: string, records: readonly CeremonyRecord[], title?: string): string {
  return write(path, traceFile(title ?? titleOf(records), records));
}

function write(path: string, file: TraceFile): string {
  const whole = resolve(path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, traceContent(whole, file), { mode: 0o600 });
  return whole;
}

/**
 * What a `TracedClient` or `attach` is given as `trace`, to write the last hundred ceremonies into a file whenever one is refused.
 *
 * @param title such as the name of a test. Default: what the last ceremony was
 * @example
 * ```ts
 * import { Authenticator, TracedClient } from 'stuntkey';
 * import { traceTo } from 'stuntkey/trace';
 * const client = new TracedClient({
 *   origin: 'https://example.com',
 *   authenticator: new Authenticator(),
 *   trace: traceTo('/tmp/why.html'),
 * });
 * ```
 */
export function traceTo(path: string, title?: string, clock: Clock = systemClock): Trace {
  const records: CeremonyRecord[] = [];
  const at: number[] = [];
  return (record) => {
    if (at.push(wallTime(clock)) > MOST) at.shift();
    if (records.push(record) > MOST) records.shift();
    if ('refused' in record.outcome) write(path, traceFile(title ?? titleOf(records), records, at));
  };
}

function titleOf(records: readonly CeremonyRecord[]): string {
  const last = records.findLast(({ outcome }) => 'refused' in outcome) ?? records.at(-1);
  return last === undefined ? 'no ceremony' : `${last.ceremony} at ${last.origin}`;
}

let files = 0;
/** (No other user of the machine can have made it before.) */
let ownFolder: string | undefined;

/** A file for a test that failed: no other has its name, and what cannot be in a file name is not in it. */
export function fileForTest(name: string, given: string | undefined): string {
  if (given === undefined) ownFolder ??= mkdtempSync(join(tmpdir(), 'stuntkey-'));
  const folder = given ?? (ownFolder as string);
  const words = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60);
  return join(folder, `${words || 'test'}-${process.pid}-${++files}.html`);
}
