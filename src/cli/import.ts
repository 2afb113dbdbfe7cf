/** `stuntkey import`: a key from what `stuntkey export` wrote. */
import { createReadStream, existsSync } from 'node:fs';
import { Command } from 'commander';
import { UsageError } from './error.ts';
import { examples } from './help.ts';
import { readSecret } from './input.ts';
import { type GlobalOptions, MEMORY, passphraseOf, storePath } from './key.ts';
import { note, print, printJson } from './output.ts';

interface Arguments extends GlobalOptions {
  readonly exportPassphraseFile?: string;
}

export function importCommand(): Command {
  return new Command('import')
    .description('make a key from a file of stuntkey export: all of it, or nothing')
    .argument('[file]', 'the file; - or nothing is stdin')
    .option('--export-passphrase-file <file>', "a file with the export's passphrase in its first line")
    .addHelpText('after', examples('stuntkey import backup --store ./restored'))
    .action(async (file: string | undefined, _options: unknown, command: Command) => {
      const given = command.optsWithGlobals<Arguments>();
      const path = storePath(given);
      if (path === MEMORY)
        throw new UsageError('--store: expected a folder, got :memory:, which is gone at the end');
      const fromFile = file !== undefined && file !== '-';
      if (fromFile && !existsSync(file)) throw new UsageError(`file: expected an existing file, got ${file}`);
      if (!fromFile && process.stdin.isTTY) throw new UsageError('expected a file, or an export on stdin');
      const secret = given.exportPassphraseFile;
      const exportPassphrase =
        secret === undefined ? undefined : await readSecret(secret, '--export-passphrase-file');
      const passphrase = await passphraseOf(given);
      const { importStore } = await import('../store/lmdb/export.ts');
      const store = await importStore(fromFile ? createReadStream(file) : process.stdin, {
        path,
        ...(passphrase !== undefined && { passphrase }),
        ...(exportPassphrase !== undefined && { exportPassphrase }),
      });
      await store.close();
      note('imported');
      if (given.json) printJson({ store: path });
      else print(path);
    });
}
