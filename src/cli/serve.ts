/** `stuntkey serve`: the key for other programs, until it is told to stop. */
import { Command, Option } from 'commander';
import { Authenticator } from '../authenticator/authenticator.ts';
import type { ModelName } from '../authenticator/models/registry.ts';
import type { ChannelMode } from '../transport/ctaphid/channels.ts';
import { ExitCode, UsageError } from './error.ts';
import { examples } from './help.ts';
import {
  checkDoor,
  type NetworkArguments,
  openDoor,
  readPort,
  scripted,
  withNetworkOptions,
} from './http.ts';
import { type GlobalOptions, withKey } from './key.ts';
import { MODELS } from './new.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { jsonText, note, print } from './output.ts';
import { type PersonOptions, withPersonOptions } from './person.ts';
import { interrupted } from './signals.ts';

interface Arguments extends GlobalOptions, PersonOptions, NetworkArguments {
  readonly udp?: number | true;
  readonly uhid?: true;
  readonly stdio?: true;
  readonly model?: ModelName;
  readonly channels?: ChannelMode;
  readonly resetAnyTime?: true;
}

export function serveCommand(): Command {
  const command = withNetworkOptions(
    new Command('serve').description(
      'let other programs use the key until the command is stopped (Ctrl-C, SIGTERM): exit code 0',
    ),
  )
    .option('--udp [port]', 'CTAPHID over loopback UDP, as simulators use it; by default at 8111', readPort)
    .option('--uhid', 'a USB key for the whole system, browsers and ssh included (Linux)')
    .option('--stdio', 'CTAP records over stdin and stdout, until stdin ends')
    .addOption(
      new Option('--model <name>', 'the product to behave as, if the key is made now').choices(MODELS),
    )
    .addOption(
      new Option(
        '--channels <mode>',
        'strict: CTAPHID channels have to be allocated, as for a real key',
      ).choices(['strict', 'lenient']),
    )
    .option('--reset-any-time', 'let clients reset the key at any time, as clients of simulators expect');
  return withPersonOptions(command, 'yes', 'decline', 'touchAfter', 'pinFile')
    .addHelpText(
      'after',
      examples(
        'stuntkey serve --http 8100 --json',
        'stuntkey serve --http --listen 0.0.0.0:8100 --allow-host ci.example --tls-cert cert.pem --tls-key key.pem',
        'stuntkey serve --udp --reset-any-time --yes',
        'sudo stuntkey serve --uhid --store ./key',
      ),
    )
    .action((_options: unknown, command: Command) => serve(command.optsWithGlobals<Arguments>()));
}

/** One way to the key. */
interface Carrier {
  /** For programs, and for people: a line each. */
  readonly told: Readonly<Record<string, string | number>>;
  /** Resolves when it has ended by itself. */
  readonly finished?: Promise<void>;
  close(): Promise<void>;
}

async function serve(given: Arguments): Promise<void> {
  const { http, udp, uhid, stdio, model } = given;
  if (http === undefined && udp === undefined && !uhid && !stdio)
    throw new UsageError('expected --http, --udp, --uhid or --stdio, or several of them');
  if (given.channels !== undefined && udp === undefined && !uhid)
    throw new UsageError('expected --udp or --uhid with --channels, got --channels alone');
  if (given.touchAfter !== undefined && http !== undefined)
    throw new UsageError(
      'expected --touch-after without --http: requests over HTTP say what the person does',
    );
  checkDoor(given);
  await withKey(given, { create: true, ...(model && { model }) }, async (key) => {
    if (model !== undefined && key.model !== model)
      throw new UsageError(
        `--model: expected ${key.model ?? 'none'}, since the key exists already, got ${model}`,
      );
    const device = new Authenticator({
      store: key.store,
      user: http === undefined ? oneAtATime(key.person) : scripted(given.decline === true, key.person),
      ...(key.model && { model: key.model }),
      policy: { ...key.policy, ...(given.resetAnyTime && { resetAnyTime: true }) },
    });
    // From here on a signal is a request to stop, and no interruption.
    const stop = interrupted();
    const carriers: Carrier[] = [];
    try {
      for (const open of waysFor(given)) carriers.push(await open(device));
      announce(given, carriers);
      await Promise.race([stop, ...carriers.flatMap(({ finished }) => finished ?? [])]);
    } finally {
      await Promise.all(carriers.map((carrier) => carrier.close()));
    }
    process.exitCode = ExitCode.done;
  });
}

type Way = (device: Authenticator) => Promise<Carrier>;

function* waysFor(given: Arguments): Generator<Way> {
  const { http, udp, uhid, stdio, channels } = given;
  if (http !== undefined) yield (device) => openHttp(device, given);
  if (udp !== undefined) yield (device) => openUdp(device, udp === true ? undefined : udp, channels);
  if (uhid) yield (device) => openUhid(device, channels);
  if (stdio) yield openStdio;
}

async function openHttp(device: Authenticator, given: Arguments): Promise<Carrier> {
  const { server, told } = await openDoor(device, given);
  return { told, close: () => server.close() };
}

async function openUdp(device: Authenticator, port?: number, channels?: ChannelMode): Promise<Carrier> {
  const { serveUdp } = await import('../transport/udp.ts');
  const server = await serveUdp(device, {
    ...(port !== undefined && { port }),
    ...(channels !== undefined && { channels }),
  });
  return { told: { udp: server.port }, close: () => server.close() };
}

async function openUhid(device: Authenticator, channels?: ChannelMode): Promise<Carrier> {
  const { serveUhid } = await import('../transport/uhid.ts');
  const server = await serveUhid(device, channels === undefined ? {} : { channels });
  let stopping = false;
  const finished = server.closed.then(() => {
    if (!stopping) throw new Error('the kernel has removed the device');
  });
  finished.catch(() => {});
  return {
    told: { uhid: '/dev/uhid' },
    finished,
    close() {
      stopping = true;
      return server.close();
    },
  };
}

async function openStdio(device: Authenticator): Promise<Carrier> {
  const { serveStdio } = await import('../transport/stdio.ts');
  const server = serveStdio(device);
  return { told: {}, finished: server.finished, close: () => server.close() };
}

/** Says where the key is to be found: on stdout, but for where that is the wire. */
function announce({ json, stdio }: Arguments, carriers: readonly Carrier[]): void {
  const say = stdio ? note : print;
  const told = Object.assign({}, ...carriers.map((carrier) => carrier.told)) as Carrier['told'];
  if (json) say(jsonText(told));
  else for (const [name, value] of Object.entries(told)) say(`${name.padEnd(6)} ${value}`);
}
