/** `stuntkey credentials`: what is on the key, past every protocol. */

import { Command, Option } from 'commander';
import { base64url } from '../base/base64url.ts';
import { isBytes } from '../base/bytes.ts';
import { safe } from '../base/harmless.ts';
import { algorithm as algorithmName } from '../decode/cose.ts';
import type { PortableFormat } from '../portable/convert.ts';
import type { CredentialRecord } from '../store/record.ts';
import { findCredential, matching } from './credential-search.ts';
import { UsageError } from './error.ts';
import { examples } from './help.ts';
import { type GlobalOptions, withKey } from './key.ts';
import { jsonText, note, print, printJson, printTable } from './output.ts';
import { type PersonOptions, withPersonOptions } from './person.ts';

type Given = GlobalOptions & PersonOptions;

/** Those of src/portable, whose names are not loaded for a help text. */
const FORMATS: readonly PortableFormat[] = [
  'stuntkey',
  'cdp',
  'webdriver',
  'playwright',
  'bitwarden',
  'keepassxc',
  'cxf',
  'pem',
  'jwk',
];

export function credentialsCommand(): Command {
  return new Command('credentials')
    .alias('creds')
    .description('list, change, export and import the credentials on the key; no PIN is asked for')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(renameCommand())
    .addCommand(deleteCommand())
    .addCommand(exportCommand())
    .addCommand(importCommand())
    .addHelpText(
      'after',
      examples(
        'stuntkey credentials list',
        "stuntkey credentials list --json | jq -r 'select(.signCount > 9).id'",
      ),
    );
}

/** A credential without its secrets. */
function summaryOf(record: CredentialRecord): Readonly<Record<string, unknown>> {
  const { id, rpId, userId, userName, userDisplayName, algorithm, discoverable, signCount } = record;
  return {
    id: base64url(id),
    rpId: rpId ?? null,
    ...(userId && { userId: base64url(userId) }),
    ...(userName !== undefined && { userName }),
    ...(userDisplayName !== undefined && { userDisplayName }),
    algorithm,
    discoverable,
    signCount,
  };
}

const HEADS = ['id', 'rp', 'user', 'name', 'alg', 'discoverable', 'counter'];
/** Rows whose columns are aligned; the first are printed before the last are read. */
const PAGE = 500;

function rowOf({
  id,
  rpId,
  userName,
  userDisplayName,
  algorithm,
  discoverable,
  signCount,
}: CredentialRecord) {
  return [
    base64url(id),
    safe(rpId ?? '?'),
    safe(userName ?? ''),
    safe(userDisplayName ?? ''),
    algorithmName(algorithm),
    discoverable ? 'yes' : 'no',
    String(signCount),
  ];
}

function listCommand(): Command {
  return new Command('list')
    .description('list the credentials')
    .option('--rp-id <id>', 'only those of this RP ID')
    .option('--limit <count>', 'at most this many', readCount)
    .addHelpText(
      'after',
      examples('stuntkey credentials list --rp-id example.com', 'stuntkey credentials list --json'),
    )
    .action((_options: unknown, command: Command) => {
      const given = command.optsWithGlobals<Given & { readonly rpId?: string; readonly limit?: number }>();
      return withKey(given, { readOnly: true }, async ({ store }) => {
        let rows: string[][] = [HEADS];
        for (const record of matching(store, given)) {
          if (given.json) print(jsonText(summaryOf(record)));
          else if (rows.push(rowOf(record)) > PAGE) {
            printTable(rows);
            rows = [];
          }
        }
        if (!given.json && (rows.length > 1 || rows[0] !== HEADS)) printTable(rows, rows[0] === HEADS);
      });
    });
}

function readCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--limit: expected a count, got ${text}`);
  return Number(text);
}

function showCommand(): Command {
  return new Command('show')
    .description('show a credential without its secrets')
    .argument('<id>', 'its ID in base64url, or the beginning of it')
    .addHelpText('after', examples('stuntkey credentials show q9Zk', 'stuntkey credentials show q9Zk --json'))
    .action((id: string, _options: unknown, command: Command) => {
      const given = command.optsWithGlobals<Given>();
      return withKey(given, { readOnly: true }, async ({ store }) => {
        const { render, toTree } = await import('../decode/tree.ts');
        const { toPem } = await import('../crypto/formats/pem.ts');
        const { toSpki } = await import('../crypto/formats/spki.ts');
        const record = findCredential(store, id);
        const { privateKey, publicKey, credRandom, largeBlobKey, ...rest } = record;
        const spki = toSpki(record.algorithm, publicKey);
        const tree = toTree({ ...rest, algorithm: algorithmName(record.algorithm), publicKey: spki });
        if (given.json) printJson({ ...summaryOf(record), ...asJson(rest), publicKey: base64url(spki) });
        else print(`${render(tree)}${toPem('PUBLIC KEY', spki)}`.trimEnd());
      });
    });
}

/** Members of a record, bytes in base64url. */
function asJson(members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => [name, isBytes(value) ? base64url(value) : value]),
  );
}

function renameCommand(): Command {
  return new Command('rename')
    .description("change a credential's user names, as signalCurrentUserDetails() does")
    .argument('<id>', 'its ID in base64url, or the beginning of it')
    .argument('<name>', "the user's name")
    .argument('[displayName]', "the user's display name")
    .addHelpText('after', examples('stuntkey credentials rename q9Zk grace "Grace Hopper"'))
    .action(
      (id: string, userName: string, userDisplayName: string | undefined, _: unknown, command: Command) =>
        withKey(command.optsWithGlobals<Given>(), {}, async ({ store, authenticator }) => {
          await authenticator.credentials.update(findCredential(store, id).id, {
            userName,
            ...(userDisplayName !== undefined && { userDisplayName }),
          });
          note('renamed');
        }),
    );
}

function deleteCommand(): Command {
  return withPersonOptions(new Command('delete'), 'yes', 'decline')
    .description('delete credentials')
    .argument('<ids...>', 'their IDs in base64url, or the beginnings of them')
    .addHelpText('after', examples('stuntkey credentials delete q9Zk --yes'))
    .action((ids: readonly string[], _options: unknown, command: Command) =>
      withKey(command.optsWithGlobals<Given>(), {}, async ({ store, authenticator, person }) => {
        // All of them, or, if one is not found, none.
        for (const record of ids.map((id) => findCredential(store, id))) {
          const { rpId = '?', userName = '' } = record;
          if (!(await person.confirm(`Delete the credential of ${safe(userName)} at ${safe(rpId)}?`))) {
            throw new Error('nothing more was deleted');
          }
          await authenticator.credentials.delete(record.id);
          note(`deleted ${base64url(record.id)}`);
        }
      }),
    );
}

const formatOption = (): Option =>
  new Option('--format <format>', 'the format of another program (docs/browsers.md)')
    .choices(FORMATS)
    .default('stuntkey');

interface ExportArguments extends Given {
  readonly format: PortableFormat;
  readonly rpId?: string;
}

function exportCommand(): Command {
  return new Command('export')
    .description('write credentials, private keys included, for this or another program')
    .argument('[ids...]', 'their IDs; without any, all credentials')
    .option('--rp-id <id>', 'only those of this RP ID')
    .addOption(formatOption())
    .addHelpText(
      'after',
      examples(
        'stuntkey credentials export > backup.json',
        'stuntkey credentials export q9Zk --format playwright',
        'stuntkey credentials export --rp-id example.com --json | stuntkey credentials import --store other',
      ),
    )
    .action((ids: readonly string[], _options: unknown, command: Command) => {
      const given = command.optsWithGlobals<ExportArguments>();
      return withKey(given, { readOnly: true }, async ({ store }) => {
        const { exportCredentials } = await import('../portable/collection.ts');
        const records =
          ids.length > 0 ? ids.map((id) => findCredential(store, id)) : [...matching(store, given)];
        const { value, warnings } = await exportCredentials(records, given.format);
        for (const { message } of warnings) note(`warning: ${message}`);
        const [first, ...more] = Array.isArray(value) ? (value as readonly unknown[]) : [value];
        if (given.format === 'pem') print((value as readonly string[]).join('').trimEnd());
        else if (given.json && Array.isArray(value)) for (const one of value) print(jsonText(one));
        else if (given.json) print(jsonText(value));
        // A file of KeePassXC's is one passkey.
        else if (given.format === 'keepassxc' && first !== undefined && more.length === 0)
          print(jsonText(first, 2));
        else print(jsonText(value, 2));
      });
    });
}

interface ImportArguments extends Given {
  readonly format: PortableFormat;
  readonly rpId?: string;
  readonly userId?: string;
  readonly userName?: string;
  readonly existing: 'refuse' | 'replace' | 'keep';
  readonly dryRun?: boolean;
}

function importCommand(): Command {
  return new Command('import')
    .description('import credentials from a file: all of them, or none')
    .argument('[file]', 'the file; - or nothing is stdin')
    .addOption(formatOption())
    .addOption(
      new Option(
        '--existing <how>',
        'what to do where an ID, or an RP ID and user, exists already: refuse all, replace those, or keep them',
      )
        .choices(['refuse', 'replace', 'keep'])
        .default('refuse'),
    )
    .option('--dry-run', 'only print what would be done')
    .option('--rp-id <id>', 'their RP ID, if the file does not say')
    .option('--user-id <base64url>', 'their user handle, if the file does not say; makes them discoverable')
    .option('--user-name <name>', "the user's name, if the file does not say")
    .addHelpText(
      'after',
      examples(
        'stuntkey credentials import backup.json',
        'stuntkey credentials import bitwarden_export.json --format bitwarden --dry-run',
        'stuntkey credentials import key.pem --format pem --rp-id example.com --user-id YWRh',
      ),
    )
    .action(async (file: string | undefined, _options: unknown, command: Command) => {
      const given = command.optsWithGlobals<ImportArguments>();
      const { readCredentials } = await import('./credential-file.ts');
      const { value, known } = await readCredentials(file, given);
      await withKey(
        given,
        given.dryRun ? { readOnly: true } : { create: true },
        async ({ store, authenticator }) => {
          const { importCredentials } = await import('../portable/collection.ts');
          const { existing, format, dryRun = false } = given;
          const capacity = authenticator.policy.discoverableCapacity;
          const options = { ...known, existing, capacity, dryRun };
          const { records, replaced, kept, warnings } = await importCredentials(
            store,
            format,
            value,
            options,
          );
          for (const { message } of warnings) note(`warning: ${message}`);
          const would = dryRun ? 'would be ' : '';
          for (const one of replaced) note(`${base64url(one.id)} of ${one.rpId ?? '?'} ${would}replaced`);
          for (const one of kept) note(`${base64url(one.id)} of ${one.rpId ?? '?'} ${would}kept`);
          note(`${records.length} credentials ${would}imported`);
          if (given.json) for (const record of records) print(jsonText(summaryOf(record)));
          else for (const { id } of records) print(base64url(id));
        },
      );
    });
}
