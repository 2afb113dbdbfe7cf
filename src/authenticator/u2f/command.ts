/** CTAP1/U2F: answers an APDU with data and a status word. */
import { concat, utf8 } from '../../base/bytes.ts';
import { type CommandApdu, readApdu, U2fError, U2fInstruction, U2fStatus } from '../../ctap/u2f.ts';
import type { Device } from '../device.ts';
import { deviceState } from '../state.ts';
import { authenticate } from './authenticate.ts';
import { register } from './register.ts';

/** Answers any APDU. */
export async function answerApdu(device: Device, bytes: Uint8Array): Promise<Uint8Array> {
  try {
    return withStatus(await run(device, readApdu(bytes)), U2fStatus.NO_ERROR);
  } catch (error) {
    return withStatus(new Uint8Array(), error instanceof U2fError ? error.status : U2fStatus.OTHER);
  }
}

async function run(device: Device, apdu: CommandApdu): Promise<Uint8Array> {
  const { cla, ins, data } = apdu;
  if (cla !== 0) throw new U2fError('CLA_NOT_SUPPORTED', `CLA: expected 0, got ${cla}`);
  switch (ins) {
    case U2fInstruction.VERSION:
      if (data.length > 0) throw new U2fError('WRONG_LENGTH', `expected no data, got ${data.length} bytes`);
      return utf8('U2F_V2');
    case U2fInstruction.REGISTER:
      requireAllowed(device);
      return register(device, data);
    case U2fInstruction.AUTHENTICATE:
      requireAllowed(device);
      return authenticate(device, apdu.p1, data);
    default:
      throw new U2fError('INS_NOT_SUPPORTED', `INS: expected 1 to 3, got ${ins}`);
  }
}

/** U2F has no user verification: with alwaysUv it is switched off (CTAP 2.3 section 7.2.4). */
function requireAllowed({ store }: Device): void {
  if (store.read(deviceState).alwaysUv) throw new U2fError('COMMAND_NOT_ALLOWED', 'alwaysUv is on');
}

function withStatus(data: Uint8Array, status: number): Uint8Array {
  return concat(data, Uint8Array.of(status >> 8, status & 0xff));
}
