/** Ceremonies made readable. */
export type { CeremonyRecord, Exchange, Outcome, Refusal } from '../decode/trace/record.ts';
export { type Trace, TracedClient, type TracedClientOptions } from '../decode/trace/traced-client.ts';
