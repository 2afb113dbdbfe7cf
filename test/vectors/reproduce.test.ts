import { describe, expect, it } from 'vitest';
import { hex } from '../../src/base/bytes.ts';
import { rootCertificate } from '../../src/vectors/authority.ts';
import { webauthnLevel3Vectors } from '../../src/vectors/data.ts';
import { reproduce } from '../../src/vectors/reproduce.ts';

const { attestationRoot, vectors } = webauthnLevel3Vectors();

describe('the test vectors of WebAuthn Level 3', () => {
  it('are fifteen', () => expect(vectors).toHaveLength(15));

  it.each(vectors.map((vector) => [vector.name, vector] as const))(
    '%s comes out byte for byte, registration and authentication',
    async (name, vector) => {
      expect(await reproduce(vector, attestationRoot.values)).toEqual({
        name,
        registration: 'exact',
        authentication: 'exact',
      });
    },
  );

  it('have a root certificate, which comes out byte for byte', async () => {
    const { attestation_ca_cert } = attestationRoot.values;
    expect(hex(await rootCertificate(attestationRoot.values))).toBe(attestation_ca_cert?.hex);
  });

  it('come out different where a value is', async () => {
    const [vector] = vectors as [(typeof vectors)[0]];
    const { challenge } = vector.registration;
    const other = { hex: '', hkdf: { ...challenge?.hkdf, info: 'another' } } as never;
    const changed = { ...vector, registration: { ...vector.registration, challenge: other } };
    expect((await reproduce(changed, attestationRoot.values)).registration).toBe('different');
  });
});
