import {
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { describe, expect, it } from 'vitest';
import { Authenticator, WebAuthnClient } from '../../src/entries/index.ts';
import { named } from './debian.ts';
import { fido2, withoutFido2Lib } from './fido2-lib.ts';

const ORIGIN = 'https://login.example.com';
const RP_ID = 'example.com';
const challenge = (n: number): string =>
  Buffer.from(`challenge number ${n}, long enough for anyone`).toString('base64url');

type Registration = Awaited<ReturnType<WebAuthnClient['create']>>;
type Assertion = Awaited<ReturnType<WebAuthnClient['get']>>;

/** A server as seen from here: what it keeps of a registration, and the new counter of an assertion. */
interface Judge {
  register(registration: Registration, challenge: string): Promise<unknown>;
  signIn(assertion: Assertion, challenge: string, kept: unknown, counter: number): Promise<number>;
}

const simpleWebAuthn: Judge = {
  async register(registration, expectedChallenge) {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: registration as RegistrationResponseJSON,
      expectedChallenge,
      expectedOrigin: ORIGIN,
      expectedRPID: RP_ID,
      requireUserVerification: true,
      supportedAlgorithmIDs: [-7, -8],
    });
    if (!verified) throw new Error('not verified');
    return registrationInfo.credential;
  },
  async signIn(assertion, expectedChallenge, kept, counter) {
    const credential = { ...(kept as { id: string; publicKey: Uint8Array<ArrayBuffer> }), counter };
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: assertion as AuthenticationResponseJSON,
      expectedChallenge,
      expectedOrigin: ORIGIN,
      expectedRPID: RP_ID,
      credential,
    });
    if (!verified) throw new Error('not verified');
    return authenticationInfo.newCounter;
  },
};

const buffer = (text: string): ArrayBuffer => new Uint8Array(Buffer.from(text, 'base64url')).buffer;

const fido2Lib: Judge = {
  async register({ id, rawId, response }, expected) {
    const library = new (fido2().Fido2Lib)({ rpId: RP_ID, challengeSize: 32 });
    const result = await library.attestationResult(
      {
        id: buffer(id),
        rawId: buffer(rawId),
        response: { clientDataJSON: response.clientDataJSON, attestationObject: response.attestationObject },
      },
      { challenge: expected, origin: ORIGIN, factor: 'either', rpId: RP_ID },
    );
    return result.authnrData.get('credentialPublicKeyPem');
  },
  async signIn({ id, rawId, response }, expected, kept, counter) {
    const library = new (fido2().Fido2Lib)({ rpId: RP_ID, challengeSize: 32 });
    const result = await library.assertionResult(
      {
        id: buffer(id),
        rawId: buffer(rawId),
        response: {
          clientDataJSON: response.clientDataJSON,
          authenticatorData: buffer(response.authenticatorData),
          signature: response.signature,
          ...(response.userHandle !== undefined && { userHandle: response.userHandle }),
        },
      },
      {
        challenge: expected,
        origin: ORIGIN,
        factor: 'either',
        publicKey: kept as string,
        prevCounter: counter,
        userHandle: response.userHandle ?? null,
        rpId: RP_ID,
      },
    );
    return result.authnrData.get('counter') as number;
  },
};

/** The same text with one byte of what it spells changed. */
function changed(text: string, at: number): string {
  const bytes = Buffer.from(text, 'base64url');
  const place = at < 0 ? bytes.length + at : at;
  bytes[place] = (bytes[place] as number) ^ 1;
  return bytes.toString('base64url');
}

const judges: [string, Judge, missing?: string | undefined][] = [
  ['@simplewebauthn/server', simpleWebAuthn],
  ['fido2-lib', fido2Lib, withoutFido2Lib],
];
const algorithms: [string, number][] = [
  ['ES256', -7],
  ['EdDSA', -8],
];
/** fido2-lib 3.5 has no OKP keys: see the last test. */
const knows = (judge: Judge, alg: number): boolean => judge !== fido2Lib || alg !== -8;

const cases = judges.flatMap(([name, judge, missing]) =>
  algorithms
    .filter(([, alg]) => knows(judge, alg))
    .flatMap(([algorithm, alg]) =>
      [true, false].flatMap((discoverable) =>
        ['none', 'direct'].map((attestation) => ({
          title: named(
            `${name}, ${algorithm}, ${discoverable ? 'discoverable' : 'not discoverable'}, attestation ${attestation}`,
            missing,
          ),
          judge,
          missing,
          alg,
          discoverable,
          attestation,
        })),
      ),
    ),
);

describe.each(cases)('$title', ({ judge, missing, alg, discoverable, attestation }) => {
  it.skipIf(missing)(
    'accepts a registration and two authentications, and refuses each with a byte changed',
    async () => {
      const client = new WebAuthnClient({ origin: ORIGIN, authenticator: new Authenticator() });
      const registration = await client.create({
        rp: { name: 'Example', id: RP_ID },
        user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
        challenge: challenge(0),
        pubKeyCredParams: [{ type: 'public-key', alg }],
        authenticatorSelection: {
          residentKey: discoverable ? 'required' : 'discouraged',
          userVerification: 'required',
        },
        attestation,
      });
      const kept = await judge.register(registration, challenge(0));
      const { response } = registration;
      await expect(judge.register(registration, challenge(9))).rejects.toThrow();
      await expect(
        judge.register(
          {
            ...registration,
            response: { ...response, clientDataJSON: changed(response.clientDataJSON, 40) },
          },
          challenge(0),
        ),
      ).rejects.toThrow();
      if (attestation === 'direct') {
        // In the signature: near the end of the statement, before the text "authData".
        const object = Buffer.from(response.attestationObject, 'base64url');
        const tampered = changed(response.attestationObject, object.indexOf('hauthData') - 1);
        await expect(
          judge.register(
            { ...registration, response: { ...response, attestationObject: tampered } },
            challenge(0),
          ),
        ).rejects.toThrow();
      }

      let counter = 0;
      for (const n of [1, 2]) {
        const assertion = await client.get({
          rpId: RP_ID,
          challenge: challenge(n),
          ...(!discoverable && { allowCredentials: [{ type: 'public-key', id: registration.id }] }),
        });
        const next = await judge.signIn(assertion, challenge(n), kept, counter);
        expect(next).toBe(counter + 1);
        const refused: [keyof Assertion['response'], number][] = [
          ['signature', -1],
          ['authenticatorData', 36],
          ['authenticatorData', 0],
          ['clientDataJSON', 40],
        ];
        for (const [member, at] of refused) {
          const tampered = {
            ...assertion,
            response: { ...assertion.response, [member]: changed(assertion.response[member] as string, at) },
          };
          await expect(judge.signIn(tampered, challenge(n), kept, counter)).rejects.toThrow();
        }
        await expect(judge.signIn(assertion, challenge(n), kept, next)).rejects.toThrow(); // replayed: the counter does not advance
        counter = next;
      }
    },
  );
});

describe.skipIf(withoutFido2Lib)(named('fido2-lib', withoutFido2Lib), () => {
  it('knows no EdDSA: when it does, it is to judge that too', async () => {
    const client = new WebAuthnClient({ origin: ORIGIN, authenticator: new Authenticator() });
    const registration = await client.create({
      rp: { name: 'Example', id: RP_ID },
      user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
      challenge: challenge(0),
      pubKeyCredParams: [{ type: 'public-key', alg: -8 }],
      attestation: 'direct',
    });
    await expect(fido2Lib.register(registration, challenge(0))).rejects.toThrow(/unknown algorithm: -8/);
  });
});
