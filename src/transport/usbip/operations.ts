/**
 * What USB/IP says before a device is imported, version 1.1.1 (https://docs.kernel.org/usb/usbip_protocol.html): operations of
 * 8 bytes and what follows them, numbers big-endian, texts padded with zeros.
 */
import { concat, utf8 } from '../../base/bytes.ts';

/** The version in every operation: 1.1.1. */
export const USBIP_VERSION = 0x0111;

/** Operations; what is asked has the highest bit. */
export const UsbipOperation = {
  REQ_IMPORT: 0x8003,
  REP_IMPORT: 0x0003,
  REQ_DEVLIST: 0x8005,
  REP_DEVLIST: 0x0005,
} as const;

/** How an operation ended. The document has 0 and 1; the others are what Linux's tools know besides. */
export const UsbipStatus = { OK: 0, NA: 1, DEV_BUSY: 2, DEV_ERR: 3, NODEV: 4, ERROR: 5 } as const;

export const OPERATION_SIZE = 8;
export const BUSID_SIZE = 32;
export const DEVICE_SIZE = 312;
const PATH_SIZE = 256;
const INTERFACE_SIZE = 4;

/** USB's speed of 12 Mbit/s, as Linux numbers speeds. */
export const FULL_SPEED = 2;

/** Class, subclass and protocol of a device or an interface. */
export type UsbClass = readonly [number, number, number];

/** A device as it is listed. */
export interface UsbipDevice {
  /** Where the exporting machine has it: at most 255 bytes. */
  readonly path: string;
  /** What it is asked for by, such as `1-1`: at most 31 bytes. */
  readonly busid: string;
  readonly busnum: number;
  readonly devnum: number;
  readonly speed: number;
  readonly vendor: number;
  readonly product: number;
  /** bcdDevice: the release number, two decimal digits each side. */
  readonly release: number;
  readonly class: UsbClass;
  /** The number of the configuration that is set; 0 when none is. */
  readonly configuration: number;
  readonly configurations: number;
  readonly interfaces: readonly UsbClass[];
}

/** An operation's head. */
export interface Operation {
  readonly version: number;
  readonly code: number;
  readonly status: number;
}

/** How commands name the device. */
export function devidOf({ busnum, devnum }: Pick<UsbipDevice, 'busnum' | 'devnum'>): number {
  return ((busnum << 16) | devnum) >>> 0;
}

export function encodeOperation(code: number, status = 0): Uint8Array {
  const bytes = new Uint8Array(OPERATION_SIZE);
  const view = viewOf(bytes);
  view.setUint16(0, USBIP_VERSION);
  view.setUint16(2, code);
  view.setUint32(4, status);
  return bytes;
}

/** @param bytes 8 bytes */
export function decodeOperation(bytes: Uint8Array): Operation {
  const view = viewOf(bytes);
  return { version: view.getUint16(0), code: view.getUint16(2), status: view.getUint32(4) };
}

/** A text of so many bytes, the last of them zero. What is longer is cut. */
function encodeText(text: string, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  bytes.set(utf8(text).subarray(0, size - 1));
  return bytes;
}

/** The text before the first zero. What is not ASCII becomes `?`: a bus ID is compared, and nothing else. */
export function decodeText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  const text = bytes.subarray(0, end < 0 ? bytes.length : end);
  return String.fromCharCode(...text.map((byte) => (byte >= 0x20 && byte < 0x7f ? byte : 0x3f)));
}

/** The 312 bytes that describe a device, without its interfaces. */
function encodeDevice(device: UsbipDevice): Uint8Array {
  const bytes = new Uint8Array(DEVICE_SIZE);
  bytes.set(encodeText(device.path, PATH_SIZE));
  bytes.set(encodeText(device.busid, BUSID_SIZE), PATH_SIZE);
  const view = viewOf(bytes);
  view.setUint32(0x120, device.busnum);
  view.setUint32(0x124, device.devnum);
  view.setUint32(0x128, device.speed);
  view.setUint16(0x12c, device.vendor);
  view.setUint16(0x12e, device.product);
  view.setUint16(0x130, device.release);
  bytes.set([...device.class, device.configuration, device.configurations, device.interfaces.length], 0x132);
  return bytes;
}

/** A device without its interfaces, of which it says only how many there are. @param bytes 312 bytes */
export function decodeDevice(bytes: Uint8Array): UsbipDevice & { readonly interfaceCount: number } {
  const view = viewOf(bytes);
  return {
    path: decodeText(bytes.subarray(0, PATH_SIZE)),
    busid: decodeText(bytes.subarray(PATH_SIZE, PATH_SIZE + BUSID_SIZE)),
    busnum: view.getUint32(0x120),
    devnum: view.getUint32(0x124),
    speed: view.getUint32(0x128),
    vendor: view.getUint16(0x12c),
    product: view.getUint16(0x12e),
    release: view.getUint16(0x130),
    class: [view.getUint8(0x132), view.getUint8(0x133), view.getUint8(0x134)],
    configuration: view.getUint8(0x135),
    configurations: view.getUint8(0x136),
    interfaceCount: view.getUint8(0x137),
    interfaces: [],
  };
}

/** OP_REP_DEVLIST, whole. */
export function encodeDeviceList(devices: readonly UsbipDevice[]): Uint8Array {
  const count = new Uint8Array(4);
  viewOf(count).setUint32(0, devices.length);
  return concat(
    encodeOperation(UsbipOperation.REP_DEVLIST),
    count,
    ...devices.flatMap((device) => [
      encodeDevice(device),
      ...device.interfaces.map((triple) => Uint8Array.of(...triple, 0)),
    ]),
  );
}

/** How many bytes of interfaces follow a device in a list. */
export function interfacesSize({ interfaceCount }: { readonly interfaceCount: number }): number {
  return interfaceCount * INTERFACE_SIZE;
}

/** OP_REQ_IMPORT, whole. */
export function encodeImport(busid: string): Uint8Array {
  return concat(encodeOperation(UsbipOperation.REQ_IMPORT), encodeText(busid, BUSID_SIZE));
}

/** OP_REP_IMPORT, whole: the device, or why not. */
export function encodeImportReply(result: UsbipDevice | number): Uint8Array {
  if (typeof result === 'number') return encodeOperation(UsbipOperation.REP_IMPORT, result);
  return concat(encodeOperation(UsbipOperation.REP_IMPORT), encodeDevice(result));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
