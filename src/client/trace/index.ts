/** Ceremonies made readable. */
export type { CeremonyRecord, Exchange, Outcome, Refusal } from './record.ts';
export { type Trace, TracedClient, type TracedClientOptions } from './traced-client.ts';
