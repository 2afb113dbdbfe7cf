/**
 * A device that has nothing but a capture: it answers as the recorded one did, and refuses what that was not asked. A bug report
 * becomes a test.
 */
import { hex } from '../base/bytes.ts';
import { StuntkeyError } from '../base/stuntkey-error.ts';
import { CtapCommand } from '../ctap/commands.ts';
import { decodeBody } from '../ctap/message.ts';
import { ClientPinSubCommand, clientPinRequest } from '../ctap/messages/client-pin.ts';
import { CtapStatus } from '../ctap/status.ts';
import { readApdu, U2fInstruction, U2fStatus } from '../ctap/u2f.ts';
import { ctapTree } from '../decode/exchange.ts';
import { u2fTree } from '../decode/u2f.ts';
import type { CarriedDevice, CarriedRequestOptions } from '../transport/device.ts';
import { allExchanges, type CapturedExchange } from './exchanges.ts';
import { edited, FRESH_IN_REQUESTS, replaced } from './members.ts';
import { redactRequest } from './redact.ts';
import { RECORDED_BY, UNREDACTED } from './redaction.ts';

/** Options of a replay. */
export interface ReplayOptions {
  /** Which key of the capture, by bus and address such as `1.2`. Default: the first that is asked something. */
  readonly device?: string;
  /** Called for each request that is not in the recording, with one line: the request, and what the recording has there. */
  readonly onRefused?: (line: string) => void;
}

/** Longer descriptions are cut. */
const LONGEST = 600;
/** A client may ask these as often as it likes. */
const ASKED_AGAIN: readonly number[] = [
  ClientPinSubCommand.getPINRetries,
  ClientPinSubCommand.getKeyAgreement,
  ClientPinSubCommand.getUVRetries,
];

/**
 * Plays a capture as a device. A request is matched by its command and its parameters, except what is new each time: client data
 * hash, salts, PIN blocks, what a token authenticates, the platform's key; U2F's challenge.
 *
 * @throws StuntkeyError `bad-capture` for what is no capture, or has no request that was answered
 *
 * @example
 * ```ts
 * import { createReadStream } from 'node:fs';
 * import { WebAuthnClient } from 'stuntkey';
 * import { replay } from 'stuntkey/capture';
 * const authenticator = await replay(createReadStream('report.pcapng'), { onRefused: console.error });
 * const client = new WebAuthnClient({ origin: 'https://example.com', authenticator });
 * ```
 */
export async function replay(
  chunks: AsyncIterable<Uint8Array>,
  options: ReplayOptions = {},
): Promise<ReplayedDevice> {
  const { exchanges, comments } = await allExchanges(chunks);
  const answered = exchanges.filter(
    ({ command, response }) => (command === 'CBOR' || command === 'MSG') && response !== undefined,
  );
  const device = options.device ?? answered[0]?.device;
  const played = answered.filter((exchange) => exchange.device === device);
  if (played.length === 0) {
    const keys = [...new Set(answered.map((exchange) => exchange.device))].join(', ') || 'none';
    throw new StuntkeyError(
      'bad-capture',
      `capture: expected requests to a key${device === undefined ? '' : ` at ${device}`}, got those of ${keys}`,
    );
  }
  const ours = comments.find((comment) => comment.startsWith(RECORDED_BY));
  const redacted = ours !== undefined && !ours.includes(UNREDACTED);
  return new ReplayedDevice(played, redacted, options.onRefused ?? (() => {}));
}

/** What {@link replay} makes. */
export class ReplayedDevice implements CarriedDevice {
  readonly ctap2: boolean;
  readonly transactU2f?: (apdu: Uint8Array) => Promise<Uint8Array>;
  readonly #exchanges: readonly CapturedExchange[];
  /** Whether names and the like were left out, which then are not compared. */
  readonly #redacted: boolean;
  readonly #onRefused: (line: string) => void;
  /** Places of exchanges by what was asked. */
  readonly #places = new Map<string, number[]>();
  readonly #done = new Set<number>();
  #next = 0;
  #refused = 0;

