/** For every check of an attestation statement, or of its chain, one that violates it; the rest is as it has to be. */
import { androidKeyCases } from './attestation/android-key.ts';
import { safetynetCases } from './attestation/android-safetynet.ts';
import { appleCases } from './attestation/apple.ts';
import { compoundCases } from './attestation/compound.ts';
import { u2fCases } from './attestation/fido-u2f.ts';
import { packedCases } from './attestation/packed.ts';
import { attested, type Case } from './attestation/parts.ts';
import { tpmCases } from './attestation/tpm.ts';
import { trustCases } from './attestation/trust.ts';

const named = (fmt: string, cases: Record<string, Case>): Record<string, Case> =>
  Object.fromEntries(Object.entries(cases).map(([name, one]) => [`attestation.${fmt}${name}`, one]));

export const attestationCases: Record<string, Case> = {
  'attestation.format': attested(async () => ({ fmt: 'NONE', attStmt: new Map() })),
  'attestation.none.statement': attested(async () => ({ fmt: 'none', attStmt: new Map([['x', 1]]) })),
  ...named('packed.', packedCases),
  ...named('tpm.', tpmCases),
  ...named('android-key.', androidKeyCases),
  ...named('android-safetynet.', safetynetCases),
  ...named('fido-u2f.', u2fCases),
  ...named('apple.', appleCases),
  ...named('compound.', compoundCases),
  ...named('', trustCases),
};
