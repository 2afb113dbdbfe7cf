/** `stuntkey export`: the whole key as one file. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import { UsageError } from './error.ts';
import { examples } from './help.ts';
import { readSecret } from './input.ts';
import { type GlobalOptions, withKey } from './key.ts';
import { note } from './output.ts';
import { progress } from './progress.ts';
import { writeWhole } from './write-file.ts';

interface Arguments extends GlobalOptions {
  readonly exportPassphraseFile?: string;
}

export function exportCommand(): Command {
  return new Command('export')
    .description('write the whole key, secrets included, as one file')
    .argument('[file]', 'the file, for its owner only, written whole or not at all; - or nothing is stdout')
    .option('--export-passphrase-file <file>', "encrypt it with the passphrase in that file's first line")
    .addHelpText(
      'after',
      examples('stuntkey export backup', 'stuntkey export | ssh elsewhere stuntkey import'),
    )
    .action(async (file: string | undefined, _options: unknown, command: Command) => {
      const given = command.optsWithGlobals<Arguments>();
      const toFile = file !== undefined && file !== '-';
      if (!toFile && process.stdout.isTTY) {
        throw new UsageError('expected a file, or a pipe: the export is not for a terminal');
      }
      const secret = given.exportPassphraseFile;
      const passphrase =
        secret === undefined ? undefined : await readSecret(secret, '--export-passphrase-file');
      await withKey(given, { readOnly: true }, async ({ store }) => {
        const [{ exportStore }, { LmdbStore }] = await Promise.all([
          import('../store/lmdb/export.ts'),
          import('../store/lmdb/store.ts'),
        ]);
        if (!(store instanceof LmdbStore)) throw new UsageError('--store: expected a folder, got :memory:');
        const pieces = Readable.from(
          counted(exportStore(store, passphrase === undefined ? {} : { passphrase })),
        );
        if (!toFile) await pipeline(pieces, process.stdout, { end: false });
        else {
          await writeWhole(file, async (write) => {
            for await (const piece of pieces) write(piece);
          });
        }
        note('exported');
      });
    });
}

async function* counted(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const bar = progress('bytes');
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.length;
    bar.show(bytes);
    yield piece;
  }
  bar.end();
}
