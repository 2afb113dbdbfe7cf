/** A relying party's checks of what ML-DSA has signed: credentials, attestation keys, certificates. */
import { describe, expect, it } from 'vitest';
import { Authenticator } from '../../src/authenticator/authenticator.ts';
import { makeCertificate } from '../../src/authority/certificate.ts';
import { defaultAuthority } from '../../src/authority/default-authority.ts';
import { fromBase64url } from '../../src/base/base64url.ts';
import { WebAuthnClient } from '../../src/client/client.ts';
import { algorithmOf } from '../../src/crypto/algorithms.ts';
import { engineFor } from '../../src/crypto/engine.ts';
import { decodeAttestationObject } from '../../src/ctap/attestation-object.ts';
import { verifyRegistration } from '../../src/entries/verify.ts';
import { isSignedBy, readCertificate } from '../../src/verify/attestation/certificate.ts';
import { sampled } from '../slow.ts';

const origin = 'https://example.com';

describe('an attestation key of ML-DSA', () => {
  it.each(
    sampled(
      [
        [-48, -48],
        [-48, -49],
        [-49, -48],
        [-7, -50],
        [-50, -7],
      ] as const,
      5,
    ),
  )('attests credentials of any algorithm: %i by %i', async (alg, attestationAlgorithm) => {
    const authenticator = new Authenticator({
      policy: { algorithms: [alg], packedAttestation: 'basic', attestationAlgorithm },
    });
    const options = {
      rp: { name: 'Example', id: 'example.com' },
      user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
      challenge: 'Y2hhbGxlbmdlLWZyb20tc2VydmVy',
      pubKeyCredParams: [{ type: 'public-key', alg }],
      attestation: 'direct',
    };
    const response = await new WebAuthnClient({ origin, authenticator }).create(options);
    const { attStmt } = decodeAttestationObject(fromBase64url(response.response.attestationObject));
    expect((attStmt as Map<string, unknown>).get('alg')).toBe(attestationAlgorithm);
    const { failed, attestation } = await verifyRegistration(response, {
      options,
      origins: [origin],
      attestation: { trustAnchors: [await defaultAuthority().root()], self: false, none: false },
    });
    expect(failed).toBeUndefined();
    expect(attestation).toEqual({ fmt: 'packed', type: 'certified', trusted: true });
  });
});

describe('a certificate that ML-DSA has signed', () => {
  const engine = engineFor({ deterministic: true });
  const key = (algorithm: number, fill: number) =>
    engine.generate(algorithm, (length) => new Uint8Array(length).fill(fill));

  it.each(sampled([-48, -49, -50], 3))('is one of that issuer, and of no other: %i', async (algorithm) => {
    const issuerKey = await key(algorithm, 1);
    const der = await makeCertificate(engine, {
      issuer: [['CN', 'stuntkey test issuer']],
      issuerKey,
      subject: [['CN', 'stuntkey test']],
      subjectKey: await key(-7, 3),
      serialNumber: Uint8Array.of(1),
      notBefore: new Date(Date.UTC(2024, 0, 1)),
      notAfter: new Date(Date.UTC(2124, 0, 1)),
      authority: false,
    });
    const certificate = readCertificate(der);
    expect(certificate.signatureAlgorithm).toBe(`2.16.840.1.101.3.4.3.${-31 - algorithm}`);
    const by = async (id: number, fill: number): Promise<boolean> =>
      isSignedBy(certificate, { algorithm: algorithmOf(id), public: (await key(id, fill)).public });
    expect(await by(algorithm, 1)).toBe(true);
    expect(await by(algorithm, 2)).toBe(false);
    expect(await by(algorithm === -48 ? -49 : -48, 1)).toBe(false);
    expect(await by(-7, 1)).toBe(false);
  });
});
