import { createSocket } from 'node:dgram';
import { afterEach, describe, expect, it } from 'vitest';
import { Authenticator } from '../../src/authenticator/authenticator.ts';
import { ManualClock } from '../../src/base/clock.ts';
import { WebAuthnClient } from '../../src/client/client.ts';
import { ScriptedUser } from '../../src/person/user.ts';
import { initialPacket } from '../../src/transport/ctaphid/packets.ts';
import { serveUdp } from '../../src/transport/udp.ts';
import { connectUdp } from '../../src/transport/udp-client.ts';
import { PATIENCE } from '../patience.ts';

const creation = {
  rp: { name: 'Example', id: 'example.com' },
  user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
  challenge: 'Y2hhbGxlbmdlLWZyb20tc2VydmVy',
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
};

describe('a device behind loopback UDP', () => {
  const open: { close(): Promise<void> | void }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close();
  });

  async function carried() {
    const user = new ScriptedUser();
    const authenticator = new Authenticator({ user });
    const server = await serveUdp(authenticator, { port: 0 });
    open.push(server);
    const device = await connectUdp({ port: server.port, timeout: PATIENCE });
    open.push(device);
    return { user, authenticator, device };
  }

  it('registers and signs in through the same client as in process', async () => {
    const { device, authenticator } = await carried();
    const client = new WebAuthnClient({ origin: 'https://example.com', authenticator: device });
    const { id } = await client.create(creation);
    const request = { challenge: creation.challenge, allowCredentials: [{ type: 'public-key', id }] };
    expect((await client.get(request)).id).toBe(id);
    expect(authenticator.credentials.list()[0]?.signCount).toBe(1);
  });

  it('answers the same bytes as in process', async () => {
    const { device, authenticator } = await carried();
    expect(await device.transact(Uint8Array.of(0x04))).toEqual(
      await authenticator.transact(Uint8Array.of(0x04)),
    );
    expect(await device.transact(Uint8Array.of(0x99))).toEqual(Uint8Array.of(0x01));
  });

  it('can be canceled while it waits for its user, and says that it waits', async () => {
    const { device, user } = await carried();
    user.next({ presence: 'ignore' });
    const cancel = new AbortController();
    const keepalives: number[] = [];
    const answer = device.transact(Uint8Array.of(0x0b), {
      signal: cancel.signal,
      keepalive: (status: number) => {
        keepalives.push(status);
        cancel.abort();
      },
    });
    expect(await answer).toEqual(Uint8Array.of(0x2d));
    expect(keepalives).toContain(2);
  });

  it('is power-cycled by the datagram of the simulators: RAM is gone, the store is not, channels go on', async () => {
    const clock = new ManualClock();
    const authenticator = new Authenticator({ clock });
    const server = await serveUdp(authenticator, { port: 0 });
    open.push(server);
    const device = await connectUdp({ port: server.port, timeout: PATIENCE });
    open.push(device);
    const client = new WebAuthnClient({ origin: 'https://example.com', authenticator: device });
    await client.create({ ...creation, authenticatorSelection: { residentKey: 'required' } });
    clock.advance(60_000);
    expect(await device.transact(Uint8Array.of(0x07))).toEqual(Uint8Array.of(0x30));
    device.powerCycle();
    expect(authenticator.credentials.list()).toHaveLength(1);
    expect(await device.transact(Uint8Array.of(0x07))).toEqual(Uint8Array.of(0x00));
    expect(authenticator.credentials.list()).toEqual([]);
  });

  it('serves several clients at once, each on its own port', async () => {
    const authenticator = new Authenticator();
    const server = await serveUdp(authenticator, { port: 0 });
    open.push(server);
    const clients = await Promise.all(
      [1, 2, 3].map(() => connectUdp({ port: server.port, timeout: PATIENCE })),
    );
    open.push(...clients);
    const answers = await Promise.all(clients.map((client) => client.transact(Uint8Array.of(0x04))));
    expect(new Set(answers.map(String)).size).toBe(1);
  });

  it('takes datagrams of 64 bytes and no others', async () => {
    const server = await serveUdp(new Authenticator(), { port: 0 });
    open.push(server);
    const socket = createSocket('udp4');
    open.push({ close: () => void socket.close() });
    const answers: Buffer[] = [];
    socket.on('message', (datagram) => answers.push(datagram));
    await new Promise<void>((resolve) => socket.connect(server.port, '127.0.0.1', resolve));
    const ping = initialPacket(0x11223344, 0x01, Uint8Array.of(7));
    for (const datagram of [Buffer.alloc(0), ping.subarray(0, 63), Buffer.concat([Buffer.of(0), ping])]) {
      socket.send(datagram);
    }
    socket.send(ping);
    await expect.poll(() => answers.length, { interval: 5 }).toBe(1);
    expect(answers[0]).toHaveLength(64);
  });

  it('lets go of its port when it is closed, and says so when it cannot have one', async () => {
    const server = await serveUdp(new Authenticator(), { port: 0 });
    await expect(serveUdp(new Authenticator(), { port: server.port })).rejects.toMatchObject({
      code: 'cannot-open',
    });
    await server.close();
    const again = await serveUdp(new Authenticator(), { port: server.port });
    await again.close();
  });
});