  constructor(exchanges: readonly CapturedExchange[], redacted: boolean, onRefused: (line: string) => void) {
    this.#exchanges = exchanges;
    this.#redacted = redacted;
    this.#onRefused = onRefused;
    this.ctap2 = exchanges.some(({ command }) => command === 'CBOR');
    if (exchanges.some(({ command }) => command === 'MSG'))
      this.transactU2f = async (apdu) =>
        this.#answer('MSG', apdu)?.response ?? Uint8Array.of(U2fStatus.OTHER >> 8, U2fStatus.OTHER & 0xff);
    for (const [place, { command, request }] of exchanges.entries()) {
      const key = this.#key(command, request);
      const places = this.#places.get(key) ?? [];
      places.push(place);
      this.#places.set(key, places);
    }
  }

  /** How many requests were refused. */
  get refused(): number {
    return this.#refused;
  }

  /** How many of the recorded exchanges were not asked for. */
  get left(): number {
    return this.#exchanges.length - this.#done.size;
  }

  /** The recorded answer; CTAP1_ERR_OTHER where there is none. */
  async transact(request: Uint8Array, options: CarriedRequestOptions = {}): Promise<Uint8Array> {
    const exchange = this.#answer('CBOR', request);
    if (exchange === undefined) return Uint8Array.of(CtapStatus.CTAP1_ERR_OTHER);
    for (const status of exchange.statuses) if (status === 1 || status === 2) options.keepalive?.(status);
    return (exchange.response as Uint8Array).slice();
  }

  /** A capture has no power. */
  powerCycle(): void {}

  #answer(command: 'CBOR' | 'MSG', request: Uint8Array): CapturedExchange | undefined {
    const places = this.#places.get(this.#key(command, request)) ?? [];
    const place =
      places.find((place) => place >= this.#next && !this.#done.has(place)) ??
      places.find((place) => !this.#done.has(place)) ??
      (askedAgain(command, request) ? places.at(-1) : undefined);
    if (place === undefined) {
      this.#refuse(command, request);
      return undefined;
    }
    this.#done.add(place);
    this.#next = Math.max(this.#next, place + 1);
    return this.#exchanges[place];
  }

  #refuse(command: 'CBOR' | 'MSG', request: Uint8Array): void {
    this.#refused++;
    const waiting = this.#exchanges.filter((_, place) => !this.#done.has(place));
    const alike = ({ command: other, request: asked }: CapturedExchange): boolean =>
      other === command && (command === 'MSG' ? asked[1] === request[1] : asked[0] === request[0]);
    const nearest = waiting.find(alike) ?? waiting[0];
    const recorded = nearest ? described(nearest.command, nearest.request) : 'nothing more';
    this.#onRefused(`asked ${described(command, request)}; recorded ${recorded}`);
  }

  #key(command: string, request: Uint8Array): string {
    return `${command} ${command === 'MSG' ? keyOfApdu(request) : hex(this.#comparable(request))}`;
  }

  /** A request without what differs each time. */
  #comparable(request: Uint8Array): Uint8Array {
    const places = FRESH_IN_REQUESTS.get(request[0] as number) ?? [];
    try {
      const asked = this.#redacted ? redactRequest(request) : request;
      return edited(asked, (body) => replaced(body, places, () => null));
    } catch {
      return request;
    }
  }
}

/** Whether a request asks for what is the same each time. */
function askedAgain(command: 'CBOR' | 'MSG', request: Uint8Array): boolean {
  if (command === 'MSG') return request[1] === U2fInstruction.VERSION;
  if (request[0] === CtapCommand.authenticatorGetInfo) return true;
  if (request[0] !== CtapCommand.authenticatorClientPIN) return false;
  try {
    return ASKED_AGAIN.includes(decodeBody(request, clientPinRequest).subCommand);
  } catch {
    return false;
  }
}

/** Behind 32 bytes of challenge it is the application, and the key handle. */
function keyOfApdu(apdu: Uint8Array): string {
  try {
    const { cla, ins, p1, p2, data } = readApdu(apdu);
    const asked = ins === U2fInstruction.VERSION ? data : data.subarray(32);
    // P1 of a registration says nothing; that of an authentication, what is wanted.
    return [cla, ins, ins === U2fInstruction.REGISTER ? 0 : p1, p2, hex(asked)].join(' ');
  } catch {
    return hex(apdu);
  }
}

function described(command: string, request: Uint8Array): string {
  const tree = command === 'MSG' ? u2fTree(request, undefined) : ctapTree(request, undefined);
  const text = JSON.stringify(tree.request);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
