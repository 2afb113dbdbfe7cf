/** enumerateCredentialsBegin (0x04) and enumerateCredentialsGetNextCredential (0x05), CTAP 2.3 sections 6.8.4 and 6.8.5. */
import { toCose } from '../../../crypto/formats/cose.ts';
import {
  type CredentialManagementRequest,
  type CredentialManagementResponse,
  enumerateCredentialsParams,
} from '../../../ctap/messages/credential-management.ts';
import { CtapError } from '../../../ctap/status.ts';
import type { CredentialRecord } from '../../../store/record.ts';
import { extensionsOf } from '../../capabilities.ts';
import type { Device } from '../../device.ts';
import { readParams, requirePinUvAuthParam } from '../../steps/authorize.ts';
import { remembered } from '../../steps/continuation.ts';
import { authorizeReading } from './authorization.ts';

export function enumerateCredentialsBegin(
  device: Device,
  request: CredentialManagementRequest,
): CredentialManagementResponse {
  requirePinUvAuthParam(request);
  const { rpIDHash } = readParams(enumerateCredentialsParams, request);
  authorizeReading(device, request, rpIDHash);
  const ids = device.store
    .read((reader) => Array.from(reader.discoverable(rpIDHash), ({ id }) => id))
    .reverse();
  const totalCredentials = ids.length;
  const first = ids.pop();
  if (first === undefined) throw new CtapError('CTAP2_ERR_NO_CREDENTIALS', 'there are none of that RP');
  device.session.continuation = { kind: 'credentials', ids, lastAt: device.clock.now() };
  return { ...describe(device, first), totalCredentials };
}

export function enumerateCredentialsGetNextCredential(device: Device): CredentialManagementResponse {
  const rest = remembered(device, 'credentials');
  const next = rest.ids.pop();
  if (next === undefined) throw new CtapError('CTAP2_ERR_NOT_ALLOWED', 'every credential was given already');
  rest.lastAt = device.clock.now();
  return describe(device, next);
}

function describe(device: Device, id: Uint8Array): CredentialManagementResponse {
  const record = device.store.read((reader) => reader.get(id));
  if (record === undefined)
    throw new CtapError('CTAP2_ERR_NOT_ALLOWED', 'the credential was deleted meanwhile');
  const extensions = extensionsOf(device.policy);
  const { largeBlobKey } = record;
  return {
    user: userOf(record),
    credentialID: { id: record.id, type: 'public-key' },
    publicKey: toCose(record.algorithm, record.publicKey),
    ...(extensions.includes('credProtect') && { credProtect: record.credProtect }),
    ...(largeBlobKey !== undefined && { largeBlobKey }),
    ...(extensions.includes('thirdPartyPayment') && { thirdPartyPayment: record.thirdPartyPayment ?? false }),
  };
}

/** All stored members: the token shows that the user was verified. */
function userOf({ userId, userName, userDisplayName }: CredentialRecord): {
  readonly id: Uint8Array;
  readonly name?: string;
  readonly displayName?: string;
} {
  return {
    id: userId ?? new Uint8Array(),
    ...(userName !== undefined && { name: userName }),
    ...(userDisplayName !== undefined && { displayName: userDisplayName }),
  };
}
