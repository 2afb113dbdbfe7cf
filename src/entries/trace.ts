/** Ceremonies as files: one HTML file that shows what was refused, and why. Subpath `stuntkey/trace`. */
export type { SavedCeremony, TraceFile } from '../decode/trace/file.ts';
export { readTraceFile } from '../decode/trace/read-file.ts';
export { traceTo, writeTrace } from '../viewer/write.ts';
