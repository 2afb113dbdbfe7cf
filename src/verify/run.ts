/** Runs the checks of a ceremony in their order, up to the first that fails. */
import type { CeremonyKind } from '../webauthn/steps.ts';
import { type Guard, Unreadable, type Verdict } from './guard.ts';
import { urlOf, type VerificationStep } from './steps.ts';

/** What running needs to know of a ceremony. */
export interface Runnable {
  readonly kind: CeremonyKind;
  /** Full names of the guards that are switched off. */
  readonly off: ReadonlySet<string>;
  /** Formats of the attestation statements there are; undefined when they cannot be read. */
  formats(): readonly string[] | undefined;
}

/** The outcome of every check that concerns this ceremony. */
export async function runGuards<Context extends Runnable>(
  context: Context,
  guards: readonly Guard<Context>[],
): Promise<VerificationStep[]> {
  const steps: VerificationStep[] = [];
  const known = knownOf(guards, context.kind);
  let formats: readonly string[] | undefined;
  let failed = false;
  for (const [place, guard] of guards.entries()) {
    if (guard.fmt !== undefined) {
      // Asked for once: a response that cannot be read is found to be so anew each time.
      formats ??= context.formats() ?? [];
      if (!formats.includes(guard.fmt)) continue;
    }
    const ends = known[place] as KnownSteps;
    const { step } = ends;
    if (failed) {
      steps.push(ends['not-reached']);
      continue;
    }
    let verdict = context.off.has(step.name) ? 'skipped' : verdictOf(guard, context);
    // Most checks answer at once.
    if (verdict instanceof Promise) verdict = await verdict;
    if (verdict === undefined) steps.push(ends.passed);
    else if (verdict === 'skipped') steps.push(ends.skipped);
    else {
      failed = true;
      steps.push({ ...step, outcome: 'failed', expected: verdict.expected, got: verdict.got });
    }
  }
  return steps;
}

type StepOfGuard = Omit<VerificationStep, 'outcome' | 'expected' | 'got'>;

/** What is the same of a guard in every ceremony of a kind: all of it, but where it fails. */
type KnownSteps = { readonly step: StepOfGuard } & Readonly<
  Record<'passed' | 'skipped' | 'not-reached', VerificationStep>
>;

const knownSteps = new WeakMap<object, Map<CeremonyKind, readonly KnownSteps[]>>();

/** Made once, and frozen, as all ceremonies share them. */
function knownOf(guards: readonly Guard<never>[], kind: CeremonyKind): readonly KnownSteps[] {
  const kinds = knownSteps.get(guards) ?? new Map<CeremonyKind, readonly KnownSteps[]>();
  knownSteps.set(guards, kinds);
  let known = kinds.get(kind);
  if (known === undefined) {
    known = guards.map(({ step: number, name, title, section }) => {
      const step = { number, name: `${kind}.${name}`, title, url: urlOf(kind, number, section) };
      const ended = (outcome: VerificationStep['outcome']): VerificationStep =>
        Object.freeze({ ...step, outcome });
      return {
        step,
        passed: ended('passed'),
        skipped: ended('skipped'),
        'not-reached': ended('not-reached'),
      };
    });
    kinds.set(kind, known);
  }
  return known;
}

function verdictOf<Context extends Runnable>(
  guard: Guard<Context>,
  context: Context,
): Verdict | Promise<Verdict> {
  try {
    const verdict = guard.run(context);
    return verdict instanceof Promise
      ? verdict.catch((error: unknown) => ofUnreadable(error, context))
      : verdict;
  } catch (error) {
    return ofUnreadable(error, context);
  }
}

/** The verdict where a response cannot be read. @throws any other error */
function ofUnreadable(error: unknown, { kind, off }: Runnable): Verdict {
  if (!(error instanceof Unreadable)) throw error;
  // Its own guard has let it through, or this is a hole: then nothing is let through.
  if (off.has(`${kind}.${error.guard}`)) return 'skipped';
  return { expected: `what ${error.guard} sees to`, got: 'something that cannot be read' };
}
