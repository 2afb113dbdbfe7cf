/**
 * A security key that the kernel of Linux believes in: /dev/uhid makes a hidraw node, and every program that looks for
 * security keys finds it. See docs/uhid.md for who may do that.
 */
import { LONGEST_TIMER, systemClock } from '../base/clock.ts';
import { amount, having, maybe, text } from '../base/shape.ts';
import { CtapHid, type CtapHidPolicy } from './ctaphid/ctaphid.ts';
import { REPORT_DESCRIPTOR } from './ctaphid/descriptor.ts';
import { PACKET_SIZE } from './ctaphid/packets.ts';
import type { CarriedDevice } from './device.ts';
import { TransportError } from './errors.ts';
import { checkerOf, hidMembers, identityNumbers } from './given.ts';
import { Pacer } from './pacer.ts';
import {
  createEvent,
  destroyEvent,
  eventType,
  inputEvent,
  outputReport,
  refusal,
  UhidEventType,
  type UhidIdentity,
} from './uhid/events.ts';
import { openUhidNode, type UhidNode } from './uhid/node.ts';

/** Options of {@link serveUhid}. */
export interface UhidOptions extends CtapHidPolicy, Partial<UhidIdentity> {
  /** The device node, or a Unix socket that stands in for it. Default: /dev/uhid. */
  readonly path?: string;
  /** What events come from and go to, instead of `path`. */
  readonly node?: UhidNode;
  /** How long the kernel may take to make the device, and to take it away: milliseconds. Default: 60000; a kernel in an emulator takes its time. */
  readonly kernelTimeout?: number;
}

const checkGiven = checkerOf<UhidOptions>('serveUhid', {
  ...hidMembers,
  ...identityNumbers,
  path: maybe(text({ least: 1 })),
  node: maybe(having<UhidNode>('an object with write()', 'write')),
  kernelTimeout: maybe(amount(1, LONGEST_TIMER)),
  name: maybe(text()),
  phys: maybe(text()),
  serial: maybe(text()),
});

/** A device that the kernel has. */
export interface UhidServer extends AsyncDisposable {
  /** Resolves when the kernel has let go of the device, at our wish or at another program's. */
  readonly closed: Promise<void>;
  /** Takes the device away; what is under way ends without an answer. The device itself can be used on. */
  close(): Promise<void>;
}

/** Numbers that no vendor has, and a name that cannot be mistaken: this is no product. */
const IDENTITY: UhidIdentity = {
  name: 'stuntkey test authenticator',
  phys: 'stuntkey',
  serial: 'stuntkey-test',
  vendor: 0x1234,
  product: 0x5678,
  version: 1,
};

/**
 * Gives the kernel a security key. Resolves when the kernel has started it.
 *
 * @throws TransportError `cannot-open` when there is no such node or it may not be used, `timeout` when the kernel does not
 *   start the device, `closed` when the node ends before that
 *
 * @example
 * ```ts
 * import { Authenticator } from 'stuntkey';
 * import { serveUhid } from 'stuntkey/transport';
 * const server = await serveUhid(new Authenticator()); // fido2-token -L lists it now
 * await server.close();
 * ```
 */
export async function serveUhid(device: CarriedDevice, options: UhidOptions = {}): Promise<UhidServer> {
  checkGiven(device, options);
  const { path = '/dev/uhid', kernelTimeout = 60_000, clock = systemClock } = options;
  const node = options.node ?? (await openUhidNode(path));
  const pacer = new Pacer((report) => node.write(inputEvent(report)), clock);
  const hid = new CtapHid(device, { ...options, send: (packet) => pacer.push(packet) });

  let stopping = false;
  let started: () => void = () => {};
  const start = new Promise<void>((resolve) => {
    started = resolve;
  });
  const closed = (async () => {
    for (;;) {
      const event = await node.read();
      if (event === undefined) break;
      const type = eventType(event);
      if (type === UhidEventType.START) started();
      else if (type === UhidEventType.STOP && stopping) break;
      else if (type === UhidEventType.OUTPUT) hid.receive(packetOf(event));
      else if (type === UhidEventType.GET_REPORT || type === UhidEventType.SET_REPORT)
        node.write(refusal(event));
    }
    pacer.stop();
    hid.close();
    await node.close();
  })();

  /** Whatever comes first; the clock's callback is canceled when it is not the clock. */
  const within = async (promise: Promise<unknown>): Promise<boolean> => {
    let stop: () => void = () => {};
    const late = new Promise<boolean>((resolve) => {
      stop = clock.after(kernelTimeout, () => resolve(false));
    });
    const inTime = await Promise.race([promise.then(() => true), late]);
    stop();
    return inTime;
  };

  const close = async (): Promise<void> => {
    if (!stopping) {
      stopping = true;
      hid.close();
      pacer.stop();
      node.write(destroyEvent());
    }
    // The kernel answers DESTROY with STOP. If not, closing the node is all that is left to do.
    if (!(await within(closed))) await node.close();
  };

  node.write(createEvent({ ...IDENTITY, ...identityOf(options) }, REPORT_DESCRIPTOR));
  const ended = closed.then(() => {
    throw new TransportError('closed', `the uhid device at ${path} ended before the kernel started it`);
  });
  ended.catch(() => {});
  if (!(await within(Promise.race([start, ended])))) {
    await close();
    throw new TransportError('timeout', `the kernel did not start the device within ${kernelTimeout} ms`);
  }
  return { closed, close, [Symbol.asyncDispose]: close };
}

function identityOf(options: Partial<UhidIdentity>): Partial<UhidIdentity> {
  const given = Object.entries(options).filter(([name, value]) => name in IDENTITY && value !== undefined);
  return Object.fromEntries(given);
}

/** hidraw puts the number of the report, zero, before what a client writes. What is no packet, the device ignores. */
function packetOf(event: Uint8Array): Uint8Array {
  const report = outputReport(event) ?? new Uint8Array();
  return report.length === PACKET_SIZE + 1 && report[0] === 0 ? report.subarray(1) : report;
}
