/** Ceremonies with people of a fleet, judged by SimpleWebAuthn's server. */
import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
import { base64url, fromBase64url } from '../../../src/base/base64url.ts';
import { utf8 } from '../../../src/base/bytes.ts';
import type { PersonRecord } from '../../../src/load/fleet/derivation.ts';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  RegistrationResponseJSON,
} from '../../../src/webauthn/types.ts';

export const identity = { seed: 'stuntkey test', rpId: 'example.com' };
export const challenge: string = base64url(utf8('a challenge that is long enough'));
export const request = { challenge, rpId: 'example.com' };
export const creation: PublicKeyCredentialCreationOptionsJSON = {
  rp: { name: 'Example', id: 'example.com' },
  user: { id: base64url(utf8('the server’s own handle')), name: 'ada', displayName: 'Ada' },
  challenge,
  pubKeyCredParams: [
    { type: 'public-key', alg: -8 },
    { type: 'public-key', alg: -7 },
  ],
};

const expected = {
  expectedChallenge: challenge,
  expectedOrigin: 'https://example.com',
  expectedRPID: 'example.com',
};

/** What a server learns of a registration. @throws if it does not verify */
export async function registrationOf(response: RegistrationResponseJSON) {
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    response: response as never,
    ...expected,
  });
  if (!verified) throw new Error('the registration does not verify');
  return registrationInfo;
}

/** What a server that knows only the record learns of a sign-in. @throws if it does not verify */
export async function signInOf(response: AuthenticationResponseJSON, record: PersonRecord, counter = 0) {
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response: response as never,
    ...expected,
    credential: {
      id: base64url(record.credentialId),
      publicKey: new Uint8Array(record.publicKey),
      counter,
    },
  });
  if (!verified) throw new Error('the sign-in does not verify');
  return authenticationInfo;
}

export { base64url, fromBase64url };
