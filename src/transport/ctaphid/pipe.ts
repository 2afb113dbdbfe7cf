/** What a client needs of whatever takes its packets to a device and back. */

/** Takes packets both ways, each 64 bytes, in order; losing one is allowed. */
export interface PacketPipe {
  /** Takes a packet to the device. */
  send(packet: Uint8Array): void;
  /** Called once, before anything is sent: hands over each packet that arrives, and the end with its reason, if any. */
  listen(onPacket: (packet: Uint8Array) => void, onEnd: (reason?: Error) => void): void;
  /** Unplugs the device and plugs it in again, where the pipe has a way to. */
  powerCycle?(): void;
  /** Ends it. */
  close(): Promise<void>;
}
