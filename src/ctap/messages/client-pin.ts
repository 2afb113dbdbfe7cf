/** authenticatorClientPIN (0x06): request and response, CTAP 2.3 section 6.5. */
import type { CborMap } from '../../cbor/cbor.ts';
import { bool, bytes, map, range, type Struct, struct, text, uint } from '../struct.ts';

/** Subcommands, CTAP 2.3 section 6.5.5. */
export const ClientPinSubCommand = {
  getPINRetries: 0x01,
  getKeyAgreement: 0x02,
  setPIN: 0x03,
  changePIN: 0x04,
  getPinToken: 0x05,
  getPinUvAuthTokenUsingUvWithPermissions: 0x06,
  getUVRetries: 0x07,
  getPinUvAuthTokenUsingPinWithPermissions: 0x09,
} as const;

/** The members of a request of authenticatorClientPIN (0x06). */
export interface ClientPinRequest {
  readonly pinUvAuthProtocol?: number;
  readonly subCommand: number;
  /** The platform's COSE_Key. */
  readonly keyAgreement?: CborMap;
  readonly pinUvAuthParam?: Uint8Array;
  /** Encrypted PIN, padded to 64 bytes. */
  readonly newPinEnc?: Uint8Array;
  /** Encrypted LEFT(SHA-256(PIN), 16). */
  readonly pinHashEnc?: Uint8Array;
  /** Bits, see the authenticator's Permission. */
  readonly permissions?: number;
  readonly rpId?: string;
}

/** Reads and writes the request of authenticatorClientPIN. */
export const clientPinRequest: Struct<ClientPinRequest> = struct<ClientPinRequest>('clientPin', () => ({
  pinUvAuthProtocol: { key: 0x01, type: uint },
  subCommand: { key: 0x02, type: uint, required: true },
  keyAgreement: { key: 0x03, type: map },
  pinUvAuthParam: { key: 0x04, type: bytes() },
  newPinEnc: { key: 0x05, type: bytes() },
  pinHashEnc: { key: 0x06, type: bytes() },
  permissions: { key: 0x09, type: uint, since: '2.1' },
  rpId: { key: 0x0a, type: text, since: '2.1' },
}));

/** The most attempts a device may leave, CTAP 2.3 sections 6.5.2.2 and 6.5.2.3. */
export const MAX_PIN_RETRIES = 8;
const MAX_UV_RETRIES = 25;

/** The members of a response of authenticatorClientPIN. */
export interface ClientPinResponse {
  /** The authenticator's COSE_Key. */
  readonly keyAgreement?: CborMap;
  /** Encrypted. */
  readonly pinUvAuthToken?: Uint8Array;
  readonly pinRetries?: number;
  /** Whether only a power cycle lets the platform try again. */
  readonly powerCycleState?: boolean;
  readonly uvRetries?: number;
}

/** Reads and writes the response of authenticatorClientPIN. */
export const clientPinResponse: Struct<ClientPinResponse> = struct<ClientPinResponse>(
  'clientPinResponse',
  () => ({
    keyAgreement: { key: 0x01, type: map },
    pinUvAuthToken: { key: 0x02, type: bytes() },
    pinRetries: { key: 0x03, type: range(0, MAX_PIN_RETRIES) },
    powerCycleState: { key: 0x04, type: bool, since: '2.1' },
    uvRetries: { key: 0x05, type: range(0, MAX_UV_RETRIES), since: '2.1' },
  }),
);
