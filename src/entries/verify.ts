/**
 * A relying party's checks, one by one; any of them can be switched off. A bad response never throws: `failed` names the check, what was
 * expected, and what came.
 *
 * @example
 * ```js
 * import { authenticationChecks, metadataChecks, registrationChecks, verifyRegistration } from 'stuntkey/verify';
 *
 * console.log(registrationChecks.includes('registration.origin')); // true
 * console.log(authenticationChecks.includes('authentication.signature')); // true
 * console.log(metadataChecks[0]); // metadata.jwt
 * const options = {
 *   rp: { name: 'Example' },
 *   user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
 *   challenge: 'Y2hhbGxlbmdl',
 *   pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
 * };
 * const { verified } = await verifyRegistration('what is no response', { options, origins: ['https://example.com'] });
 * console.log(verified); // false
 * ```
 * @module stuntkey/verify
 */

export {
  type AuthenticationVerification,
  authenticationChecks,
  verifyAuthentication,
} from '../verify/authentication.ts';
export type {
  AttestationPolicy,
  Expected,
  ExpectedAuthentication,
  ExpectedRegistration,
  RelyingPartyCredential,
  Wrapped,
} from '../verify/expected.ts';
export type { Finding } from '../verify/guard.ts';
export {
  type ExpectedMetadata,
  type MetadataVerification,
  metadataChecks,
  verifyMetadata,
} from '../verify/metadata.ts';
export {
  type AttestationOutcome,
  type RegistrationVerification,
  registrationChecks,
  verifyRegistration,
} from '../verify/registration.ts';
export type { VerificationStep } from '../verify/steps.ts';
