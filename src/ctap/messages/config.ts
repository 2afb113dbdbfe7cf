/** authenticatorConfig (0x0D): request and parameters, CTAP 2.3 section 6.11. It answers with a status only. */
import type { CborMap } from '../../cbor/cbor.ts';
import { rpId } from '../entities.ts';
import { array, bool, bytes, map, type Struct, struct, uint, uint64 } from '../struct.ts';

/** Subcommand numbers of authenticatorConfig. */
export const ConfigSubCommand = {
  enableEnterpriseAttestation: 0x01,
  toggleAlwaysUv: 0x02,
  setMinPINLength: 0x03,
  enableLongTouchForReset: 0x04,
  vendorPrototype: 0xff,
} as const;

/** The members of a request of authenticatorConfig (0x0D). */
export interface ConfigRequest {
  readonly subCommand: number;
  /** Unread, because pinUvAuthParam is made over its bytes; see the structs of parameters below. */
  readonly subCommandParams?: CborMap;
  readonly pinUvAuthProtocol?: number;
  readonly pinUvAuthParam?: Uint8Array;
}

/** Reads and writes the request of authenticatorConfig. */
export const configRequest: Struct<ConfigRequest> = struct<ConfigRequest>('config', () => ({
  subCommand: { key: 0x01, type: uint, required: true },
  subCommandParams: { key: 0x02, type: map },
  pinUvAuthProtocol: { key: 0x03, type: uint },
  pinUvAuthParam: { key: 0x04, type: bytes() },
}));

/** Parameters of setMinPINLength. */
export interface SetMinPinLengthParams {
  /** Unicode code points. */
  readonly newMinPINLength?: number;
  /** RP IDs that may learn the minimum PIN length; replaces the list before. */
  readonly minPinLengthRPIDs?: readonly string[];
  readonly forceChangePin?: boolean;
  readonly pinComplexityPolicy?: boolean;
}

/** Reads and writes the parameters of setMinPINLength. */
export const setMinPinLengthParams: Struct<SetMinPinLengthParams> = struct<SetMinPinLengthParams>(
  'subCommandParams',
  () => ({
    newMinPINLength: { key: 0x01, type: uint },
    minPinLengthRPIDs: { key: 0x02, type: array(rpId) },
    forceChangePin: { key: 0x03, type: bool },
    pinComplexityPolicy: { key: 0x04, type: bool, since: '2.2' },
  }),
);

/** Parameters of vendorPrototype; the rest is the vendor's. */
export interface VendorPrototypeParams {
  readonly vendorCommandId: number | bigint;
}

/** Reads and writes the parameters of vendorPrototype. */
export const vendorPrototypeParams: Struct<VendorPrototypeParams> = struct<VendorPrototypeParams>(
  'subCommandParams',
  () => ({ vendorCommandId: { key: 0x01, type: uint64, required: true } }),
);
