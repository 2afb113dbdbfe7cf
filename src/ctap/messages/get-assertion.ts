/** authenticatorGetAssertion (0x02) and authenticatorGetNextAssertion (0x08), CTAP 2.3 sections 6.2 and 6.3. */
import type { CborMap, CborValue } from '../../cbor/cbor.ts';
import { SHORTEST_AUTHENTICATOR_DATA } from '../authenticator-data.ts';
import {
  type CredentialDescriptor,
  credentialDescriptor,
  rpId,
  type UserEntity,
  userEntity,
} from '../entities.ts';
import { anything, array, bool, bytes, map, range, record, type Struct, struct, uint } from '../struct.ts';
import { type CommandOptions, commandOptions } from './options.ts';

/** The members of a request of authenticatorGetAssertion (0x02). */
export interface GetAssertionRequest {
  readonly rpId: string;
  /** SHA-256 of the client data, 32 bytes. */
  readonly clientDataHash: Uint8Array;
  readonly allowList?: readonly CredentialDescriptor[];
  readonly extensions?: ReadonlyMap<string, CborValue>;
  readonly options?: CommandOptions;
  readonly pinUvAuthParam?: Uint8Array;
  readonly pinUvAuthProtocol?: number;
}

/** Reads and writes the request of authenticatorGetAssertion. */
export const getAssertionRequest: Struct<GetAssertionRequest> = struct<GetAssertionRequest>(
  'getAssertion',
  () => ({
    rpId: { key: 0x01, type: rpId, required: true },
    clientDataHash: { key: 0x02, type: bytes(32, 32), required: true },
    allowList: { key: 0x03, type: array(credentialDescriptor) },
    extensions: { key: 0x04, type: record(anything) },
    options: { key: 0x05, type: commandOptions },
    pinUvAuthParam: { key: 0x06, type: bytes() },
    pinUvAuthProtocol: { key: 0x07, type: uint },
  }),
);

/** The members of a response of authenticatorGetAssertion and authenticatorGetNextAssertion. */
export interface GetAssertionResponse {
  readonly credential?: CredentialDescriptor;
  /** Authenticator data, see ../authenticator-data.ts. */
  readonly authData: Uint8Array;
  /** Over authData followed by clientDataHash; DER for ECDSA. */
  readonly signature: Uint8Array;
  readonly user?: UserEntity;
  readonly numberOfCredentials?: number;
  readonly userSelected?: boolean;
  /** 32 bytes. */
  readonly largeBlobKey?: Uint8Array;
  readonly unsignedExtensionOutputs?: CborMap;
}

/** Reads and writes the response of authenticatorGetAssertion and authenticatorGetNextAssertion. */
export const getAssertionResponse: Struct<GetAssertionResponse> = struct<GetAssertionResponse>(
  'getAssertionResponse',
  () => ({
    credential: { key: 0x01, type: credentialDescriptor },
    authData: { key: 0x02, type: bytes(SHORTEST_AUTHENTICATOR_DATA), required: true },
    signature: { key: 0x03, type: bytes(1), required: true },
    user: { key: 0x04, type: userEntity },
    numberOfCredentials: { key: 0x05, type: range(1) },
    userSelected: { key: 0x06, type: bool },
    largeBlobKey: { key: 0x07, type: bytes(32, 32), since: '2.1' },
    unsignedExtensionOutputs: { key: 0x08, type: map, since: '2.2' },
  }),
);
