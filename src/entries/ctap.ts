/**
 * The words of the protocol: commands, status codes, messages, authenticator data, attestation objects, APDUs. Messages are described by structs,
 * each of which reads and writes the map of one message.
 *
 * @example
 * ```js
 * import { Authenticator } from 'stuntkey';
 * import { AuthenticatorDataError, commandName, CtapCommand, CtapError, decodeAuthenticatorData } from 'stuntkey/ctap';
 * import { decodeAttestationObject, decodeResponse, describeStatus, encodeAttestationObject } from 'stuntkey/ctap';
 * import { encodeAuthenticatorData, encodeMessage, getAssertionRequest, getAssertionResponse } from 'stuntkey/ctap';
 * import { getInfoResponse, knows, readApdu, U2fError, U2fInstruction, writeApdu } from 'stuntkey/ctap';
 *
 * const authenticator = new Authenticator();
 * const info = decodeResponse(await authenticator.transact(Uint8Array.of(CtapCommand.authenticatorGetInfo)), getInfoResponse);
 * console.log(info.versions.includes('FIDO_2_1')); // true
 *
 * const request = { rpId: 'example.com', clientDataHash: new Uint8Array(32) };
 * const message = encodeMessage(CtapCommand.authenticatorGetAssertion, getAssertionRequest, request);
 * const answer = await authenticator.transact(message);
 * console.log(describeStatus(answer[0])); // 0x2E CTAP2_ERR_NO_CREDENTIALS
 * try {
 *   decodeResponse(answer, getAssertionResponse);
 * } catch (error) {
 *   console.log(error instanceof CtapError && error.code); // CTAP2_ERR_NO_CREDENTIALS
 * }
 *
 * const authData = encodeAuthenticatorData({ rpIdHash: new Uint8Array(32), flags: 0x05, signCount: 7 });
 * console.log(decodeAuthenticatorData(authData).signCount); // 7
 * try {
 *   decodeAuthenticatorData(authData.subarray(1));
 * } catch (error) {
 *   console.log(error instanceof AuthenticatorDataError && error.code); // too-short
 * }
 * const object = encodeAttestationObject({ fmt: 'none', attStmt: new Map(), authData });
 * console.log(decodeAttestationObject(object).fmt); // none
 *
 * console.log(commandName(0x04)); // authenticatorGetInfo
 * console.log(knows('2.0', '2.1')); // false
 * const apdu = writeApdu({ cla: 0, ins: U2fInstruction.VERSION, p1: 0, p2: 0, data: new Uint8Array() });
 * console.log(readApdu(apdu).ins); // 3
 * try {
 *   readApdu(Uint8Array.of(0));
 * } catch (error) {
 *   console.log(error instanceof U2fError); // true
 * }
 * ```
 * @module stuntkey/ctap
 */

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
  type CaptureParams,
  captureParams,
  type EnrollBeginParams,
  EnrollSampleStatus,
  enrollBeginParams,
  type FriendlyNameParams,
  friendlyNameParams,
  type TemplateInfo,
  type TemplateParams,
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
  type SetMinPinLengthParams,
  setMinPinLengthParams,
  type VendorPrototypeParams,
  vendorPrototypeParams,
} from '../ctap/messages/config.ts';
export {
  type CredentialManagementRequest,
  type CredentialManagementResponse,
  CredentialManagementSubCommand,
  credentialManagementRequest,
  credentialManagementResponse,
  type DeleteCredentialParams,
  deleteCredentialParams,
  type EnumerateCredentialsParams,
  enumerateCredentialsParams,
  type UpdateUserInformationParams,
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
} from '../ctap/registry.ts';
export { CtapError, CtapStatus, type CtapStatusName, describeStatus } from '../ctap/status.ts';
export type { MemberDescription, Struct, Type as ValueType } from '../ctap/struct.ts';
export { subCommands } from '../ctap/sub-commands.ts';
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
