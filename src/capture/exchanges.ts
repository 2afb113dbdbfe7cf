/** What a capture says in the protocol's words: CTAPHID's packets put together, and each request with its answer. */
import { StuntkeyError } from '../base/stuntkey-error.ts';
import { Assembly } from '../transport/ctaphid/assembly.ts';
import {
  BROADCAST_CHANNEL,
  CtapHidCommand,
  type InitialPacket,
  MAX_MESSAGE,
  NONCE_SIZE,
  PACKET_SIZE,
  readPacket,
} from '../transport/ctaphid/packets.ts';
import { readPackets } from './pcapng/read.ts';
import { readTransfer, type Transfer } from './usb.ts';

/** The name of a command of CTAPHID. */
export type CtapHidCommandName = keyof typeof CtapHidCommand;

/** One request to a key, and what came of it. */
export interface CapturedExchange {
  /** When it began: milliseconds since 1970. */
  readonly at: number;
  /** From its first packet to the answer's last; undefined where none came. */
  readonly milliseconds: number | undefined;
  /** Bus and address of the key, such as `1.2`. */
  readonly device: string;
  readonly channel: number;
  readonly command: CtapHidCommandName;
  readonly request: Uint8Array;
  /** Undefined where there was none, or an error in its place. */
  readonly response: Uint8Array | undefined;
  /** The code of CTAPHID_ERROR. */
  readonly error: number | undefined;
  /** What the key said while it was at work: 1 processing, 2 waiting for the user. The same again is left out. */
  readonly statuses: readonly number[];
  /** Whether the client wanted it no more. */
  readonly cancelled: boolean;
}

/** A capture as a whole. */
export interface CaptureReading {
  /** What it says of itself. */
  readonly comments: readonly string[];
  /** Whether it ends in the middle of something. */
  readonly cut: boolean;
}

type Draft = { -readonly [M in keyof CapturedExchange]: CapturedExchange[M] } & { statuses: number[] };

const NAMES: ReadonlyMap<number, CtapHidCommandName> = new Map(
  Object.entries(CtapHidCommand).map(([name, code]) => [code, name as CtapHidCommandName]),
);

/** Channels that are remembered; what is under way on one used longer ago ends without an answer. */
const MAX_CHANNELS = 1024;
/** Comments that are kept. */
const MAX_COMMENTS = 100;

/**
 * The exchanges of a capture, in the order of their ends.
 *
 * @param chunks the bytes of a file of pcapng or pcap: ours, usbmon's (Wireshark, tcpdump on Linux) or USBPcap's (Windows)
 * @throws StuntkeyError `bad-capture` for what is no such file
 *
 * @example
 * ```ts
 * import { createReadStream } from 'node:fs';
 * import { readExchanges } from 'stuntkey/capture';
 * for await (const { command, channel } of readExchanges(createReadStream('key.pcapng'))) console.log(command, channel);
 * ```
 */
