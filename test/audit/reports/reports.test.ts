import { styleText } from 'node:util';
import { JSDOM } from 'jsdom';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../../src/audit/catalogue.ts';
import { summaryOf } from '../../../src/audit/fault.ts';
import { baselineOf, readBaseline } from '../../../src/audit/reports/baseline.ts';
import { causesOf } from '../../../src/audit/reports/causes.ts';
import { curlLine } from '../../../src/audit/reports/curl.ts';
import { conclusion, findings, isAtLeast } from '../../../src/audit/reports/findings.ts';
import { htmlReport } from '../../../src/audit/reports/html.ts';
import { junit } from '../../../src/audit/reports/junit.ts';
import { mapOf } from '../../../src/audit/reports/map.ts';
import { markdown } from '../../../src/audit/reports/markdown.ts';
import { placeIn, sarif } from '../../../src/audit/reports/sarif.ts';
import { details, painted, table } from '../../../src/audit/reports/table.ts';
import type { AuditResult, FaultResult } from '../../../src/audit/verdict.ts';
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
  it('is as wide as the terminal in every line, whatever a server has said without a space', () => {
    const reason = `expected options, got status 200: "${'{"a":[]}'.repeat(40)}"`;
    const lines = table({ ...inconclusive, reason }).split('\n');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines.join('')).toContain(reason.slice(-200));
  });

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
  it('has the map, then causes from the worst down, each with what was seen and what to check', () => {
    const lines = table(sample).split('\n');
    expect(lines.findIndex((line) => line.startsWith('7.1 registering'))).toBeGreaterThan(0);
    const at = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'].map((word) =>
      lines.findIndex((line) => line.startsWith(word)),
    );
    expect(at.every((line) => line > 0)).toBe(true);
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    expect(lines).toContain('         That the library is asked, and its answer looked at.');
    expect(lines).toContain('2 rejected, 3 accepted, 1 errors, 1 not applicable; 4.3 s');
  });

  it('says first that it is not known who was signed in', () => {
    expect(table(sample)).toContain('without whoami, no finding is more than high');
    expect(table({ ...sample, byEffect: true })).not.toContain('whoami');
  });

  it('groups findings by severity in its details, and tells of choices apart', () => {
    const lines = details(sample).split('\n');
    expect(lines.filter((line) => /^[A-Z]+ {2}\d+$/.test(line))).toEqual([
      'CRITICAL  1',
      'HIGH  1',
      'MEDIUM  1',
      'LOW  1',
    ]);
    expect(lines).toContain('    gain    An attacker who knows the account’s name is let in.');
    expect(details(sample)).toMatch(
      /Choices of this server.*\n\n {2}registration-flags-reserved {2}accepted/,
    );
  });

  it('has at most 40 lines of at most 80 columns, for a server that takes everything', () => {
    const results = catalogue.map((fault): FaultResult => {
      const verdict = fault.kind === 'control' ? 'rejected' : 'accepted';
      return { fault: summaryOf(fault), verdict, finding: fault.kind !== 'observation', milliseconds: 1 };
    });
    const text = table({ ...sample, results });
    const lines = text.trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(40);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(text).toContain('signatures are not checked at sign-in: ');
    expect(lines.at(-1)).toContain("choices of the server's own");
  });

  it('lets no control character of a server through', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get through
    expect(table(sample)).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(
      table(
        sample,
        painted((style, text) => styleText(style, text, { validateStream: false })),
      ),
    ).toContain('\u001b[31mCRITICAL \u001b[39m');
  });
});

describe('causes', () => {
  it('are few, however many faults are behind them', () => {
    const signatures = catalogue.filter(({ subject, kind }) => subject === 'signature' && kind === 'attack');
    const results = signatures.map(
      (fault): FaultResult => ({
        fault: summaryOf(fault),
        verdict: 'accepted',
        finding: true,
        milliseconds: 1,
      }),
    );
    const causes = causesOf({ ...sample, results });
    expect(causes.map(({ statement }) => statement)).toEqual([
      'signatures are not checked at sign-in',
      'ECDSA signatures are read leniently',
    ]);
    expect(causes.flatMap(({ results }) => results)).toHaveLength(results.length);
  });

  it('are one for all that breaks in one way', () => {
    const [first, second] = sample.results as [FaultResult, FaultResult];
    const broke = { verdict: 'error', finding: true, breakage: 'hang' } as const;
    const causes = causesOf({
      ...sample,
      results: [
        { ...first, ...broke },
        { ...second, ...broke },
      ],
    });
    expect(causes.map(({ id, results }) => [id, results.length])).toEqual([['breaks-hang', 2]]);
  });
});

describe('the map', () => {
  it('says of each step whether it holds, does not, or was not tried', () => {
    const [registering, signingIn] = mapOf(sample);
    const state = (section: typeof registering, number: number) =>
      section?.steps.find((step) => step.number === number)?.state;
    expect([state(registering, 8), state(registering, 9), state(registering, 20)]).toEqual([
      'holds',
      'fails',
      'untried',
    ]);
    expect(signingIn?.steps).toHaveLength(22);
  });
});

describe('a line for curl', () => {
  it('is what was sent, safely quoted', () => {
    expect(
      curlLine({ method: 'POST', url: 'http://localhost/x', headers: { a: 'b' }, body: `it's`, answer: '' }),
    ).toBe(`curl -i -X POST 'http://localhost/x' -H 'a: b' --data-raw 'it'\\''s'`);
    expect(curlLine({ method: 'call', url: 'authentication.verify', answer: '' })).toBeUndefined();
  });
});

describe('Markdown', () => {
  it('has the map and the causes, and nothing that a server says becomes markup', () => {
    const text = markdown(sample);
    expect(text).toContain('| 7.1 | ');
    expect(text).toContain('### critical: ');
    expect(text).not.toContain('<script>');
    expect(text.split('\n').filter((line) => line.startsWith('### '))).toHaveLength(causesOf(sample).length);
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

  it('lays results at the line of the description, or else at the step', () => {
    const text = '{\n  "registration": {},\n  "authentication": {}\n}';
    const [first] = JSON.parse(sarif(sample, '1.2.3', placeIn('audit.json', text))).runs[0].results;
    expect(first.locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: 'audit.json' },
      region: { startLine: 3 },
    });
    const [at] = JSON.parse(sarif(sample, '1.2.3')).runs[0].results[0].locations;
    expect(at.physicalLocation.artifactLocation.uri).toMatch(/^https:\/\/www\.w3\.org/);
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
