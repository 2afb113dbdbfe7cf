/** setPIN (0x03), CTAP 2.3 section 6.5.5.5: the first PIN. */
import type { ClientPinRequest, ClientPinResponse } from '../../../ctap/messages/client-pin.ts';
import { CtapError } from '../../../ctap/status.ts';
import { changeState } from '../../change-state.ts';
import type { Device } from '../../device.ts';
import { deviceState, MAX_PIN_RETRIES } from '../../state.ts';
import { protocolOf, requireMembers, sharedSecret } from './agreement.ts';
import { newPinOf } from './new-pin.ts';

export async function setPin(device: Device, request: ClientPinRequest): Promise<ClientPinResponse> {
  const { pinUvAuthProtocol, keyAgreement, newPinEnc, pinUvAuthParam } = requireMembers(
    request,
    'pinUvAuthProtocol',
    'keyAgreement',
    'newPinEnc',
    'pinUvAuthParam',
  );
  const protocol = protocolOf(device, pinUvAuthProtocol);
  const state = device.store.read(deviceState);
  if (state.pinHash !== undefined) throw alreadySet();
  const secret = sharedSecret(protocol, keyAgreement);
  if (!protocol.verify(secret, newPinEnc, pinUvAuthParam)) {
    throw new CtapError('CTAP2_ERR_PIN_AUTH_INVALID', 'pinUvAuthParam does not verify');
  }
  const pin = newPinOf(device, protocol, secret, newPinEnc, state);
  await changeState(device, (current) => {
    if (current.pinHash !== undefined) throw alreadySet();
    return { ...current, ...pin, pinRetries: MAX_PIN_RETRIES };
  });
  device.session.resetToken();
  return {};
}

function alreadySet(): CtapError {
  return new CtapError('CTAP2_ERR_PIN_AUTH_INVALID', 'a PIN is set already');
}
