/** Choosing an attestation statement format, and making the statement. */
import type { CborValue } from '../../codec/cbor.ts';
import type { Attestable, AttestationFormat } from './format.ts';
import { packed } from './packed.ts';

const none: AttestationFormat = { fmt: 'none', attest: async () => new Map() };

const FORMATS: ReadonlyMap<string, AttestationFormat> = new Map(
  [none, packed].map((format) => [format.fmt, format]),
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
