/** What Artillery calls. */
export * from '../load/artillery.ts';
