import { describe, expect, it } from 'vitest';
import { Authenticator, WebAuthnClient } from '../../src/entries/index.ts';
import { requireFrom, whyNoJudge } from '../judges/install.ts';
import { named } from './debian.ts';

// Small, and named by README: it is installed in quick runs, too.
const missing = whyNoJudge('nid-webauthn-emulator');

/** As much of it as is used. */
interface Peer {
  readonly AuthenticatorEmulator: new () => object;
  readonly WebAuthnEmulator: new (
    authenticator: object,
  ) => { createJSON(origin: string, options: object): { readonly id: string } };
}

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

  it.skipIf(missing)(named('is accepted by nid-webauthn-emulator 0.2', missing), () => {
    const { AuthenticatorEmulator, WebAuthnEmulator } = requireFrom(
      'nid-webauthn-emulator',
      'nid-webauthn-emulator',
    ) as Peer;
    const emulator = new WebAuthnEmulator(new AuthenticatorEmulator());
    expect(emulator.createJSON(origin, options(rpId)).id).toBeTypeOf('string');
  });
});
