/** `stuntkey new`: makes a key. */
import { Command, Option } from 'commander';
import type { ModelName } from '../authenticator/models/registry.ts';
import { StuntkeyError } from '../base/stuntkey-error.ts';
import type { JsonObject } from '../store/lmdb/store.ts';
import { UsageError } from './error.ts';
import { examples } from './help.ts';
import { readJson } from './input.ts';
import { type GlobalOptions, keyExists, MEMORY, passphraseOf, storePath } from './key.ts';
import { note, print, printJson } from './output.ts';
import { Person } from './person.ts';

/** The names in the registry of models, which is not loaded for a help text. */
export const MODELS: readonly ModelName[] = [
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
  readonly policy?: string;
  readonly encrypt?: true;
}

export function newCommand(): Command {
  return new Command('new')
    .description('make a key; prints where it is')
    .addOption(new Option('--model <name>', 'the product it behaves as').choices(MODELS))
    .option('--policy <json>', "the device's policy, as in the library: JSON, or a file")
    .option('--encrypt', 'encrypt the key with a passphrase, asked for or from --passphrase-file')
    .addHelpText(
      'after',
      examples(
        'stuntkey new',
        'stuntkey new --model yubikey-5-nfc --store ./key',
        `stuntkey new --policy '{ "algorithms": [-257, -7], "userVerification": "none" }'`,
        'stuntkey new --store ./sealed --passphrase-file passphrase.txt',
      ),
    )
    .action(async (_options: unknown, command: Command) => {
      const given = command.optsWithGlobals<Arguments>();
      const path = storePath(given);
      if (path === MEMORY)
        throw new UsageError('--store: expected a folder, got :memory:, which is gone at the end');
      const passphrase = (await passphraseOf(given)) ?? (given.encrypt && (await askPassphrase()));
      const { checkPolicy } = await import('./policy.ts');
      const policy =
        given.policy === undefined
          ? undefined
          : checkPolicy(await readJson(given.policy, '--policy'), given.model);
      await make(path, { ...(given.model && { model: given.model }), ...(policy && { policy }) }, passphrase);
      note('made a new key');
      if (given.json) printJson({ store: path, model: given.model ?? null });
      else print(path);
    });
}

async function make(path: string, settings: JsonObject, passphrase: string | undefined): Promise<void> {
  const { openStore } = await import('../store/lmdb/open.ts');
  if (keyExists(path)) throw new StuntkeyError('key-exists', `there is a key at ${path} already`);
  const store = await openStore({ path, create: true, ...(passphrase !== undefined && { passphrase }) });
  try {
    await store.putSettings(settings);
  } finally {
    await store.close();
  }
}

async function askPassphrase(): Promise<string> {
  const person = await Person.of({});
  try {
    const passphrase = await person.newSecret('New passphrase: ');
    if (passphrase) return passphrase;
    throw new UsageError('expected a passphrase on a terminal, or --passphrase-file');
  } finally {
    person.close();
  }
}
