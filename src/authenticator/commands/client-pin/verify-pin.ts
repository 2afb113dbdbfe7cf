/** Checking a PIN, CTAP 2.3 sections 6.5.5.6 and 6.5.5.7: every attempt is counted down, and stored, before it is judged. */
import { equal } from '../../../base/bytes.ts';
import type { PinUvAuthProtocol } from '../../../crypto/pin-uv-auth-protocol.ts';
import { CtapError } from '../../../ctap/status.ts';
import type { DeviceState } from '../../../store/device-state.ts';
import type { Device } from '../../device.ts';
import { deviceState, MAX_PIN_RETRIES, MAX_UV_RETRIES } from '../../state.ts';
import { decrypted } from './agreement.ts';

/** Wrong PINs in a row before only a power cycle helps. */
export const MAX_MISMATCHES = 3;

/** The state of a device that has a PIN. */
type StateWithPin = DeviceState & { readonly pinHash: Uint8Array };

/**
 * Whether a PIN may be tried at all.
 *
 * @throws CtapError CTAP2_ERR_PIN_NOT_SET, CTAP2_ERR_PIN_BLOCKED until a reset, CTAP2_ERR_PIN_AUTH_BLOCKED until a power cycle
 */
export function requireAttempt(device: Device): void {
  const { pinHash, pinRetries } = device.store.read(deviceState);
  if (pinHash === undefined) throw new CtapError('CTAP2_ERR_PIN_NOT_SET');
  if (pinRetries === 0) throw new CtapError('CTAP2_ERR_PIN_BLOCKED', 'no attempts are left');
  if (device.session.pinMismatches >= MAX_MISMATCHES) {
    throw new CtapError(
      'CTAP2_ERR_PIN_AUTH_BLOCKED',
      'three wrong PINs in a row: power-cycle the device, then try again',
    );
  }
}

/**
 * Compares the PIN's hash with the one kept. A right PIN gives all attempts back.
 *
 * @returns the device's state with that PIN
 * @throws CtapError CTAP2_ERR_PIN_INVALID, CTAP2_ERR_PIN_AUTH_BLOCKED at the third in a row, CTAP2_ERR_PIN_BLOCKED at the last
 */
export async function verifyPin(
  device: Device,
  protocol: PinUvAuthProtocol,
  secret: Uint8Array,
  pinHashEnc: Uint8Array,
): Promise<StateWithPin> {
  const { pinHash, pinRetries } = await device.store.transaction((transaction) => {
    const state = deviceState(transaction);
    // Another process, with the same store, may have had the last attempt since requireAttempt looked.
    if (state.pinRetries === 0) throw new CtapError('CTAP2_ERR_PIN_BLOCKED', 'no attempts are left');
    const counted = { ...state, pinRetries: state.pinRetries - 1 };
    transaction.putDevice(counted);
    return counted;
  });
  const given = decrypted(protocol, secret, pinHashEnc);
  if (pinHash !== undefined && given !== undefined && equal(given, pinHash)) {
    device.session.pinMismatches = 0;
    return device.store.transaction((transaction) => {
      const state = {
        ...stillWith(deviceState(transaction), pinHash),
        pinRetries: MAX_PIN_RETRIES,
        uvRetries: MAX_UV_RETRIES,
        uvCountSinceLastPinEntry: 0,
        pinHash,
      };
      transaction.putDevice(state);
      return state;
    });
  }
  // A new key for each attempt: a listener learns nothing from a second one.
  protocol.regenerate();
  device.session.pinMismatches++;
  if (pinRetries === 0) throw new CtapError('CTAP2_ERR_PIN_BLOCKED', 'wrong PIN, and no attempts are left');
  if (device.session.pinMismatches >= MAX_MISMATCHES) {
    throw new CtapError(
      'CTAP2_ERR_PIN_AUTH_BLOCKED',
      'three wrong PINs in a row: power-cycle the device, then try again',
    );
  }
  throw new CtapError('CTAP2_ERR_PIN_INVALID', `wrong PIN; ${pinRetries} attempts are left`);
}

/**
 * The state, if its PIN is still that one: another process, with the same store, may have changed it.
 *
 * @throws CtapError CTAP2_ERR_PIN_INVALID
 */
export function stillWith(state: DeviceState, pinHash: Uint8Array): DeviceState {
  if (state.pinHash === undefined || !equal(state.pinHash, pinHash))
    throw new CtapError('CTAP2_ERR_PIN_INVALID', 'the PIN was changed meanwhile');
  return state;
}
