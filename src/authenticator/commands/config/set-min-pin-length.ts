/** setMinPINLength (0x03), CTAP 2.3 section 6.11.4: a longer minimum, who learns of it, and a PIN that has to be changed. */
import {
  type ConfigRequest,
  type SetMinPinLengthParams,
  setMinPinLengthParams,
} from '../../../ctap/messages/config.ts';
import { CtapError } from '../../../ctap/status.ts';
import type { DeviceState } from '../../../store/device-state.ts';
import { extensionsOf } from '../../capabilities.ts';
import { changeState } from '../../change-state.ts';
import type { Device } from '../../device.ts';
import type { Policy } from '../../policy/type.ts';

export async function setMinPinLength(device: Device, request: ConfigRequest): Promise<void> {
  if (request.subCommandParams === undefined) {
    throw new CtapError('CTAP2_ERR_MISSING_PARAMETER', 'subCommandParams is missing');
  }
  const params = setMinPinLengthParams.read(request.subCommandParams, 'subCommandParams', device.policy.ctap);
  let forced = false;
  await changeState(device, (state) => {
    const changed = applied(device.policy, state, params);
    forced = changed.forcePinChange;
    return changed;
  });
  // A token that was given for a PIN that is now too weak ends.
  if (forced) device.session.resetToken();
}

function applied(policy: Policy, state: DeviceState, params: SetMinPinLengthParams): DeviceState {
  const {
    newMinPINLength = state.minPinLength,
    minPinLengthRPIDs,
    forceChangePin,
    pinComplexityPolicy,
  } = params;
  const pinSet = state.pinHash !== undefined;
  if (minPinLengthRPIDs !== undefined && !extensionsOf(policy).includes('minPinLength')) {
    throw new CtapError(
      'CTAP1_ERR_INVALID_PARAMETER',
      'minPinLengthRPIDs without the extension minPinLength',
    );
  }
  if (pinComplexityPolicy === true && policy.pinComplexityPolicy === 'unsupported') {
    throw new CtapError('CTAP1_ERR_INVALID_PARAMETER', 'pinComplexityPolicy is not supported');
  }
  if (newMinPINLength < state.minPinLength || newMinPINLength > policy.maxPinLength) {
    throw new CtapError(
      'CTAP2_ERR_PIN_POLICY_VIOLATION',
      `newMinPINLength: expected ${state.minPinLength} to ${policy.maxPinLength}, got ${newMinPINLength}`,
    );
  }
  if (forceChangePin === true && !pinSet) {
    throw new CtapError('CTAP2_ERR_PIN_NOT_SET', 'forceChangePin, and there is no PIN to change');
  }
  const most = policy.maxRpIdsForSetMinPinLength;
  if (minPinLengthRPIDs !== undefined && minPinLengthRPIDs.length > most) {
    throw new CtapError(
      'CTAP2_ERR_KEY_STORE_FULL',
      `minPinLengthRPIDs: expected at most ${most}, got ${minPinLengthRPIDs.length}`,
    );
  }
  const tooShort = pinSet && (state.pinCodePoints ?? 0) < newMinPINLength;
  // Only a hash of the PIN is kept: whether the PIN keeps a policy that it was not made under cannot be known.
  const unknownComplexity = pinSet && pinComplexityPolicy === true && !state.pinComplexityPolicy;
  return {
    ...state,
    minPinLength: newMinPINLength,
    minPinLengthRpIds: minPinLengthRPIDs?.length ? minPinLengthRPIDs : state.minPinLengthRpIds,
    pinComplexityPolicy: state.pinComplexityPolicy || pinComplexityPolicy === true,
    forcePinChange: state.forcePinChange || forceChangePin === true || tooShort || unknownComplexity,
  };
}
