/** Every fault there is, in the order in which reports have them. */
import { hex, utf8 } from '../base/bytes.ts';
import { StuntkeyError } from '../base/stuntkey-error.ts';
import { sha256 } from '../crypto/hash.ts';
import { type Fault, summaryOf } from './fault.ts';
import { honestAttestations } from './faults/attestation.ts';
import { androidFaults } from './faults/attestation-android.ts';
import { noneFaults } from './faults/attestation-none.ts';
import { attestationObjectFaults } from './faults/attestation-object.ts';
import { otherAttestationFaults } from './faults/attestation-others.ts';
import { packedFaults } from './faults/attestation-packed.ts';
import { tpmFaults } from './faults/attestation-tpm.ts';
import { trustFaults } from './faults/attestation-trust.ts';
import { authenticatorDataFaults } from './faults/authenticator-data.ts';
import { challengeFaults } from './faults/challenge.ts';
import { clientDataFaults } from './faults/client-data.ts';
import { coseKeyFaults } from './faults/cose-key.ts';
import { counterFaults } from './faults/counter.ts';
import { credentialFaults } from './faults/credential.ts';
import { extensionFaults } from './faults/extensions.ts';
import { fidoFaults } from './faults/fido.ts';
import { flagFaults } from './faults/flags.ts';
import { jsonFaults } from './faults/json.ts';
import { metadataFaults } from './faults/metadata.ts';
import { operatorFaults } from './faults/operators.ts';
import { optionsFaults } from './faults/options.ts';
import { crossOriginFaults, originFaults, topOriginFaults } from './faults/origin.ts';
import { POST_QUANTUM, postQuantumFaults } from './faults/post-quantum.ts';
import { rpIdHashFaults } from './faults/rp-id-hash.ts';
import { signatureFaults } from './faults/signature.ts';
import { takeoverFaults } from './faults/takeover.ts';
import { typeFaults } from './faults/type.ts';

/** Every fault, in the order in which reports list them. {@link fault} finds one by its ID. */
export const catalogue: readonly Fault[] = [
  ...typeFaults,
  ...challengeFaults,
  ...originFaults,
  ...crossOriginFaults,
  ...topOriginFaults,
  ...clientDataFaults,
  ...rpIdHashFaults,
  ...flagFaults,
  ...authenticatorDataFaults,
  ...coseKeyFaults,
  ...attestationObjectFaults,
  ...honestAttestations,
  ...noneFaults,
  ...packedFaults,
  ...trustFaults,
  ...tpmFaults,
  ...androidFaults,
  ...otherAttestationFaults,
  ...metadataFaults,
  ...signatureFaults,
  ...counterFaults,
  ...credentialFaults,
  ...extensionFaults,
  ...jsonFaults,
  ...optionsFaults,
  ...operatorFaults,
  ...takeoverFaults,
  ...postQuantumFaults,
  ...fidoFaults,
];

/** What is asked of every server: all but what only one that is to be ready for ML-DSA has to do. */
export const usualFaults: readonly Fault[] = catalogue.filter(({ subject }) => subject !== POST_QUANTUM);

const BY_ID: ReadonlyMap<string, Fault> = new Map(catalogue.map((one) => [one.id, one]));

/** Changes when any fault's description does: verdicts of other catalogues are not comparable. 12 hex digits. */
export const catalogueVersion: string = hex(
  sha256(utf8(JSON.stringify(catalogue.map(summaryOf)))).subarray(0, 6),
);

/**
 * The fault with an ID.
 *
 * @throws StuntkeyError `unknown-fault`, with IDs that are near
 * @example
 * ```ts
 * import { fault } from 'stuntkey/audit';
 * fault('signature-from-other-key').step.number; // 21
 * ```
 */
export function fault(id: string): Fault {
  const found = BY_ID.get(id);
  if (found !== undefined) return found;
  const words = id.split('-').filter((word) => word.length > 3);
  const likeness = (known: string): number => words.filter((word) => known.includes(word)).length;
  const near = [...BY_ID.keys()]
    .filter((known) => likeness(known) > 0)
    .toSorted((a, b) => likeness(b) - likeness(a))
    .slice(0, 5);
  const hint = near.length === 0 ? 'stuntkey audit --list has them all' : `perhaps ${near.join(', ')}`;
  throw new StuntkeyError('unknown-fault', `no fault has the ID ${JSON.stringify(id)}: ${hint}`);
}
