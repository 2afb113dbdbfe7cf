import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { base64url } from '../../src/base/base64url.ts';
import { fromHex } from '../../src/base/bytes.ts';
import { type CborMap, type CborValue, encodeCbor } from '../../src/cbor/cbor.ts';
import { decodeAttestationObject } from '../../src/ctap/attestation-object.ts';
import { decodeAuthenticatorData } from '../../src/ctap/authenticator-data.ts';
import { CtapHidCommand, fragment } from '../../src/transport/ctaphid/packets.ts';
import { type Vector, webauthnLevel3Vectors } from '../../src/vectors/data.ts';
import { reproduce } from '../../src/vectors/reproduce.ts';
import { sampled, slow } from '../slow.ts';
import { ML_DSA_VECTORS, mlDsaVectors, readMlDsaVectors } from './ml-dsa.ts';

// STUNTKEY_WRITE_VECTORS=1 makes the file anew, from the names of the vectors.
if (process.env.STUNTKEY_WRITE_VECTORS !== undefined) writeFileSync(ML_DSA_VECTORS, await mlDsaVectors());
const { attestationRoot, vectors } = readMlDsaVectors();

/** Lengths as the page has them, row by row. */
function lengthsOf({ registration, authentication }: Vector): number[] {
  const object = fromHex(registration.attestationObject?.hex ?? '');
  const { fmt, attStmt, authData } = decodeAttestationObject(object);
  const key = decodeAuthenticatorData(authData).attestedCredentialData?.credentialPublicKey as CborMap;
  const response = encodeCbor(
    new Map<number, CborValue>([
      [1, fmt],
      [2, authData],
      [3, attStmt],
    ]),
  );
  return [
    encodeCbor(key).length,
    fromHex(authentication.signature?.hex ?? '').length,
    authData.length,
    object.length,
    base64url(object).length,
    fragment(1, CtapHidCommand.CBOR, new Uint8Array(1 + response.length)).length,
  ];
}

describe('the vectors for ML-DSA', () => {
  it.each(sampled(vectors, 4).map((vector) => [vector.name, vector] as const))(
    '%s come out byte for byte, registration and authentication',
    async (name, vector) => {
      expect(await reproduce(vector, attestationRoot.values)).toEqual({
        name,
        registration: 'exact',
        authentication: 'exact',
      });
    },
  );

  slow('follow from their names alone, by the rule of WebAuthn Level 3', async () => {
    expect(readFileSync(ML_DSA_VECTORS, 'utf8')).toBe(await mlDsaVectors());
  });

  it('are as long as docs/post-quantum.md says', () => {
    const published = webauthnLevel3Vectors().vectors;
    const columns = ['ES256', 'ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'].map((algorithm) => {
      const name = `packed-self.${algorithm}`;
      return lengthsOf([...published, ...vectors].find((one) => one.name === name) as Vector);
    });
    const page = readFileSync(new URL('../../docs/post-quantum.md', import.meta.url), 'utf8');
    const rows = [
      'public key (COSE_Key)',
      'signature',
      '`authenticatorData` of a registration',
      '`attestationObject`, self attestation',
      'the same in base64url',
      'packets of CTAPHID for it',
    ];
    const said = rows.map((name) => {
      const line = page.split('\n').find((one) => one.startsWith(`| ${name} |`)) ?? '';
      return [...line.matchAll(/\| ([\d,]+) (?=\|)/g)].map(([, number = '']) =>
        Number(number.replace(',', '')),
      );
    });
    expect(said).toEqual(rows.map((_, place) => columns.map((lengths) => lengths[place])));
  });

  it('have signatures of the sizes of FIPS 204', () => {
    const sizes = vectors.map(({ credentialAlg, authentication }) => [
      credentialAlg,
      fromHex(authentication.signature?.hex ?? '').length,
    ]);
    const expected: Readonly<Record<number, number>> = { [-48]: 2420, [-49]: 3309, [-50]: 4627 };
    expect(sizes).toEqual(vectors.map(({ credentialAlg }) => [credentialAlg, expected[credentialAlg]]));
    expect(vectors).toHaveLength(7);
  });
});
