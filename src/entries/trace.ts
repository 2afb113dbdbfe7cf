/**
 * Ceremonies as files: one HTML file that shows what was refused, and why, without a network.
 *
 * @example
 * ```js
 * import { readFileSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { Authenticator, TracedClient } from 'stuntkey';
 * import { readTraceFile, traceTo } from 'stuntkey/trace';
 *
 * const file = `${tmpdir()}/stuntkey-${process.pid}.html`;
 * const trace = traceTo(file, 'a visitor signs in');
 * const client = new TracedClient({ origin: 'https://example.com', authenticator: new Authenticator(), trace });
 * await client.get({ challenge: 'Y2hhbGxlbmdl' }).catch(() => {});
 * console.log(readTraceFile(readFileSync(file, 'utf8')).title); // a visitor signs in
 * ```
 * @module stuntkey/trace
 */

export type { SavedCeremony, TraceFile } from '../decode/trace/file.ts';
export { readTraceFile } from '../decode/trace/read-file.ts';
export { traceTo, writeTrace } from '../viewer/write.ts';
