/** Names of checks that are switched off. */

import { StuntkeyError } from '../base/stuntkey-error.ts';
import type { CeremonyKind } from '../webauthn/steps.ts';

const KINDS: readonly CeremonyKind[] = ['registration', 'authentication'];

/**
 * Full names of the checks meant: a name without its ceremony means both.
 *
 * @param known full names of every check there is
 * @throws StuntkeyError `unknown-check`
 */
export function checksOff(names: Iterable<string>, known: ReadonlySet<string>): ReadonlySet<string> {
  const off = new Set<string>();
  for (const name of names) {
    const meant = [name, ...KINDS.map((kind) => `${kind}.${name}`)].filter((full) => known.has(full));
    if (meant.length === 0) {
      throw new StuntkeyError('unknown-check', `expected the name of a check, got "${name}"`);
    }
    for (const full of meant) off.add(full);
  }
  return off;
}
