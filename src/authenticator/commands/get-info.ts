/** authenticatorGetInfo (0x04), CTAP 2.3 section 6.4: the truth about policy and state. */
import { ConfigSubCommand } from '../../ctap/messages/config.ts';
import type { GetInfoResponse } from '../../ctap/messages/get-info.ts';
import { capabilitiesOf, extensionsOf } from '../capabilities.ts';
import type { Device, Outcome } from '../device.ts';
import { deviceState } from '../state.ts';
import { protectionOf } from '../steps/protection.ts';

export async function authenticatorGetInfo(device: Device): Promise<Outcome<GetInfoResponse>> {
  return { response: getInfo(device) };
}

/** What getInfo answers now. */
export function getInfo(device: Device): GetInfoResponse {
  const { policy } = device;
  const remaining = policy.discoverableCapacity - device.store.read((reader) => reader.countDiscoverable());
  const extensions = extensionsOf(policy);
  return {
    versions: ['FIDO_2_0', ...(policy.previewCommands ? ['FIDO_2_1_PRE'] : []), 'FIDO_2_1'],
    ...(extensions.length > 0 && { extensions }),
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
    ...pinMembers(device),
    ...managementMembers(device, extensions),
  };
}

/** What PIN and PIN/UV auth protocols add. */
function pinMembers({ policy, store }: Device): Partial<GetInfoResponse> {
  const { forcePinChange, minPinLength } = store.read(deviceState);
  return {
    ...(policy.pinUvAuthProtocols.length > 0 && { pinUvAuthProtocols: policy.pinUvAuthProtocols }),
    ...(policy.clientPin && {
      forcePINChange: forcePinChange,
      minPINLength: minPinLength,
      maxPINLength: policy.maxPinLength,
    }),
  };
}

/** What the management commands and the extensions add. */
function managementMembers(device: Device, extensions: readonly string[]): Partial<GetInfoResponse> {
  const { policy } = device;
  const state = device.store.read(deviceState);
  const { largeBlobs, authnrCfg, configCommands } = capabilitiesOf(policy);
  const has = (subCommand: number): boolean => configCommands.includes(subCommand);
  return {
    ...(largeBlobs && { maxSerializedLargeBlobArray: policy.maxSerializedLargeBlobArray }),
    ...(extensions.includes('credBlob') && { maxCredBlobLength: policy.maxCredBlobLength }),
    ...(has(ConfigSubCommand.setMinPINLength) && {
      maxRPIDsForSetMinPINLength: policy.maxRpIdsForSetMinPinLength,
    }),
    ...(has(ConfigSubCommand.vendorPrototype) && {
      vendorPrototypeConfigCommands: policy.vendorConfigCommands.map(({ id }) => id),
    }),
    ...(has(ConfigSubCommand.enableLongTouchForReset) && { longTouchForReset: state.longTouchForReset }),
    ...(policy.pinComplexityPolicy !== 'unsupported' && { pinComplexityPolicy: state.pinComplexityPolicy }),
    ...(authnrCfg && { authenticatorConfigCommands: configCommands }),
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
  if (protection.clientPin !== 'unsupported') options.set('clientPin', protection.clientPin === 'set');
  if (policy.pinUvAuthProtocols.length > 0 && (policy.clientPin || protection.builtInUv !== 'unsupported')) {
    options.set('pinUvAuthToken', true);
  }
  if (policy.clientPin && policy.noMcGaPermissionsWithClientPin) {
    options.set('noMcGaPermissionsWithClientPin', true);
  }
  for (const [id, value] of managementOptions(device)) options.set(id, value);
  return options;
}

function managementOptions(device: Device): ReadonlyMap<string, boolean> {
  const { policy } = device;
  const state = device.store.read(deviceState);
  const { credMgmt, largeBlobs, bioEnroll, authnrCfg, configCommands } = capabilitiesOf(policy);
  const options = new Map<string, boolean>();
  if (credMgmt) {
    options.set('credMgmt', true);
    if (policy.perCredMgmtRO) options.set('perCredMgmtRO', true);
    if (policy.previewCommands) options.set('credentialMgmtPreview', true);
  }
  if (largeBlobs) options.set('largeBlobs', true);
  if (bioEnroll) {
    const enrolled = state.fingerprints.length > 0;
    options.set('bioEnroll', enrolled);
    if (policy.previewCommands) options.set('userVerificationMgmtPreview', enrolled);
  }
  if (authnrCfg) options.set('authnrCfg', true);
  if (configCommands.includes(ConfigSubCommand.setMinPINLength)) options.set('setMinPINLength', true);
  // These two are told where they can be changed, or are on without.
  if (configCommands.includes(ConfigSubCommand.toggleAlwaysUv) || state.alwaysUv) {
    options.set('alwaysUv', state.alwaysUv);
  }
  if (configCommands.includes(ConfigSubCommand.enableEnterpriseAttestation) || state.enterpriseAttestation) {
    options.set('ep', state.enterpriseAttestation);
  }
  return options;
}
