/** @simplewebauthn/server, as https://simplewebauthn.dev/docs/packages/server shows it. */
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type WebAuthnCredential,
} from '@simplewebauthn/server';
import { isoBase64URL } from '@simplewebauthn/server/helpers';
import { type Library, ORIGIN, RP_ID } from './application.ts';

const expected = { expectedOrigin: ORIGIN, expectedRPID: RP_ID };

export const simplewebauthn: Library<WebAuthnCredential> = {
  name: '@simplewebauthn/server',
  creationOptions: ({ name, handle }, exclude) =>
    generateRegistrationOptions({
      rpName: 'Example',
      rpID: RP_ID,
      userName: name,
      userID: isoBase64URL.toBuffer(handle),
      attestationType: 'none',
      excludeCredentials: exclude.map((id) => ({ id })),
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
    }) as never,
  async verifyRegistration(response, expectedChallenge) {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: response as never,
      expectedChallenge,
      ...expected,
    });
    if (!verified) throw new Error('not verified');
    return registrationInfo.credential;
  },
  requestOptions: (allow) =>
    generateAuthenticationOptions({ rpID: RP_ID, allowCredentials: allow.map((id) => ({ id })) }) as never,
  async verifyAuthentication(response, expectedChallenge, credential) {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: response as never,
      expectedChallenge,
      credential,
      ...expected,
    });
    if (!verified) throw new Error('not verified');
    return authenticationInfo.newCounter;
  },
};
