/**
 * The device and the client in front of it, with what they are made of: the person, time, stores, attestation. `WebAuthnClient` rejects as a
 * browser does, with a `TypeError`, a `DOMException` by WebAuthn's names, or the reason of the `signal` that aborted. The `cause` says why.
 *
 * @example
 * ```js
 * import { Authenticator, CtapError, MemoryStore, ScriptedUser, WebAuthnClient } from 'stuntkey';
 *
 * const user = new ScriptedUser();
 * const authenticator = new Authenticator({ user, store: new MemoryStore() });
 * const client = new WebAuthnClient({ origin: 'https://example.com', authenticator });
 * const options = {
 *   rp: { name: 'Example' },
 *   user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
 *   challenge: 'Y2hhbGxlbmdl',
 *   pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
 * };
 *
 * user.next({ presence: 'decline' });
 * const { name, cause } = await client.create(options).catch((error) => error);
 * console.log(name); // NotAllowedError
 * console.log(cause instanceof CtapError && cause.code); // CTAP2_ERR_OPERATION_DENIED
 *
 * const { id } = await client.create(options);
 * const { response } = await client.get({ challenge: 'YW5vdGhlcg', allowCredentials: [{ type: 'public-key', id }] });
 * console.log(response.signature.length > 90); // true
 * console.log(authenticator.credentials.list().length); // 1
 * ```
 * @module stuntkey
 */

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
export type { Trial, trials } from '../authority/trials.ts';
export { type Clock, ManualClock, systemClock, type TimerOptions } from '../base/clock.ts';
export type { stuntkeyErrorKinds } from '../base/stuntkey-error.ts';
export { StuntkeyError, type StuntkeyErrorCode } from '../base/stuntkey-error.ts';
export {
  type AppOptions,
  type CeremonyOptions,
  type ClientAuthenticator,
  type OptionsOrWrapped,
  WebAuthnClient,
  type WebAuthnClientOptions,
} from '../client/client.ts';
export type { PagePermissions } from '../client/context.ts';
export type { FinishedCeremony, Finisher } from '../client/finished.ts';
export type {
  CreationOptionsGiven,
  Descriptors,
  RequestOptionsGiven,
  TextOrBytes,
  WithBytes,
} from '../client/given.ts';
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
export type { JsonKind } from '../decode/json.ts';
export type { CeremonyRecord, Exchange, Outcome, Refusal } from '../decode/trace/record.ts';
export { type Trace, TracedClient, type TracedClientOptions } from '../decode/trace/traced-client.ts';
export type { Tree, TreeObject } from '../decode/tree.ts';
export type { MetadataOptions } from '../metadata/blob.ts';
export { metadataBlob, trialMetadata } from '../metadata/metadata.ts';
export type { TrialMetadata } from '../metadata/trial.ts';
export type { sampleFlaws } from '../person/answers.ts';
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
export type { Waiting, WaitingListener, WaitingPrompt } from '../person/waiting.ts';
export type { DeviceState, Fingerprint } from '../store/device-state.ts';
export { MemoryStore } from '../store/memory.ts';
export type { CredentialRecord } from '../store/record.ts';
export type { Store, StoreChanges, StoreReader, StoreTransaction } from '../store/store.ts';
export type { StoreListener } from '../store/watched.ts';
export type { ByteStream, Fetch, ListResponse } from '../webauthn/related-origins.ts';
export type * from '../webauthn/types.ts';
