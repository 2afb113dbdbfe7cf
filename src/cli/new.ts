/** `stuntkey new`: makes a key. */
import { Command, Option } from 'commander';
import type { ModelName } from '../authenticator/models/registry.ts';
import { examples } from './help.ts';
import { type GlobalOptions, newKey } from './key.ts';
import { note, print, printJson } from './output.ts';

const MODELS: readonly ModelName[] = [
  'yubikey-5-nfc',
  'yubikey-bio',
  'yubikey-5-nfc-ctap20',
  'u2f-key',
  'apple-passwords',
  'google-password-manager',
  'microsoft-password-manager',
  '1password',
  'bitwarden',
  'windows-hello',
  'android-device-bound',
  'post-quantum-key',
];

interface Arguments extends GlobalOptions {
  readonly model?: ModelName;
}

export function newCommand(): Command {
  return new Command('new')
    .description('make a key')
    .addOption(new Option('--model <name>', 'the product it behaves as').choices(MODELS))
    .addHelpText(
      'after',
      examples(
        'stuntkey new',
        'stuntkey new --model yubikey-5-nfc --store ./key',
        'stuntkey new --store ./sealed --passphrase-file passphrase.txt',
      ),
    )
    .action(async (_options: unknown, command: Command) => {
      const given = command.optsWithGlobals<Arguments>();
      const { path, model } = await newKey(given, given.model);
      note('made a new key');
      if (given.json) printJson({ store: path, model: model ?? null });
      else print(path);
    });
}
