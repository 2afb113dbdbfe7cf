/** JUnit's XML, as CI servers read it: a suite a ceremony, a test case a fault. */
import type { CeremonyName } from '../fault.ts';
import { type AuditResult, type FaultResult, type PlayedTest, severityOf } from '../verdict.ts';
import { deed, place } from './findings.ts';
import { escapeMarkup } from './xml.ts';

const attributes = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeMarkup(String(value))}"`)
    .join('');

function testCase(result: FaultResult): string {
  const { fault, verdict, finding, reason, milliseconds } = result;
  const { id, title, ceremony, gain, check, step } = fault;
  const severity = severityOf(result);
  const head = `    <testcase${attributes({ name: `${id}: ${title}`, classname: `stuntkey.${ceremony}`, time: milliseconds / 1000 })}`;
  if (verdict === 'broken')
    return `${head}>\n      <error${attributes({ type: 'broken', message: reason ?? 'broken' })}/>\n    </testcase>`;
  if (verdict === 'not-applicable')
    return `${head}>\n      <skipped${attributes({ message: reason ?? 'not applicable' })}/>\n    </testcase>`;
  if (!finding) return `${head}/>`;
  const kind = verdict === 'error' ? 'error' : 'failure';
  const message = `${severity}: the server ${deed(result)} (${place(result)})`;
  const text = [
    result.seen ?? gain,
    `Check: ${check}`,
    ...(reason === undefined ? [] : [`The server: ${reason}`]),
    step.url,
  ];
  return `${head}>\n      <${kind}${attributes({ type: severity, message })}>${escapeMarkup(text.join('\n'))}</${kind}>\n    </testcase>`;
}

function suite(name: string, results: readonly FaultResult[], startedAt: string): string {
  const findings = results.filter(({ finding }) => finding);
  const errors = results.filter(({ verdict }) => verdict === 'error' || verdict === 'broken').length;
  const failures = findings.filter(({ verdict }) => verdict !== 'error').length;
  const head = attributes({
    name,
    tests: results.length,
    failures,
    errors,
    skipped: results.filter(({ verdict }) => verdict === 'not-applicable').length,
    time: results.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1000,
    timestamp: startedAt,
  });
  return `  <testsuite${head}>\n${results.map(testCase).join('\n')}\n  </testsuite>`;
}

/** The run itself: a failure where it came to no end. */
function run({ outcome, reason, milliseconds }: AuditResult, startedAt: string): string {
  const failed = outcome !== 'complete';
  const head = attributes({
    name: 'audit',
    tests: 1,
    failures: 0,
    errors: failed ? 1 : 0,
    skipped: 0,
    time: milliseconds / 1000,
    timestamp: startedAt,
  });
  const inner = failed ? `<error${attributes({ type: outcome, message: reason ?? outcome })}/>` : '';
  return `  <testsuite${head}>\n    <testcase name="the audit comes to an end" classname="stuntkey.audit">${inner}</testcase>\n  </testsuite>`;
}

/** FIDO's tests, where they were played: a test case each, by its ID. */
function tests(played: readonly PlayedTest[], startedAt: string): string {
  const of = (outcome: PlayedTest['outcome']): number =>
    played.filter((one) => one.outcome === outcome).length;
  const head = attributes({
    name: 'fido-server',
    tests: played.length,
    failures: of('failed'),
    errors: 0,
    skipped: of('not-played'),
    timestamp: startedAt,
  });
  const cases = played.map(({ id, says, outcome, reason = '' }) => {
    const inner =
      outcome === 'failed'
        ? `<failure${attributes({ type: 'fido-server', message: reason })}/>`
        : outcome === 'not-played'
          ? `<skipped${attributes({ message: reason })}/>`
          : '';
    return `    <testcase${attributes({ name: `${id}: ${says}`, classname: 'stuntkey.fido-server' })}>${inner}</testcase>`;
  });
  return `  <testsuite${head}>\n${cases.join('\n')}\n  </testsuite>`;
}

/** An audit as XML in JUnit's form, for the test reports of CI systems: one test case for each fault. */
export function junit(result: AuditResult): string {
  const startedAt = new Date(result.startedAt).toISOString();
  const of = (ceremony: CeremonyName): FaultResult[] =>
    result.results.filter(({ fault }) => fault.ceremony === ceremony);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: `stuntkey audit of ${result.target.name}` })}>`,
    run(result, startedAt),
    suite('registration', of('registration'), startedAt),
    suite('authentication', of('authentication'), startedAt),
    ...(result.tests === undefined ? [] : [tests(result.tests, startedAt)]),
    '</testsuites>',
    '',
  ].join('\n');
}
