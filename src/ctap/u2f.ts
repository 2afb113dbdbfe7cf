/**
 * CTAP1/U2F's raw messages: APDUs with a few instructions (FIDO U2F Raw Message Formats v1.2, CTAP 2.3 section 8.2).
 * https://fidoalliance.org/specs/fido-u2f-v1.2-ps-20170411/fido-u2f-raw-message-formats-v1.2-ps-20170411.html
 */

/** Instructions. */
export const U2fInstruction = { REGISTER: 0x01, AUTHENTICATE: 0x02, VERSION: 0x03 } as const;

/** What AUTHENTICATE is to do, its parameter P1. */
export const U2fControl = {
  'check-only': 0x07,
  'enforce-user-presence-and-sign': 0x03,
  'dont-enforce-user-presence-and-sign': 0x08,
} as const;

/** Status words. CONDITIONS_NOT_SATISFIED asks for a touch, and is how check-only says that it knows a key handle. */
export const U2fStatus = {
  NO_ERROR: 0x9000,
  WRONG_LENGTH: 0x6700,
  CONDITIONS_NOT_SATISFIED: 0x6985,
  COMMAND_NOT_ALLOWED: 0x6986,
  WRONG_DATA: 0x6a80,
  INS_NOT_SUPPORTED: 0x6d00,
  CLA_NOT_SUPPORTED: 0x6e00,
  OTHER: 0x6f00,
} as const;

/** The name of a status word. */
export type U2fStatusName = keyof typeof U2fStatus;

/** An instruction that was refused. */
export class U2fError extends Error {
  override readonly name = 'U2fError';
  readonly code: U2fStatusName;
  /** SW1 and SW2, as one number. */
  readonly status: number;

  constructor(code: U2fStatusName, why: string) {
    super(`0x${U2fStatus[code].toString(16).toUpperCase()} ${code}: ${why}`);
    this.code = code;
    this.status = U2fStatus[code];
  }
}

/** A command APDU (ISO 7816-4). */
export interface CommandApdu {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  /** At most 65,535 bytes. */
  readonly data: Uint8Array;
}

/** A command APDU that was read, and what its lengths ask of the answer. */
export interface ReadApdu extends CommandApdu {
  /** Whether its lengths have two bytes, behind a zero. */
  readonly extended: boolean;
  /** How many bytes the answer may have, 1 to 65,536. Undefined where it does not say. */
  readonly le: number | undefined;
}

const HEADER = 4;

/**
 * Reads a command APDU with lengths of one byte or, after a zero, two.
 *
 * @throws U2fError WRONG_LENGTH
 */
export function readApdu(bytes: Uint8Array): ReadApdu {
  const [cla, ins, p1, p2, length] = bytes;
  if (cla === undefined || ins === undefined || p1 === undefined || p2 === undefined) {
    throw wrongLength(`expected a header of ${HEADER} bytes, got ${bytes.length}`);
  }
  const command = { cla, ins, p1, p2 };
  const rest = bytes.length - HEADER;
  const extended = length === 0 && rest > 1;
  // No data: no length at all, or only an Le of one byte, or of two behind a zero.
  if (length === undefined || rest === 1 || (extended && rest === 3)) {
    return { ...command, data: new Uint8Array(), extended, le: lengthAt(bytes, HEADER, extended) };
  }
  if (extended && rest < 3) throw wrongLength('an extended length of one byte');
  const start = HEADER + (extended ? 3 : 1);
  const lc = extended ? ((bytes[5] as number) << 8) | (bytes[6] as number) : length;
  const le = bytes.length - start - lc;
  if (le !== 0 && le !== (extended ? 2 : 1)) {
    throw wrongLength(`Lc says ${lc} bytes of data, and ${bytes.length - start} follow`);
  }
  const behind = le === 0 ? undefined : bytes.subarray(start + lc - (extended ? 1 : 0));
  return {
    ...command,
    data: bytes.subarray(start, start + lc),
    extended,
    le: behind && lengthAt(behind, 0, extended),
  };
}

/** The Le there: one byte, or two behind another; 0 says as much as there can be. */
function lengthAt(bytes: Uint8Array, offset: number, extended: boolean): number | undefined {
  const [first, second = 0, third = 0] = bytes.subarray(offset);
  if (first === undefined) return undefined;
  return extended ? (second << 8) | third || 0x10000 : first || 0x100;
}

/** Writes a command APDU with extended lengths, as they go over HID. */
export function writeApdu({ cla, ins, p1, p2, data }: CommandApdu): Uint8Array {
  const bytes = new Uint8Array(HEADER + 3 + data.length + 2);
  bytes.set([cla, ins, p1, p2, 0, data.length >> 8, data.length & 0xff]);
  bytes.set(data, HEADER + 3);
  return bytes;
}

function wrongLength(why: string): U2fError {
  return new U2fError('WRONG_LENGTH', why);
}
