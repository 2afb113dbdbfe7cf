import { once } from '../base/once.ts';

/**
 * CTAP status codes, spelled as in CTAP 2.3 section 8.2 (https://fidoalliance.org/specs/fido-v2.3-ps-20260226/).
 * Codes that later versions retired keep their names here, because older devices still answer them.
 */
export const CtapStatus = {
  CTAP2_OK: 0x00,
  CTAP1_ERR_INVALID_COMMAND: 0x01,
  CTAP1_ERR_INVALID_PARAMETER: 0x02,
  CTAP1_ERR_INVALID_LENGTH: 0x03,
  CTAP1_ERR_INVALID_SEQ: 0x04,
  CTAP1_ERR_TIMEOUT: 0x05,
  CTAP1_ERR_CHANNEL_BUSY: 0x06,
  CTAP1_ERR_LOCK_REQUIRED: 0x0a,
  CTAP1_ERR_INVALID_CHANNEL: 0x0b,
  CTAP2_ERR_CBOR_UNEXPECTED_TYPE: 0x11,
  CTAP2_ERR_INVALID_CBOR: 0x12,
  CTAP2_ERR_MISSING_PARAMETER: 0x14,
  CTAP2_ERR_LIMIT_EXCEEDED: 0x15,
  CTAP2_ERR_UNSUPPORTED_EXTENSION: 0x16,
  CTAP2_ERR_FP_DATABASE_FULL: 0x17,
  CTAP2_ERR_LARGE_BLOB_STORAGE_FULL: 0x18,
  CTAP2_ERR_CREDENTIAL_EXCLUDED: 0x19,
  CTAP2_ERR_PROCESSING: 0x21,
  CTAP2_ERR_INVALID_CREDENTIAL: 0x22,
  CTAP2_ERR_USER_ACTION_PENDING: 0x23,
  CTAP2_ERR_OPERATION_PENDING: 0x24,
  CTAP2_ERR_NO_OPERATIONS: 0x25,
  CTAP2_ERR_UNSUPPORTED_ALGORITHM: 0x26,
  CTAP2_ERR_OPERATION_DENIED: 0x27,
  CTAP2_ERR_KEY_STORE_FULL: 0x28,
  CTAP2_ERR_NOT_BUSY: 0x29,
  CTAP2_ERR_NO_OPERATION_PENDING: 0x2a,
  CTAP2_ERR_UNSUPPORTED_OPTION: 0x2b,
  CTAP2_ERR_INVALID_OPTION: 0x2c,
  CTAP2_ERR_KEEPALIVE_CANCEL: 0x2d,
  CTAP2_ERR_NO_CREDENTIALS: 0x2e,
  CTAP2_ERR_USER_ACTION_TIMEOUT: 0x2f,
  CTAP2_ERR_NOT_ALLOWED: 0x30,
  CTAP2_ERR_PIN_INVALID: 0x31,
  CTAP2_ERR_PIN_BLOCKED: 0x32,
  CTAP2_ERR_PIN_AUTH_INVALID: 0x33,
  CTAP2_ERR_PIN_AUTH_BLOCKED: 0x34,
  CTAP2_ERR_PIN_NOT_SET: 0x35,
  CTAP2_ERR_PUAT_REQUIRED: 0x36,
  CTAP2_ERR_PIN_POLICY_VIOLATION: 0x37,
  CTAP2_ERR_PIN_TOKEN_EXPIRED: 0x38,
  CTAP2_ERR_REQUEST_TOO_LARGE: 0x39,
  CTAP2_ERR_ACTION_TIMEOUT: 0x3a,
  CTAP2_ERR_UP_REQUIRED: 0x3b,
  CTAP2_ERR_UV_BLOCKED: 0x3c,
  CTAP2_ERR_INTEGRITY_FAILURE: 0x3d,
  CTAP2_ERR_INVALID_SUBCOMMAND: 0x3e,
  CTAP2_ERR_UV_INVALID: 0x3f,
  CTAP2_ERR_UNAUTHORIZED_PERMISSION: 0x40,
  CTAP1_ERR_OTHER: 0x7f,
} as const;

/** The name of a status code, as the specification spells it. */
export type CtapStatusName = keyof typeof CtapStatus;

const names = once<ReadonlyMap<number, CtapStatusName>>(
  () => new Map(Object.entries(CtapStatus).map(([name, code]) => [code, name as CtapStatusName])),
);

/** `0x2E CTAP2_ERR_NO_CREDENTIALS`: a status byte for people to read; extension and vendor ranges are named as such. */
export function describeStatus(status: number): string {
  const digits = `0x${status.toString(16).padStart(2, '0').toUpperCase()}`;
  const name = names().get(status);
  if (name !== undefined) return `${digits} ${name}`;
  if (status >= 0xe0 && status <= 0xef) return `${digits} (extension-specific)`;
  if (status >= 0xf0 && status <= 0xff) return `${digits} (vendor-specific)`;
  return `${digits} (unassigned)`;
}

/**
 * A command was refused. Thrown by the typed commands and by the readers of requests; `transact` answers its status
 * byte instead of throwing.
 */
export class CtapError extends Error {
  override readonly name = 'CtapError';
  /** The status byte, 0x01 to 0xFF. */
  readonly status: number;
  /** The status by its specified name; `undefined` for a byte that has none. */
  readonly code: CtapStatusName | undefined;

  constructor(status: CtapStatusName | number, detail?: string, options?: ErrorOptions) {
    const byte = typeof status === 'number' ? status : CtapStatus[status];
    super(detail === undefined ? describeStatus(byte) : `${describeStatus(byte)}: ${detail}`, options);
    this.status = byte;
    this.code = names().get(byte);
  }
}
