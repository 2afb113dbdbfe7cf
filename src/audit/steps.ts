/** Steps as faults name them, of which titles, numbers and anchors are in webauthn/steps.ts. */
import {
  type AuthenticationStep,
  type CeremonyKind,
  type RegistrationStep,
  sectionNumber,
  sectionUrl,
  stepTitle,
  stepUrl,
} from '../webauthn/steps.ts';
import type { Step } from './fault.ts';

/** A step of section 7.1. */
export function registrationStep(number: RegistrationStep): Step {
  return stepOf('registration', number);
}

/** A step of section 7.2. */
export function authenticationStep(number: AuthenticationStep): Step {
  return stepOf('authentication', number);
}

/** A section whose steps have no numbers worth giving, by its anchor. */
export function sectionOf(section: string, name: string, anchor: string): Step {
  return { section, name, url: sectionUrl(anchor) };
}

function stepOf(kind: CeremonyKind, number: number): Step {
  return {
    section: sectionNumber(kind),
    number,
    name: stepTitle(kind, number),
    url: stepUrl(kind, number),
  };
}

/**
 * Steps that a server must check: each has faults in the catalogue, and a test says so. (The last of section 7.2, that anything
 * else fails the ceremony, is what all of them are about.)
 */
export const checkedSteps: { readonly '7.1': readonly number[]; readonly '7.2': readonly number[] } = {
  '7.1': [3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 20, 21, 22, 24, 25, 26, 27, 28, 29],
  '7.2': [3, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24],
};
