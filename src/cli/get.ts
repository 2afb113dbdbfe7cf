/** `stuntkey get`: signs in, as `navigator.credentials.get()` does. */
import { Command, Option } from 'commander';
import { readRequestOptions } from '../webauthn/options.ts';
import type { AuthenticationResponseJSON, PublicKeyCredentialRequestOptionsJSON } from '../webauthn/types.ts';
import { type Ceremony, type CeremonyArguments, runCeremony, withCeremonyOptions } from './ceremony.ts';
import { examples } from './help.ts';

const authentication: Ceremony<AuthenticationResponseJSON | null> = {
  name: 'get',
  createsKey: false,
  check: (options) => readRequestOptions(options as PublicKeyCredentialRequestOptionsJSON),
  run: (client, options, call) => client.get(options as PublicKeyCredentialRequestOptionsJSON, call),
  async lines(response, options, host) {
    const { assertionLines } = await import('./fido2-tools.ts');
    return response === null
      ? []
      : assertionLines(response, (options as PublicKeyCredentialRequestOptionsJSON).rpId ?? host);
  },
};

export function getCommand(): Command {
  return withCeremonyOptions(new Command('get'))
    .addOption(
      new Option(
        '--ui-mode <how>',
        'how the person is asked; immediate: an available credential, or an error at once',
      ).choices(['immediate', 'passive']),
    )
    .description('sign in: sign an assertion, as navigator.credentials.get() does')
    .addHelpText(
      'after',
      examples(
        'curl https://example.com/login/options | stuntkey get --origin https://example.com --yes',
        'stuntkey get options.json --origin https://example.com --pin-file pin.txt --account ada',
        'stuntkey get options.json --origin https://example.com --format fido2-tools | fido2-assert -V key.pem',
      ),
    )
    .action((source: string | undefined, _options: unknown, command: Command) =>
      runCeremony(authentication, source, command.optsWithGlobals<CeremonyArguments>()),
    );
}
