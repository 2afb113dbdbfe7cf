import { describe, expect, it } from 'vitest';
import { base64url } from '../../src/base/base64url.ts';
import { fromHex } from '../../src/base/bytes.ts';
import { verifyAuthentication, verifyRegistration } from '../../src/entries/verify.ts';
import { type Vector, type VectorCeremony, webauthnLevel3Vectors } from '../../src/vectors/data.ts';

const { vectors, attestationRoot } = webauthnLevel3Vectors();

const hexOf = (ceremony: VectorCeremony, name: string): string => ceremony[name]?.hex ?? '';
const spelled = (ceremony: VectorCeremony, name: string): string => base64url(fromHex(hexOf(ceremony, name)));

/** What deployed servers check and the specification does not say, or leaves to policy; the vectors do not fit it. */
const CAVEATS: Readonly<Record<string, readonly string[]>> = {
  // A vendor that is not in TCG's registry.
  'tpm.ES256': ['registration.attestation.tpm.manufacturer'],
  // U2F has no AAGUIDs.
  'fido-u2f.ES256': ['registration.attestation.fido-u2f.aaguid'],
};

const surroundings = (name: string) => ({
  origins: ['https://example.org'],
  rpId: 'example.org',
  ...(/crossOrigin|topOrigin/.test(name) && { crossOrigin: true }),
  ...(name.endsWith('.topOrigin') && { topOrigins: ['https://example.com'] }),
});

async function register(vector: Vector, off: readonly string[]) {
  const id = spelled(vector.registration, 'credential_id');
  const response = {
    id,
    rawId: id,
    type: 'public-key',
    clientExtensionResults: {},
    response: {
      clientDataJSON: spelled(vector.registration, 'clientDataJSON'),
      attestationObject: spelled(vector.registration, 'attestationObject'),
      transports: [],
    },
  };
  return verifyRegistration(response, {
    ...surroundings(vector.name),
    off,
    options: {
      rp: { id: 'example.org', name: 'Vectors' },
      user: { id: 'dXNlcg', name: 'user', displayName: 'user' },
      challenge: spelled(vector.registration, 'challenge'),
      pubKeyCredParams: [{ type: 'public-key', alg: vector.credentialAlg }],
      attestation: 'direct',
    },
    attestation: { trustAnchors: [fromHex(hexOf(attestationRoot.values, 'attestation_ca_cert'))] },
  });
}

describe('the vectors of WebAuthn Level 3', () => {
  it.each(vectors)('$name verifies, both ceremonies', async (vector) => {
    const { verified, failed, credential, attestation } = await register(vector, CAVEATS[vector.name] ?? []);
    expect(failed).toBeUndefined();
    expect(verified).toBe(true);
    const certified = 'attestation_cert_serial_number' in vector.registration;
    expect(attestation).toEqual({
      fmt: vector.fmt,
      type: certified ? 'certified' : vector.fmt === 'none' ? 'none' : 'self',
      trusted: certified,
    });
    const { id } = credential as NonNullable<typeof credential>;
    const authentication = await verifyAuthentication(
      {
        id,
        rawId: id,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: spelled(vector.authentication, 'clientDataJSON'),
          authenticatorData: spelled(vector.authentication, 'authenticatorData'),
          signature: spelled(vector.authentication, 'signature'),
        },
      },
      {
        ...surroundings(vector.name),
        options: { rpId: 'example.org', challenge: spelled(vector.authentication, 'challenge') },
        credential: credential as NonNullable<typeof credential>,
      },
    );
    expect(authentication.failed).toBeUndefined();
    expect(authentication.verified).toBe(true);
  });

  it.each(Object.entries(CAVEATS))('%s is refused only by %s', async (name, off) => {
    const vector = vectors.find((one) => one.name === name) as Vector;
    expect((await register(vector, [])).failed?.name).toBe(off[0]);
  });

  it('are refused by a server that trusts another root', async () => {
    const vector = vectors.find((one) => one.name === 'packed.ES256') as Vector;
    const { AttestationAuthority } = await import('../../src/entries/index.ts');
    const id = spelled(vector.registration, 'credential_id');
    const { failed } = await verifyRegistration(
      {
        id,
        rawId: id,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: spelled(vector.registration, 'clientDataJSON'),
          attestationObject: spelled(vector.registration, 'attestationObject'),
        },
      },
      {
        ...surroundings(vector.name),
        options: {
          rp: { id: 'example.org', name: 'Vectors' },
          user: { id: 'dXNlcg', name: 'user', displayName: 'user' },
          challenge: spelled(vector.registration, 'challenge'),
          pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
        },
        attestation: { trustAnchors: [await new AttestationAuthority().rootPem()] },
      },
    );
    expect(failed?.name).toBe('registration.attestation.trust.anchor');
  });
});
