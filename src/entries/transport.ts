/**
 * Carrying a device to clients elsewhere: CTAPHID over loopback UDP, Linux's uhid and USB/IP, APDUs at a virtual NFC reader, records over stdio;
 * and the client's side. Functions throw `TransportError` with a code.
 *
 * @example
 * ```js
 * import { PassThrough } from 'node:stream';
 * import { Authenticator } from 'stuntkey';
 * import { connectUdp, continuationPacket, CtapHidClient, CtapHidCommand, CtapHidError } from 'stuntkey/transport';
 * import { initialPacket, listUsbip, openUhidNode, readPacket, serveUdp, serveUsbip } from 'stuntkey/transport';
 * import { streamNode, TransportError } from 'stuntkey/transport';
 *
 * const server = await serveUdp(new Authenticator(), { port: 0 });
 * const device = await connectUdp({ port: server.port });
 * console.log(device instanceof CtapHidClient); // true
 * const [status] = await device.transact(Uint8Array.of(0x04)); // authenticatorGetInfo
 * console.log(status); // 0
 * await device.close();
 * await server.close();
 *
 * const first = initialPacket(1, CtapHidCommand.PING, new Uint8Array(100));
 * const second = continuationPacket(1, 0, new Uint8Array(43));
 * console.log(readPacket(first).type, readPacket(second).type); // initial continuation
 * console.log(new CtapHidError(0x06).message.includes('ERR_CHANNEL_BUSY')); // true
 *
 * const exported = await serveUsbip(new Authenticator(), { port: 0 });
 * const [found] = await listUsbip({ port: exported.port });
 * console.log(found.busid); // 1-1
 * await exported.close();
 *
 * const missing = await openUhidNode('/dev/no-such-node').catch((error) => error);
 * console.log(missing instanceof TransportError && missing.code); // cannot-open
 * const node = streamNode(new PassThrough()); // in place of the kernel
 * await node.close();
 * ```
 * @module stuntkey/transport
 */

export type { ChannelMode } from '../transport/ctaphid/channels.ts';
export {
  CtapHidClient,
  type CtapHidClientOptions,
  type CtapHidIdentity,
} from '../transport/ctaphid/client.ts';
export { CtapHid, type CtapHidOptions, type CtapHidPolicy } from '../transport/ctaphid/ctaphid.ts';
export { REPORT_DESCRIPTOR } from '../transport/ctaphid/descriptor.ts';
export { CtapHidError, CtapHidErrorCode, type CtapHidErrorName } from '../transport/ctaphid/errors.ts';
export {
  BROADCAST_CHANNEL,
  type ContinuationPacket,
  CTAPHID_VERSION,
  CtapHidCapability,
  CtapHidCommand,
  type CtapHidPacket,
  continuationPacket,
  fragment,
  type InitialPacket,
  initialPacket,
  MAX_MESSAGE,
  NONCE_SIZE,
  PACKET_SIZE,
  RESERVED_CHANNEL,
  readPacket,
} from '../transport/ctaphid/packets.ts';
export type { PacketPipe } from '../transport/ctaphid/pipe.ts';
export type { CarriedDevice, CarriedRequestOptions } from '../transport/device.ts';
export { TransportError, type TransportErrorCode } from '../transport/errors.ts';
export {
  MAX_RECORD,
  StdioControl,
  type StdioOptions,
  type StdioServer,
  StdioTag,
  serveStdio,
} from '../transport/stdio.ts';
export { DEFAULT_PORT, serveUdp, type UdpServer, type UdpServerOptions } from '../transport/udp.ts';
export { connectUdp, type UdpClientOptions } from '../transport/udp-client.ts';
export type { UhidIdentity } from '../transport/uhid/events.ts';
export { openUhidNode, streamNode, type UhidNode } from '../transport/uhid/node.ts';
export { serveUhid, type UhidOptions, type UhidServer } from '../transport/uhid.ts';
export type { UsbIdentity } from '../transport/usbip/descriptors.ts';
export type { UsbClass, UsbipDevice } from '../transport/usbip/operations.ts';
export { serveUsbip, USBIP_PORT, type UsbipOptions, type UsbipServer } from '../transport/usbip.ts';
export {
  connectUsbip,
  listUsbip,
  type UsbipAddress,
  type UsbipClientOptions,
} from '../transport/usbip-client.ts';
export { ATR, serveVpcd, VPCD_PORT, type VpcdOptions, type VpcdServer } from '../transport/vpcd.ts';
