/** The option IDs of getInfo, CTAP 2.3 section 6.4. One that is absent has its default, so only what differs is told. */
import { knows } from '../../../ctap/level.ts';
import { ConfigSubCommand } from '../../../ctap/messages/config.ts';
import { type OptionId, optionSince } from '../../../ctap/registry.ts';
import { capabilitiesOf } from '../../capabilities.ts';
import type { Device } from '../../device.ts';
import { deviceState } from '../../state.ts';
import type { Protection } from '../../steps/protection.ts';

/** What the device tells of itself now. */
export function optionsOf(device: Device, protection: Protection): ReadonlyMap<string, boolean> {
  const { policy } = device;
  const options = new Map<OptionId, boolean>();
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
  addManagement(device, options);
  for (const id of options.keys()) if (!knows(policy.ctap, optionSince[id])) options.delete(id);
  return options;
}

function addManagement(device: Device, options: Map<OptionId, boolean>): void {
  const { policy } = device;
  const state = device.store.read(deviceState);
  const { credMgmt, largeBlobs, bioEnroll, authnrCfg, configCommands } = capabilitiesOf(policy);
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
    if (policy.uvBioEnroll) options.set('uvBioEnroll', true);
  }
  if (authnrCfg) options.set('authnrCfg', true);
  if (authnrCfg && policy.uvAcfg && policy.userVerification !== 'none') options.set('uvAcfg', true);
  if (configCommands.includes(ConfigSubCommand.setMinPINLength)) options.set('setMinPINLength', true);
  // These two are told where they can be changed, or are on without.
  if (configCommands.includes(ConfigSubCommand.toggleAlwaysUv) || state.alwaysUv) {
    options.set('alwaysUv', state.alwaysUv);
  }
  if (configCommands.includes(ConfigSubCommand.enableEnterpriseAttestation) || state.enterpriseAttestation) {
    options.set('ep', state.enterpriseAttestation);
  }
}
