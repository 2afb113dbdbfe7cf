/**
 * Functions for Artillery's scenarios: every virtual user is a person of a fleet. The processor of a script is
 * `export * from 'stuntkey/artillery'`; the names are then those of its steps.
 *
 * @example
 * ```js
 * // processor.mjs, beside a script that has `variables: { stuntkey: { rpId: 'localhost', seed: 'a load test' } }`
 * export { person, register, registered, signedIn, signIn, unanswered } from 'stuntkey/artillery';
 * ```
 * @module stuntkey/artillery
 */

export * from '../load/artillery.ts';