export async function* readExchanges(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<CapturedExchange, CaptureReading> {
  const comments: string[] = [];
  let cut = false;
  const packets = readPackets(chunks, {
    comment(text) {
      if (comments.length < MAX_COMMENTS) comments.push(text);
    },
    cut() {
      cut = true;
    },
  });
  const pairing = new Pairing();
  for await (const packet of packets) {
    const transfer = readTransfer(packet);
    if (transfer !== undefined) yield* pairing.take(transfer);
  }
  yield* pairing.rest();
  return { comments, cut };
}

/** All exchanges of a capture. @throws StuntkeyError `bad-capture`, also when there are more than `most` */
export async function allExchanges(
  chunks: AsyncIterable<Uint8Array>,
  most = 100_000,
): Promise<CaptureReading & { readonly exchanges: readonly CapturedExchange[] }> {
  const reading = readExchanges(chunks);
  const exchanges: CapturedExchange[] = [];
  for (;;) {
    const { done, value } = await reading.next();
    if (done) return { ...value, exchanges };
    if (exchanges.length >= most)
      throw new StuntkeyError('bad-capture', `capture: expected at most ${most} exchanges, got more`);
    exchanges.push(value);
  }
}

class Pairing {
  /** Messages on their way, by device, direction and channel. */
  readonly #assemblies = new Map<string, Assembly>();
  /** Requests without an answer, by device and channel. */
  readonly #drafts = new Map<string, Draft>();

  *take({ at, bus, device, direction, data }: Transfer): Generator<CapturedExchange> {
    const packet = data.length === PACKET_SIZE ? readPacket(data) : undefined;
    if (packet === undefined) return;
    const place = `${bus}.${device}`;
    const key = `${place} ${direction} ${packet.cid}`;
    let assembly = this.#assemblies.get(key);
    if (packet.type === 'initial') {
      if (!plausible(packet, direction)) return;
      // (Its bytes are the capture's, which are gone with the next block.)
      assembly = new Assembly(packet);
      if (direction === 'out') yield* this.#begin(place, packet, at);
    } else if (assembly === undefined || !assembly.add(packet)) {
      this.#assemblies.delete(key);
      return;
    }
    this.#assemblies.delete(key);
    if (!assembly.complete) {
      remember(this.#assemblies, key, assembly);
      return;
    }
    if (direction === 'out') this.#asked(place, assembly);
    else yield* this.#answered(place, assembly, at);
  }

  /** What never had an answer. */
  *rest(): Generator<CapturedExchange> {
    yield* this.#drafts.values();
    this.#drafts.clear();
  }

  *#begin(place: string, { cid, command }: InitialPacket, at: number): Generator<CapturedExchange> {
    const key = `${place} ${cid}`;
    const before = this.#drafts.get(key);
    if (command === CtapHidCommand.CANCEL) {
      if (before !== undefined) before.cancelled = true;
      return;
    }
    // A client that asks something else has given the other up.
    if (before !== undefined) yield before;
    const forgotten = remember(this.#drafts, key, {
      at,
      milliseconds: undefined,
      device: place,
      channel: cid,
      command: NAMES.get(command) as CtapHidCommandName,
      request: new Uint8Array(),
      response: undefined,
      error: undefined,
      statuses: [],
      cancelled: false,
    });
    if (forgotten !== undefined) yield forgotten;
  }

  #asked(place: string, { cid, command, message }: Assembly): void {
    const draft = this.#drafts.get(`${place} ${cid}`);
    if (draft !== undefined && command !== CtapHidCommand.CANCEL) draft.request = message;
  }

  *#answered(place: string, { cid, command, message }: Assembly, at: number): Generator<CapturedExchange> {
    const key = `${place} ${cid}`;
    const draft = this.#drafts.get(key);
    if (draft === undefined) return;
    const [first = 0] = message;
    if (command === CtapHidCommand.KEEPALIVE) {
      if (draft.statuses.at(-1) !== first && draft.statuses.length < 1000) draft.statuses.push(first);
      return;
    }
    if (command === CtapHidCommand.ERROR) draft.error = first;
    else if (NAMES.get(command) === draft.command) draft.response = message;
    else return;
    draft.milliseconds = at - draft.at;
    this.#drafts.delete(key);
    yield draft;
  }
}

/** Whether 64 bytes begin a message of CTAPHID, and not something of another device. */
function plausible({ cid, command, length }: InitialPacket, direction: 'in' | 'out'): boolean {
  if (cid === 0 || length > MAX_MESSAGE || !NAMES.has(command)) return false;
  switch (command) {
    case CtapHidCommand.INIT:
      return direction === 'out' ? length === NONCE_SIZE : length >= NONCE_SIZE + 9;
    case CtapHidCommand.KEEPALIVE:
    case CtapHidCommand.ERROR:
      return direction === 'in' && length === 1;
    case CtapHidCommand.CANCEL:
      return direction === 'out' && length === 0;
    case CtapHidCommand.CBOR:
    case CtapHidCommand.MSG:
      return cid !== BROADCAST_CHANNEL && length > 0;
    default:
      return cid !== BROADCAST_CHANNEL;
  }
}

/** Puts an entry behind all others. @returns the one that has to go for it */
function remember<T>(map: Map<string, T>, key: string, value: T): T | undefined {
  map.delete(key);
  map.set(key, value);
  if (map.size <= MAX_CHANNELS) return undefined;
  for (const [oldest, forgotten] of map) {
    map.delete(oldest);
    return forgotten;
  }
  return undefined;
}
