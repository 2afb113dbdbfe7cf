/** Profiles: which faults matter to a server of a kind, and from which severity on one of them fails it. */
import type { Fault, Severity } from './fault.ts';
import { POST_QUANTUM, postQuantumFaults } from './faults/post-quantum.ts';
import { faultsOfTests } from './fido/played.ts';
import { FIDO } from './fido/published.ts';
import type { ProfileName } from './profile-names.ts';

/** Which faults matter to one kind of server, and which severity fails the audit. */
export interface Profile {
  readonly name: ProfileName;
  /** Whom it is for. */
  readonly title: string;
  /** From which severity on a finding fails the audit. */
  readonly gate: Severity;
  /** Whether a fault matters. */
  includes(fault: Fault): boolean;
}

/** Where attestation is none, a server learns nothing from a statement, and a user who registers an odd key harms no other user. */
const OF_ATTESTATION = /^(attestation|aaguid|metadata)/;
const OF_OWN_HARM: readonly string[] = ['cose-key', 'attestation-object'];
/** What only servers have to do that want it: FIDO's certificate, or to be ready for ML-DSA. */
const ELECTIVE: readonly string[] = [FIDO, POST_QUANTUM];
const OF_POST_QUANTUM: ReadonlySet<string> = new Set(postQuantumFaults.map(({ id }) => id));

/** The profiles by name. */
export const profiles: Readonly<Record<ProfileName, Profile>> = {
  passkey: {
    name: 'passkey',
    title: 'sign-in with passkeys, for which no attestation is asked',
    gate: 'high',
    includes: ({ subject, kind }) =>
      !ELECTIVE.includes(subject) &&
      !OF_ATTESTATION.test(subject) &&
      (kind === 'control' || !OF_OWN_HARM.includes(subject)),
  },
  attested: {
    name: 'attested',
    title: 'servers that ask which authenticator it is, and believe the answer',
    gate: 'medium',
    includes: ({ subject }) => !ELECTIVE.includes(subject),
  },
  strict: {
    name: 'strict',
    title: 'the whole catalogue, as for libraries',
    gate: 'high',
    includes: ({ subject }) => !ELECTIVE.includes(subject),
  },
  'fido-server': {
    name: 'fido-server',
    title: "FIDO's tests of servers, by their IDs: any that fails, fails the audit",
    gate: 'info',
    includes: ({ id }) => faultsOfTests.has(id),
  },
  'post-quantum': {
    name: 'post-quantum',
    title:
      'whether a server is ready for ML-DSA: asks for it, verifies it, and refuses what is wrong about it',
    gate: 'medium',
    includes: ({ id }) => OF_POST_QUANTUM.has(id),
  },
};
