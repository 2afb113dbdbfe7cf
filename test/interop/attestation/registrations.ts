/** Registrations for judges: one for each statement format and algorithm. */
import { Authenticator, type AuthenticatorOptions } from '../../../src/authenticator/authenticator.ts';
import type { Policy } from '../../../src/authenticator/policy/type.ts';
import { WebAuthnClient } from '../../../src/client/client.ts';
import { challenge, ORIGIN, type Registration, RP_ID } from './judges.ts';

export async function registration(
  algorithm: number,
  policy: Partial<Policy>,
  options: AuthenticatorOptions = {},
): Promise<Registration> {
  const authenticator = new Authenticator({ ...options, policy: { algorithms: [algorithm], ...policy } });
  const client = new WebAuthnClient({ origin: ORIGIN, authenticator });
  return client.create({
    rp: { id: RP_ID, name: 'Example' },
    user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
    challenge,
    pubKeyCredParams: [{ type: 'public-key', alg: algorithm }],
    attestation: 'direct',
    authenticatorSelection: { userVerification: 'discouraged' },
  });
}

/** The policies that attest in each way. */
export const WAYS: Readonly<Record<string, Partial<Policy>>> = {
  none: { attestationFormats: [] },
  'packed, self': { attestationFormats: ['packed'], packedAttestation: 'self' },
  'packed, x5c': { attestationFormats: ['packed'], packedAttestation: 'basic' },
  'fido-u2f': { attestationFormats: ['fido-u2f'], aaguid: new Uint8Array(16) },
  tpm: { attestationFormats: ['tpm'] },
  'android-key': { attestationFormats: ['android-key'] },
  'android-safetynet': { attestationFormats: ['android-safetynet'] },
  apple: { attestationFormats: ['apple'] },
  compound: { attestationFormats: ['compound', 'packed', 'tpm'], packedAttestation: 'basic' },
};
