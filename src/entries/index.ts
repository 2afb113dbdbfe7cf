/** stuntkey: a software FIDO2 authenticator for tests, and the WebAuthn client in front of it. */

export { Authenticator, type AuthenticatorOptions } from '../authenticator/authenticator.ts';
export type { CredentialChanges, CredentialImport, Credentials } from '../authenticator/credentials.ts';
export type { KeepaliveStatus, KeyGenerator, TransactOptions } from '../authenticator/device.ts';
export type { Model } from '../authenticator/models/model.ts';
export { type ModelName, models } from '../authenticator/models/registry.ts';
export { defaultPolicy } from '../authenticator/policy/default.ts';
export type {
  Feature,
  Policy,
  SignCounterPolicy,
  TpmIdentity,
  VendorConfigCommand,
} from '../authenticator/policy/type.ts';
export type { PrivateKey } from '../authenticator/private-key.ts';
export {
  AttestationAuthority,
  type AuthorityOptions,
  REVOKED_MODEL,
} from '../authority/authority.ts';
export type {
  AttestationIdentity,
  AttestationSource,
  CertificateExtension,
  IdentityRequest,
} from '../authority/identity.ts';
export { type Clock, ManualClock, systemClock } from '../base/clock.ts';
export { StuntkeyError } from '../base/stuntkey-error.ts';
export {
  type AppOptions,
  type CeremonyOptions,
  type ClientAuthenticator,
  type OptionsOrWrapped,
  WebAuthnClient,
  type WebAuthnClientOptions,
} from '../client/client.ts';
export type { PagePermissions } from '../client/context.ts';
export type { FinishedCeremony } from '../client/finished.ts';
export type { ClientUser } from '../client/person.ts';
export type { CtapDevice } from '../client/platform/device-link.ts';
export type { RandomSource } from '../crypto/random.ts';
export { CtapError, CtapStatus, type CtapStatusName } from '../ctap/status.ts';
export {
  type Decoded,
  type DecodedKind,
  type DecodeInput,
  type DecodeOptions,
  decode,
} from '../decode/decode.ts';
export { DecodeError, type DecodeErrorCode } from '../decode/error.ts';
export type { CeremonyRecord, Exchange, Outcome, Refusal } from '../decode/trace/record.ts';
export { type Trace, TracedClient, type TracedClientOptions } from '../decode/trace/traced-client.ts';
export type { Tree, TreeObject } from '../decode/tree.ts';
export { type MetadataOptions, metadataBlob } from '../metadata/blob.ts';
export { type TrialMetadata, trialMetadata } from '../metadata/trial.ts';
export {
  type Account,
  type AccountChoice,
  type PinRequest,
  type SampleFlaw,
  ScriptedUser,
  type User,
  type UserAnswer,
  type UserPrompt,
  type UserScript,
} from '../person/user.ts';
export type { DeviceState, Fingerprint } from '../store/device-state.ts';
export { MemoryStore } from '../store/memory.ts';
export type { CredentialRecord } from '../store/record.ts';
export type { Store, StoreReader, StoreTransaction } from '../store/store.ts';
export type { Fetch } from '../webauthn/related-origins.ts';
export type * from '../webauthn/types.ts';
