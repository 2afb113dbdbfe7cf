/**
 * Fleets for k6, and for every realm that has ECMAScript and nothing else. `npm run build` makes one module of it, with what it
 * needs inside (scripts/bare.js). Keys, credential IDs and signatures are the ones that Node makes with `repeatable`.
 *
 * @example
 * ```js
 * import { fleet, reason } from 'stuntkey/k6';
 *
 * const people = fleet({ seed: 'a load test', rpId: 'example.com' });
 * console.log(people.person(7).record.algorithm); // -7
 * const refused = await people.person(7).get({ challenge: 'Y2hhbGxlbmdl', rpId: 'example.org' }).catch(reason);
 * console.log(refused); // SecurityError
 * ```
 * @module stuntkey/k6
 */

import { base64url, fromBase64url } from '../../base/base64url.ts';
import { type Clock, realmClock } from '../../base/clock.ts';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '../../webauthn/types.ts';
import type { FleetAlgorithm } from '../fleet/derivation.ts';
import type { FleetOptions } from '../fleet/options.ts';
import { People } from '../fleet/people.ts';
import { reasonOf } from '../fleet/reason.ts';
import { completeLanguage } from './language.ts';

/** How a fleet is made. */
export interface K6FleetOptions
  extends Pick<FleetOptions, 'seed' | 'rpId' | 'origin' | 'algorithm' | 'counter' | 'discoverable'> {
  /** Milliseconds since 1970. Default: the realm's clock. */
  readonly now?: () => number;
}

/** What a server stores of a person; bytes in base64url. */
export interface K6PersonRecord {
  readonly index: number;
  readonly credentialId: string;
  /** COSE_Key. */
  readonly publicKey: string;
  readonly publicKeySpki: string;
  readonly userHandle: string;
  /** COSE algorithm number. */
  readonly algorithm: FleetAlgorithm;
}

/** One of a fleet. */
export interface K6Person {
  readonly index: number;
  readonly record: K6PersonRecord;
  /** Registers. @throws a TypeError, or an error with the name of the DOMException that a browser would throw */
  create(options: PublicKeyCredentialCreationOptionsJSON): Promise<RegistrationResponseJSON>;
  /** Signs in. @throws as `create` */
  get(options: PublicKeyCredentialRequestOptionsJSON): Promise<AuthenticationResponseJSON>;
}

/** A fleet. */
export interface K6Fleet {
  /**
   * @param index 0 to 2^53 - 1
   * @param userHandle the one that the server gave at the registration, base64url. Default: as derived
   * @throws StuntkeyError `bad-index`, `bad-options`
   */
  person(index: number, userHandle?: string): K6Person;
}

/**
 * People from a seed, the same as in Node.
 *
 * @throws StuntkeyError `bad-options` that names the member, `bad-origin`
 */
export function fleet(options: K6FleetOptions): K6Fleet {
  // (Not at the start: the text is in pages, too, whose language is their own.)
  completeLanguage();
  const { now, ...rest } = options;
  const clock: Clock = now === undefined ? realmClock : { ...realmClock, now, wall: now };
  const people = new People({ ...rest, clock, repeatable: true });
  return {
    person(index, userHandle) {
      const handle = userHandle === undefined ? undefined : fromBase64url(userHandle);
      const person = people.person(index, handle && { userHandle: handle });
      return {
        index,
        get record() {
          const { credentialId, publicKey, publicKeySpki, ...others } = person.record;
          return {
            ...others,
            credentialId: base64url(credentialId),
            publicKey: base64url(publicKey),
            publicKeySpki: base64url(publicKeySpki),
            userHandle: base64url(others.userHandle),
          };
        },
        create: (creation) => person.create(creation),
        get: (request) => person.get(request),
      };
    },
  };
}

/** What a ceremony was refused for, in one word to count by: an error's code, its cause's, or its name. */
export function reason(error: unknown): string {
  const { code, name } = reasonOf(error);
  return code ?? name;
}
