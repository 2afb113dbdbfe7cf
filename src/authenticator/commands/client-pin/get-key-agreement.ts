/** getKeyAgreement (0x02), CTAP 2.3 section 6.5.5.4: the authenticator's half of a shared secret. */
import type { ClientPinRequest, ClientPinResponse } from '../../../ctap/messages/client-pin.ts';
import type { Device } from '../../device.ts';
import { protocolOf, requireMembers } from './agreement.ts';

export async function getKeyAgreement(device: Device, request: ClientPinRequest): Promise<ClientPinResponse> {
  const { pinUvAuthProtocol } = requireMembers(request, 'pinUvAuthProtocol');
  return { keyAgreement: protocolOf(device, pinUvAuthProtocol).getPublicKey() };
}
