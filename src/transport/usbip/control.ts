/** Endpoint 0 of a security key: the standard requests of USB 2.0 section 9.4, and those of HID 1.11 section 7.2 that it has. */
import { CONFIGURATION, descriptor, ENDPOINT_IN, ENDPOINT_OUT, type UsbIdentity } from './descriptors.ts';

/** Direction, type and recipient, in the first byte of a request. */
const Recipient = {
  DEVICE: 0x00,
  INTERFACE: 0x01,
  ENDPOINT: 0x02,
  /** HID's own requests. */
  HID: 0x21,
} as const;
const IN = 0x80;

const Request = {
  GET_STATUS: 0,
  CLEAR_FEATURE: 1,
  SET_FEATURE: 3,
  SET_ADDRESS: 5,
  GET_DESCRIPTOR: 6,
  GET_CONFIGURATION: 8,
  SET_CONFIGURATION: 9,
  GET_INTERFACE: 10,
  SET_INTERFACE: 11,
  HID_GET_IDLE: 2,
  HID_SET_IDLE: 10,
} as const;

/** The one feature of an endpoint. */
const ENDPOINT_HALT = 0;

const NOTHING: Uint8Array = new Uint8Array();

/** A request on endpoint 0, the 8 bytes of its setup. */
interface Setup {
  /** Direction, type and recipient together. */
  readonly kind: number;
  readonly request: number;
  readonly value: number;
  readonly index: number;
  readonly length: number;
}

function readSetup(bytes: Uint8Array): Setup {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    kind: view.getUint8(0),
    request: view.getUint8(1),
    value: view.getUint16(2, true),
    index: view.getUint16(4, true),
    length: view.getUint16(6, true),
  };
}

/** What a host has set, and what it is answered. */
export class ControlEndpoint {
  readonly #identity: UsbIdentity;
  #configuration = 0;
  /** How often a report is repeated that has not changed: kept, and without meaning where reports are packets. */
  #idle = 0;
  readonly #halted = new Set<number>();

  constructor(identity: UsbIdentity) {
    this.#identity = identity;
  }

  /** Whether transfers can be made on an endpoint, by its address: not before the host has set the configuration. */
  serves(address: number): boolean {
    return this.#has(address) && this.#configuration !== 0 && !this.#halted.has(address);
  }

  /**
   * Answers a request.
   *
   * @param bytes the 8 bytes of the setup
   * @returns the data, which is empty for a request that has none; undefined where the endpoint stalls
   */
  answer(bytes: Uint8Array): Uint8Array | undefined {
    const setup = readSetup(bytes);
    const data = this.#answer(setup);
    return data?.subarray(0, setup.length);
  }

  #answer({ kind, request, value, index }: Setup): Uint8Array | undefined {
    switch (kind) {
      case IN | Recipient.DEVICE:
        return this.#getOfDevice(request, value);
      case Recipient.DEVICE:
        return this.#setOfDevice(request, value);
      case IN | Recipient.INTERFACE:
        return index === 0 ? this.#getOfInterface(request, value) : undefined;
      case Recipient.INTERFACE:
        // There is one setting alone.
        return request === Request.SET_INTERFACE && index === 0 && value === 0 ? NOTHING : undefined;
      case IN | Recipient.ENDPOINT:
        if (request !== Request.GET_STATUS || !(index === 0 || this.#has(index))) return undefined;
        return Uint8Array.of(this.#halted.has(index) ? 1 : 0, 0);
      case Recipient.ENDPOINT:
        return this.#setOfEndpoint(request, value, index);
      case IN | Recipient.HID:
        return request === Request.HID_GET_IDLE ? Uint8Array.of(this.#idle) : undefined;
      case Recipient.HID:
        // (GET_REPORT and SET_REPORT stall: reports go through the interrupt endpoints.)
        if (request !== Request.HID_SET_IDLE) return undefined;
        this.#idle = value >> 8;
        return NOTHING;
      default:
        return undefined;
    }
  }

  #getOfDevice(request: number, value: number): Uint8Array | undefined {
    switch (request) {
      case Request.GET_STATUS:
        return Uint8Array.of(0, 0);
      case Request.GET_DESCRIPTOR:
        // HID's descriptors are the interface's.
        return value >> 8 < 0x20 ? descriptor(this.#identity, value >> 8, value & 0xff) : undefined;
      case Request.GET_CONFIGURATION:
        return Uint8Array.of(this.#configuration);
      default:
        return undefined;
    }
  }

  #setOfDevice(request: number, value: number): Uint8Array | undefined {
    if (request === Request.SET_ADDRESS) return NOTHING;
    if (request !== Request.SET_CONFIGURATION || (value !== 0 && value !== CONFIGURATION)) return undefined;
    this.#configuration = value;
    this.#halted.clear();
    return NOTHING;
  }

  #getOfInterface(request: number, value: number): Uint8Array | undefined {
    switch (request) {
      case Request.GET_STATUS:
        return Uint8Array.of(0, 0);
      case Request.GET_INTERFACE:
        return Uint8Array.of(0);
      case Request.GET_DESCRIPTOR:
        return value >> 8 >= 0x20 ? descriptor(this.#identity, value >> 8, value & 0xff) : undefined;
      default:
        return undefined;
    }
  }

  #setOfEndpoint(request: number, value: number, address: number): Uint8Array | undefined {
    if (value !== ENDPOINT_HALT || !this.#has(address)) return undefined;
    if (request === Request.CLEAR_FEATURE) this.#halted.delete(address);
    else if (request === Request.SET_FEATURE) this.#halted.add(address);
    else return undefined;
    return NOTHING;
  }

  #has(address: number): boolean {
    return address === ENDPOINT_IN || address === ENDPOINT_OUT;
  }
}
