/** authenticatorMakeCredential (0x01): request and response, CTAP 2.3 section 6.1. */
import type { CborMap, CborValue } from '../../cbor/cbor.ts';
import { SHORTEST_AUTHENTICATOR_DATA } from '../authenticator-data.ts';
import {
  type CredentialDescriptor,
  type CredentialParameters,
  credentialDescriptor,
  credentialParameters,
  type RpEntity,
  rpEntity,
  type UserEntity,
  userEntity,
} from '../entities.ts';
import { anything, array, bool, bytes, map, record, type Struct, struct, text, uint } from '../struct.ts';
import { type CommandOptions, commandOptions } from './options.ts';

/** The members of a request of authenticatorMakeCredential (0x01). */
export interface MakeCredentialRequest {
  /** SHA-256 of the client data, 32 bytes. */
  readonly clientDataHash: Uint8Array;
  readonly rp: RpEntity;
  readonly user: UserEntity;
  readonly pubKeyCredParams: readonly CredentialParameters[];
  readonly excludeList?: readonly CredentialDescriptor[];
  readonly extensions?: ReadonlyMap<string, CborValue>;
  readonly options?: CommandOptions;
  readonly pinUvAuthParam?: Uint8Array;
  readonly pinUvAuthProtocol?: number;
  /** 1 vendor-facilitated, 2 platform-managed. */
  readonly enterpriseAttestation?: number;
  readonly attestationFormatsPreference?: readonly string[];
}

/** Reads and writes the request of authenticatorMakeCredential. */
export const makeCredentialRequest: Struct<MakeCredentialRequest> = struct<MakeCredentialRequest>(
  'makeCredential',
  () => ({
    clientDataHash: { key: 0x01, type: bytes(32, 32), required: true },
    rp: { key: 0x02, type: rpEntity, required: true },
    user: { key: 0x03, type: userEntity, required: true },
    pubKeyCredParams: { key: 0x04, type: array(credentialParameters), required: true },
    excludeList: { key: 0x05, type: array(credentialDescriptor) },
    extensions: { key: 0x06, type: record(anything) },
    options: { key: 0x07, type: commandOptions },
    pinUvAuthParam: { key: 0x08, type: bytes() },
    pinUvAuthProtocol: { key: 0x09, type: uint },
    enterpriseAttestation: { key: 0x0a, type: uint, since: '2.1' },
    attestationFormatsPreference: { key: 0x0b, type: array(text), since: '2.2' },
  }),
);

/** The members of a response of authenticatorMakeCredential. */
export interface MakeCredentialResponse {
  readonly fmt: string;
  /** Authenticator data, see ../authenticator-data.ts. */
  readonly authData: Uint8Array;
  /** The attestation statement: a map, or an array for "compound". */
  readonly attStmt?: CborValue;
  readonly epAtt?: boolean;
  /** 32 bytes. */
  readonly largeBlobKey?: Uint8Array;
  readonly unsignedExtensionOutputs?: CborMap;
}

/** Reads and writes the response of authenticatorMakeCredential. */
export const makeCredentialResponse: Struct<MakeCredentialResponse> = struct<MakeCredentialResponse>(
  'makeCredentialResponse',
  () => ({
    fmt: { key: 0x01, type: text, required: true },
    authData: { key: 0x02, type: bytes(SHORTEST_AUTHENTICATOR_DATA), required: true },
    attStmt: { key: 0x03, type: anything },
    epAtt: { key: 0x04, type: bool, since: '2.1' },
    largeBlobKey: { key: 0x05, type: bytes(32, 32), since: '2.1' },
    unsignedExtensionOutputs: { key: 0x06, type: map, since: '2.2' },
  }),
);
