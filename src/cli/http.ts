/** The HTTP door of `serve` and `attach`: its flags, and how it is opened. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { FaultyAuthenticator } from '../audit/forge/faulty.ts';
import type { Authenticator } from '../authenticator/authenticator.ts';
import { systemClock } from '../base/clock.ts';
import type { FleetDoorOptions } from '../http/fleet-options.ts';
import type { HttpOptions } from '../http/options.ts';
import type { HttpServer } from '../http/serve.ts';
import type { CeremonySource } from '../http/traces.ts';
import { ScriptedUser, type User } from '../person/user.ts';
import type { CarriedDevice } from '../transport/device.ts';
import { UsageError } from './error.ts';
import { readFile, readSecret } from './input.ts';
import type { Person } from './person.ts';

/** The flags of a door on loopback. */
export interface DoorArguments {
  readonly http?: number | true;
  readonly ui?: true;
  readonly tokenFile?: string;
  readonly tokenRights?: HttpOptions['tokenRights'];
  readonly allowOrigin?: readonly string[];
  readonly bridgeTokenFile?: string;
  readonly untilStdinEnds?: true;
}

/** The flags of a door that others reach, and of what is behind it beside the key. */
export interface NetworkArguments extends DoorArguments {
  readonly listen?: { readonly host: string; readonly port: number };
  readonly allowHost?: readonly string[];
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly insecureNetwork?: true;
  readonly socket?: string;
  readonly maxAuthenticators?: number;
  readonly authenticatorIdle?: number;
  readonly fleetRpId?: string;
  readonly fleetSeedFile?: string;
  readonly fleetOrigin?: string;
  readonly errorRate?: Readonly<Record<string, number>>;
}

export function withDoorOptions(command: Command): Command {
  return command
    .option('--http [port]', 'a local HTTP door, for any language; by default at a free port', readPort)
    .option(
      '--ui',
      'the door, and a page there that shows the key and its ceremonies, live (docs/inspector.md)',
    )
    .option('--token-file <file>', TOKEN_FILE)
    .addOption(tokenRightsOption())
    .option(
      '--allow-origin <origin...>',
      'an origin whose pages may use the key through the bridge (stuntkey inject --bridge)',
    )
    .option('--bridge-token-file <file>', "a file with the bridge's token, instead of a new one")
    .option(
      '--until-stdin-ends',
      'stop when standard input ends, as it does when the program is gone that started this one',
    );
}

export const TOKEN_FILE = "a file with the door's token in its first line, instead of a new one";

export function tokenRightsOption(): Option {
  return new Option(
    '--token-rights <right...>',
    "what the door's token is good for beyond the rest: keys, to take private keys out; audit, to audit servers here",
  ).choices(['keys', 'audit']);
}

/** The same, where a page is asked for: it takes a door. */
export function withDoor<T extends DoorArguments>(given: T): T {
  return given.ui && given.http === undefined ? { ...given, http: true } : given;
}

export function withNetworkOptions(command: Command): Command {
  return withDoorOptions(command)
    .option(
      '--listen <address:port>',
      'where the door listens, beyond loopback only with --allow-host and TLS',
      readPlace,
    )
    .option('--allow-host <name...>', 'a name or address by which requests may name the door')
    .option('--tls-cert <file>', 'a certificate in PEM: the door then speaks HTTPS')
    .option('--tls-key <file>', "the certificate's private key in PEM")
    .option('--insecure-network', 'let the token go over a network in the clear')
    .option('--socket <file>', 'a Unix socket for the door, instead of a port')
    .option('--max-authenticators <number>', 'named authenticators at once (default: 1000)', readCount)
    .option(
      '--authenticator-idle <minutes>',
      'after how long one that nothing uses is forgotten (default: 30)',
      readMinutes,
    )
    .option('--fleet-rp-id <id>', 'people who sign in by number at this RP (/fleet/{index}/get)')
    .option('--fleet-seed-file <file>', 'what they follow from: a file with the seed in its first line')
    .option('--fleet-origin <origin>', 'where they sign in (default: https:// and the RP ID)')
    .option(
      '--error-rate <rate>',
      'the share of their sign-ins that are wrong, such as 0.01, or by fault: signature-empty=0.01,authentication-origin-other-site=0.02',
      readRates,
    );
}

