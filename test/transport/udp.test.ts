import { afterEach, describe, expect, it } from 'vitest';
import { Authenticator } from '../../src/authenticator/authenticator.ts';
import { ScriptedUser } from '../../src/authenticator/user.ts';
import { WebAuthnClient } from '../../src/client/client.ts';
import { serveUdp } from '../../src/transport/udp.ts';
import { connectUdp } from '../../src/transport/udp-client.ts';

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
    const device = await connectUdp({ port: server.port });
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

  it('can be cancelled while it waits for its user, and says that it waits', async () => {
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
});
