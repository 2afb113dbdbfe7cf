/** Choosing an attestation statement format, and making the statement. */
import type { CborValue } from '../../cbor/cbor.ts';
import { androidKey } from './android-key.ts';
import { androidSafetynet } from './android-safetynet.ts';
import { apple } from './apple.ts';
import { fidoU2f } from './fido-u2f.ts';
import type { Attestable, AttestationFormat } from './format.ts';
import { packed } from './packed.ts';
import { tpm } from './tpm.ts';

const none: AttestationFormat = { fmt: 'none', attest: async () => new Map() };

/** Compound attestation (https://www.w3.org/TR/webauthn-3/#sctn-compound-attestation): one of every other format of the policy. */
const compound: AttestationFormat = {
  fmt: 'compound',
  async attest(attestable) {
    const statements: CborValue[] = [];
    for (const fmt of attestable.device.policy.attestationFormats) {
      if (fmt === 'compound') continue;
      const attStmt = await attest(fmt, attestable);
      statements.push(
        new Map<string, CborValue>([
          ['fmt', fmt],
          ['attStmt', attStmt],
        ]),
      );
    }
    return statements;
  },
};

const FORMATS: ReadonlyMap<string, AttestationFormat> = new Map(
  [none, packed, tpm, androidKey, androidSafetynet, fidoU2f, apple, compound].map((format) => [
    format.fmt,
    format,
  ]),
);

/** Identifiers of the formats that can be in a policy. */
export const attestationFormatIds: readonly string[] = [...FORMATS.keys()];

/**
 * Step 19 of makeCredential, CTAP 2.3 section 6.1.2. A preference for nothing but "none" gets "none"; otherwise the first
 * preferred format that the device has; otherwise the device's own favourite.
 */
export function chooseFormat(supported: readonly string[], preference: readonly string[] = []): string {
  if (preference.length === 1 && preference[0] === 'none') return 'none';
  return preference.find((format) => supported.includes(format)) ?? supported[0] ?? 'none';
}

/** Makes the attestation statement in the given format. */
export async function attest(fmt: string, attestable: Attestable): Promise<CborValue> {
  const format = FORMATS.get(fmt);
  if (format === undefined)
    throw new Error(`a policy was let through with the unknown attestation format ${fmt}`);
  return format.attest(attestable);
}
