/** authenticatorGetInfo (0x04): everything an authenticator tells about itself, CTAP 2.3 section 6.4. */
import { type CredentialParameters, credentialParameters } from '../entities.ts';
import { array, bool, bytes, range, record, type Struct, struct, text, uint, uint64 } from '../struct.ts';

/** The members of a response of authenticatorGetInfo (0x04): what a device is and can do. */
export interface GetInfoResponse {
  readonly versions: readonly string[];
  readonly extensions?: readonly string[];
  /** 16 bytes. */
  readonly aaguid: Uint8Array;
  readonly options?: ReadonlyMap<string, boolean>;
  /** Bytes of a whole message, command byte included; 1024 when absent. */
  readonly maxMsgSize?: number;
  readonly pinUvAuthProtocols?: readonly number[];
  readonly maxCredentialCountInList?: number;
  readonly maxCredentialIdLength?: number;
  readonly transports?: readonly string[];
  readonly algorithms?: readonly CredentialParameters[];
  readonly maxSerializedLargeBlobArray?: number;
  readonly forcePINChange?: boolean;
  /** Unicode code points. */
  readonly minPINLength?: number;
  readonly firmwareVersion?: number;
  readonly maxCredBlobLength?: number;
  readonly maxRPIDsForSetMinPINLength?: number;
  readonly preferredPlatformUvAttempts?: number;
  readonly uvModality?: number;
  readonly certifications?: ReadonlyMap<string, number>;
  readonly remainingDiscoverableCredentials?: number;
  readonly vendorPrototypeConfigCommands?: readonly (number | bigint)[];
  readonly attestationFormats?: readonly string[];
  readonly uvCountSinceLastPinEntry?: number;
  readonly longTouchForReset?: boolean;
  /** 32 bytes: an IV, then the encrypted device identifier. */
  readonly encIdentifier?: Uint8Array;
  readonly transportsForReset?: readonly string[];
  readonly pinComplexityPolicy?: boolean;
  /** UTF-8 bytes of a URL. */
  readonly pinComplexityPolicyURL?: Uint8Array;
  /** Unicode code points. */
  readonly maxPINLength?: number;
  /** 32 bytes: an IV, then the encrypted state of the credential store. */
  readonly encCredStoreState?: Uint8Array;
  readonly authenticatorConfigCommands?: readonly number[];
}

/** Reads and writes the response of authenticatorGetInfo. */
export const getInfoResponse: Struct<GetInfoResponse> = struct<GetInfoResponse>('getInfo', () => ({
  versions: { key: 0x01, type: array(text), required: true },
  extensions: { key: 0x02, type: array(text) },
  aaguid: { key: 0x03, type: bytes(16, 16), required: true },
  options: { key: 0x04, type: record(bool) },
  maxMsgSize: { key: 0x05, type: uint },
  pinUvAuthProtocols: { key: 0x06, type: array(uint) },
  maxCredentialCountInList: { key: 0x07, type: range(1), since: '2.1' },
  maxCredentialIdLength: { key: 0x08, type: range(1), since: '2.1' },
  transports: { key: 0x09, type: array(text), since: '2.1' },
  algorithms: { key: 0x0a, type: array(credentialParameters), since: '2.1' },
  maxSerializedLargeBlobArray: { key: 0x0b, type: range(1024), since: '2.1' },
  forcePINChange: { key: 0x0c, type: bool, since: '2.1' },
  minPINLength: { key: 0x0d, type: uint, since: '2.1' },
  firmwareVersion: { key: 0x0e, type: uint, since: '2.1' },
  maxCredBlobLength: { key: 0x0f, type: range(32), since: '2.1' },
  maxRPIDsForSetMinPINLength: { key: 0x10, type: uint, since: '2.1' },
  preferredPlatformUvAttempts: { key: 0x11, type: range(1), since: '2.1' },
  uvModality: { key: 0x12, type: uint, since: '2.1' },
  certifications: { key: 0x13, type: record(uint), since: '2.1' },
  remainingDiscoverableCredentials: { key: 0x14, type: uint, since: '2.1' },
  vendorPrototypeConfigCommands: { key: 0x15, type: array(uint64), since: '2.1' },
  attestationFormats: { key: 0x16, type: array(text), since: '2.2' },
  uvCountSinceLastPinEntry: { key: 0x17, type: uint, since: '2.2' },
  longTouchForReset: { key: 0x18, type: bool, since: '2.2' },
  encIdentifier: { key: 0x19, type: bytes(32, 32), since: '2.2' },
  transportsForReset: { key: 0x1a, type: array(text), since: '2.2' },
  pinComplexityPolicy: { key: 0x1b, type: bool, since: '2.2' },
  pinComplexityPolicyURL: { key: 0x1c, type: bytes(), since: '2.2' },
  maxPINLength: { key: 0x1d, type: uint, since: '2.2' },
  encCredStoreState: { key: 0x1e, type: bytes(32, 32), since: '2.3' },
  authenticatorConfigCommands: { key: 0x1f, type: array(uint), since: '2.3' },
}));
