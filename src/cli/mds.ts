/** `stuntkey mds`: FIDO metadata that describes the models. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import type { ModelName } from '../authenticator/models/registry.ts';
import type { MetadataOptions } from '../metadata/blob.ts';
import { UsageError } from './error.ts';
import { examples } from './help.ts';
import type { GlobalOptions } from './key.ts';
import { note, print, printJson } from './output.ts';

interface Arguments extends GlobalOptions {
  readonly model?: readonly ModelName[];
  readonly number?: number;
  readonly nextUpdate?: string;
  readonly status?: readonly string[];
}

export function mdsCommand(): Command {
  return new Command('mds')
    .description('FIDO metadata that describes the models, signed by the test authority')
    .addCommand(
      new Command('export')
        .description('write the metadata BLOB, a JWT; with --json, its content')
        .option('--model <names...>', 'these models only')
        .option('--number <no>', "the BLOB's number, greater than that of the BLOB before", readNumber)
        .option('--next-update <date>', 'the date of the next BLOB, such as 2030-01-31', readDate)
        .option('--status <model=STATUS...>', "a model's status, such as bitwarden=REVOKED")
        .addHelpText(
          'after',
          examples(
            'stuntkey mds export > blob.jwt',
            'stuntkey mds export --status yubikey-5-nfc=REVOKED --number 2',
          ),
        )
        .action(async (_options: unknown, command: Command) => {
          const given = command.optsWithGlobals<Arguments>();
          const { metadataBlob } = await import('../metadata/metadata.ts');
          const { policyOf } = await import('../authenticator/models/registry.ts');
          const { defaultAuthority } = await import('../authority/default-authority.ts');
          const status = statusesIn(given.status ?? []);
          for (const name of [...(given.model ?? []), ...(Object.keys(status) as ModelName[])])
            policyOf(name);
          const blob = await metadataBlob(defaultAuthority(), {
            status,
            ...(given.model && { models: given.model }),
            ...(given.number !== undefined && { no: given.number }),
            ...(given.nextUpdate !== undefined && { nextUpdate: given.nextUpdate }),
          });
          const [, payload = ''] = blob.split('.');
          if (given.json) printJson(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
          else print(blob);
        }),
    )
    .addCommand(
      new Command('trial')
        .description(
          'write metadata to try a server by: one good BLOB, and one for each reason not to believe one',
        )
        .argument('<folder>', 'where the BLOBs, the root and the revocation lists go')
        .addHelpText('after', examples('stuntkey mds trial metadata'))
        .action(writeTrial),
    )
    .addHelpText('after', examples('stuntkey mds export > blob.jwt'));
}

/** What a server is to load before `stuntkey audit --metadata-loaded`. */
async function writeTrial(folder: string): Promise<void> {
  const { trialMetadata } = await import('../metadata/metadata.ts');
  const { root, blobs, revocationLists } = await trialMetadata();
  const files = [
    ['root.pem', root],
    ...Object.entries(blobs).map(([name, blob]) => [`${name}.jwt`, blob] as const),
    ...revocationLists.map((list, at) => [`revoked-${at + 1}.pem`, list] as const),
  ] as const;
  const { makeFolder } = await import('../store/lmdb/files.ts');
  makeFolder(folder, 0o777);
  for (const [name, text] of files)
    writeFileSync(join(folder, name), text.endsWith('\n') ? text : `${text}\n`);
  note(`written: ${files.map(([name]) => join(folder, name)).join(', ')}`);
}

function readNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a number from 1.');
}

function readDate(text: string): string {
  if (/^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new InvalidArgumentError('Expected a date such as 2030-01-31.');
}

function statusesIn(pairs: readonly string[]): NonNullable<MetadataOptions['status']> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [model, status, ...rest] = pair.split('=');
      if (model && status && rest.length === 0) return [model, status];
      throw new UsageError(`--status: expected model=STATUS, got ${pair}`);
    }),
  );
}
