/** A device whose next ceremonies are wrong, in the way that the caller picks. The device and the client know nothing of it. */

import type { Authenticator } from '../../authenticator/authenticator.ts';
import type { AttestationSource } from '../../authority/identity.ts';
import { fromBase64url } from '../../base/base64url.ts';
import { check, having } from '../../base/shape.ts';
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import type { ClientAuthenticator } from '../../client/client.ts';
import type { FinishedCeremony } from '../../client/finished.ts';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '../../webauthn/types.ts';
import {
  type AuthenticationFault,
  type Fault,
  faultShape,
  NotApplicable,
  type RegistrationFault,
} from '../fault.ts';
import type { Given } from './draft.ts';
import {
  draftAssertion,
  draftRegistration,
  type HonestAuthentication,
  type HonestRegistration,
} from './read.ts';
import { signAssertion, signRegistration } from './sign.ts';

/** Does a registration again, with the fault. @throws NotApplicable */
export async function forgeRegistration(
  fault: Pick<RegistrationFault, 'change'>,
  honest: HonestRegistration,
): Promise<unknown> {
  const draft = draftRegistration(honest);
  await fault.change(draft);
  return signRegistration(draft, honest);
}

/** Does a sign-in again, with the fault. @throws NotApplicable */
export async function forgeAssertion(
  fault: Pick<AuthenticationFault, 'change'>,
  honest: HonestAuthentication,
): Promise<unknown> {
  const draft = draftAssertion(honest);
  await fault.change(draft);
  return signAssertion(draft);
}

/** An authenticator that does as it is told, wrong. Goes wherever a client takes an authenticator. */
export interface FaultyAuthenticator extends ClientAuthenticator {
  /** The device behind it. */
  readonly authenticator: Authenticator;
  readonly credentials: Authenticator['credentials'];
  readonly policy: Authenticator['policy'];
  /**
   * The next ceremony of the fault's kind has this fault; further calls queue up.
   *
   * @throws StuntkeyError `bad-options` for what is no fault
   * @param given what the fault needs from outside its own ceremony, such as a challenge of another
   */
  next(fault: Fault, given?: Given): void;
  /** How many faults wait for a ceremony of their kind. */
  readonly queued: number;
  /** Forgets what was queued. */
  reset(): void;
  finished(ceremony: FinishedCeremony): Promise<RegistrationResponseJSON | AuthenticationResponseJSON>;
}

/** How {@link faulty} attests what it changes. */
export interface FaultyOptions {
  /** Who certifies attestation keys. Default: the authority that every device has. */
  readonly attestation?: AttestationSource;
}

const deviceShape = having<Authenticator>('an authenticator, such as new Authenticator()', 'transact');

/**
 * Wraps an authenticator, so that chosen ceremonies come out wrong.
 *
 * @throws StuntkeyError `bad-options` for what is no authenticator
 *
 * @example
 * ```ts
 * import { Authenticator, WebAuthnClient } from 'stuntkey';
 * import { fault, faulty } from 'stuntkey/audit';
 * const authenticator = faulty(new Authenticator());
 * const client = new WebAuthnClient({ origin: 'https://example.com', authenticator });
 * authenticator.next(fault('registration-origin-subdomain'));
 * const response = await client.create({
 *   rp: { name: 'Example', id: 'example.com' },
 *   user: { id: 'dXNlci0x', name: 'ada', displayName: 'Ada' },
 *   challenge: 'Y2hhbGxlbmdlLWZyb20tc2VydmVy',
 *   pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
 * });
 * console.log(atob(response.response.clientDataJSON)); // … "origin":"https://sub.example.com" …
 * ```
 */
export function faulty(authenticator: Authenticator, options: FaultyOptions = {}): FaultyAuthenticator {
  check(deviceShape, authenticator, 'bad-options', 'faulty');
  const queues = {
    registration: [] as { fault: RegistrationFault; given: Given }[],
    authentication: [] as { fault: AuthenticationFault; given: Given }[],
  };
  return {
    authenticator,
    user: authenticator.user,
    credentials: authenticator.credentials,
    policy: authenticator.policy,
    ctap2: authenticator.ctap2,
    transact: (request, how) => authenticator.transact(request, how),
    whyNone: (rpId) => authenticator.whyNone(rpId),
    ...(authenticator.transactU2f && { transactU2f: authenticator.transactU2f }),
    next(fault, given = {}) {
      check(faultShape, fault, 'bad-options', 'fault');
      if (fault.ceremony === 'registration') queues.registration.push({ fault, given });
      else queues.authentication.push({ fault, given });
    },
    get queued() {
      return queues.registration.length + queues.authentication.length;
    },
    reset() {
      queues.registration = [];
      queues.authentication = [];
    },
    async finished(ceremony: FinishedCeremony) {
      const { origin, response } = ceremony;
      const credential = authenticator.credentials.get(fromBase64url(response.id));
      // Another device of the same client has answered.
      if (credential === undefined) return response;
      try {
        if (ceremony.ceremony === 'create') {
          const next = queues.registration.shift();
          if (next === undefined) return response;
          return (await forgeRegistration(next.fault, {
            options: ceremony.options,
            response: ceremony.response,
            origin,
            credential,
            given: next.given,
            policy: authenticator.policy,
            ...(options.attestation && { source: options.attestation }),
          })) as RegistrationResponseJSON;
        }
        const next = queues.authentication.shift();
        if (next === undefined) return response;
        return (await forgeAssertion(next.fault, {
          options: ceremony.options,
          response: ceremony.response,
          origin,
          credential,
          given: next.given,
        })) as AuthenticationResponseJSON;
      } catch (cause) {
        if (!(cause instanceof NotApplicable)) throw cause;
        throw new StuntkeyError(
          'fault-not-applicable',
          `this ceremony cannot have the fault: ${cause.message}`,
          {
            cause,
          },
        );
      }
    },
  };
}
