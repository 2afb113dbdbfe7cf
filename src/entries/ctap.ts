/** The protocol's words: commands, status codes, messages, authenticator data. */
export {
  type AttestationObject,
  decodeAttestationObject,
  encodeAttestationObject,
} from '../ctap/attestation-object.ts';
export {
  type AttestedCredentialData,
  type AuthenticatorData,
  AuthenticatorDataError,
  AuthenticatorDataFlags,
  decodeAuthenticatorData,
  encodeAuthenticatorData,
  MAX_CREDENTIAL_ID,
} from '../ctap/authenticator-data.ts';
export { CtapCommand, type CtapCommandName, commandName } from '../ctap/commands.ts';
export type { CredentialDescriptor, CredentialParameters, RpEntity, UserEntity } from '../ctap/entities.ts';
export { type CtapLevel, ctapLevels, knows } from '../ctap/level.ts';
export { decodeResponse, encodeMessage } from '../ctap/message.ts';
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
} from '../ctap/messages/bio-enrollment.ts';
export {
  type ClientPinRequest,
  type ClientPinResponse,
  ClientPinSubCommand,
  clientPinRequest,
  clientPinResponse,
} from '../ctap/messages/client-pin.ts';
export {
  type ConfigRequest,
  ConfigSubCommand,
  configRequest,
  setMinPinLengthParams,
  vendorPrototypeParams,
} from '../ctap/messages/config.ts';
export {
  type CredentialManagementRequest,
  type CredentialManagementResponse,
  CredentialManagementSubCommand,
  credentialManagementRequest,
  credentialManagementResponse,
  deleteCredentialParams,
  enumerateCredentialsParams,
  updateUserInformationParams,
} from '../ctap/messages/credential-management.ts';
export {
  type GetAssertionRequest,
  type GetAssertionResponse,
  getAssertionRequest,
  getAssertionResponse,
} from '../ctap/messages/get-assertion.ts';
export { type GetInfoResponse, getInfoResponse } from '../ctap/messages/get-info.ts';
export {
  type LargeBlobsRequest,
  type LargeBlobsResponse,
  largeBlobsRequest,
  largeBlobsResponse,
} from '../ctap/messages/large-blobs.ts';
export {
  type MakeCredentialRequest,
  type MakeCredentialResponse,
  makeCredentialRequest,
  makeCredentialResponse,
} from '../ctap/messages/make-credential.ts';
export type { CommandOptions } from '../ctap/messages/options.ts';
export {
  commandSince,
  extensionSince,
  type OptionId,
  optionSince,
  permissionSince,
  type SubCommandDescription,
  subCommands,
} from '../ctap/registry.ts';
export { CtapError, CtapStatus, type CtapStatusName, describeStatus } from '../ctap/status.ts';
export type { MemberDescription, Struct } from '../ctap/struct.ts';
export {
  type CommandApdu,
  type ReadApdu,
  readApdu,
  U2fControl,
  U2fError,
  U2fInstruction,
  U2fStatus,
  type U2fStatusName,
  writeApdu,
} from '../ctap/u2f.ts';
