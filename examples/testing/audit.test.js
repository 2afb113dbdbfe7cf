// A relying party of four functions, audited with vitest: `npx vitest run --config examples/testing/vitest.config.js`.
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { auditRelyingParty, catalogue } from 'stuntkey/audit';
import { expect, test } from 'vitest';

const origin = 'https://example.com';
const rpID = 'example.com';
/** @type {Map<string, { id: string, publicKey: Uint8Array<ArrayBuffer>, counter: number }>} */
const passkeys = new Map();

/** A challenge can be used once. @param {Record<string, unknown>} session */
function take(session) {
  const { challenge } = session;
  delete session.challenge;
  if (typeof challenge !== 'string') throw new Error('no challenge is waiting for an answer');
  return challenge;
}

const relyingParty = {
  origin,
  registration: {
    /** @type {import('stuntkey/audit').CeremonyCallbacks['options']} */
    async options({ username = '' }, { session }) {
      const options = await generateRegistrationOptions({ rpName: 'Example', rpID, userName: username });
      session.challenge = options.challenge;
      return options;
    },
    /** @type {import('stuntkey/audit').CeremonyCallbacks['verify']} */
    async verify(response, { session }) {
      const expectedChallenge = take(session);
      const expected = { expectedChallenge, expectedOrigin: origin, expectedRPID: rpID };
      const { verified, registrationInfo } = await verifyRegistrationResponse({ response, ...expected });
      if (verified) passkeys.set(registrationInfo.credential.id, registrationInfo.credential);
      return verified;
    },
  },
  authentication: {
    /** @type {import('stuntkey/audit').CeremonyCallbacks['options']} */
    async options(_request, { session }) {
      const options = await generateAuthenticationOptions({ rpID });
      session.challenge = options.challenge;
      return options;
    },
    /** @type {import('stuntkey/audit').CeremonyCallbacks['verify']} */
    async verify(response, { session }) {
      const expectedChallenge = take(session);
      const credential = passkeys.get(response.id);
      if (credential === undefined) return false;
      const expected = { expectedChallenge, expectedOrigin: origin, expectedRPID: rpID, credential };
      const { verified } = await verifyAuthenticationResponse({ response, ...expected });
      return verified;
    },
  },
};

test('no forged sign-in gets in', async () => {
  const faults = catalogue.filter(({ subject }) =>
    ['type', 'challenge', 'origin', 'signature'].includes(subject),
  );
  const { outcome, results } = await auditRelyingParty(relyingParty, {
    faults: faults.filter(
      ({ ceremony, severity }) => ceremony === 'authentication' && severity === 'critical',
    ),
  });
  expect(outcome).toBe('complete');
  expect(results.filter(({ finding }) => finding)).toEqual([]);
});

test('but a passkey that is registered again takes the place of the first', async () => {
  const overwrite = catalogue.filter(({ id }) => id === 'credential-id-taken');
  const { results } = await auditRelyingParty(relyingParty, { faults: overwrite });
  expect(results[0]).toMatchObject({ verdict: 'accepted', finding: true });
  expect(results[0]?.fault.check).toContain('Refuse a credential ID that any account has');
});
