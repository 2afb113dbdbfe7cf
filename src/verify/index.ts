/** A relying party's checks, one by one, and any of them can be switched off. */
export {
  type AuthenticationVerification,
  authenticationChecks,
  verifyAuthentication,
} from './authentication.ts';
export type {
  AttestationPolicy,
  Expected,
  ExpectedAuthentication,
  ExpectedRegistration,
  RelyingPartyCredential,
  Wrapped,
} from './expected.ts';
export {
  type AttestationOutcome,
  type RegistrationVerification,
  registrationChecks,
  verifyRegistration,
} from './registration.ts';
export type { VerificationStep } from './steps.ts';
