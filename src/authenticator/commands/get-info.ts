/** authenticatorGetInfo (0x04), CTAP 2.3 section 6.4: the truth about policy and state. */
import type { GetInfoResponse } from '../../ctap/messages/get-info.ts';
import type { Device, Outcome } from '../device.ts';
import { protectionOf } from '../steps/protection.ts';

export async function authenticatorGetInfo(device: Device): Promise<Outcome<GetInfoResponse>> {
  return { response: getInfo(device) };
}

/** What getInfo answers now. */
export function getInfo(device: Device): GetInfoResponse {
  const { policy } = device;
  const remaining = policy.discoverableCapacity - device.store.read((reader) => reader.countDiscoverable());
  return {
    versions: ['FIDO_2_0', 'FIDO_2_1'],
    ...(policy.extensions.length > 0 && { extensions: policy.extensions }),
    aaguid: policy.aaguid,
    options: optionsOf(device),
    maxMsgSize: policy.maxMsgSize,
    maxCredentialCountInList: policy.maxCredentialCountInList,
    maxCredentialIdLength: policy.credentialIdLength,
    transports: policy.transports,
    algorithms: policy.algorithms.map((alg) => ({ alg, type: 'public-key' })),
    ...(Number.isFinite(remaining) &&
      policy.discoverableCapacity > 0 && {
        remainingDiscoverableCredentials: Math.max(0, remaining),
      }),
    attestationFormats: policy.attestationFormats,
  };
}

/** The option IDs. An option that is absent has its default, so only what differs from it is told. */
function optionsOf(device: Device): ReadonlyMap<string, boolean> {
  const { policy } = device;
  const protection = protectionOf(device);
  const options = new Map<string, boolean>();
  options.set('rk', policy.discoverableCapacity > 0);
  options.set('up', true);
  options.set('plat', policy.transports.includes('internal'));
  if (protection.builtInUv !== 'unsupported') options.set('uv', protection.builtInUv === 'enabled');
  if (protection.makeCredUvNotRqd) options.set('makeCredUvNotRqd', true);
  return options;
}
