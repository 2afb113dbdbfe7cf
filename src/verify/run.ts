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
    const name = `${context.kind}.${guard.name}`;
    const step = {
      number: guard.step,
      name,
      title: guard.title,
      url: urlOf(context.kind, guard.step, guard.section),
    };
    if (failed) {
      steps.push({ ...step, outcome: 'not-reached' });
      continue;
    }
    const verdict = context.off.has(name) ? 'skipped' : await verdictOf(guard, context);
    if (verdict === undefined) steps.push({ ...step, outcome: 'passed' });
    else if (verdict === 'skipped') steps.push({ ...step, outcome: 'skipped' });
    else {
      failed = true;
      steps.push({ ...step, outcome: 'failed', expected: verdict.expected, got: verdict.got });
    }
  }
  return steps;
}

async function verdictOf<Context extends Runnable>(
  guard: Guard<Context>,
  context: Context,
): Promise<Verdict> {
  try {
    return await guard.run(context);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    // Its own guard has let it through, or this is a hole: then nothing is let through.
    if (context.off.has(`${context.kind}.${error.guard}`)) return 'skipped';
    return { expected: `what ${error.guard} sees to`, got: 'something that cannot be read' };
  }
}
