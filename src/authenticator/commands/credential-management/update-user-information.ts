/** updateUserInformation (0x07), CTAP 2.3 section 6.8.7. */
import { equal } from '../../../base/bytes.ts';
import {
  type CredentialManagementRequest,
  type CredentialManagementResponse,
  updateUserInformationParams,
} from '../../../ctap/messages/credential-management.ts';
import { CtapError } from '../../../ctap/status.ts';
import type { Device } from '../../device.ts';
import { renewStoreState } from '../../state.ts';
import { readParams, requirePinUvAuthParam } from '../../steps/authorize.ts';
import { authorizeChanging, credentialToChange } from './authorization.ts';

export async function updateUserInformation(
  device: Device,
  request: CredentialManagementRequest,
): Promise<CredentialManagementResponse> {
  requirePinUvAuthParam(request);
  const { credentialID, user } = readParams(updateUserInformationParams, request);
  const token = authorizeChanging(device, request);
  await device.store.transaction((transaction) => {
    const credential = credentialToChange(transaction, credentialID, token);
    if (credential.userId === undefined || !equal(credential.userId, user.id)) {
      throw new CtapError(
        'CTAP1_ERR_INVALID_PARAMETER',
        'user.id: expected the ID stored with the credential',
      );
    }
    // What is absent or empty in the request is removed.
    const { userName: _name, userDisplayName: _displayName, ...rest } = credential;
    transaction.put({
      ...rest,
      ...(user.name && { userName: user.name }),
      ...(user.displayName && { userDisplayName: user.displayName }),
    });
    renewStoreState(device, transaction);
  });
  return {};
}
