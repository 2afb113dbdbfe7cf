/**
 * People from a seed, for load tests: each has a device and one credential, which is derived and stored nowhere.
 *
 * @example
 * ```js
 * import { fleet } from 'stuntkey/fleet';
 *
 * const people = fleet({ seed: 'a load test', rpId: 'example.com' }); // a Fleet, which is People
 * const person = people.person(7); // a Person
 * const response = await person.get({ challenge: 'Y2hhbGxlbmdl', rpId: 'example.com' });
 * console.log(response.id.length); // 43
 * ```
 * @module stuntkey/fleet
 */

export type { FleetAlgorithm, FleetIdentity, PersonRecord } from '../load/fleet/derivation.ts';
export { type Fleet, fleet } from '../load/fleet/fleet.ts';
export type { FleetOptions } from '../load/fleet/options.ts';
export type { Person, PersonOptions } from '../load/fleet/person.ts';
export type { Signed, SignRefusal, SignRequest, ThreadOptions } from '../load/threads/types.ts';
