/** The ways by which other programs reach a device: which of them the command line asks for, and where they are. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CeremonySource } from '../http/traces.ts';
import type { ChannelMode } from '../transport/ctaphid/channels.ts';
import type { CarriedDevice } from '../transport/device.ts';
import type { VpcdOptions } from '../transport/vpcd.ts';
import { UsageError } from './error.ts';
import { readPort } from './http.ts';
import { jsonText, note, print } from './output.ts';

/** What the command line says of carriers. */
export interface CarrierOptions {
  readonly udp?: number | true;
  readonly uhid?: true;
  readonly usbip?: number | true;
  readonly vpcd?: Address | true;
  readonly vpcdListen?: number | true;
  readonly stdio?: true;
  readonly channels?: ChannelMode;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

/** One way to the key. */
export interface Carrier {
  /** For programs, and for people: a line each. */
  readonly told: Readonly<Record<string, string | number>>;
  /** Resolves when it has ended by itself. */
  readonly finished?: Promise<void>;
  close(): Promise<void>;
}

export interface Way {
  /** What ceremonies over it are listed under. */
  readonly source: CeremonySource;
  open(device: CarriedDevice): Promise<Carrier>;
}

/** The options that choose carriers, in the order of the help. */
const WAYS: readonly (readonly [keyof CarrierOptions, flags: string, description: string])[] = [
  ['udp', '--udp [port]', 'CTAPHID over loopback UDP, as simulators use it; by default at 8111'],
  ['uhid', '--uhid', 'a USB key for the whole system, browsers and ssh included (Linux)'],
  ['usbip', '--usbip [port]', 'a USB key to attach over USB/IP, from loopback; by default at 3240'],
  [
    'vpcd',
    '--vpcd [address]',
    "a key at PC/SC's virtual NFC reader (vsmartcard); by default at 127.0.0.1:35963",
  ],
  [
    'vpcdListen',
    '--vpcd-listen [port]',
    'the same, for a reader that connects to the key; by default at 35963',
  ],
  ['stdio', '--stdio', 'CTAP records over stdin and stdout, until stdin ends'],
];

/** Adds the options that choose carriers. */
export function withCarrierOptions(command: Command): Command {
  for (const [, flags, description] of WAYS) {
    if (flags.includes('[port]')) command.option(flags, description, readPort);
    else if (flags.includes('[address]')) command.option(flags, description, readAddress);
    else command.option(flags, description);
  }
  return command;
}

/** Adds what carriers are told besides. */
export function withChannelOption(command: Command): Command {
  return command.addOption(
    new Option(
      '--channels <mode>',
      'strict: CTAPHID channels have to be allocated, as for a real key',
    ).choices(['strict', 'lenient']),
  );
}

function readAddress(text: string): Address {
  const [, host, port] = /^(?:(\[[^\]]+\]|[^:]+):)?(\d{1,5})$/.exec(text) ?? [];
  if (port === undefined) throw new InvalidArgumentError('Expected host:port, or a port of this machine.');
  return { host: host?.replace(/^\[(.*)\]$/, '$1') ?? '127.0.0.1', port: readPort(port) };
}

