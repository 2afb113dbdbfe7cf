/** A client for tests of CTAPHID: writes packets by hand and keeps what comes back. */

import { concat } from '../../src/base/bytes.ts';
import { ManualClock } from '../../src/base/clock.ts';
import { CtapHid, type CtapHidPolicy } from '../../src/transport/ctaphid/ctaphid.ts';
import { CtapHidErrorCode } from '../../src/transport/ctaphid/errors.ts';
import {
  BROADCAST_CHANNEL,
  CtapHidCommand,
  fragment,
  initialPacket,
  readPacket,
  uint32,
} from '../../src/transport/ctaphid/packets.ts';
import type { CarriedDevice, CarriedRequestOptions } from '../../src/transport/device.ts';

/** A message that came back. */
interface Heard {
  readonly cid: number;
  /** The command's name, or the error's. */
  readonly what: string;
  readonly payload: Uint8Array;
}

const COMMANDS = new Map<number, string>(Object.entries(CtapHidCommand).map(([name, code]) => [code, name]));
const ERRORS = new Map<number, string>(Object.entries(CtapHidErrorCode).map(([name, code]) => [code, name]));

/** A request that a device under test has in hand. */
interface InHand {
  readonly message: Uint8Array;
  readonly options: CarriedRequestOptions;
  answer(response: Uint8Array): void;
  fail(): void;
}

export interface Hid {
  readonly hid: CtapHid;
  readonly clock: ManualClock;
  /** Requests that the device has not answered. */
  readonly inHand: InHand[];
  readonly cycles: { count: number };
  readonly winks: { count: number };
  /** Sends a packet. */
  packet(bytes: Uint8Array): void;
  /** Sends a whole message. */
  send(cid: number, command: number, payload?: Uint8Array): void;
  /** What came back since the last time, put together. */
  heard(): Heard[];
  /** The same in one word each: the command or the error. */
  words(): string[];
  /** A channel of one's own. */
  channel(): number;
}

/** CTAPHID in front of a device that answers when told to. */
export function hidBench(policy: CtapHidPolicy = {}, parts: Partial<CarriedDevice> = {}): Hid {
  const clock = new ManualClock();
  const inHand: InHand[] = [];
  const cycles = { count: 0 };
  const winks = { count: 0 };
  const take = (message: Uint8Array, options: CarriedRequestOptions = {}): Promise<Uint8Array> =>
    new Promise((answer, reject) => {
      inHand.push({ message, options, answer, fail: () => reject(new Error('out of order')) });
    });
  const device: CarriedDevice = {
    transact: take,
    transactU2f: (apdu) => take(apdu),
    powerCycle: () => {
      cycles.count++;
    },
    wink: () => {
      winks.count++;
    },
    ...parts,
  };
  const sent: Uint8Array[] = [];
  const hid = new CtapHid(device, { clock, ...policy, send: (packet) => sent.push(packet) });
  const heard = (): Heard[] => {
    const messages: Heard[] = [];
    let open: { cid: number; command: number; length: number; parts: Uint8Array[] } | undefined;
    for (const bytes of sent.splice(0)) {
      const packet = readPacket(bytes);
      if (packet?.type === 'initial') {
        open = { cid: packet.cid, command: packet.command, length: packet.length, parts: [packet.data] };
      } else if (packet !== undefined) open?.parts.push(packet.data);
      if (open === undefined) continue;
      const payload = concat(...open.parts);
      if (payload.length < open.length) continue;
      const { cid, command, length } = open;
      const what =
        command === CtapHidCommand.ERROR ? ERRORS.get(payload[0] as number) : COMMANDS.get(command);
      messages.push({ cid, what: what ?? `command ${command}`, payload: payload.slice(0, length) });
      open = undefined;
    }
    return messages;
  };
  const bench: Hid = {
    hid,
    clock,
    inHand,
    cycles,
    winks,
    packet: (bytes) => hid.receive(bytes),
    send(cid, command, payload = new Uint8Array()) {
      for (const packet of fragment(cid, command, payload)) hid.receive(packet);
    },
    heard,
    words: () => heard().map(({ what }) => what),
    channel() {
      hid.receive(initialPacket(BROADCAST_CHANNEL, CtapHidCommand.INIT, new Uint8Array(8)));
      return uint32(heard()[0]?.payload as Uint8Array, 8);
    },
  };
  return bench;
}

/** Lets everything happen that only waits for its turn. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}
