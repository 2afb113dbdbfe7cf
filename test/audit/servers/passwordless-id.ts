/** @passwordless-id/webauthn, as https://webauthn.passwordless.id shows it. Its client makes the options in the page. */
import { server } from '@passwordless-id/webauthn';
import { type Kept, type Library, ORIGIN, RP_ID } from './application.ts';

interface Credential extends Kept {
  readonly publicKey: string;
  readonly algorithm: 'ES256' | 'RS256' | 'EdDSA';
  readonly transports: never[];
}

const described = (ids: readonly string[]) => ids.map((id) => ({ type: 'public-key' as const, id }));

export const passwordlessId: Library<Credential> = {
  name: '@passwordless-id/webauthn',
  creationOptions: async ({ name, handle }, exclude) => ({
    challenge: server.randomChallenge(),
    rp: { id: RP_ID, name: RP_ID },
    user: { id: handle, name, displayName: name },
    pubKeyCredParams: [
      { alg: -7, type: 'public-key' },
      { alg: -257, type: 'public-key' },
    ],
    authenticatorSelection: {
      userVerification: 'required',
      residentKey: 'preferred',
      requireResidentKey: false,
    },
    attestation: 'direct',
    excludeCredentials: described(exclude),
  }),
  async verifyRegistration(response, challenge, { name, handle }) {
    const { credential, authenticator } = await server.verifyRegistration(
      { ...response, user: { id: handle, name, displayName: name } } as never,
      { challenge, origin: ORIGIN, userVerified: true },
    );
    return { ...(credential as unknown as Credential), counter: authenticator.counter };
  },
  requestOptions: async (allow) => ({
    challenge: server.randomChallenge(),
    rpId: RP_ID,
    allowCredentials: described(allow),
    userVerification: 'required',
  }),
  async verifyAuthentication(response, challenge, credential) {
    const { counter } = await server.verifyAuthentication(response as never, credential, {
      challenge,
      origin: ORIGIN,
      userVerified: true,
      counter: credential.counter,
    });
    return counter;
  },
};
