/** deleteCredential (0x06), CTAP 2.3 section 6.8.6. */
import {
  type CredentialManagementRequest,
  type CredentialManagementResponse,
  deleteCredentialParams,
} from '../../../ctap/messages/credential-management.ts';
import type { Device } from '../../device.ts';
import { renewStoreState } from '../../state.ts';
import { readParams, requirePinUvAuthParam } from '../../steps/authorize.ts';
import { authorizeChanging, credentialToChange } from './authorization.ts';

export async function deleteCredential(
  device: Device,
  request: CredentialManagementRequest,
): Promise<CredentialManagementResponse> {
  requirePinUvAuthParam(request);
  const { credentialID } = readParams(deleteCredentialParams, request);
  const token = authorizeChanging(device, request);
  await device.store.transaction((transaction) => {
    transaction.delete(credentialToChange(transaction, credentialID, token).id);
    renewStoreState(device, transaction);
  });
  return {};
}
