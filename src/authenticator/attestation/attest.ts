/** Choosing an attestation statement format, and making the statement. */
import type { CborValue } from '../../cbor/cbor.ts';
import { type AttestationFormatId, isAttestationFormatId } from '../../ctap/registry.ts';
import type { Device } from '../device.ts';
import type { CertifiedFormat } from './certified.ts';
import type { Attestable, AttestationFormat } from './format.ts';
import { packed } from './packed.ts';

const none: AttestationFormat = { fmt: 'none', attest: () => new Map() };

/** Compound attestation (https://www.w3.org/TR/webauthn-3/#sctn-compound-attestation): one of every other format of the policy. */
const compound: AttestationFormat = {
  fmt: 'compound',
  async attest(attestable) {
    const statements: CborValue[] = [];
    for (const fmt of attestable.policy.attestationFormats) {
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

/** The formats that can do without a certificate, and what has others in it. Those others are loaded with their first statement. */
const FORMATS: Readonly<Partial<Record<AttestationFormatId, AttestationFormat>>> = { none, packed, compound };

/**
 * Step 19 of makeCredential, CTAP 2.3 section 6.1.2. A preference for nothing but "none" gets "none"; otherwise the first
 * preferred format that the device has; otherwise the device's own preference.
 */
export function chooseFormat(supported: readonly string[], preference: readonly string[] = []): string {
  if (preference.length === 1 && preference[0] === 'none') return 'none';
  return preference.find((format) => supported.includes(format)) ?? supported[0] ?? 'none';
}

/** Makes the attestation statement in the given format. */
export function attest(fmt: string, attestable: Attestable): CborValue | Promise<CborValue> {
  if (!isAttestationFormatId(fmt))
    throw new Error(`a policy was let through with the unknown attestation format ${fmt}`);
  const format = FORMATS[fmt];
  if (format !== undefined) return format.attest(attestable);
  return import('./certified.ts').then(({ certified }) =>
    certified[fmt as CertifiedFormat].attest(attestable),
  );
}

/** Asks the device's attestation source for the key to attest with, and its chain. */
export function identityOf(
  { policy, attestation }: Pick<Device, 'policy' | 'attestation'>,
  enterprise: boolean,
): Attestable['identity'] {
  const { aaguid, attestationBatch: batch, serialNumber } = policy;
  return (request) =>
    attestation.identity({
      ...request,
      aaguid,
      batch,
      ...(enterprise && { deviceSerialNumber: serialNumber }),
    });
}
