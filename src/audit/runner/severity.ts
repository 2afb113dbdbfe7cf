/** How bad a finding is, by what was seen: docs/audit.md has the definitions. */
import type { Breakage } from '../exchange.ts';
import type { Severity } from '../fault.ts';
import type { FaultResult } from '../verdict.ts';

type Seen = Pick<FaultResult, 'fault' | 'verdict' | 'effect' | 'breakage' | 'status'>;

/** A server that breaks has let no attacker in. A server that hangs or drops connections harms its other users. */
const BREAKAGES: Readonly<Record<Breakage, Severity>> = {
  status: 'low',
  unreadable: 'low',
  hang: 'medium',
  drop: 'medium',
};

/** Subjects of faults that say whose it is. */
const OF_WHOM: readonly string[] = ['account', 'credential', 'user-handle'];

/** Subjects of faults that are looked for in what the server asks. */
const OF_OPTIONS: readonly string[] = ['options', 'post-quantum'];

/**
 * A fault is critical only where it ended in a session of another account. A fault that could end there is high where the target cannot
 * say who is signed in, and lower where the session is in the account of the key, or in none.
 */
export function severity({ fault, verdict, effect, breakage }: Seen, watched: boolean): Severity {
  if (verdict === 'error') return BREAKAGES[breakage ?? 'unreadable'];
  if (fault.kind !== 'attack') return fault.severity;
  if (effect === 'takeover') return 'critical';
  // Whose credential or handle it says it is gains nothing where the key decides.
  if (effect === 'owner' && OF_WHOM.includes(fault.subject)) return 'low';
  if (fault.severity !== 'critical') return fault.severity;
  if (!watched) return 'high';
  if (effect === 'nobody') return 'medium';
  // The owner's own response, stolen: that the session is theirs is what is wrong about it.
  return effect === 'owner' && fault.subject !== 'challenge' ? 'low' : 'high';
}

/** What was seen, as a sentence. */
export function seen({ fault, verdict, effect, breakage, status }: Seen, watched: boolean): string {
  if (verdict === 'error') {
    if (breakage === 'status') return `The server broke: status ${status}.`;
    if (breakage === 'hang') return 'The server did not answer in time.';
    if (breakage === 'drop') return 'The server dropped the connection.';
    return 'The server said neither yes nor no.';
  }
  if (fault.kind === 'control') return 'The server refused what is right.';
  if (OF_OPTIONS.includes(fault.subject)) return 'It is so in the options that the server gave.';
  if (fault.ceremony === 'registration' && effect === undefined) return 'The server registered it.';
  if (effect === 'takeover') return 'The session was signed in to an account whose key was not used.';
  if (effect === 'owner')
    return 'The session was signed in to the account of the key that was used, and to no other.';
  if (effect === 'nobody') return 'The server said yes, but signed no one in.';
  if (watched) return 'The server said yes; whom it signed in is not clear.';
  return 'The server said yes. Who was signed in is not known: there is no whoami.';
}