/** The names of the options that choose carriers, for a message. */
export function namesOfWays(...more: readonly string[]): string {
  const names = [...more, ...WAYS.map(([, flags]) => flags.replace(/ .*/, ''))];
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

/** Whether the key is at a reader of cards. */
export function overNfc({ vpcd, vpcdListen }: CarrierOptions): boolean {
  return vpcd !== undefined || vpcdListen !== undefined;
}

/** Whether the command line chooses one. */
export function choosesWay(options: CarrierOptions): boolean {
  return WAYS.some(([name]) => options[name] !== undefined);
}

/** @throws UsageError for what belongs to carriers that are not asked for */
export function* waysFor(options: CarrierOptions & { readonly json?: true }): Generator<Way> {
  const { udp, uhid, usbip, vpcd, vpcdListen, stdio, channels } = options;
  if (channels !== undefined && udp === undefined && !uhid && usbip === undefined)
    throw new UsageError('expected --udp, --uhid or --usbip with --channels, got --channels alone');
  if (vpcd !== undefined && vpcdListen !== undefined)
    throw new UsageError('expected --vpcd or --vpcd-listen, got both: a key is at one reader');
  if (udp !== undefined) yield { source: 'udp', open: (device) => openUdp(device, portOf(udp), channels) };
  if (uhid) yield { source: 'uhid', open: (device) => openUhid(device, channels) };
  if (usbip !== undefined)
    yield { source: 'usbip', open: (device) => openUsbip(device, portOf(usbip), channels) };
  if (vpcd !== undefined)
    yield { source: 'nfc', open: (device) => openVpcd(device, vpcd === true ? {} : vpcd, options) };
  if (vpcdListen !== undefined)
    yield {
      source: 'nfc',
      open: (device) => openVpcd(device, { ...portOf(vpcdListen), listen: true }, options),
    };
  if (stdio) yield { source: 'stdio', open: openStdio };
}

/** `{ port }`, where one was given. */
const portOf = (given: number | true): { readonly port?: number } => (given === true ? {} : { port: given });

const asGiven = (channels?: ChannelMode): { readonly channels?: ChannelMode } =>
  channels === undefined ? {} : { channels };

async function openUdp(
  device: CarriedDevice,
  port: { readonly port?: number },
  channels?: ChannelMode,
): Promise<Carrier> {
  const { serveUdp } = await import('../transport/udp.ts');
  const server = await serveUdp(device, { ...port, ...asGiven(channels) });
  return { told: { udp: server.port }, close: () => server.close() };
}

async function openUhid(device: CarriedDevice, channels?: ChannelMode): Promise<Carrier> {
  const { serveUhid } = await import('../transport/uhid.ts');
  const server = await serveUhid(device, asGiven(channels));
  let stopping = false;
  const finished = server.closed.then(() => {
    if (!stopping) throw new Error('the kernel has taken the device away');
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

async function openUsbip(
  device: CarriedDevice,
  port: { readonly port?: number },
  channels?: ChannelMode,
): Promise<Carrier> {
  const { serveUsbip } = await import('../transport/usbip.ts');
  const server = await serveUsbip(device, { ...port, ...asGiven(channels) });
  return { told: { usbip: server.port, busid: server.busid }, close: () => server.close() };
}

async function openVpcd(
  device: CarriedDevice,
  where: VpcdOptions,
  options: CarrierOptions & { readonly json?: true },
): Promise<Carrier> {
  const { serveVpcd } = await import('../transport/vpcd.ts');
  const { onHand } = await import('./hand.ts');
  const server = await serveVpcd(device, where);
  const letGo = onHand({
    present: () => server.present,
    insert() {
      server.insert();
      announce(options, [{ told: { card: 'inserted' } }]);
    },
    remove() {
      server.remove();
      announce(options, [{ told: { card: 'removed' } }]);
    },
    reads: !options.stdio && !process.stdin.isTTY,
  });
  const { host = '127.0.0.1' } = where;
  return {
    told: where.listen ? { 'vpcd-listen': server.port } : { vpcd: `${host}:${server.port}` },
    close() {
      letGo();
      return server.close();
    },
  };
}

async function openStdio(device: CarriedDevice): Promise<Carrier> {
  const { serveStdio } = await import('../transport/stdio.ts');
  const server = serveStdio(device);
  return { told: {}, finished: server.finished, close: () => server.close() };
}

/** Says where the key is to be found: on stdout, but for where that is the wire. */
export function announce(
  { json, stdio }: { readonly json?: true; readonly stdio?: true },
  carriers: readonly Pick<Carrier, 'told'>[],
): void {
  const say = stdio ? note : print;
  const told = Object.assign({}, ...carriers.map((carrier) => carrier.told)) as Carrier['told'];
  if (json) say(jsonText(told));
  else for (const [name, value] of Object.entries(told)) say(`${name.padEnd(6)} ${value}`);
}
