/** What an audit is run with. */
import type { AttestationSource } from '../../authority/identity.ts';
import { type Clock, clockShape, LONGEST_TIMER } from '../../base/clock.ts';
import {
  abortSignal,
  amount,
  anything,
  callable,
  check,
  exactly,
  flag,
  having,
  listOf,
  maybe,
  type Shape,
  that,
  whole,
} from '../../base/shape.ts';
import type { RandomSource } from '../../crypto/random.ts';
import { type Fault, faultShape } from '../fault.ts';
import type { AuditState, FaultResult } from '../verdict.ts';

/** What an audit is run with: which faults, how fast, and for how long. */
export interface AuditOptions {
  /** Which faults. Default: all of the catalogue, less what only the profile `post-quantum` asks. */
  readonly faults?: readonly Fault[];
  /** How many at once. Default: 4, or as many as the target takes. */
  readonly concurrency?: number;
  /** Ceremonies that begin in a second, two requests each. Default: 10 for a target that is not loopback, else no limit. */
  readonly rate?: number;
  /** Milliseconds for one ceremony. Default: 10,000. */
  readonly timeout?: number;
  /** Says that you may audit this target. Needed for a target that is not loopback. Default: false. */
  readonly authorized?: boolean;
  /** Ends the audit with what it has. */
  readonly signal?: AbortSignal;
  /** Called with every verdict. */
  readonly onProgress?: (progress: AuditProgress) => void;
  /** What an audit of the same target with the same catalogue had found when it was ended. */
  readonly resume?: AuditState;
  /** Who certifies attestation keys, and is to be trusted by the target. Default: the authority that every device has. */
  readonly attestation?: AttestationSource;
  /** Default: the machine's time. */
  readonly clock?: Clock;
  /** For the names of users. Default: the machine's chance. */
  readonly random?: RandomSource;
}

/** What `onProgress` is called with after each verdict. */
export interface AuditProgress {
  readonly done: number;
  readonly total: number;
  readonly result: FaultResult;
  /** To go on from, if it ended here. */
  readonly state: AuditState;
}

const shape: Shape<Omit<AuditOptions, 'resume'> & { readonly resume?: unknown }> = exactly({
  faults: maybe(listOf(faultShape, 'an array of faults of the catalogue')),
  concurrency: maybe(whole(1)),
  rate: maybe(that<number>((value) => typeof value === 'number' && value > 0, 'a number above 0')),
  timeout: maybe(amount(1, LONGEST_TIMER)),
  authorized: maybe(flag),
  signal: maybe(abortSignal),
  onProgress: maybe(callable<NonNullable<AuditOptions['onProgress']>>()),
  // (Looked at by itself.)
  resume: maybe(anything),
  attestation: maybe(
    having<AttestationSource>(
      'a source of attestation identities, such as new AttestationAuthority()',
      'identity',
    ),
  ),
  clock: maybe(clockShape),
  random: maybe(callable<RandomSource>('a function that gives random bytes')),
});

/** @throws StuntkeyError `bad-options` that names the option */
export function checkedOptions(given: AuditOptions): AuditOptions {
  return check(shape, given, 'bad-options') as AuditOptions;
}
