/** The protocol's words: commands, status codes, messages, authenticator data. */
export {
  type AttestationObject,
  decodeAttestationObject,
  encodeAttestationObject,
} from './attestation-object.ts';
export {
  type AttestedCredentialData,
  type AuthenticatorData,
  AuthenticatorDataError,
  AuthenticatorDataFlags,
  decodeAuthenticatorData,
  encodeAuthenticatorData,
  MAX_CREDENTIAL_ID,
} from './authenticator-data.ts';
export { CtapCommand, type CtapCommandName, commandName } from './commands.ts';
export type { CredentialDescriptor, CredentialParameters, RpEntity, UserEntity } from './entities.ts';
export { type CtapLevel, ctapLevels, knows } from './level.ts';
export { decodeResponse, encodeMessage } from './message.ts';
export {
  type BioEnrollmentRequest,
  type BioEnrollmentResponse,
  BioEnrollmentSubCommand,
  bioEnrollmentRequest,
  bioEnrollmentResponse,
  captureParams,
  EnrollSampleStatus,
  enrollBeginParams,
  friendlyNameParams,
  templateParams,
} from './messages/bio-enrollment.ts';
export {
  type ClientPinRequest,
  type ClientPinResponse,
  ClientPinSubCommand,
  clientPinRequest,
  clientPinResponse,
} from './messages/client-pin.ts';
export {
  type ConfigRequest,
  ConfigSubCommand,
  configRequest,
  setMinPinLengthParams,
  vendorPrototypeParams,
} from './messages/config.ts';
export {
  type CredentialManagementRequest,
  type CredentialManagementResponse,
  CredentialManagementSubCommand,
  credentialManagementRequest,
  credentialManagementResponse,
  deleteCredentialParams,
  enumerateCredentialsParams,
  updateUserInformationParams,
} from './messages/credential-management.ts';
export {
  type GetAssertionRequest,
  type GetAssertionResponse,
  getAssertionRequest,
  getAssertionResponse,
} from './messages/get-assertion.ts';
export { type GetInfoResponse, getInfoResponse } from './messages/get-info.ts';
export {
  type LargeBlobsRequest,
  type LargeBlobsResponse,
  largeBlobsRequest,
  largeBlobsResponse,
} from './messages/large-blobs.ts';
export {
  type MakeCredentialRequest,
  type MakeCredentialResponse,
  makeCredentialRequest,
  makeCredentialResponse,
} from './messages/make-credential.ts';
export type { CommandOptions } from './messages/options.ts';
export {
  commandSince,
  extensionSince,
  type OptionId,
  optionSince,
  permissionSince,
  type SubCommandDescription,
  subCommands,
} from './registry.ts';
export { CtapError, CtapStatus, type CtapStatusName, describeStatus } from './status.ts';
export type { MemberDescription, Struct } from './struct.ts';
export {
  type CommandApdu,
  readApdu,
  U2fControl,
  U2fError,
  U2fInstruction,
  U2fStatus,
  type U2fStatusName,
  writeApdu,
} from './u2f.ts';
