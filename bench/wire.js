// The bytes door: CTAP2 requests to a device in this process, and to the same device over loopback UDP.
import { Authenticator } from 'stuntkey';
import { CtapCommand, encodeMessage, getAssertionRequest, makeCredentialRequest } from 'stuntkey/ctap';
import { connectUdp, serveUdp } from 'stuntkey/transport';

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

/** Requests in this process and over UDP, and how to end. */
export async function wire() {
  const device = new Authenticator();
  const server = await serveUdp(device, { port: 0 });
  const client = await connectUdp({ port: server.port });
  await ask(device, makeCredential)();
  return {
    getInfo: ask(device, getInfo),
    makeCredential: ask(device, makeCredential),
    getAssertion: ask(device, getAssertion),
    udpGetInfo: ask(client, getInfo),
    udpGetAssertion: ask(client, getAssertion),
    async close() {
      await client.close();
      await server.close();
    },
  };
}
