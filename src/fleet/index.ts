/** People from a seed, for load tests. */
export type { FleetAlgorithm, FleetIdentity, PersonRecord } from './derivation.ts';
export { type Fleet, fleet } from './fleet.ts';
export type { FleetOptions } from './people.ts';
export type { Person, PersonOptions } from './person.ts';
export type { Signed, SignRefusal, SignRequest, ThreadOptions } from './threads/types.ts';
