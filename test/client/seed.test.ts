import { describe, expect, it } from 'vitest';
import { Authenticator, ManualClock, WebAuthnClient } from '../../src/entries/index.ts';

/** Registers with PRF, and signs in with it. @returns every byte of both */
async function ceremony(seed: string | undefined): Promise<string> {
  const authenticator = new Authenticator({ seed: 'device', clock: new ManualClock() });
  const client = new WebAuthnClient({
    origin: 'https://example.com',
    authenticator,
    clock: new ManualClock(),
    ...(seed !== undefined && { seed }),
  });
  const made = await client.create({
    rp: { name: 'E' },
    user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
    challenge: 'AAAA',
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
    authenticatorSelection: { residentKey: 'required' },
    extensions: { prf: { eval: { first: 'c2FsdA' } } },
  });
  const used = await client.get({ challenge: 'AAAA', extensions: { prf: { eval: { first: 'c2FsdA' } } } });
  return JSON.stringify([made, used]);
}

describe('a client with a seed', () => {
  it('repeats every byte beside a device with a seed, PRF’s included', async () => {
    expect(await ceremony('client')).toBe(await ceremony('client'));
    expect(await ceremony('client')).not.toBe(await ceremony('another'));
    expect(await ceremony(undefined)).not.toBe(await ceremony(undefined));
  });

  it('is not given chance as well', () => {
    const options = { origin: 'https://example.com', authenticator: new Authenticator(), seed: 'x' };
    expect(() => new WebAuthnClient({ ...options, random: (n) => new Uint8Array(n) })).toThrow(
      expect.objectContaining({ code: 'bad-options' }),
    );
  });
});
