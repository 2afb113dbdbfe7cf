/** `stuntkey replay`: plays a capture as a key, until it is told to stop. */
import { Command } from 'commander';
import type { ReplayedDevice } from '../capture/replay.ts';
import {
  announce,
  type Carrier,
  type CarrierOptions,
  choosesWay,
  namesOfWays,
  waysFor,
  withCarrierOptions,
  withChannelOption,
} from './carriers.ts';
import { ExitCode, UsageError } from './error.ts';
import { examples } from './help.ts';
import { readChunks } from './input.ts';
import type { GlobalOptions } from './key.ts';
import { jsonText, note, print } from './output.ts';
import { interrupted } from './signals.ts';

interface Arguments extends GlobalOptions, CarrierOptions {
  readonly device?: string;
}

export function replayCommand(): Command {
  const command = new Command('replay')
    .description(
      'play a capture as a key that answers as the recorded one did, until it is stopped (Ctrl-C, SIGTERM); exit code 1 if it was asked something else',
    )
    .argument('<file>', 'the capture: pcapng or pcap, of stuntkey, Wireshark, tcpdump or USBPcap');
  withCarrierOptions(command);
  return withChannelOption(command)
    .option(
      '--device <address>',
      'which key of the capture, by bus and address, such as 1.2; by default the first',
    )
    .addHelpText(
      'after',
      examples(
        'stuntkey serve --udp --record report.pcapng',
        'stuntkey replay report.pcapng --udp',
        'stuntkey replay report.pcapng --usbip',
      ),
    )
    .action((file: string, _options: unknown, command: Command) =>
      replayFile(file, command.optsWithGlobals<Arguments>()),
    );
}

async function replayFile(file: string, given: Arguments): Promise<void> {
  if (!choosesWay(given)) throw new UsageError(`expected ${namesOfWays()}, or several of them`);
  const ways = [...waysFor(given)];
  const device = await deviceOf(file, given);
  const stop = interrupted();
  const carriers: Carrier[] = [];
  try {
    for (const way of ways) carriers.push(await way.open(device));
    announce(given, carriers);
    await Promise.race([stop, ...carriers.flatMap(({ finished }) => finished ?? [])]);
  } finally {
    await Promise.all(carriers.map((carrier) => carrier.close()));
  }
  process.exitCode = device.refused > 0 ? ExitCode.refused : ExitCode.done;
}

async function deviceOf(file: string, { device, json, stdio }: Arguments): Promise<ReplayedDevice> {
  const { replay } = await import('../capture/replay.ts');
  return replay(readChunks(file, 'capture'), {
    ...(device !== undefined && { device }),
    onRefused: (line) => (json && !stdio ? print(jsonText({ refused: line })) : note(`refused: ${line}`)),
  });
}