/** What is wrong about the flags together. @throws UsageError */
export function checkDoor(given: NetworkArguments): void {
  const { http, listen, socket, tlsCert, tlsKey, fleetRpId, errorRate } = given;
  const needing: readonly (keyof NetworkArguments)[] = [
    'tokenFile',
    'tokenRights',
    'allowOrigin',
    'bridgeTokenFile',
    'listen',
    'allowHost',
    'tlsCert',
    'tlsKey',
    'insecureNetwork',
    'socket',
    'maxAuthenticators',
    'authenticatorIdle',
    'fleetRpId',
    'fleetSeedFile',
    'fleetOrigin',
    'errorRate',
  ];
  const alone = http === undefined && needing.find((name) => given[name] !== undefined);
  if (alone) throw new UsageError(`expected --http with ${flagOf(alone)}, got ${flagOf(alone)} alone`);
  if (listen !== undefined && typeof http === 'number')
    throw new UsageError('expected --http without a port beside --listen, which has one');
  if (socket !== undefined && given.ui)
    throw new UsageError('expected --ui without --socket, which no browser can reach, got both');
  if (socket !== undefined && (listen !== undefined || typeof http === 'number'))
    throw new UsageError('expected --http alone beside --socket, got a port, too');
  if ((tlsCert === undefined) !== (tlsKey === undefined))
    throw new UsageError('expected --tls-cert and --tls-key, got one of them');
  if (given.bridgeTokenFile !== undefined && given.allowOrigin === undefined)
    throw new UsageError(
      'expected --allow-origin beside --bridge-token-file: the origins of the pages that use it',
    );
  const rest = fleetRpId === undefined && (given.fleetSeedFile ?? given.fleetOrigin ?? errorRate);
  if (rest) throw new UsageError('expected --fleet-rp-id, as there is something else about a fleet');
}

