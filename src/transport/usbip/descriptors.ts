/** The descriptors of a security key on USB: USB 2.0 section 9.6, HID 1.11 section 6.2, CTAP 2.3 section 11.2.8. */
import { concat } from '../../base/bytes.ts';
import { REPORT_DESCRIPTOR } from '../ctaphid/descriptor.ts';
import { PACKET_SIZE } from '../ctaphid/packets.ts';

/** How a device presents itself on USB. */
export interface UsbIdentity {
  /** At most 126 characters, as all texts here. */
  readonly manufacturer: string;
  readonly name: string;
  /** The serial number. */
  readonly serial: string;
  /** 16 bits. */
  readonly vendor: number;
  /** 16 bits. */
  readonly product: number;
  /** bcdDevice: 0x0100 is 1.00. */
  readonly version: number;
}

/** Numbers that no vendor has, and a name that cannot be mistaken: as with uhid, where one text is both. */
export const IDENTITY: UsbIdentity = {
  manufacturer: 'stuntkey',
  name: 'test authenticator',
  serial: 'stuntkey-test',
  vendor: 0x1234,
  product: 0x5678,
  version: 0x0100,
};

/** The types of descriptors that are asked for. */
const DescriptorType = {
  DEVICE: 0x01,
  CONFIGURATION: 0x02,
  STRING: 0x03,
  INTERFACE: 0x04,
  ENDPOINT: 0x05,
  HID: 0x21,
  REPORT: 0x22,
} as const;

/** The configuration there is, and the endpoints of its one interface. */
export const CONFIGURATION = 1;
export const ENDPOINT_IN = 0x81;
export const ENDPOINT_OUT = 0x01;

/** The class of the interface: human interface device, no boot protocol. */
export const INTERFACE_CLASS = [0x03, 0, 0] as const;

const low = (number: number): number => number & 0xff;
const high = (number: number): number => (number >> 8) & 0xff;

const INTERRUPT = 0x03;
/** Milliseconds between two questions of the host. */
const INTERVAL = 5;

const endpoint = (address: number): Uint8Array =>
  Uint8Array.of(7, DescriptorType.ENDPOINT, address, INTERRUPT, PACKET_SIZE, 0, INTERVAL);

const HID_DESCRIPTOR: Uint8Array = Uint8Array.of(
  ...[9, DescriptorType.HID],
  ...[0x11, 0x01], // HID 1.11
  0, // for no country
  1, // one descriptor:
  ...[DescriptorType.REPORT, low(REPORT_DESCRIPTOR.length), high(REPORT_DESCRIPTOR.length)],
);

const INTERFACE: Uint8Array = concat(
  Uint8Array.of(9, DescriptorType.INTERFACE, 0, 0, 2, ...INTERFACE_CLASS, 0),
  HID_DESCRIPTOR,
  endpoint(ENDPOINT_IN),
  endpoint(ENDPOINT_OUT),
);

const CONFIGURATION_DESCRIPTOR: Uint8Array = concat(
  Uint8Array.of(
    ...[9, DescriptorType.CONFIGURATION],
    ...[low(9 + INTERFACE.length), high(9 + INTERFACE.length)],
    1, // interface
    CONFIGURATION,
    0, // no text for it
    0x80, // powered by the bus
    50, // 100 mA
  ),
  INTERFACE,
);

/** Places of the texts. */
const Text = { MANUFACTURER: 1, PRODUCT: 2, SERIAL: 3 } as const;
const ENGLISH = 0x0409;

function deviceDescriptor({ vendor, product, version }: UsbIdentity): Uint8Array {
  return Uint8Array.of(
    ...[18, DescriptorType.DEVICE],
    ...[0x00, 0x02], // USB 2.0
    ...[0, 0, 0], // the interface says what it is
    64, // bytes in a packet of endpoint 0
    ...[low(vendor), high(vendor), low(product), high(product), low(version), high(version)],
    ...[Text.MANUFACTURER, Text.PRODUCT, Text.SERIAL],
    1, // configuration
  );
}

/** UTF-16, cut to what its length has room for. */
function stringDescriptor(text: string): Uint8Array {
  const units = Array.from({ length: Math.min(text.length, 126) }, (_, place) => text.charCodeAt(place));
  return Uint8Array.of(
    2 + 2 * units.length,
    DescriptorType.STRING,
    ...units.flatMap((unit) => [low(unit), high(unit)]),
  );
}

/** A descriptor, whole; undefined where there is none of that type and index. */
export function descriptor(identity: UsbIdentity, type: number, index: number): Uint8Array | undefined {
  switch (type) {
    case DescriptorType.DEVICE:
      return index === 0 ? deviceDescriptor(identity) : undefined;
    case DescriptorType.CONFIGURATION:
      return index === 0 ? CONFIGURATION_DESCRIPTOR : undefined;
    case DescriptorType.STRING:
      return textDescriptor(identity, index);
    case DescriptorType.HID:
      return index === 0 ? HID_DESCRIPTOR : undefined;
    case DescriptorType.REPORT:
      return index === 0 ? REPORT_DESCRIPTOR : undefined;
    default:
      return undefined;
  }
}

/** How a host asks for a device's descriptor, and for that of its configuration: the setups of control requests. */
export const DEVICE_SETUP: Uint8Array = Uint8Array.of(0x80, 6, 0, DescriptorType.DEVICE, 0, 0, 18, 0);
export const CONFIGURATION_SETUP: Uint8Array = Uint8Array.of(
  0x80,
  6,
  0,
  DescriptorType.CONFIGURATION,
  0,
  0,
  0xff,
  0,
);

function textDescriptor({ manufacturer, name, serial }: UsbIdentity, index: number): Uint8Array | undefined {
  switch (index) {
    case 0:
      return Uint8Array.of(4, DescriptorType.STRING, low(ENGLISH), high(ENGLISH));
    case Text.MANUFACTURER:
      return stringDescriptor(manufacturer);
    case Text.PRODUCT:
      return stringDescriptor(name);
    case Text.SERIAL:
      return stringDescriptor(serial);
    default:
      return undefined;
  }
}
