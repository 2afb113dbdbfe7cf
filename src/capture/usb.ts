/**
 * Transfers of USB as captures have them: Linux's usbmon (https://docs.kernel.org/usb/usbmon.html), with its header of 64 bytes or
 * of 48, and USBPcap of Windows (https://desowin.org/usbpcap/captureformat.html).
 */
import { concat } from '../base/bytes.ts';
import type { Packet } from './pcapng/read.ts';

export const LinkType = { USBMON_48: 189, USBMON: 220, USBPCAP: 249 } as const;

const USBMON_SIZE = 64;
const USBPCAP_SIZE = 27;
const SUBMIT = 0x53;
const COMPLETE = 0x43;

/** What kind of transfer; the others carry nothing for us. */
export const TransferType = { INTERRUPT: 1, CONTROL: 2 } as const;
const INTERRUPT_OF_USBPCAP = 1;

/** An event of a transfer, with the data that it brought: that of one out when it is submitted, of one in when it is complete. */
export interface Transfer {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly bus: number;
  readonly device: number;
  readonly direction: 'in' | 'out';
  readonly data: Uint8Array;
}

/** The data that an interrupt transfer brought; undefined for any other event. */
export function readTransfer({ linkType, at, data, little }: Packet): Transfer | undefined {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  switch (linkType) {
    case LinkType.USBMON:
    case LinkType.USBMON_48: {
      const size = linkType === LinkType.USBMON ? USBMON_SIZE : 48;
      if (data.length < size || data[9] !== TransferType.INTERRUPT) return undefined;
      const endpoint = view.getUint8(10);
      const direction = endpoint & 0x80 ? 'in' : 'out';
      if (data[8] !== (direction === 'in' ? COMPLETE : SUBMIT)) return undefined;
      const captured = view.getUint32(36, little);
      return {
        at,
        bus: view.getUint16(12, little),
        device: view.getUint8(11),
        direction,
        data: data.subarray(size, size + captured),
      };
    }
    case LinkType.USBPCAP: {
      // (Its numbers are little-endian, wherever it is read.)
      if (data.length < USBPCAP_SIZE || data[22] !== INTERRUPT_OF_USBPCAP) return undefined;
      const direction = view.getUint8(21) & 0x80 ? 'in' : 'out';
      // The lowest bit of `info`: from the device up.
      if ((view.getUint8(16) & 1) !== (direction === 'in' ? 1 : 0)) return undefined;
      const size = view.getUint16(0, true);
      return {
        at,
        bus: view.getUint16(17, true),
        device: view.getUint16(19, true),
        direction,
        data: data.subarray(size, size + view.getUint32(23, true)),
      };
    }
    default:
      return undefined;
  }
}

/** What an event of usbmon says besides its data. */
export interface UsbmonEvent {
  /** The same for what is submitted and what is complete. */
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly event: 'submit' | 'complete';
  readonly type: number;
  /** With the direction in its highest bit. */
  readonly endpoint: number;
  /** 8 bytes, of a control transfer that is submitted. */
  readonly setup?: Uint8Array;
  readonly data?: Uint8Array;
}

/** Where a recorded key is said to be. */
const RECORDED = { bus: 1, device: 2 } as const;

const EINPROGRESS = -115;
/** The byte in place of data that is absent, by direction, and of a setup. */
const NONE = { in: 0x3c, out: 0x3e, setup: 0x2d } as const;

/** An event with usbmon's header of 64 bytes, little-endian. */
export function usbmonEvent({ id, at, event, type, endpoint, setup, data }: UsbmonEvent): Uint8Array {
  const header = new Uint8Array(USBMON_SIZE);
  const view = new DataView(header.buffer);
  const seconds = Math.floor(at / 1000);
  view.setBigUint64(0, BigInt(id), true);
  view.setUint8(8, event === 'submit' ? SUBMIT : COMPLETE);
  view.setUint8(9, type);
  view.setUint8(10, endpoint);
  view.setUint8(11, RECORDED.device);
  view.setUint16(12, RECORDED.bus, true);
  view.setUint8(14, setup === undefined ? NONE.setup : 0);
  view.setUint8(15, data !== undefined ? 0 : endpoint & 0x80 ? NONE.in : NONE.out);
  view.setBigInt64(16, BigInt(seconds), true);
  view.setInt32(24, Math.floor((at - seconds * 1000) * 1000), true);
  view.setInt32(28, event === 'submit' ? EINPROGRESS : 0, true);
  view.setUint32(32, data?.length ?? 0, true);
  view.setUint32(36, data?.length ?? 0, true);
  if (setup !== undefined) header.set(setup, 40);
  return data === undefined ? header : concat(header, data);
}
