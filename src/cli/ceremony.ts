/** What `create` and `get` have in common: options in, the credential out. */
import { type Command, Option } from 'commander';
import {
  type AppOptions,
  type CeremonyOptions,
  WebAuthnClient,
  type WebAuthnClientOptions,
} from '../client/client.ts';
import { whatCame } from '../client/given.ts';
import type { CeremonyRecord } from '../decode/trace/record.ts';
import { parseOrigin } from '../webauthn/origin.ts';
import type { Mediation, UiMode } from '../webauthn/types.ts';
import { UsageError } from './error.ts';
import { readJson } from './input.ts';
import { type GlobalOptions, type Key, withKey } from './key.ts';
import { jsonText, note, print, printJson } from './output.ts';
import { type PersonOptions, withPersonOptions } from './person.ts';
import { interruption } from './signals.ts';
import { watcherOf } from './watcher.ts';

export interface CeremonyArguments extends GlobalOptions, PersonOptions {
  readonly origin?: string;
  readonly topOrigin?: string;
  readonly app?: string;
  readonly mediation: Mediation;
  readonly uiMode?: UiMode;
  readonly format: 'json' | 'fido2-tools';
  readonly fault?: string;
  readonly trace?: string;
}

export function withCeremonyOptions(command: Command): Command {
  const origin = new Option('--origin <origin>', 'where the page is, such as https://example.com');
  command
    .argument('[json]', 'the options from the server: a file, JSON itself, or - or nothing for stdin')
    .addOption(origin.env('STUNTKEY_ORIGIN'))
    .option('--top-origin <origin>', 'the origin of the top-level page, if the page is in a frame')
    .option('--app <json>', 'allows an app or extension to use an RP ID: a file or JSON, see docs/apps.md')
    .addOption(
      new Option('--mediation <how>', 'how the page asks')
        .choices(['optional', 'required', 'conditional'])
        .default('optional'),
    )
    .option('--fault <id>', 'make one thing in the response wrong: a name in stuntkey audit --list')
    .option(
      '--trace <file>',
      'write the ceremony into a file to look at: HTML, or JSON if it ends in .json (stuntkey trace)',
    )
    .addOption(
      new Option('--format <format>', 'the format of the result')
        .choices(['json', 'fido2-tools'])
        .default('json'),
    );
  return withPersonOptions(command);
}

/** One ceremony with the key. */
export interface Ceremony<Response> {
  readonly name: 'create' | 'get';
  /** Whether a key is made where there is none. */
  readonly createsKey: boolean;
  /** Throws what the options are refused with at once, before a key is made for them. */
  check(options: object): void;
  run(client: WebAuthnClient, options: object, call: CeremonyOptions): Promise<Response>;
  /** The result's lines as libfido2's programs take them. */
  lines(response: Response, options: object, host: string): Promise<readonly string[]>;
  /** What is asked for where the result is for those programs. */
  forFido2Tools?(options: object): object;
}

export async function runCeremony<Response>(
  ceremony: Ceremony<Response>,
  source: string | undefined,
  given: CeremonyArguments,
): Promise<void> {
  const { origin } = given;
  // (Not left to the library, which would miss it before it sees that it is misspelled.)
  if (origin === undefined) throw new UsageError('expected --origin, such as --origin https://example.com');
  parseOrigin(origin);
  const options = optionsIn(await readJson(source, 'options'));
  const app = given.app === undefined ? undefined : await readJson(given.app, '--app');
  try {
    whatCame(options, (given) => ceremony.check(given));
  } catch (error) {
    blameOptions(error);
  }
  await withKey(given, { create: ceremony.createsKey }, async (key) => {
    const { fault } = given;
    const watch = await watchOf(given, key);
    const client = watch.client({
      origin,
      authenticator:
        fault === undefined
          ? key.authenticator
          : await (await import('./fault.ts')).withFault(fault, ceremony.name, key.authenticator),
      user: key.person,
      ...(given.topOrigin !== undefined && { topOrigin: given.topOrigin }),
      ...(app !== undefined && { app: app as AppOptions }),
    });
    const tools = given.format === 'fido2-tools';
    const asked = (tools && ceremony.forFido2Tools?.(options)) || options;
    const call = {
      signal: interruption(),
      mediation: given.mediation,
      ...(given.uiMode !== undefined && { uiMode: given.uiMode }),
    };
    const response = await ceremony.run(client, asked, call).catch(blameOptions).finally(watch.tell);
    if (!tools) printJson(response);
    else for (const line of await ceremony.lines(response, options, hostIn(origin))) print(line);
  });
}

interface Watch {
  client(options: WebAuthnClientOptions): WebAuthnClient;
  /** Tells those who look on what there was. */
  tell(): Promise<void>;
}

/** Who looks on: a file, and the inspector of the key. Without them nothing is recorded. */
async function watchOf({ trace: file }: CeremonyArguments, { path }: Key): Promise<Watch> {
  const watcher = watcherOf(path);
  if (file === undefined && watcher === undefined)
    return { client: (options) => new WebAuthnClient(options), async tell() {} };
  const { TracedClient } = await import('../decode/trace/traced-client.ts');
  const records: CeremonyRecord[] = [];
  return {
    client: (options) => new TracedClient({ ...options, trace: (record) => records.push(record) }),
    async tell() {
      for (const record of records) await watcher?.tell(record, 'command');
      if (file === undefined || records.length === 0) return;
      const { writeTrace } = await import('../viewer/write.ts');
      try {
        note(`the ceremony is in ${writeTrace(file, records)}`);
      } catch (error) {
        // What the key answered is worth more than the file.
        note(`stuntkey: --trace: ${(error as Error).message}`);
      }
    },
  };
}

/** One of these is in anything that is meant for a ceremony. */
const KNOWN_MEMBERS: readonly string[] = ['challenge', 'rp', 'user', 'rpId', 'allowCredentials'];

/** The options in a server's answer, which may be wrapped for `navigator.credentials`. */
function optionsIn(json: unknown): object {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new UsageError(`options: expected a JSON object, got ${shown(json)}`);
  }
  const { publicKey } = json as { publicKey?: unknown };
  const options = typeof publicKey === 'object' && publicKey !== null ? publicKey : json;
  if (!KNOWN_MEMBERS.some((name) => name in options))
    throw new UsageError(`options: expected the server's options, with a challenge, got ${shown(json)}`);
  return options;
}

/** The beginning of what came: it may be the server's own word on what went wrong. */
function shown(json: unknown): string {
  const text = jsonText(json);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}

/** Options that a browser would not take at all are the caller's mistake. */
function blameOptions(error: unknown): never {
  if (error instanceof TypeError) throw new UsageError(`options: ${error.message}`, { cause: error.cause });
  throw error;
}

/** The RP ID by default; an app's origin has none. */
function hostIn(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).hostname : '';
}
