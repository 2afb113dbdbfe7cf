/** What fragments have to keep to, CTAP 2.3 section 6.10.2. */
import { CtapError } from '../../../ctap/status.ts';
import type { Device } from '../../device.ts';

/** What a fragment's message needs besides the fragment: bytes. */
const OVERHEAD = 64;

/** Most of what can be wrong with a request has this status. */
export function invalid(why: string): CtapError {
  return new CtapError('CTAP1_ERR_INVALID_PARAMETER', why);
}

/** maxFragmentLength. @throws CtapError CTAP1_ERR_INVALID_LENGTH */
export function requireFragmentLength(device: Device, name: 'get' | 'set', length: number): void {
  const most = device.policy.maxMsgSize - OVERHEAD;
  if (length > most) {
    throw new CtapError('CTAP1_ERR_INVALID_LENGTH', `${name}: expected at most ${most} bytes, got ${length}`);
  }
}
