/** authenticatorGetInfo (0x04), CTAP 2.3 section 6.4: the truth about policy and state. */
import { utf8 } from '../../../base/bytes.ts';
import { knows } from '../../../ctap/level.ts';
import { ConfigSubCommand } from '../../../ctap/messages/config.ts';
import { type GetInfoResponse, getInfoResponse } from '../../../ctap/messages/get-info.ts';
import { capabilitiesOf, extensionsOf } from '../../capabilities.ts';
import type { Device, Outcome } from '../../device.ts';
import { deviceState } from '../../state.ts';
import { type Protection, protectionOf } from '../../steps/protection.ts';
import { MAX_WRAPPED_ID } from '../../wrapping.ts';
import { encryptedIdentifiers } from './identifiers.ts';
import { optionsOf } from './options.ts';

/** Bytes of the credential IDs that browsers and password managers make. */
const LONGEST_OF_OTHERS = 64;

/** Bits of the FIDO registry of predefined values, section 3.1. */
const USER_VERIFY = { fingerprint: 0x02, 'built-in': 0x04, none: 0 } as const;

export async function authenticatorGetInfo(device: Device): Promise<Outcome<GetInfoResponse>> {
  return { response: getInfo(device) };
}

/** What getInfo answers now: no member that came after the device's level. */
export function getInfo(device: Device): GetInfoResponse {
  const { policy } = device;
  const extensions = extensionsOf(policy);
  const protection = protectionOf(device);
  return getInfoResponse.upTo(policy.ctap, {
    versions: versionsOf(device, protection),
    ...(extensions.length > 0 && { extensions }),
    aaguid: policy.aaguid,
    options: optionsOf(device, protection),
    maxMsgSize: policy.maxMsgSize,
    maxCredentialCountInList: policy.maxCredentialCountInList,
    // Platforms leave longer ones out of what they ask for: those that came from elsewhere are to be found, too.
    maxCredentialIdLength: Math.max(
      policy.nonDiscoverable === 'wrapped' ? MAX_WRAPPED_ID : LONGEST_OF_OTHERS,
      policy.credentialIdLength,
    ),
    transports: policy.transports,
    algorithms: policy.algorithms.map((alg) => ({ alg, type: 'public-key' })),
    ...(policy.attestationFormats.length > 0 && { attestationFormats: policy.attestationFormats }),
    firmwareVersion: policy.firmwareVersion,
    ...(policy.certifications && { certifications: new Map(Object.entries(policy.certifications)) }),
    ...(policy.transportsForReset && { transportsForReset: policy.transportsForReset }),
    ...remainingOf(device),
    ...pinMembers(device),
    ...builtInUvMembers(device, protection),
    ...managementMembers(device, extensions),
    ...encryptedIdentifiers(device),
  });
}

/** While alwaysUv is on, U2F, which knows no verification, is not there. */
function versionsOf({ policy }: Device, { alwaysUv }: Protection): string[] {
  return [
    ...(policy.u2f && !alwaysUv ? ['U2F_V2'] : []),
    'FIDO_2_0',
    ...(policy.previewCommands ? ['FIDO_2_1_PRE'] : []),
    ...(knows(policy.ctap, '2.1') ? ['FIDO_2_1'] : []),
    ...(knows(policy.ctap, '2.3') ? ['FIDO_2_3'] : []),
  ];
}

function remainingOf({ policy, store }: Device): Partial<GetInfoResponse> {
  const remaining = policy.discoverableCapacity - store.read((reader) => reader.countDiscoverable());
  if (policy.discoverableCapacity === 0 || !Number.isFinite(remaining)) return {};
  return { remainingDiscoverableCredentials: Math.max(0, remaining) };
}

/** What PIN and PIN/UV auth protocols add. */
function pinMembers({ policy, store }: Device): Partial<GetInfoResponse> {
  const { forcePinChange, minPinLength, pinComplexityPolicy } = store.read(deviceState);
  const { pinComplexityPolicyUrl } = policy;
  return {
    ...(policy.pinUvAuthProtocols.length > 0 && { pinUvAuthProtocols: policy.pinUvAuthProtocols }),
    ...(policy.clientPin && {
      forcePINChange: forcePinChange,
      minPINLength: minPinLength,
      maxPINLength: policy.maxPinLength,
    }),
    ...(policy.pinComplexityPolicy !== 'unsupported' && {
      pinComplexityPolicy,
      ...(pinComplexityPolicyUrl !== undefined && { pinComplexityPolicyURL: utf8(pinComplexityPolicyUrl) }),
    }),
  };
}

/** What a device that verifies its user itself adds. */
function builtInUvMembers({ policy, store }: Device, protection: Protection): Partial<GetInfoResponse> {
  if (protection.builtInUv === 'unsupported') return {};
  return {
    uvModality: policy.uvModality ?? USER_VERIFY[policy.userVerification],
    preferredPlatformUvAttempts: policy.preferredPlatformUvAttempts,
    ...(protection.clientPin === 'set' && {
      uvCountSinceLastPinEntry: store.read(deviceState).uvCountSinceLastPinEntry,
    }),
  };
}

/** What the management commands and the extensions add. */
function managementMembers(device: Device, extensions: readonly string[]): Partial<GetInfoResponse> {
  const { policy } = device;
  const { longTouchForReset } = device.store.read(deviceState);
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
    ...((has(ConfigSubCommand.enableLongTouchForReset) || longTouchForReset) && { longTouchForReset }),
    ...(authnrCfg && { authenticatorConfigCommands: configCommands }),
  };
}
