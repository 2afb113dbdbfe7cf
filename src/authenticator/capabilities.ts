/** What a device can do, following from its policy: what getInfo tells, and which commands and extensions there are. */
import { CtapCommand, commandName } from '../ctap/commands.ts';
import { knows } from '../ctap/level.ts';
import { ConfigSubCommand } from '../ctap/messages/config.ts';
import { commandSince } from '../ctap/registry.ts';
import type { Policy } from './policy/type.ts';

/** Commands that not every device has, by the option IDs of getInfo that tell of them. */
export interface Capabilities {
  readonly credMgmt: boolean;
  readonly largeBlobs: boolean;
  readonly bioEnroll: boolean;
  readonly authnrCfg: boolean;
  /** Subcommands of authenticatorConfig, ascending. */
  readonly configCommands: readonly number[];
}

/** What the device can do. A command is absent if its authorization can never be given. */
export function capabilitiesOf(policy: Policy): Capabilities {
  const tokens = policy.pinUvAuthProtocols.length > 0;
  const protectable = policy.clientPin || policy.userVerification !== 'none';
  const usable = tokens || !protectable;
  const configCommands = policy.authenticatorConfig && usable ? configCommandsOf(policy) : [];
  return {
    credMgmt: policy.credentialManagement && policy.discoverableCapacity > 0 && tokens,
    largeBlobs: policy.largeBlobs && usable,
    bioEnroll: policy.userVerification === 'fingerprint' && tokens,
    authnrCfg: configCommands.length > 0,
    configCommands,
  };
}

function configCommandsOf(policy: Policy): number[] {
  const commands: number[] = [];
  if (policy.enterpriseAttestation) commands.push(ConfigSubCommand.enableEnterpriseAttestation);
  if (policy.alwaysUv !== 'unsupported') commands.push(ConfigSubCommand.toggleAlwaysUv);
  if (policy.clientPin) commands.push(ConfigSubCommand.setMinPINLength);
  if (policy.longTouchForReset !== 'unsupported' && knows(policy.ctap, '2.3')) {
    commands.push(ConfigSubCommand.enableLongTouchForReset);
  }
  if (policy.vendorConfigCommands.length > 0) commands.push(ConfigSubCommand.vendorPrototype);
  return commands;
}

/** Whether the device has a command at all. */
export function hasCommand(policy: Policy, command: number): boolean {
  const name = commandName(command);
  if (name === undefined || !knows(policy.ctap, commandSince[name])) return false;
  switch (command) {
    case CtapCommand.authenticatorCredentialManagement:
      return capabilitiesOf(policy).credMgmt;
    case CtapCommand.authenticatorCredentialManagementPreview:
      return hasPreview(policy) && capabilitiesOf(policy).credMgmt;
    case CtapCommand.authenticatorBioEnrollment:
      return capabilitiesOf(policy).bioEnroll;
    case CtapCommand.authenticatorBioEnrollmentPreview:
      return hasPreview(policy) && capabilitiesOf(policy).bioEnroll;
    case CtapCommand.authenticatorLargeBlobs:
      return capabilitiesOf(policy).largeBlobs;
    case CtapCommand.authenticatorClientPIN:
      return policy.pinUvAuthProtocols.length > 0;
    case CtapCommand.authenticatorConfig:
      return capabilitiesOf(policy).authnrCfg;
    default:
      return true;
  }
}

function hasPreview({ ctap, previewCommands }: Policy): boolean {
  return previewCommands || knows(ctap, '2.1');
}

/** The extensions of the policy that the rest of the device lets it have. */
export function extensionsOf(policy: Policy): readonly string[] {
  return policy.extensions.filter((id) => {
    switch (id) {
      case 'hmac-secret':
      case 'hmac-secret-mc':
        return policy.pinUvAuthProtocols.length > 0;
      case 'credBlob':
        return policy.discoverableCapacity > 0;
      case 'largeBlobKey':
        return policy.discoverableCapacity > 0 && capabilitiesOf(policy).largeBlobs;
      case 'minPinLength':
        return capabilitiesOf(policy).configCommands.includes(ConfigSubCommand.setMinPINLength);
      case 'pinComplexityPolicy':
        return policy.pinComplexityPolicy !== 'unsupported';
      default:
        return true;
    }
  });
}
