/** Every subcommand, for who looks at all of CTAP. */
import { BioEnrollmentSubCommand } from './messages/bio-enrollment.ts';
import { ClientPinSubCommand } from './messages/client-pin.ts';
import { ConfigSubCommand } from './messages/config.ts';
import { CredentialManagementSubCommand } from './messages/credential-management.ts';
import { type SubCommandDescription, subCommandsOf } from './registry.ts';

/** Every subcommand. */
export const subCommands: readonly SubCommandDescription[] = [
  ...subCommandsOf('authenticatorClientPIN', ClientPinSubCommand),
  ...subCommandsOf('authenticatorBioEnrollment', BioEnrollmentSubCommand),
  ...subCommandsOf('authenticatorCredentialManagement', CredentialManagementSubCommand),
  ...subCommandsOf('authenticatorConfig', ConfigSubCommand),
];
