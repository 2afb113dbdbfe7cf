/** Which faults an audit tries. */
import { catalogue, fault } from './catalogue.ts';
import type { Fault } from './fault.ts';
import type { ProfileName } from './profile-names.ts';
import { profiles } from './profiles.ts';

/**
 * The faults that are named, by their IDs or subjects; those of the profile where none is.
 *
 * @throws StuntkeyError `unknown-fault` for a name that is neither
 */
export function chosenFaults(only: readonly string[] | undefined, profile: ProfileName): readonly Fault[] {
  if (only === undefined) return catalogue.filter((one) => profiles[profile].includes(one));
  for (const word of only) if (!catalogue.some(({ subject }) => subject === word)) fault(word);
  return catalogue.filter(({ id, subject }) => only.includes(id) || only.includes(subject));
}
