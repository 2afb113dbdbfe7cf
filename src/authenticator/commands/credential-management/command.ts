/** authenticatorCredentialManagement (0x0A, prototype 0x41), CTAP 2.3 section 6.8: which subcommand is it? */
import {
  type CredentialManagementRequest,
  type CredentialManagementResponse,
  CredentialManagementSubCommand,
} from '../../../ctap/messages/credential-management.ts';
import { CtapError } from '../../../ctap/status.ts';
import type { Device, Outcome } from '../../device.ts';
import { deleteCredential } from './delete-credential.ts';
import { enumerateCredentialsBegin, enumerateCredentialsGetNextCredential } from './enumerate-credentials.ts';
import { enumerateRPsBegin, enumerateRPsGetNextRP } from './enumerate-rps.ts';
import { getCredsMetadata } from './get-creds-metadata.ts';
import { updateUserInformation } from './update-user-information.ts';

export async function authenticatorCredentialManagement(
  device: Device,
  request: CredentialManagementRequest,
): Promise<Outcome<CredentialManagementResponse>> {
  return { response: await run(device, request) };
}

function run(
  device: Device,
  request: CredentialManagementRequest,
): CredentialManagementResponse | Promise<CredentialManagementResponse> {
  const sub = CredentialManagementSubCommand;
  const { subCommand } = request;
  if (subCommand === sub.enumerateRPsGetNextRP) return enumerateRPsGetNextRP(device);
  if (subCommand === sub.enumerateCredentialsGetNextCredential) {
    return enumerateCredentialsGetNextCredential(device);
  }
  // Whatever else is asked ends an enumeration.
  device.session.continuation = undefined;
  switch (subCommand) {
    case sub.getCredsMetadata:
      return getCredsMetadata(device, request);
    case sub.enumerateRPsBegin:
      return enumerateRPsBegin(device, request);
    case sub.enumerateCredentialsBegin:
      return enumerateCredentialsBegin(device, request);
    case sub.deleteCredential:
      return deleteCredential(device, request);
    case sub.updateUserInformation:
      return updateUserInformation(device, request);
    default:
      throw new CtapError('CTAP2_ERR_INVALID_SUBCOMMAND', `subCommand: expected 1 to 7, got ${subCommand}`);
  }
}
