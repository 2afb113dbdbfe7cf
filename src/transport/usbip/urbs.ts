/**
 * What USB/IP says of an imported device (https://docs.kernel.org/usb/usbip_protocol.html): headers of 48 bytes, and the data
 * of transfers behind them. Isochronous transfers, which no security key has, are not there.
 */
import { concat } from '../../base/bytes.ts';

const UsbipCommand = { CMD_SUBMIT: 1, CMD_UNLINK: 2, RET_SUBMIT: 3, RET_UNLINK: 4 } as const;

export const HEADER_SIZE = 48;

/** What says that a transfer is not isochronous; 0 is met, too. */
const NOT_ISOCHRONOUS = 0xffffffff;

/** Linux's error numbers, negative in `status`. */
export const UrbStatus = {
  OK: 0,
  /** The endpoint stalls. */
  EPIPE: -32,
  /** More was sent than there is room for. */
  EOVERFLOW: -75,
  /** It was unlinked. */
  ECONNRESET: -104,
  /** Too many wait already. */
  ENOMEM: -12,
} as const;

interface Basic {
  /** Counts up for each connection; a result has its request's. */
  readonly seqnum: number;
}

/** CMD_SUBMIT: a transfer is to be made. */
export interface Submit extends Basic {
  readonly command: 'submit';
  readonly devid: number;
  readonly direction: 'in' | 'out';
  readonly endpoint: number;
  /** transfer_flags, which are for host controllers. */
  readonly flags: number;
  /** How many bytes follow (out), or how many there is room for (in). */
  readonly length: number;
  /** Whether descriptors of isochronous packets follow, too. */
  readonly isochronous: boolean;
  readonly interval: number;
  /** 8 bytes, of control transfers. */
  readonly setup: Uint8Array;
}

/** CMD_UNLINK: a transfer is not wanted any more. */
export interface Unlink extends Basic {
  readonly command: 'unlink';
  readonly devid: number;
  /** The request that is meant. */
  readonly unlinked: number;
}

/** RET_SUBMIT: how a transfer ended. */
export interface Submitted extends Basic {
  readonly command: 'submitted';
  /** 0, or a negative error number. */
  readonly status: number;
  /** How many bytes were transferred; those of a transfer in follow. */
  readonly actualLength: number;
}

/** RET_UNLINK: -104 where the transfer was dropped, 0 where it was over already. */
export interface Unlinked extends Basic {
  readonly command: 'unlinked';
  readonly status: number;
}

/** Reads what a client sends. @param bytes 48 bytes. @returns undefined for a command that there is not */
export function decodeRequest(bytes: Uint8Array): Submit | Unlink | undefined {
  const view = viewOf(bytes);
  const [seqnum, devid] = [view.getUint32(4), view.getUint32(8)];
  switch (view.getUint32(0)) {
    case UsbipCommand.CMD_SUBMIT: {
      const packets = view.getUint32(0x20);
      return {
        command: 'submit',
        seqnum,
        devid,
        direction: view.getUint32(0x0c) === 0 ? 'out' : 'in',
        endpoint: view.getUint32(0x10),
        flags: view.getUint32(0x14),
        length: view.getUint32(0x18),
        isochronous: packets !== 0 && packets !== NOT_ISOCHRONOUS,
        interval: view.getUint32(0x24),
        setup: bytes.slice(0x28, 0x30),
      };
    }
    case UsbipCommand.CMD_UNLINK:
      return { command: 'unlink', seqnum, devid, unlinked: view.getUint32(0x14) };
    default:
      return undefined;
  }
}

/** What a client sends, with the data of a transfer out behind it. */
export function encodeRequest(request: Submit | Unlink, data: Uint8Array = new Uint8Array()): Uint8Array {
  const bytes = new Uint8Array(HEADER_SIZE);
  const view = viewOf(bytes);
  view.setUint32(4, request.seqnum);
  view.setUint32(8, request.devid);
  if (request.command === 'unlink') {
    view.setUint32(0, UsbipCommand.CMD_UNLINK);
    view.setUint32(0x14, request.unlinked);
    return bytes;
  }
  view.setUint32(0, UsbipCommand.CMD_SUBMIT);
  view.setUint32(0x0c, request.direction === 'in' ? 1 : 0);
  view.setUint32(0x10, request.endpoint);
  view.setUint32(0x14, request.flags);
  view.setUint32(0x18, request.length);
  view.setUint32(0x20, NOT_ISOCHRONOUS);
  view.setUint32(0x24, request.interval);
  bytes.set(request.setup, 0x28);
  return concat(bytes, data);
}

/** Reads what a server sends. @param bytes 48 bytes. @returns undefined for a command that there is not */
export function decodeResult(bytes: Uint8Array): Submitted | Unlinked | undefined {
  const view = viewOf(bytes);
  const seqnum = view.getUint32(4);
  const status = view.getInt32(0x14);
  switch (view.getUint32(0)) {
    case UsbipCommand.RET_SUBMIT:
      return { command: 'submitted', seqnum, status, actualLength: view.getUint32(0x18) };
    case UsbipCommand.RET_UNLINK:
      return { command: 'unlinked', seqnum, status };
    default:
      return undefined;
  }
}

/** What a server sends, with the data of a transfer in behind it. */
export function encodeResult(result: Submitted | Unlinked, data: Uint8Array = new Uint8Array()): Uint8Array {
  const bytes = new Uint8Array(HEADER_SIZE);
  const view = viewOf(bytes);
  view.setUint32(4, result.seqnum);
  view.setInt32(0x14, result.status);
  if (result.command === 'unlinked') {
    view.setUint32(0, UsbipCommand.RET_UNLINK);
    return bytes;
  }
  view.setUint32(0, UsbipCommand.RET_SUBMIT);
  view.setUint32(0x18, result.actualLength);
  view.setUint32(0x20, NOT_ISOCHRONOUS);
  return concat(bytes, data);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
