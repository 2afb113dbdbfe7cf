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
  let failed = false;
  for (const guard of guards) {
    if (guard.fmt !== undefined && context.formats()?.includes(guard.fmt) !== true) continue;
    const step = stepOf(guard, context.kind);
    if (failed) {
      steps.push({ ...step, outcome: 'not-reached' });
      continue;
    }
    let verdict = context.off.has(step.name) ? 'skipped' : verdictOf(guard, context);
    // Most checks answer at once.
    if (verdict instanceof Promise) verdict = await verdict;
    if (verdict === undefined) steps.push({ ...step, outcome: 'passed' });
    else if (verdict === 'skipped') steps.push({ ...step, outcome: 'skipped' });
    else {
      failed = true;
      steps.push({ ...step, outcome: 'failed', expected: verdict.expected, got: verdict.got });
    }
  }
  return steps;
}

type StepOfGuard = Omit<VerificationStep, 'outcome' | 'expected' | 'got'>;

/** What is the same of a guard in every ceremony of a kind. */
const known = new WeakMap<object, Map<CeremonyKind, StepOfGuard>>();

function stepOf(guard: Guard<never>, kind: CeremonyKind): StepOfGuard {
  const kinds = known.get(guard) ?? new Map<CeremonyKind, StepOfGuard>();
  known.set(guard, kinds);
  let step = kinds.get(kind);
  if (step === undefined) {
    const url = urlOf(kind, guard.step, guard.section);
    step = { number: guard.step, name: `${kind}.${guard.name}`, title: guard.title, url };
    kinds.set(kind, step);
  }
  return step;
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
