/** The error codes of CTAPHID_ERROR, CTAP 2.3 section 11.2.9.1.6. */

export const CtapHidErrorCode = {
  ERR_INVALID_CMD: 0x01,
  ERR_INVALID_PAR: 0x02,
  ERR_INVALID_LEN: 0x03,
  ERR_INVALID_SEQ: 0x04,
  ERR_MSG_TIMEOUT: 0x05,
  ERR_CHANNEL_BUSY: 0x06,
  ERR_LOCK_REQUIRED: 0x0a,
  ERR_INVALID_CHANNEL: 0x0b,
  ERR_OTHER: 0x7f,
} as const;

/** The name of an error, as the specification spells it. */
export type CtapHidErrorName = keyof typeof CtapHidErrorCode;

const NAMES: ReadonlyMap<number, CtapHidErrorName> = new Map(
  Object.entries(CtapHidErrorCode).map(([name, code]) => [code, name as CtapHidErrorName]),
);

/** Thrown by a client to which the device answered CTAPHID_ERROR. */
export class CtapHidError extends Error {
  override readonly name = 'CtapHidError';
  /** The error byte. */
  readonly error: number;
  /** The error by its specified name; `undefined` for a byte that has none. */
  readonly code: CtapHidErrorName | undefined;

  constructor(error: number) {
    const code = NAMES.get(error);
    super(`0x${error.toString(16).padStart(2, '0').toUpperCase()} ${code ?? '(unassigned)'}`);
    this.error = error;
    this.code = code;
  }
}
