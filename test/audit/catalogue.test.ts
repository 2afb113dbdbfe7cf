import { describe, expect, it } from 'vitest';
import { checkedSteps } from '../../src/audit/steps.ts';
import { catalogue, fault, severities, summaryOf } from '../../src/entries/audit.ts';

describe('the catalogue of faults', () => {
  it('has an ID of its own for each, in kebab case', () => {
    const ids = catalogue.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id))).toEqual([]);
  });

  it('has a title of its own for each of a ceremony', () => {
    const titles = catalogue.map(({ ceremony, title }) => `${ceremony}: ${title}`);
    expect(titles.filter((title, place) => titles.indexOf(title) !== place)).toEqual([]);
  });

  it('has more than 150 attacks, and what a right server has to accept', () => {
    expect(catalogue.filter(({ kind }) => kind === 'attack').length).toBeGreaterThan(150);
    expect(catalogue.filter(({ kind }) => kind === 'control').length).toBeGreaterThan(25);
  });

  it.each(['7.1', '7.2'] as const)(
    'has an attack or an observation for every step of section %s that a server must check',
    (section) => {
      const covered = new Set(
        catalogue
          .filter(({ step, kind }) => step.section === section && kind !== 'control')
          .map(({ step }) => step.number),
      );
      expect(checkedSteps[section].filter((number) => !covered.has(number))).toEqual([]);
    },
  );

  it('says for each what is gained, what to check and where that is written', () => {
    for (const { id, gain, check, step, severity, kind } of catalogue) {
      expect(gain, id).toMatch(/\.$/);
      expect(check, id).toMatch(/\.$/);
      expect(step.url, id).toMatch(/^https:\/\/www\.w3\.org\/TR\/webauthn-3\/#/);
      expect(severities, id).toContain(severity);
      if (kind === 'observation') expect(severity, id).toBe('info');
    }
  });

  it('has a baseline for none but faults that are there, and may be let in', () => {
    for (const { baseline } of catalogue) {
      if (baseline !== undefined) expect(fault(baseline).kind).toBe('observation');
    }
  });

  it('is plain data but for how faults are done', () => {
    const summaries = catalogue.map(summaryOf);
    expect(JSON.parse(JSON.stringify(summaries))).toEqual(summaries);
  });

  it('suggests IDs for one that is misremembered', () => {
    expect(() => fault('signature-of-other-key')).toThrow(
      /no fault has the ID "signature-of-other-key": perhaps .*signature/,
    );
    expect(() => fault('x')).toThrow('stuntkey audit --list has them all');
  });
});
