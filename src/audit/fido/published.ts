/**
 * FIDO's tests of servers by their published IDs (https://github.com/fido-alliance/conformance-test-tools-resources, docs/FIDO2/Server/README.md
 * as of March 2021, the last with a list of them), in words of our own, and the faults of the catalogue that play each.
 */

/** The subject of faults that only these tests ask about. */
export const FIDO = 'fido-server';

/** One published test. */
export interface PublishedTest {
  /** `Server-ServerAuthenticatorAttestationResponse-Resp-1 F-2`. */
  readonly id: string;
  /** What is sent, or looked at. */
  readonly says: string;
  /** What the server has to do about every one of the faults. */
  readonly expects: 'accepted' | 'rejected';
  /** Faults by their IDs; `honest` is the audit's own honest registration and sign-in. */
  readonly faults: readonly string[];
  /** How it asks for what WebAuthn Level 3 does not: then it fails here alone, and is no finding. */
  readonly beyond?: string;
  /** Whether FIDO calls it optional. */
  readonly optional?: true;
  /** Why it is not played. */
  readonly without?: string;
}

/** What is looked at in options is nothing that is sent: such a fault is rejected where nothing is wrong with them. */
const OF_OPTIONS = /options/;

type Rest = Partial<Pick<PublishedTest, 'beyond' | 'optional' | 'without'>>;
type Row = readonly [number: string, says: string, faults: string, rest?: Rest];

/** A group of tests: P-n have to be accepted, F-n refused. Faults are parted by spaces. */
export function group(name: string, rows: readonly Row[]): PublishedTest[] {
  return rows.map(([number, says, faults, rest = {}]) => ({
    id: `${name} ${number}`,
    says,
    expects: number.startsWith('P') && !OF_OPTIONS.test(faults) ? 'accepted' : 'rejected',
    faults: faults.split(' ').filter((id) => id !== ''),
    ...rest,
  }));
}
