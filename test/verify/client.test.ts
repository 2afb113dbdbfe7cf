import { describe, expect, it } from 'vitest';
import { algorithmIds, algorithmOf } from '../../src/crypto/algorithms.ts';
import {
  AttestationAuthority,
  Authenticator,
  type AuthorityOptions,
  WebAuthnClient,
} from '../../src/entries/index.ts';
import { verifyAuthentication, verifyRegistration } from '../../src/entries/verify.ts';
import { sampled } from '../slow.ts';

const origin = 'https://login.example.com';

const POLICIES: Readonly<Record<string, object>> = {
  none: { attestationFormats: [] },
  'packed, self': { attestationFormats: ['packed'], packedAttestation: 'self' },
  packed: { attestationFormats: ['packed'], packedAttestation: 'basic' },
  tpm: { attestationFormats: ['tpm'] },
  'android-key': { attestationFormats: ['android-key'] },
  'android-safetynet': { attestationFormats: ['android-safetynet'] },
  'fido-u2f': { attestationFormats: ['fido-u2f'], aaguid: new Uint8Array(16) },
  apple: { attestationFormats: ['apple'] },
  compound: {
    attestationFormats: ['compound', 'packed', 'android-key', 'apple'],
    packedAttestation: 'basic',
  },
};

/** Formats that have no statements about keys of an algorithm. */
function isMade(format: string, alg: number): boolean {
  const algorithm = algorithmOf(alg);
  if (format === 'fido-u2f') return alg === -7;
  if (format !== 'tpm') return true;
  return algorithm.kty === 'RSA' || (algorithm.kty === 'EC2' && algorithm.curve !== 'secp256k1');
}

async function bothCeremonies(policy: object, alg: number, flaw?: AuthorityOptions['flaw']) {
  const authority = new AttestationAuthority(flaw === undefined ? {} : { flaw });
  const authenticator = new Authenticator({
    policy: { ...policy, algorithms: [alg] },
    attestation: authority,
  });
  const client = new WebAuthnClient({ origin, authenticator });
  const creation = {
    rp: { id: 'example.com', name: 'Example' },
    user: { id: 'dXNlcg', name: 'ada', displayName: 'Ada' },
    challenge: 'Y2hhbGxlbmdlLW9mLXJlZ2lzdHJhdGlvbg',
    pubKeyCredParams: [{ type: 'public-key', alg }],
    authenticatorSelection: { residentKey: 'preferred' },
    attestation: 'direct',
  };
  const registration = await verifyRegistration(await client.create(creation), {
    options: { publicKey: creation },
    origins: [origin],
    attestation: {
      trustAnchors: [await new AttestationAuthority().root()],
      revocationLists: [await authority.revocationList([authenticator.policy.aaguid])],
    },
  });
  if (registration.credential === undefined) return { registration };
  const request = { rpId: 'example.com', challenge: 'Y2hhbGxlbmdlLW9mLWF1dGhlbnRpY2F0aW9u' };
  const authentication = await verifyAuthentication(await client.get(request), {
    options: request,
    origins: [origin],
    credential: registration.credential,
    user: 'from-response',
  });
  return { registration, authentication };
}

describe('what our own client and authenticator make', () => {
  const cases = Object.entries(POLICIES).flatMap(([format, policy]) =>
    algorithmIds.filter((alg) => isMade(format, alg)).map((alg) => ({ format, policy, alg })),
  );

  it.each(sampled(cases, 7))(
    'verifies: attestation $format, algorithm $alg',
    async ({ format, policy, alg }) => {
      const { registration, authentication } = await bothCeremonies(policy, alg);
      expect(registration.failed).toBeUndefined();
      expect(registration.attestation).toEqual({
        fmt: format.split(',')[0],
        type: format === 'none' ? 'none' : format.endsWith('self') ? 'self' : 'certified',
        trusted: format !== 'none' && !format.endsWith('self'),
      });
      expect(authentication?.failed).toBeUndefined();
      expect(authentication?.credential?.signCount).toBe(1);
    },
  );

  it.each([
    ['expired', 'registration.attestation.chain.dates'],
    ['not-yet-valid', 'registration.attestation.chain.dates'],
    ['wrong-aaguid', 'registration.attestation.packed.aaguid'],
    ['self-made', 'registration.attestation.trust.anchor'],
    ['revoked', 'registration.attestation.trust.revoked'],
  ] as const)('is refused with a chain that is %s', async (flaw, name) => {
    const { registration } = await bothCeremonies(POLICIES.packed as object, -7, flaw);
    expect(registration.failed?.name).toBe(name);
  });
});
