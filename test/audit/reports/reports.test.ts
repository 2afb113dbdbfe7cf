import { styleText } from 'node:util';
import { JSDOM } from 'jsdom';
import { describe, expect, it } from 'vitest';
import { baselineOf, readBaseline } from '../../../src/audit/reports/baseline.ts';
import { conclusion, findings, isAtLeast } from '../../../src/audit/reports/findings.ts';
import { htmlReport } from '../../../src/audit/reports/html.ts';
import { junit } from '../../../src/audit/reports/junit.ts';
import { sarif } from '../../../src/audit/reports/sarif.ts';
import { painted, table } from '../../../src/audit/reports/table.ts';
import type { AuditResult } from '../../../src/audit/verdict.ts';
import { clean, HOSTILE, sample } from './sample.ts';

/** As much of the DOM as is used here. */
interface XmlElement {
  readonly textContent: string | null;
  getAttribute(name: string): string | null;
  querySelector(selector: string): XmlElement | null;
  querySelectorAll(selector: string): { readonly length: number } & Iterable<XmlElement>;
}

const WRONG = [
  'authentication-signature-empty',
  'registration-origin-suffix',
  'authentication-client-data-bom',
  'authentication-json-deep',
];
const inconclusive: AuditResult = {
  ...clean,
  outcome: 'inconclusive',
  reason: 'the honest registration was refused',
  results: [],
};
const interrupted: AuditResult = {
  ...clean,
  outcome: 'interrupted',
  reason: 'stopped',
  notTried: ['a', 'b'],
};

describe('a report', () => {
  it('names findings from the worst down: attacks let in, right answers refused, and errors', () => {
    expect(findings(sample).map(({ fault }) => fault.id)).toEqual(WRONG);
    expect(findings(clean)).toEqual([]);
  });

  it.each([
    ['is of findings', sample, '4 findings in 7 faults'],
    ['is that there is none', clean, 'no finding in 3 faults'],
    ['is that there is no verdict', inconclusive, 'no verdict: the honest registration was refused'],
    ['says what was not tried', interrupted, 'no finding in 3 faults, and 2 were not tried: stopped'],
  ])('has a conclusion that %s', (_, result, text) => {
    expect(conclusion(result)).toBe(text);
    expect(table(result)).toContain(text);
    expect(htmlReport(result, '1.2.3')).toContain(text);
  });

  it('knows what is as bad as what', () => {
    expect(isAtLeast('critical', 'high')).toBe(true);
    expect(isAtLeast('high', 'high')).toBe(true);
    expect(isAtLeast('medium', 'high')).toBe(false);
  });
});

describe('the table for a terminal', () => {
  it('groups findings by severity, and says what is gained and what to check', () => {
    const lines = table(sample).split('\n');
    const at = ['CRITICAL  1', 'HIGH  1', 'MEDIUM  1', 'LOW  1'].map((line) => lines.indexOf(line));
    expect(at.every((line) => line > 0)).toBe(true);
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    expect(lines).toContain('    gain    Whoever knows the account’s name is let in.');
    expect(lines).toContain('    check   That the library is asked, and its answer looked at.');
    expect(lines).toContain('2 rejected, 3 accepted, 1 errors, 1 not applicable; 4.3 s');
  });

  it('tells of choices apart', () => {
    expect(table(sample)).toMatch(/Choices of this server.*\n\n {2}registration-flags-reserved {2}accepted/);
  });

  it('has no line wider than it was told, but for words that are', () => {
    for (const line of table(sample, undefined, 40).split('\n'))
      if (/^ {4}(server|gain|check)/.test(line)) expect(line.length).toBeLessThanOrEqual(41);
  });

  it('lets no control character of a server through', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get through
    expect(table(sample)).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(
      table(
        sample,
        painted((style, text) => styleText(style, text, { validateStream: false })),
      ),
    ).toContain('\u001b[31mCRITICAL  1\u001b[39m');
  });
});

describe('JUnit', () => {
  const read = (result: AuditResult): XmlElement => {
    const { window } = new JSDOM(junit(result), { contentType: 'text/xml' });
    return (window as unknown as { document: XmlElement }).document;
  };

  it('is well-formed XML whatever a server answers, with a test case a fault', () => {
    const document = read(sample);
    expect(document.querySelectorAll('testcase')).toHaveLength(1 + sample.results.length);
    const failure = document.querySelector('testcase[name^="authentication-client-data-bom"] failure');
    expect(failure?.textContent).toContain(HOSTILE.slice(0, 20));
  });

  it('counts what it holds', () => {
    for (const suite of read(sample).querySelectorAll('testsuite')) {
      const count = (selector: string): string => String(suite.querySelectorAll(selector).length);
      expect(suite.getAttribute('tests')).toBe(count('testcase'));
      expect(suite.getAttribute('failures')).toBe(count('failure'));
      expect(suite.getAttribute('errors')).toBe(count('error'));
      expect(suite.getAttribute('skipped')).toBe(count('skipped'));
    }
  });

  it('fails where there is no verdict', () => {
    expect(read(inconclusive).querySelector('error')?.getAttribute('message')).toContain('honest');
    expect(read(clean).querySelector('error, failure')).toBeNull();
  });
});

describe('SARIF', () => {
  it('has a rule a fault, and a result a finding or choice that points at its rule', () => {
    const { version, runs } = JSON.parse(sarif(sample, '1.2.3'));
    const [{ tool, results, invocations }] = runs;
    expect(version).toBe('2.1.0');
    expect(tool.driver.rules).toHaveLength(sample.results.length);
    expect(results.map(({ ruleId }: { ruleId: string }) => ruleId)).toEqual([
      ...WRONG,
      'registration-flags-reserved',
    ]);
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex].id).toBe(ruleId);
    expect(results.map(({ level }: { level: string }) => level)).toEqual([
      'error',
      'error',
      'warning',
      'note',
      'none',
    ]);
    expect(invocations[0].executionSuccessful).toBe(true);
  });

  it('says so where the run came to no end', () => {
    const [{ invocations }] = JSON.parse(sarif(inconclusive, '1.2.3')).runs;
    expect(invocations[0].executionSuccessful).toBe(false);
    expect(invocations[0].toolExecutionNotifications[0].message.text).toContain('honest');
  });
});

describe('a baseline', () => {
  it('holds the IDs of findings, sorted, and is read as it was written', () => {
    const baseline = baselineOf(sample);
    expect(baseline.known).toEqual(WRONG.toSorted());
    expect(readBaseline(JSON.stringify(baseline))).toEqual(baseline);
  });

  it.each([
    ['nothing', ''],
    ['an array', '[]'],
    ['null', 'null'],
    ['another version', '{"version":2,"known":[]}'],
    ['no list', '{"version":1,"known":"all"}'],
    ['numbers', '{"version":1,"known":[1]}'],
  ])('is refused when it is %s', (_, text) => {
    expect(() => readBaseline(text)).toThrow(/expected \{ "version": 1/);
  });
});
