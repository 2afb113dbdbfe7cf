import { AuthenticatorEmulator, WebAuthnEmulator } from 'nid-webauthn-emulator';
import { describe, expect, it } from 'vitest';
import { Authenticator, WebAuthnClient } from '../../src/entries/index.ts';

const options = (id: string) => ({
  rp: { name: 'Example', id },
  user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
  challenge: 'Y2hhbGxlbmdlLWZyb20tc2VydmVy',
  pubKeyCredParams: [{ type: 'public-key' as const, alg: -7 }],
});

// What the README's comparison says of the peer that can be run here.
describe.each([
  ['https://evillogin.example.com', 'login.example.com'],
  ['https://ada.github.io', 'github.io'],
  ['http://example.com', 'example.com'],
])('a page at %s that claims %s', (origin, rpId) => {
  it('is refused here', async () => {
    const client = new WebAuthnClient({ origin, authenticator: new Authenticator() });
    await expect(client.create(options(rpId))).rejects.toMatchObject({ name: 'SecurityError' });
  });

  it('is accepted by nid-webauthn-emulator 0.2', () => {
    const emulator = new WebAuthnEmulator(new AuthenticatorEmulator());
    expect(emulator.createJSON(origin, options(rpId)).id).toBeTypeOf('string');
  });
});
