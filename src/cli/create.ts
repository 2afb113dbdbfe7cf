/** `stuntkey create`: registers, as `navigator.credentials.create()` does. */
import { Command } from 'commander';
import { readCreationOptions } from '../webauthn/options.ts';
import type { PublicKeyCredentialCreationOptionsJSON, RegistrationResponseJSON } from '../webauthn/types.ts';
import { type Ceremony, type CeremonyArguments, runCeremony, withCeremonyOptions } from './ceremony.ts';
import { examples } from './help.ts';

const registration: Ceremony<RegistrationResponseJSON> = {
  name: 'create',
  createsKey: true,
  check: (options) => readCreationOptions(options as PublicKeyCredentialCreationOptionsJSON),
  run: (client, options, call) => client.create(options as PublicKeyCredentialCreationOptionsJSON, call),
  async lines(response, options, host) {
    const { registrationLines } = await import('./fido2-tools.ts');
    const { rp } = options as PublicKeyCredentialCreationOptionsJSON;
    return registrationLines(response, rp.id ?? host);
  },
  // As fido2-cred does: what it verifies is the attestation.
  forFido2Tools: (options) => ({ ...options, attestation: 'direct' }),
};

export function createCommand(): Command {
  return withCeremonyOptions(new Command('create'))
    .description('register: make a credential, as navigator.credentials.create() does')
    .addHelpText(
      'after',
      examples(
        'stuntkey create options.json --origin https://example.com | curl --json @- https://example.com/register/verify',
        'curl https://example.com/register/options | stuntkey create --origin https://example.com --yes',
        'stuntkey create options.json --origin https://example.com --format fido2-tools | fido2-cred -V',
      ),
    )
    .action((source: string | undefined, _options: unknown, command: Command) =>
      runCeremony(registration, source, command.optsWithGlobals<CeremonyArguments>()),
    );
}
