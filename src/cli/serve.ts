/** `stuntkey serve`: the key for other programs, until it is told to stop. */
import { Command, Option } from 'commander';
import { Authenticator } from '../authenticator/authenticator.ts';
import { type ModelName, policyOf } from '../authenticator/models/registry.ts';
import { resolvePolicy } from '../authenticator/policy/resolve.ts';
import { ScriptedUser, type User } from '../person/user.ts';
import {
  announce,
  type Carrier,
  type CarrierOptions,
  choosesWay,
  namesOfWays,
  overNfc,
  readPort,
  waysFor,
  withCarrierOptions,
  withChannelOption,
} from './carriers.ts';
import { ExitCode, UsageError } from './error.ts';
import { examples } from './help.ts';
import { readSecret } from './input.ts';
import { type GlobalOptions, type Key, withKey } from './key.ts';
import { MODELS } from './new.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { type PersonOptions, withPersonOptions } from './person.ts';
import { checkRecordOptions, type RecordOptions, recordingFor, withRecordOptions } from './record.ts';
import { interrupted } from './signals.ts';

interface Arguments extends GlobalOptions, PersonOptions, CarrierOptions, RecordOptions {
  readonly http?: number | true;
  readonly tokenFile?: string;
  readonly model?: ModelName;
  readonly resetAnyTime?: true;
}

export function serveCommand(): Command {
  const command = new Command('serve')
    .description(
      'let other programs use the key, until it is stopped (Ctrl-C, SIGTERM), which is exit code 0',
    )
    .option('--http [port]', 'a local HTTP door, for any language; by default at a free port', readPort)
    .option('--token-file <file>', "a file with the door's token in its first line, instead of a new one");
  withCarrierOptions(command).addOption(
    new Option('--model <name>', 'the product to behave as, where the key is made now').choices(MODELS),
  );
  withChannelOption(command).option(
    '--reset-any-time',
    'let clients reset it at any time, as clients of simulators expect',
  );
  withRecordOptions(command);
  return withPersonOptions(command, 'yes', 'decline', 'touchAfter', 'pinFile')
    .addHelpText(
      'after',
      examples(
        'stuntkey serve --http 8100 --json',
        'stuntkey serve --udp --reset-any-time --yes',
        'sudo stuntkey serve --uhid --store ./key',
        'stuntkey serve --usbip --yes --record key.pcapng',
        'stuntkey serve --vpcd --model yubikey-5-nfc',
      ),
    )
    .action((_options: unknown, command: Command) => serve(command.optsWithGlobals<Arguments>()));
}

async function serve(given: Arguments): Promise<void> {
  const { http, tokenFile, model } = given;
  if (http === undefined && !choosesWay(given))
    throw new UsageError(`expected ${namesOfWays('--http')}, or several of them`);
  const ways = [...waysFor(given)];
  checkRecordOptions(given);
  if (given.touchAfter !== undefined && http !== undefined)
    throw new UsageError('expected --touch-after without --http, whose requests say what the person does');
  if (tokenFile !== undefined && http === undefined)
    throw new UsageError('expected --http with --token-file, got --token-file alone');
  await withKey(given, { create: true, ...(model && { model }) }, async (key) => {
    if (model !== undefined && key.model !== model)
      throw new UsageError(
        `--model: expected ${key.model ?? 'none'}, as the key is there already, got ${model}`,
      );
    const device = new Authenticator({
      store: key.store,
      user: http === undefined ? oneAtATime(key.person) : scripted(given, key),
      ...(key.model && { model: key.model }),
      policy: {
        ...key.policy,
        ...(given.resetAnyTime && { resetAnyTime: true }),
        ...(overNfc(given) && { transports: transportsWithNfc(key) }),
      },
    });
    const recording = await recordingFor(given);
    const shown = recording?.of(device) ?? device;
    // From here on a signal is a request to stop, and no interruption.
    const stop = interrupted();
    const carriers: Carrier[] = [];
    try {
      if (http !== undefined) carriers.push(await openHttp(shown, http === true ? 0 : http, tokenFile));
      for (const open of ways) carriers.push(await open(shown));
      announce(given, carriers);
      await Promise.race([stop, ...carriers.flatMap(({ finished }) => finished ?? [])]);
    } finally {
      await Promise.all(carriers.map((carrier) => carrier.close()));
      recording?.close();
    }
    process.exitCode = ExitCode.done;
  });
}

/** The transports of a key at a reader: a product has those it has, another one is given NFC. */
function transportsWithNfc({ model, policy }: Key): readonly string[] {
  const { transports } = resolvePolicy(policy, model && policyOf(model));
  if (transports.includes('nfc')) return transports;
  if (model !== undefined || policy?.transports !== undefined)
    throw new UsageError(
      `--vpcd: expected a key with the transport nfc, such as of the model yubikey-5-nfc, got ${model ?? 'one'} with ${transports.join(', ')}`,
    );
  return [...transports, 'nfc'];
}

/** The person at the HTTP door does as requests say; until then, as the flags do. */
function scripted({ decline }: Arguments, { person }: Key): User {
  const pin = person.givenPin;
  return new ScriptedUser({ ...(decline && { presence: 'decline' }), ...(pin !== undefined && { pin }) });
}

async function openHttp(device: Authenticator, port: number, tokenFile?: string): Promise<Carrier> {
  const { serveHttp } = await import('../http/serve.ts');
  const token = tokenFile === undefined ? undefined : await readSecret(tokenFile, 'token');
  const server = await serveHttp(device, { port, ...(token !== undefined && { token }) });
  // Who handed a token in knows it.
  const told = { url: server.url, ...(token === undefined && { token: server.token }) };
  return { told, close: () => server.close() };
}
