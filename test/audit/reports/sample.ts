/** A result of every kind, made by hand, with a server that tries to break out of the report. */
import type { FaultKind, FaultSummary, Severity } from '../../../src/audit/fault.ts';
import type { AuditResult, FaultResult, Verdict } from '../../../src/audit/verdict.ts';

export const HOSTILE = `<script>alert("1")</script>]]>&'\u0007\u001b[2J`;

const URL_7 = 'https://www.w3.org/TR/webauthn-3/#sctn-verifying-assertion';

function summary(id: string, kind: FaultKind, severity: Severity, number: number): FaultSummary {
  const ceremony = id.startsWith('registration') ? 'registration' : 'authentication';
  return {
    id,
    title: `the ${id.replaceAll('-', ' ')} is wrong`,
    subject: id.split('-')[1] ?? id,
    ceremony,
    kind,
    severity,
    step: {
      section: ceremony === 'registration' ? '7.1' : '7.2',
      number,
      name: `step ${number} is checked`,
      url: URL_7,
    },
    gain: 'An attacker who knows the account’s name is let in.',
    check: 'That the library is asked, and its answer looked at.',
    needs: [],
  };
}

function result(fault: FaultSummary, verdict: Verdict, reason?: string): FaultResult {
  const wrong = fault.kind === 'control' ? 'rejected' : 'accepted';
  return {
    fault,
    verdict,
    finding: verdict === 'error' || (fault.kind !== 'observation' && verdict === wrong),
    ...(reason !== undefined && { reason }),
    milliseconds: 12.5,
  };
}

export const sample: AuditResult = {
  version: 1,
  catalogue: '1',
  target: {
    name: 'http://localhost:3000',
    kind: 'conformance',
    url: 'http://localhost:3000',
    loopback: true,
    origin: 'http://localhost:3000',
  },
  outcome: 'complete',
  byEffect: false,
  controls: [
    { when: 'before', passed: true },
    { when: 'after', passed: true },
  ],
  results: [
    result(summary('registration-origin-suffix', 'attack', 'high', 9), 'accepted'),
    result(summary('registration-challenge-replayed', 'attack', 'high', 8), 'rejected', 'no such challenge'),
    result(summary('registration-flags-reserved', 'observation', 'info', 17), 'accepted'),
    result(
      summary('registration-attestation-expired', 'attack', 'medium', 23),
      'not-applicable',
      'the options ask for no attestation',
    ),
    result(summary('authentication-signature-empty', 'attack', 'critical', 21), 'accepted'),
    result(summary('authentication-json-deep', 'attack', 'low', 9), 'error', `500 ${HOSTILE}`),
    result(summary('authentication-client-data-bom', 'control', 'medium', 8), 'rejected', HOSTILE),
  ],
  notTried: [],
  startedAt: Date.UTC(2026, 0, 2, 3, 4, 5),
  milliseconds: 4_321,
};

/** The same of a server that does all right. */
export const clean: AuditResult = {
  ...sample,
  results: sample.results.filter(({ finding }) => !finding),
};
