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
    .description('make a key of what stuntkey export wrote: all of it, or nothing')
    .argument('[file]', 'the file; - or nothing is stdin')
    .option('--export-passphrase-file <file>', 'the passphrase it was encrypted under')
    .addHelpText('after', examples('stuntkey import backup --store ./restored'))
    .action(async (file: string | undefined, _options: unknown, command: Command) => {
      const given = command.optsWithGlobals<Arguments>();
      const path = storePath(given);
      if (path === MEMORY) throw new UsageError('--store: expected a folder, as nothing is left of :memory:');
      const fromFile = file !== undefined && file !== '-';
      if (fromFile && !existsSync(file)) throw new UsageError(`file: there is none called ${file}`);
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
