/** authenticatorCredentialManagement (0x0A, prototype 0x41): request, parameters and response, CTAP 2.3 section 6.8. */
import type { CborMap } from '../../cbor/cbor.ts';
import {
  type CredentialDescriptor,
  credentialDescriptor,
  type RpEntity,
  rpEntity,
  type UserEntity,
  userEntity,
} from '../entities.ts';
import { bool, bytes, map, type Struct, struct, uint } from '../struct.ts';

/** Subcommand numbers of authenticatorCredentialManagement. */
export const CredentialManagementSubCommand = {
  getCredsMetadata: 0x01,
  enumerateRPsBegin: 0x02,
  enumerateRPsGetNextRP: 0x03,
  enumerateCredentialsBegin: 0x04,
  enumerateCredentialsGetNextCredential: 0x05,
  deleteCredential: 0x06,
  updateUserInformation: 0x07,
} as const;

/** The members of a request of authenticatorCredentialManagement (0x0A). */
export interface CredentialManagementRequest {
  readonly subCommand: number;
  /** Unread, because pinUvAuthParam is made over its bytes; see the structs of parameters below. */
  readonly subCommandParams?: CborMap;
  readonly pinUvAuthProtocol?: number;
  readonly pinUvAuthParam?: Uint8Array;
}

/** Reads and writes the request of authenticatorCredentialManagement. */
export const credentialManagementRequest: Struct<CredentialManagementRequest> =
  struct<CredentialManagementRequest>('credentialManagement', () => ({
    subCommand: { key: 0x01, type: uint, required: true },
    subCommandParams: { key: 0x02, type: map },
    pinUvAuthProtocol: { key: 0x03, type: uint },
    pinUvAuthParam: { key: 0x04, type: bytes() },
  }));

/** Parameters of enumerateCredentialsBegin. */
export interface EnumerateCredentialsParams {
  /** SHA-256 of the RP ID, 32 bytes. */
  readonly rpIDHash: Uint8Array;
}

/** Reads and writes the parameters of enumerateCredentialsBegin. */
export const enumerateCredentialsParams: Struct<EnumerateCredentialsParams> =
  struct<EnumerateCredentialsParams>('subCommandParams', () => ({
    rpIDHash: { key: 0x01, type: bytes(32, 32), required: true },
  }));

/** Parameters of deleteCredential. */
export interface DeleteCredentialParams {
  readonly credentialID: CredentialDescriptor;
}

/** Reads and writes the parameters of deleteCredential. */
export const deleteCredentialParams: Struct<DeleteCredentialParams> = struct<DeleteCredentialParams>(
  'subCommandParams',
  () => ({ credentialID: { key: 0x02, type: credentialDescriptor, required: true } }),
);

/** Parameters of updateUserInformation. */
export interface UpdateUserInformationParams extends DeleteCredentialParams {
  /** The user's ID as stored; names take the place of those stored. */
  readonly user: UserEntity;
}

/** Reads and writes the parameters of updateUserInformation. */
export const updateUserInformationParams: Struct<UpdateUserInformationParams> =
  struct<UpdateUserInformationParams>('subCommandParams', () => ({
    credentialID: { key: 0x02, type: credentialDescriptor, required: true },
    user: { key: 0x03, type: userEntity, required: true },
  }));

/** The members of a response of authenticatorCredentialManagement. */
export interface CredentialManagementResponse {
  readonly existingResidentCredentialsCount?: number;
  readonly maxPossibleRemainingResidentCredentialsCount?: number;
  readonly rp?: RpEntity;
  /** SHA-256 of the whole RP ID, 32 bytes. */
  readonly rpIDHash?: Uint8Array;
  /** Only in the first answer of an enumeration. */
  readonly totalRPs?: number;
  readonly user?: UserEntity;
  readonly credentialID?: CredentialDescriptor;
  /** COSE_Key. */
  readonly publicKey?: CborMap;
  /** Only in the first answer of an enumeration. */
  readonly totalCredentials?: number;
  readonly credProtect?: number;
  /** 32 bytes. */
  readonly largeBlobKey?: Uint8Array;
  readonly thirdPartyPayment?: boolean;
}

/** Reads and writes the response of authenticatorCredentialManagement. */
export const credentialManagementResponse: Struct<CredentialManagementResponse> =
  struct<CredentialManagementResponse>('credentialManagementResponse', () => ({
    existingResidentCredentialsCount: { key: 0x01, type: uint },
    maxPossibleRemainingResidentCredentialsCount: { key: 0x02, type: uint },
    rp: { key: 0x03, type: rpEntity },
    rpIDHash: { key: 0x04, type: bytes(32, 32) },
    totalRPs: { key: 0x05, type: uint },
    user: { key: 0x06, type: userEntity },
    credentialID: { key: 0x07, type: credentialDescriptor },
    publicKey: { key: 0x08, type: map },
    totalCredentials: { key: 0x09, type: uint },
    credProtect: { key: 0x0a, type: uint },
    largeBlobKey: { key: 0x0b, type: bytes(32, 32) },
    thirdPartyPayment: { key: 0x0c, type: bool, since: '2.2' },
  }));
