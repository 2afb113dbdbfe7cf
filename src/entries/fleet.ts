/** People from a seed, for load tests. */
export type { FleetAlgorithm, FleetIdentity, PersonRecord } from '../load/fleet/derivation.ts';
export { type Fleet, fleet } from '../load/fleet/fleet.ts';
export type { FleetOptions } from '../load/fleet/options.ts';
export type { Person, PersonOptions } from '../load/fleet/person.ts';
export type { Signed, SignRefusal, SignRequest, ThreadOptions } from '../load/threads/types.ts';
