/** Our verdicts beside those of @simplewebauthn/server, on responses that are right, and on those that each break one rule. */
import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
import { describe, expect, it } from 'vitest';
import { fromBase64url } from '../../src/base/base64url.ts';
import { toPem } from '../../src/crypto/formats/pem.ts';
import {
  type RelyingPartyCredential,
  verifyAuthentication,
  verifyRegistration,
} from '../../src/entries/verify.ts';
import { slow } from '../slow.ts';
import { assertions, registrations } from '../verify/cases.ts';
import {
  type AssertionForgery,
  assertion,
  ORIGIN,
  type options,
  type RegistrationForgery,
  RP_ID,
  registration,
  root,
} from '../verify/workshop.ts';
import { trustOnly } from './trusted-roots.ts';

trustOnly(async () => toPem('CERTIFICATE', await root()));

const made = async <T>(given: T | (() => Promise<T>) | undefined): Promise<T> =>
  typeof given === 'function' ? (given as () => Promise<T>)() : (given as T);

/** Whether it lets a registration in. */
async function registers(forgery: RegistrationForgery): Promise<boolean> {
  const { response, expected } = await registration(forgery);
  const creation = expected.options as typeof options;
  try {
    const { verified } = await verifyRegistrationResponse({
      response: response as never,
      expectedChallenge: creation.challenge,
      expectedOrigin: ORIGIN,
      expectedRPID: RP_ID,
      requireUserVerification: expected.userVerification ?? false,
      supportedAlgorithmIDs: creation.pubKeyCredParams.map(({ alg }) => alg),
    });
    return verified;
  } catch {
    return false;
  }
}

/** Whether it lets an assertion in. */
async function signsIn(forgery: AssertionForgery): Promise<boolean> {
  const { response, expected } = await assertion(forgery);
  const find = expected.credential as (id: unknown) => RelyingPartyCredential | undefined;
  const known = find((response as { id?: unknown }).id);
  if (known === undefined) return false;
  try {
    const { verified } = await verifyAuthenticationResponse({
      response: response as never,
      expectedChallenge: (expected.options as typeof options).challenge,
      expectedOrigin: ORIGIN,
      expectedRPID: RP_ID,
      requireUserVerification: expected.userVerification ?? false,
      credential: {
        id: known.id,
        publicKey: new Uint8Array(fromBase64url(known.publicKey)),
        counter: known.signCount,
      },
    });
    return verified;
  } catch {
    return false;
  }
}

describe('@simplewebauthn/server and we', () => {
  it('let the same right responses in', async () => {
    expect(await registers({})).toBe(true);
    expect(await signsIn({})).toBe(true);
    const registered = await registration();
    expect(await verifyRegistration(registered.response, registered.expected)).toMatchObject({
      verified: true,
    });
    const signed = await assertion();
    expect(await verifyAuthentication(signed.response, signed.expected)).toMatchObject({ verified: true });
  });

  it('refuse the same wrong registrations, but for those listed, which it lets in', async () => {
    const accepted: string[] = [];
    for (const [name, given] of Object.entries(registrations)) {
      if (await registers(await made<RegistrationForgery>(given))) accepted.push(name);
    }
    expect(accepted.sort()).toEqual(LETS_IN.registration);
  });

  slow('refuse the same wrong assertions, but for those listed, which it lets in', async () => {
    const accepted: string[] = [];
    for (const [name, given] of Object.entries(assertions)) {
      if (await signsIn(await made<AssertionForgery>(given))) accepted.push(name);
    }
    expect(accepted.sort()).toEqual(LETS_IN.authentication);
  });
});

/** What version 14 leaves to the server that uses it, does not check, or reads more leniently. */
const LETS_IN = {
  registration: [
    'attestation-object.att-stmt',
    'attestation-object.cbor',
    'attestation-object.trailing-bytes',
    'attestation.apple.members',
    'attestation.chain.authority',
    'attestation.chain.critical-extensions',
    'attestation.chain.key-usage',
    'attestation.chain.path-length',
    'attestation.fido-u2f.credential-key',
    'attestation.fido-u2f.members',
    'attestation.packed.aaguid-critical',
    'attestation.packed.aaguid-once',
    'attestation.packed.algorithm',
    'attestation.packed.members',
    'attestation.packed.self-algorithm',
    'attestation.packed.serial-number',
    'attestation.tpm.aaguid-critical',
    'attestation.tpm.aaguid-once',
    'attestation.tpm.algorithm',
    'attestation.tpm.alternative-name',
    'attestation.tpm.cert-info',
    'attestation.tpm.members',
    'attestation.tpm.public-area',
    'attestation.trust.aaguid',
    'attestation.trust.none',
    'attestation.trust.revoked',
    'attestation.trust.self',
    'attestation.trust.status',
    'auth-data.reserved-flags',
    'backed-up',
    'backup-eligible',
    'client-data.duplicate-names',
    'client-data.nesting',
    'client-data.prototype-names',
    'client-data.utf8',
    'credential-id.length',
    'credential-id.matches',
    'credential-id.unused',
    'credential-key.coordinates',
    'credential-key.crv',
    'credential-key.kty',
    'credential-key.members',
    'credential-key.point',
    'credential-key.rsa-exponent',
    'credential-key.rsa-modulus',
    'credential-key.small-order',
    'cross-origin',
    'cross-origin.type',
    'extensions.cred-protect',
    'extensions.types',
    'response.authenticator-attachment',
    'response.base64url',
    'response.client-extension-results',
    'response.kind',
    'response.nesting',
    'response.prototype-keys',
    'response.transports',
    'top-origin',
  ],
  authentication: [
    'allow-list',
    'auth-data.reserved-flags',
    'backup-eligible',
    'client-data.duplicate-names',
    'client-data.nesting',
    'client-data.prototype-names',
    'client-data.utf8',
    'credential.owner',
    'cross-origin',
    'cross-origin.type',
    'extensions.types',
    'response.authenticator-attachment',
    'response.base64url',
    'response.client-extension-results',
    'response.kind',
    'response.nesting',
    'response.prototype-keys',
    'signature.der',
    'user-handle.matches',
    'user-handle.owner',
    'user-handle.present',
  ],
};
