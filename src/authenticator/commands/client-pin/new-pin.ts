/** What makes a PIN acceptable, CTAP 2.3 sections 6.5.1 and 6.5.5.5. */
import { fromUtf8 } from '../../../base/bytes.ts';
import { sha256 } from '../../../crypto/hash.ts';
import type { PinUvAuthProtocol } from '../../../crypto/pin-uv-auth-protocol.ts';
import { CtapError } from '../../../ctap/status.ts';
import type { DeviceState } from '../../../store/device-state.ts';
import type { Device } from '../../device.ts';
import { decrypted } from './agreement.ts';

/** A new PIN comes padded with zeros to so many bytes. */
const PADDED = 64;
/** Bytes of UTF-8 that a PIN has at most. */
const LONGEST = 63;

/** What is kept of a PIN. */
export interface NewPin {
  /** LEFT(SHA-256(PIN), 16). */
  readonly pinHash: Uint8Array;
  readonly pinCodePoints: number;
}

/**
 * Decrypts and judges a new PIN.
 *
 * @throws CtapError CTAP2_ERR_PIN_AUTH_INVALID for what cannot be decrypted, CTAP1_ERR_INVALID_PARAMETER unless it is 64
 *   bytes then, CTAP2_ERR_PIN_POLICY_VIOLATION for a PIN that is too short, too long, no text, or the one to be changed
 */
export function newPinOf(
  device: Device,
  protocol: PinUvAuthProtocol,
  secret: Uint8Array,
  newPinEnc: Uint8Array,
  state: DeviceState,
): NewPin {
  const padded = decrypted(protocol, secret, newPinEnc);
  if (padded === undefined)
    throw new CtapError('CTAP2_ERR_PIN_AUTH_INVALID', 'newPinEnc cannot be decrypted');
  if (padded.length !== PADDED) {
    throw new CtapError(
      'CTAP1_ERR_INVALID_PARAMETER',
      `the padded PIN: expected 64 bytes, got ${padded.length}`,
    );
  }
  let length = PADDED;
  while (padded[length - 1] === 0) length--;
  const pin = padded.subarray(0, length);
  const pinCodePoints = codePointsOf(pin);
  const { minPinLength } = state;
  const { maxPinLength } = device.policy;
  if (
    length > LONGEST ||
    pinCodePoints === undefined ||
    pinCodePoints < minPinLength ||
    pinCodePoints > maxPinLength
  ) {
    throw new CtapError(
      'CTAP2_ERR_PIN_POLICY_VIOLATION',
      `a PIN has ${minPinLength} to ${maxPinLength} code points and at most ${LONGEST} bytes of UTF-8`,
    );
  }
  if (state.pinComplexityPolicy && new Set(pin).size === 1) {
    throw new CtapError('CTAP2_ERR_PIN_POLICY_VIOLATION', 'the PIN is one character, repeated');
  }
  return { pinHash: sha256(pin).slice(0, 16), pinCodePoints };
}

function codePointsOf(pin: Uint8Array): number | undefined {
  try {
    return [...fromUtf8(pin)].length;
  } catch {
    return undefined;
  }
}
