/** changePIN (0x04), CTAP 2.3 section 6.5.5.6: another PIN, for a user who knows the present one. */
import { concat, equal } from '../../../base/bytes.ts';
import type { ClientPinRequest, ClientPinResponse } from '../../../ctap/messages/client-pin.ts';
import { CtapError } from '../../../ctap/status.ts';
import type { DeviceState } from '../../../store/device-state.ts';
import { changeState } from '../../change-state.ts';
import type { Device } from '../../device.ts';
import { protocolOf, requireMembers, sharedSecret } from './agreement.ts';
import { newPinOf } from './new-pin.ts';
import { requireAttempt, stillWith, verifyPin } from './verify-pin.ts';

export async function changePin(device: Device, request: ClientPinRequest): Promise<ClientPinResponse> {
  const { pinUvAuthProtocol, keyAgreement, newPinEnc, pinHashEnc, pinUvAuthParam } = requireMembers(
    request,
    'pinUvAuthProtocol',
    'keyAgreement',
    'pinHashEnc',
    'newPinEnc',
    'pinUvAuthParam',
  );
  const protocol = protocolOf(device, pinUvAuthProtocol);
  requireAttempt(device);
  const secret = sharedSecret(protocol, keyAgreement);
  if (!protocol.verify(secret, concat(newPinEnc, pinHashEnc), pinUvAuthParam)) {
    throw new CtapError('CTAP2_ERR_PIN_AUTH_INVALID', 'pinUvAuthParam does not verify');
  }
  const state = await verifyPin(device, protocol, secret, pinHashEnc);

  const pin = newPinOf(device, protocol, secret, newPinEnc, state);
  if (state.forcePinChange && equal(pin.pinHash, state.pinHash)) {
    throw new CtapError('CTAP2_ERR_PIN_POLICY_VIOLATION', 'the PIN has to be changed, and is the same');
  }
  await changeState(device, (current) =>
    withoutPersistentToken({ ...stillWith(current, state.pinHash), ...pin, forcePinChange: false }),
  );
  device.session.resetToken();
  return {};
}

/** Tokens for the old PIN end. */
function withoutPersistentToken({ persistentPinUvAuthToken: _, ...state }: DeviceState): DeviceState {
  return state;
}
