/** A relying party as a team would write it with @simplewebauthn/server, as four functions. */
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import type { RelyingPartyCallbacks } from '../../src/entries/audit.ts';

interface Stored {
  readonly id: string;
  readonly publicKey: Uint8Array<ArrayBuffer>;
  counter: number;
  readonly username: string;
}

/** @param taken origins that it accepts */
export function simpleRelyingParty(
  origin = 'https://example.com',
  taken: string[] = [origin],
): RelyingPartyCallbacks {
  const rpID = 'example.com';
  const credentials = new Map<string, Stored>();
  const of = (username: unknown): Stored[] =>
    [...credentials.values()].filter((credential) => credential.username === username);
  const take = (session: Record<string, unknown>): string => {
    const { challenge } = session;
    delete session.challenge;
    if (typeof challenge !== 'string') throw new Error('no challenge');
    return challenge;
  };
  return {
    origin,
    registration: {
      async options({ username = '', authenticatorSelection, attestation }, { session }) {
        if (of(username).length > 0 && session.signedInAs !== username) throw new Error('not signed in');
        const options = await generateRegistrationOptions({
          rpName: 'Example',
          rpID,
          userName: username,
          supportedAlgorithmIDs: [-8, -7, -257],
          excludeCredentials: of(username),
          ...(attestation === 'direct' && { attestationType: attestation }),
          authenticatorSelection: (authenticatorSelection ?? {}) as object,
        });
        Object.assign(session, { challenge: options.challenge, username });
        return options;
      },
      async verify(response, { session }) {
        const { verified, registrationInfo } = await verifyRegistrationResponse({
          response,
          expectedChallenge: take(session),
          expectedOrigin: taken,
          expectedRPID: rpID,
          requireUserVerification: false,
        });
        if (!verified) return false;
        const { credential } = registrationInfo;
        if (credentials.has(credential.id)) throw new Error('known');
        credentials.set(credential.id, { ...credential, username: session.username as string });
        session.signedInAs = session.username;
        return true;
      },
    },
    whoAmI: ({ session }) => session.signedInAs,
    authentication: {
      async options({ username, userVerification }, { session }) {
        const options = await generateAuthenticationOptions({
          rpID,
          allowCredentials: username === undefined ? [] : of(username),
          userVerification: (userVerification ?? 'preferred') as 'preferred',
        });
        Object.assign(session, { challenge: options.challenge, username, uv: userVerification });
        return options;
      },
      async verify(response, { session }) {
        const expectedChallenge = take(session);
        const credential = credentials.get(response.id);
        if (credential === undefined) throw new Error('unknown');
        if (session.username !== undefined && credential.username !== session.username)
          throw new Error('another');
        const { verified, authenticationInfo } = await verifyAuthenticationResponse({
          response,
          expectedChallenge,
          expectedOrigin: taken,
          expectedRPID: rpID,
          credential,
          requireUserVerification: session.uv === 'required',
        });
        if (verified) {
          credential.counter = authenticationInfo.newCounter;
          session.signedInAs = credential.username;
        }
        return verified;
      },
    },
  };
}
