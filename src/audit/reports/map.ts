/** The map: which of the steps of 7.1 and 7.2 hold. */
import { type CeremonyKind, sectionNumber, stepsOf, stepUrl } from '../../webauthn/steps.ts';
import type { AuditResult } from '../verdict.ts';

/** `holds`: what breaks the step was refused. `fails`: something was let in, or what is right was refused. */
type StepState = 'holds' | 'fails' | 'untried';

interface MappedStep {
  readonly number: number;
  readonly title: string;
  readonly url: string;
  readonly state: StepState;
  /** How many findings there are. */
  readonly findings: number;
  /** How many faults were tried. */
  readonly tried: number;
}

export interface MappedSection {
  readonly ceremony: CeremonyKind;
  readonly section: '7.1' | '7.2';
  readonly steps: readonly MappedStep[];
}

export function mapOf({ results }: Pick<AuditResult, 'results'>): MappedSection[] {
  return (['registration', 'authentication'] as const).map((ceremony) => {
    const section = sectionNumber(ceremony);
    return {
      ceremony,
      section,
      steps: stepsOf(ceremony).map(({ number, title }) => {
        const of = results.filter(
          ({ fault: { step, kind } }) =>
            step.section === section && step.number === number && kind !== 'observation',
        );
        const tried = of.filter(({ verdict }) => verdict !== 'not-applicable' && verdict !== 'broken').length;
        const findings = of.filter(({ finding }) => finding).length;
        const state = findings > 0 ? 'fails' : tried > 0 ? 'holds' : 'untried';
        return { number, title, url: stepUrl(ceremony, number), state, findings, tried };
      }),
    };
  });
}
