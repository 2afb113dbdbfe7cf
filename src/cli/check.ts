/** `stuntkey check`: whether the key is whole, and which of its records can still be read. */
import { Command } from 'commander';
import { safe } from '../base/harmless.ts';
import type { StoreCheck } from '../store/lmdb/check.ts';
import { ExitCode, UsageError } from './error.ts';
import { examples } from './help.ts';
import { readSecret } from './input.ts';
import { type GlobalOptions, keyExists, MEMORY, passphraseOf, storePath } from './key.ts';
import { note, print, printJson } from './output.ts';
import { writeWhole } from './write-file.ts';

interface Arguments extends GlobalOptions {
  readonly salvage?: string;
  readonly exportPassphraseFile?: string;
}

export function checkCommand(): Command {
  return new Command('check')
    .description('read every page and every record of the key, and report damage; the key is not changed')
    .option('--salvage <file>', 'write the undamaged records to a file for stuntkey import')
    .option(
      '--export-passphrase-file <file>',
      "encrypt the salvaged file with the passphrase in this file's first line",
    )
    .addHelpText(
      'after',
      examples('stuntkey check', 'stuntkey check --salvage rescued && stuntkey import rescued --store new'),
    )
    .action(async (_options: unknown, command: Command) => {
      const given = command.optsWithGlobals<Arguments>();
      const path = storePath(given);
      if (path === MEMORY) throw new UsageError('--store: expected a folder, got :memory:');
      if (!keyExists(path)) throw new UsageError(`there is no key at ${path}: stuntkey new makes one`);
      const passphrase = await passphraseOf(given);
      const options = { path, ...(passphrase !== undefined && { passphrase }) };
      const check =
        given.salvage === undefined
          ? await (await import('../store/lmdb/check.ts')).checkStore(options)
          : await salvageTo(given.salvage, options, given.exportPassphraseFile);
      if (given.json) printJson(check);
      else tell(check);
      // (The salvage succeeded, but the key is still damaged.)
      if (!check.whole) process.exitCode = ExitCode.refused;
    });
}

async function salvageTo(
  file: string,
  options: { readonly path: string; readonly passphrase?: string },
  secret: string | undefined,
): Promise<StoreCheck> {
  const passphrase = secret === undefined ? undefined : await readSecret(secret, '--export-passphrase-file');
  const { salvageStore } = await import('../store/lmdb/export.ts');
  let check: StoreCheck | undefined;
  await writeWhole(file, async (write) => {
    check = await salvageStore(options, write, passphrase === undefined ? {} : { passphrase });
  });
  note(`saved what is whole to ${file}`);
  return check as StoreCheck;
}

function tell({
  path,
  whole,
  opened,
  problems,
  problemCount,
  credentials,
  lost,
  device,
  settings,
}: StoreCheck): void {
  for (const problem of problems) print(safe(problem));
  if (problemCount > problems.length) print(`and ${problemCount - problems.length} more`);
  for (const { place, id, rpId, userName } of lost) {
    const about = [id && `ID ${id}`, rpId && `RP ${rpId}`, userName && `user ${userName}`].filter(Boolean);
    print(
      safe(
        `lost: the credential at place ${place}${about.length > 0 ? `, it seems of ${about.join(', ')}` : ''}`,
      ),
    );
  }
  const { counted, readable } = credentials;
  print(`credentials that can be read: ${readable}${counted === undefined ? '' : ` of ${counted}`}`);
  if (device === 'hurt') print("the device's own state (PIN, settings of CTAP) cannot be read");
  if (settings === 'hurt') print('the settings (model, policy) cannot be read');
  if (!opened) print('no passphrase was given: encrypted records were not opened');
  print(safe(`${path} is ${whole ? 'whole' : 'damaged'}`));
}
