/** Carrying a device to clients elsewhere: CTAPHID over loopback UDP and Linux's uhid, records over stdio; and the client's side. */
export type { ChannelMode } from './ctaphid/channels.ts';
export { CtapHidClient, type CtapHidClientOptions, type CtapHidIdentity } from './ctaphid/client.ts';
export { CtapHid, type CtapHidOptions, type CtapHidPolicy } from './ctaphid/ctaphid.ts';
export { CtapHidError, CtapHidErrorCode, type CtapHidErrorName } from './ctaphid/errors.ts';
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
} from './ctaphid/packets.ts';
export type { PacketPipe } from './ctaphid/pipe.ts';
export type { CarriedDevice, CarriedRequestOptions } from './device.ts';
export { TransportError, type TransportErrorCode } from './errors.ts';
export {
  MAX_RECORD,
  StdioControl,
  type StdioOptions,
  type StdioServer,
  StdioTag,
  serveStdio,
} from './stdio.ts';
export { DEFAULT_PORT, serveUdp, type UdpServer, type UdpServerOptions } from './udp.ts';
export { connectUdp, type UdpClientOptions } from './udp-client.ts';
export { REPORT_DESCRIPTOR } from './uhid/descriptor.ts';
export type { UhidIdentity } from './uhid/events.ts';
export { openUhidNode, streamNode, type UhidNode } from './uhid/node.ts';
export { serveUhid, type UhidOptions, type UhidServer } from './uhid.ts';
