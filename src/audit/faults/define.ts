/** Writing faults down: what those of one subject have in common is said once. */

import type { Policy } from '../../authenticator/policy/type.ts';
import type {
  AuthenticationFault,
  CeremonyName,
  Fault,
  FaultKind,
  Need,
  OptionsShown,
  OptionsWish,
  RegistrationFault,
  SceneName,
  Severity,
  Step,
} from '../fault.ts';
import type { AssertionDraft, RegistrationDraft } from '../forge/draft.ts';
import type { PageOrigin } from '../page-origin.ts';

/** A draft of either ceremony. */
export type AnyDraft = RegistrationDraft | AssertionDraft;

/** What a subject says for all its faults, and each may say differently. */
interface Common {
  readonly severity: Severity;
  readonly gain: string;
  readonly check: string;
  /** Default: `attack`. */
  readonly kind?: FaultKind;
  /** Its name in examples/strict-server, without the ceremony. */
  readonly guard?: string | undefined;
  readonly needs?: readonly Need[];
  readonly request?: OptionsWish;
  readonly baseline?: string;
  readonly scene?: SceneName;
  readonly policy?: Partial<Policy>;
  readonly once?: boolean;
  readonly headers?: (page: PageOrigin) => Readonly<Record<string, string>>;
  readonly inspect?: (shown: OptionsShown) => string | undefined | Promise<string | undefined>;
}

interface Own<Draft> extends Partial<Common> {
  readonly id: string;
  readonly title: string;
  readonly followUp?: (draft: AssertionDraft) => void | Promise<void>;
  /** Default: nothing is changed. */
  readonly change?: (draft: Draft) => void | Promise<void>;
}

type Stepped<T> = T & { readonly step: Step };
type PartlyStepped<T> = T & { readonly step?: Step };

/** Faults of registrations. */
export function registrations(
  subject: string,
  common: Stepped<Common>,
  faults: readonly PartlyStepped<Own<RegistrationDraft>>[],
): RegistrationFault[] {
  return faults.map((own) => ({ ceremony: 'registration', ...filled('registration', subject, common, own) }));
}

/** Faults of sign-ins. */
export function authentications(
  subject: string,
  common: Stepped<Common>,
  faults: readonly PartlyStepped<Own<AssertionDraft>>[],
): AuthenticationFault[] {
  return faults.map((own) => ({
    ceremony: 'authentication',
    ...filled('authentication', subject, common, own),
  }));
}

/** The steps of one check in both ceremonies. */
export interface Steps {
  readonly registration: Step;
  readonly authentication: Step;
}

/** Faults that both ceremonies can have: one each, whose IDs begin with the ceremony. */
export function both(
  subject: string,
  common: Common & { readonly steps: Steps },
  faults: readonly (Own<AnyDraft> & { readonly steps?: Steps })[],
): Fault[] {
  const { steps, ...rest } = common;
  return (['registration', 'authentication'] as const).flatMap((ceremony: CeremonyName): Fault[] => {
    const written = faults.map(({ steps: ownSteps = steps, ...own }) => ({
      ...own,
      id: `${ceremony}-${own.id}`,
      step: ownSteps[ceremony],
    }));
    const shared = { ...rest, step: steps[ceremony] };
    return ceremony === 'registration'
      ? registrations(subject, shared, written)
      : authentications(subject, shared, written);
  });
}

function filled<Draft>(
  ceremony: CeremonyName,
  subject: string,
  common: Stepped<Common>,
  own: PartlyStepped<Own<Draft>>,
) {
  const guard = 'guard' in own ? own.guard : common.guard;
  const { guard: _common, ...shared } = common;
  const { guard: _own, ...rest } = own;
  const written = {
    kind: 'attack' as const,
    needs: [],
    change: () => {},
    ...shared,
    ...rest,
    subject,
    ...(guard !== undefined && { guard: `${ceremony}.${guard}` }),
  };
  if (written.kind === 'control') delete written.guard;
  // Nothing is gained by what is left to policy.
  return written.kind === 'observation' ? { ...written, severity: 'info' as const } : written;
}