const flagOf = (name: string): string =>
  `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** The person at the door does as requests say; until then, as the flags do. */
export function scripted(decline: boolean, { givenPin }: Pick<Person, 'givenPin'>): User {
  return new ScriptedUser({
    ...(decline && { presence: 'decline' }),
    ...(givenPin !== undefined && { pin: givenPin }),
  });
}

/** A door, and what is printed about it. */
export interface OpenedDoor {
  readonly server: HttpServer;
  readonly told: Readonly<Record<string, string>>;
  /** The same device, behind a carrier: the door keeps its ceremonies. */
  watched<Device extends CarriedDevice>(device: Device, source: CeremonySource): Device;
  close(): Promise<void>;
}

/**
 * @param path where the key is, for a note that its inspector runs
 * @throws UsageError; StuntkeyError `bad-options`; TransportError
 */
export async function openDoor(
  device: Authenticator | FaultyAuthenticator,
  given: NetworkArguments,
  path: string,
): Promise<OpenedDoor> {
  const [{ serveHttp }, { isLoopback }, { tracedDevice }, { leaveNote }] = await Promise.all([
    import('../http/serve.ts'),
    import('../http/options.ts'),
    import('../decode/trace/carried.ts'),
    import('./watcher.ts'),
  ]);
  if (given.listen !== undefined && !isLoopback(given.listen.host)) checkNetwork(given);
  const options = await optionsOf(given);
  const server = await serveHttp(device, options);
  const { url, socket, token, bridgeToken, page } = server;
  const own = options.token === undefined;
  // Who handed a token in knows it: the page asks for it.
  const told = {
    url,
    ...(socket !== undefined && { socket }),
    ...(own && { token }),
    ...(bridgeToken !== undefined && options.bridgeToken === undefined && { bridgeToken }),
    ...(page !== undefined && { ui: own ? page : page.replace(/#.*/, '') }),
  };
  const takeNote = given.ui ? leaveNote(path, server) : () => {};
  return {
    server,
    told,
    watched: (device, source) =>
      tracedDevice(device, systemClock, (ceremony) => server.tell(ceremony, source)),
    close() {
      takeNote();
      return server.close();
    },
  };
}

/** What the library says of its options, in the words of the flags. @throws UsageError */
function checkNetwork({ listen, allowHost, tlsCert, insecureNetwork, ui }: NetworkArguments): void {
  const beyond = `${listen?.host} is beyond loopback`;
  if (allowHost === undefined)
    throw new UsageError(
      `expected --allow-host with the names that clients use for this machine, since ${beyond}`,
    );
  if (tlsCert === undefined && insecureNetwork === undefined)
    throw new UsageError(
      `expected --tls-cert and --tls-key, since ${beyond}; or --insecure-network, with which the token goes over the network in the clear`,
    );
  if (tlsCert === undefined && ui)
    throw new UsageError(`expected --tls-cert and --tls-key with --ui, since ${beyond}`);
}

async function optionsOf(given: NetworkArguments): Promise<HttpOptions> {
  const { http, listen, tokenFile, tokenRights, allowHost, tlsCert, tlsKey, insecureNetwork, socket } = given;
  const { maxAuthenticators, authenticatorIdle } = given;
  const fleet = await fleetOf(given);
  return {
    ...(typeof http === 'number' && { port: http }),
    ...listen,
    ...(tokenFile !== undefined && { token: await readSecret(tokenFile, 'token') }),
    ...(tokenRights && { tokenRights }),
    ...(given.ui && { ui: true }),
    ...(given.allowOrigin && { allowOrigins: given.allowOrigin }),
    ...(given.bridgeTokenFile !== undefined && {
      bridgeToken: await readSecret(given.bridgeTokenFile, 'token'),
    }),
    ...(allowHost && { allowHosts: allowHost }),
    ...(tlsCert !== undefined &&
      tlsKey !== undefined && {
        tls: { cert: await readFile(tlsCert, '--tls-cert'), key: await readFile(tlsKey, '--tls-key') },
      }),
    ...(insecureNetwork && { insecureNetwork }),
    ...(socket !== undefined && { socket }),
    ...(maxAuthenticators !== undefined && { maxAuthenticators }),
    ...(authenticatorIdle !== undefined && { authenticatorIdle }),
    ...(fleet && { fleet }),
  };
}

async function fleetOf(given: NetworkArguments): Promise<FleetDoorOptions | undefined> {
  const { fleetRpId, fleetSeedFile, fleetOrigin, errorRate } = given;
  if (fleetRpId === undefined) return undefined;
  const seed =
    fleetSeedFile === undefined ? process.env.STUNTKEY_SEED : await readSecret(fleetSeedFile, 'seed');
  if (seed === undefined || seed === '')
    throw new UsageError(
      'expected a seed for --fleet-rp-id: --fleet-seed-file, or the environment variable STUNTKEY_SEED',
    );
  return {
    seed,
    rpId: fleetRpId,
    ...(fleetOrigin !== undefined && { origin: fleetOrigin }),
    ...(errorRate && { errors: errorRate }),
  };
}

export function readPort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 0xffff) return Number(text);
  throw new InvalidArgumentError('Expected a port, 0 to 65535.');
}

function readPlace(text: string): { host: string; port: number } {
  const [, bracketed, bare, port = ''] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? bare;
  if (host !== undefined && Number(port) <= 0xffff) return { host, port: Number(port) };
  throw new InvalidArgumentError('Expected an address and a port, such as 0.0.0.0:8100 or [::]:8100.');
}

function readCount(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a whole number from 0 on.');
}

/** Milliseconds of so many minutes. */
function readMinutes(text: string): number {
  const minutes = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && minutes > 0 && minutes <= 24 * 60) return Math.ceil(minutes * 60_000);
  throw new InvalidArgumentError('Expected a number of minutes, at most 1440.');
}

/** A wrong sign-in whose fault was not chosen: one that every server refuses. */
const USUAL_FAULT = 'signature-from-other-key';

function readRates(text: string): Record<string, number> {
  const rates: Record<string, number> = {};
  for (const part of text.split(',')) {
    const [, id = USUAL_FAULT, rate = ''] = /^(?:([a-z0-9-]+)=)?(\d*\.?\d+)$/.exec(part.trim()) ?? [];
    if (rate === '' || Number(rate) > 1 || Object.hasOwn(rates, id))
      throw new InvalidArgumentError(
        'Expected a share from 0 to 1, such as 0.01, or several by fault: signature-empty=0.01,authentication-origin-other-site=0.02.',
      );
    rates[id] = Number(rate);
  }
  return rates;
}
