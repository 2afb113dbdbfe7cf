/**
 * The events of Linux's /dev/uhid, as in <linux/uhid.h> (https://docs.kernel.org/hid/uhid.html): a packed struct of 4380
 * bytes, a 32-bit type and a union, numbers in the machine's own byte order.
 */
import { endianness } from 'node:os';
import { utf8 } from '../../base/bytes.ts';

/** Every event read has this many bytes. A written event could be shorter; it is not, so that any stream can take the kernel's place. */
export const EVENT_SIZE = 4380;

export const UhidEventType = {
  DESTROY: 1,
  START: 2,
  STOP: 3,
  OPEN: 4,
  CLOSE: 5,
  OUTPUT: 6,
  GET_REPORT: 9,
  GET_REPORT_REPLY: 10,
  CREATE2: 11,
  INPUT2: 12,
  SET_REPORT: 13,
  SET_REPORT_REPLY: 14,
} as const;

/** Where the members are, in bytes from the start of the event. */
const UhidOffset = {
  CREATE2: {
    name: 4,
    phys: 132,
    uniq: 196,
    rd_size: 260,
    bus: 262,
    vendor: 264,
    product: 268,
    version: 272,
    country: 276,
    rd_data: 280,
  },
  INPUT2: { size: 4, data: 6 },
  OUTPUT: { data: 4, size: 4100, rtype: 4102 },
  GET_REPORT: { id: 4, rnum: 8, rtype: 9 },
  GET_REPORT_REPLY: { id: 4, err: 8, size: 10, data: 12 },
  SET_REPORT: { id: 4, rnum: 8, rtype: 9, size: 10, data: 12 },
  SET_REPORT_REPLY: { id: 4, err: 8 },
} as const;

const BUS_USB = 3;
const EIO = 5;
const OUTPUT_REPORT = 1;
const LITTLE: boolean = endianness() === 'LE';

/** How a device presents itself to the kernel. */
export interface UhidIdentity {
  /** At most 127 bytes of UTF-8. */
  readonly name: string;
  /** At most 63 bytes. */
  readonly phys: string;
  /** The serial number, at most 63 bytes. */
  readonly serial: string;
  readonly vendor: number;
  readonly product: number;
  readonly version: number;
}

function blank(type: number): { bytes: Uint8Array; view: DataView } {
  const bytes = new Uint8Array(EVENT_SIZE);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, LITTLE);
  return { bytes, view };
}

/** Asks the kernel for a device with this report descriptor, at most 4096 bytes. */
export function createEvent(identity: UhidIdentity, descriptor: Uint8Array): Uint8Array {
  const { bytes, view } = blank(UhidEventType.CREATE2);
  const at = UhidOffset.CREATE2;
  const text = (value: string, offset: number, room: number): void =>
    bytes.set(utf8(value).subarray(0, room - 1), offset);
  text(identity.name, at.name, at.phys - at.name);
  text(identity.phys, at.phys, at.uniq - at.phys);
  text(identity.serial, at.uniq, at.rd_size - at.uniq);
  view.setUint16(at.rd_size, descriptor.length, LITTLE);
  view.setUint16(at.bus, BUS_USB, LITTLE);
  view.setUint32(at.vendor, identity.vendor, LITTLE);
  view.setUint32(at.product, identity.product, LITTLE);
  view.setUint32(at.version, identity.version, LITTLE);
  bytes.set(descriptor, at.rd_data);
  return bytes;
}

/** Hands a report to the kernel, which hands it to the programs that read the device. */
export function inputEvent(report: Uint8Array): Uint8Array {
  const { bytes, view } = blank(UhidEventType.INPUT2);
  view.setUint16(UhidOffset.INPUT2.size, report.length, LITTLE);
  bytes.set(report, UhidOffset.INPUT2.data);
  return bytes;
}

/** Takes the device away. */
export function destroyEvent(): Uint8Array {
  return blank(UhidEventType.DESTROY).bytes;
}

/** The type of an event. */
export function eventType(event: Uint8Array): number {
  return viewOf(event).getUint32(0, LITTLE);
}

/** The report of an OUTPUT event; `undefined` when it is not an output report. */
export function outputReport(event: Uint8Array): Uint8Array | undefined {
  const { data, size, rtype } = UhidOffset.OUTPUT;
  if (event[rtype] !== OUTPUT_REPORT) return undefined;
  return event.subarray(data, Math.min(data + viewOf(event).getUint16(size, LITTLE), size));
}

/**
 * The answer that a GET_REPORT or SET_REPORT event must have, or its caller would be blocked for five seconds: an error,
 * because there are no reports but those of CTAPHID.
 */
export function refusal(event: Uint8Array): Uint8Array {
  const get = eventType(event) === UhidEventType.GET_REPORT;
  const { bytes, view } = blank(get ? UhidEventType.GET_REPORT_REPLY : UhidEventType.SET_REPORT_REPLY);
  const at = get ? UhidOffset.GET_REPORT_REPLY : UhidOffset.SET_REPORT_REPLY;
  view.setUint32(at.id, viewOf(event).getUint32(UhidOffset.GET_REPORT.id, LITTLE), LITTLE);
  view.setUint16(at.err, EIO, LITTLE);
  return bytes;
}

function viewOf(event: Uint8Array): DataView {
  return new DataView(event.buffer, event.byteOffset, event.byteLength);
}
