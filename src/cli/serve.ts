/** `stuntkey serve`: the key for other programs, until it is told to stop. */
import { Command, Option } from 'commander';
import { Authenticator } from '../authenticator/authenticator.ts';
import { type ModelName, policyOf } from '../authenticator/models/registry.ts';
import { resolvePolicy } from '../authenticator/policy/resolve.ts';
import {
  announce,
  type Carrier,
  type CarrierOptions,
  choosesWay,
  namesOfWays,
  overNfc,
  waysFor,
  withCarrierOptions,
  withChannelOption,
} from './carriers.ts';
import { ExitCode, UsageError } from './error.ts';
import { examples } from './help.ts';
import {
  checkDoor,
  type NetworkArguments,
  type OpenedDoor,
  openDoor,
  scripted,
  withDoor,
  withNetworkOptions,
} from './http.ts';
import { type GlobalOptions, type Key, withKey } from './key.ts';
import { MODELS } from './new.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { type PersonOptions, withPersonOptions } from './person.ts';
import { checkRecordOptions, type RecordOptions, recordingFor, withRecordOptions } from './record.ts';
import { inputEnded, interrupted } from './signals.ts';

interface Arguments extends GlobalOptions, PersonOptions, NetworkArguments, CarrierOptions, RecordOptions {
  readonly model?: ModelName;
  readonly resetAnyTime?: true;
}

export function serveCommand(): Command {
  const command = withNetworkOptions(
    new Command('serve').description(
      'let other programs use the key until the command is stopped (Ctrl-C, SIGTERM): exit code 0',
    ),
  );
  withCarrierOptions(command).addOption(
    new Option('--model <name>', 'the product to behave as, if the key is made now').choices(MODELS),
  );
  withChannelOption(command).option(
    '--reset-any-time',
    'let clients reset the key at any time, as clients of simulators expect',
  );
  withRecordOptions(command);
  return withPersonOptions(command, 'yes', 'decline', 'touchAfter', 'pinFile')
    .addHelpText(
      'after',
      examples(
        'stuntkey serve --http 8100 --json',
        'stuntkey serve --ui --udp',
        'stuntkey serve --http --listen 0.0.0.0:8100 --allow-host ci.example --tls-cert cert.pem --tls-key key.pem',
        'stuntkey serve --udp --reset-any-time --yes',
        'sudo stuntkey serve --uhid --store ./key',
        'stuntkey serve --usbip --yes --record key.pcapng',
        'stuntkey serve --vpcd --model yubikey-5-nfc',
      ),
    )
    .action((_options: unknown, command: Command) => serve(command.optsWithGlobals<Arguments>()));
}

/** @param told what is announced about the door, where that is not all */
export async function serve(
  options: Arguments,
  told: (door: OpenedDoor['told']) => Carrier['told'] = (door) => door,
): Promise<void> {
  const given = withDoor(options);
  const { http, model } = given;
  if (http === undefined && !choosesWay(given))
    throw new UsageError(`expected ${namesOfWays('--http')}, or several of them`);
  const ways = [...waysFor(given)];
  checkRecordOptions(given);
  if (given.touchAfter !== undefined && http !== undefined)
    throw new UsageError(
      'expected --touch-after without --http: requests over HTTP say what the person does',
    );
  checkDoor(given);
  await withKey(given, { create: true, ...(model && { model }) }, async (key) => {
    const device = new Authenticator({
      store: key.store,
      user: http === undefined ? oneAtATime(key.person) : scripted(given.decline === true, key.person),
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
      const door = http === undefined ? undefined : await openDoor(shown, given, key.path);
      if (door !== undefined) carriers.push({ told: told(door.told), close: () => door.close() });
      for (const { source, open } of ways)
        carriers.push(await open(door === undefined ? shown : door.watched(shown, source)));
      announce(given, carriers);
      if (given.untilStdinEnds) carriers.push({ told: {}, finished: inputEnded(), close: async () => {} });
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
