/** A relying party's checks, one by one, and any of them can be switched off. */
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
