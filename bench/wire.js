// The bytes door: CTAP2 requests to a device in this process, and to the same device over loopback UDP, USB/IP and a reader of cards.
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Authenticator } from 'stuntkey';
import { recordTo } from 'stuntkey/capture';
import { CtapCommand, encodeMessage, getAssertionRequest, makeCredentialRequest } from 'stuntkey/ctap';
import { connectUdp, connectUsbip, serveUdp, serveUsbip, serveVpcd } from 'stuntkey/transport';
import { reader } from './reader.js';

const clientDataHash = new Uint8Array(32).fill(7);
const rpId = 'example.com';
const getInfo = Uint8Array.of(CtapCommand.authenticatorGetInfo);
const makeCredential = encodeMessage(CtapCommand.authenticatorMakeCredential, makeCredentialRequest, {
  clientDataHash,
  rp: { id: rpId },
  user: { id: Uint8Array.of(1), name: 'ada' },
  pubKeyCredParams: [{ alg: -7, type: 'public-key' }],
  options: { rk: true, uv: true },
});
const getAssertion = encodeMessage(CtapCommand.authenticatorGetAssertion, getAssertionRequest, {
  rpId,
  clientDataHash,
  options: { uv: true },
});

/** @typedef {{ transact(request: Uint8Array): Promise<Uint8Array> }} Door */

/** @param {Door} door @param {Uint8Array} request */
const ask = (door, request) => async () => {
  const [status] = await door.transact(request);
  if (status !== 0) throw new Error(`status 0x${status?.toString(16)}`);
};

/** Requests in this process and over wires, and how to end. */
export async function wire() {
  const device = new Authenticator();
  const recorded = join(tmpdir(), `stuntkey-bench-${process.pid}.pcapng`);
  const recording = recordTo(recorded);
  const servers = [
    await serveUdp(device, { port: 0 }),
    await serveUdp(recording.of(device), { port: 0 }),
    await serveUsbip(device, { port: 0 }),
    await serveVpcd(device, { listen: true, port: 0 }),
  ];
  const [udpPort = 0, recordedPort = 0, usbipPort = 0, vpcdPort = 0] = servers.map(({ port }) => port);
  const udp = await connectUdp({ port: udpPort });
  const recordedUdp = await connectUdp({ port: recordedPort });
  const usbip = await connectUsbip({ port: usbipPort });
  const card = await reader(vpcdPort);
  await ask(device, makeCredential)();
  return {
    getInfo: ask(device, getInfo),
    makeCredential: ask(device, makeCredential),
    getAssertion: ask(device, getAssertion),
    udpGetInfo: ask(udp, getInfo),
    udpGetAssertion: ask(udp, getAssertion),
    recordedGetAssertion: ask(recordedUdp, getAssertion),
    usbipGetInfo: ask(usbip, getInfo),
    usbipGetAssertion: ask(usbip, getAssertion),
    vpcdGetInfo: ask(card, getInfo),
    async close() {
      for (const client of [udp, recordedUdp, usbip, card]) await client.close();
      for (const server of servers) await server.close();
      recording.close();
      rmSync(recorded);
    },
  };
}
