import { describe, expect, it } from 'vitest';
import { catalogue } from '../../src/audit/catalogue.ts';
import { authenticationGuards } from '../../src/verify/authentication.ts';
import { registrationGuards } from '../../src/verify/registration.ts';
import { type CeremonyKind, stepsOf, stepTitle, stepUrl } from '../../src/webauthn/steps.ts';

describe.each([
  ['7.1', 'registration', registrationGuards, 29],
  ['7.2', 'authentication', authenticationGuards, 25],
] as const)('the steps of section %s', (section, kind: CeremonyKind, guards, last) => {
  const numbers = stepsOf(kind).map(({ number }) => number);

  it('begin behind the two that say how to ask, and end with the last', () => {
    expect([numbers[0], numbers.at(-1)]).toEqual([3, last]);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  });

  it('are those that checks belong to', () => {
    expect(guards.map(({ step }) => step).filter((step) => !numbers.includes(step))).toEqual([]);
  });

  it('have the same words and places in the catalogue of faults', () => {
    const steps = catalogue.map(({ step }) => step).filter((step) => step.section === section);
    expect(steps.length).toBeGreaterThan(100);
    for (const { number = 0, name, url } of steps)
      expect([name, url]).toEqual([stepTitle(kind, number), stepUrl(kind, number)]);
  });
});
