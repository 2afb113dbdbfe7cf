/** What the result of an audit is, and what is kept of one that was ended: for who reads such a file, and for ourselves when we do. */
import type { JsonSchema } from '../base/json-schema.ts';
import {
  amount,
  check,
  described,
  exactly,
  flag,
  listOf,
  type Members,
  maybe,
  oneOf,
  oneOfNumbers,
  recordOf,
  type Shape,
  text,
  whole,
} from '../base/shape.ts';
import { jsonSchemaOf } from '../base/shape-schema.ts';
import { type FaultSummary, needs, severities } from './fault.ts';
import type { AuditResult, AuditState, FaultResult } from './verdict.ts';

const severity = oneOf(severities);
const ceremony = oneOf(['registration', 'authentication']);
const texts = recordOf(text(), 'an object of texts');

const summary: Shape<FaultSummary> = described(
  exactly({
    id: described(text({ least: 1 }), 'Stable, and of one fault alone.'),
    title: text(),
    subject: text(),
    ceremony,
    kind: described(
      oneOf(['attack', 'control', 'observation']),
      'Whether a right server refuses it, accepts it, or may do either.',
    ),
    severity,
    step: exactly({
      section: text(),
      number: maybe(whole(1)),
      name: text(),
      url: described(text(), { format: 'uri' }),
    }),
    gain: text(),
    check: text(),
    needs: listOf(oneOf(needs), 'an array of needs'),
    guard: maybe(text()),
  }),
  'A fault as docs/faults.md lists it.',
);

const exchange = described(
  exactly({
    method: text(),
    url: text(),
    headers: maybe(texts),
    body: maybe(text()),
    status: maybe(whole(100, 599)),
    answer: text(),
  }),
  'The request and the answer that show it, cut where they are long.',
);

const RESULT = {
  fault: summary,
  verdict: oneOf(['rejected', 'accepted', 'error', 'not-applicable', 'broken']),
  finding: described(flag, 'Whether the server is at fault.'),
  severity: maybe(described(severity, 'Of findings: how bad it is by what was seen.')),
  seen: maybe(described(text(), 'Of findings: what was seen, as a sentence.')),
  effect: maybe(
    described(
      oneOf(['takeover', 'owner', 'nobody']),
      'Whom the server took the audit for, where it can say.',
    ),
  ),
  breakage: maybe(described(oneOf(['status', 'hang', 'drop', 'unreadable']), 'How the server broke.')),
  reason: maybe(text()),
  status: maybe(described(whole(100, 599), 'Of the answer that decided it.')),
  exchange: maybe(exchange),
  milliseconds: described(amount(0), 'How long all of its requests took.'),
} as const satisfies Members;

const faultResult: Shape<FaultResult> = exactly(RESULT);
const results: Shape<FaultResult[]> = listOf(faultResult, 'an array of results');
const version: Shape<1> = oneOfNumbers([1]);

const state: Shape<AuditState> = exactly({ version, catalogue: text(), target: text(), results });

const result: Shape<AuditResult> = exactly({
  version,
  catalogue: described(text(), 'Which catalogue of faults: a verdict means the same only in the same one.'),
  target: exactly({
    name: text(),
    kind: described(text(), { examples: ['conformance', 'callbacks', 'description', 'page'] }),
    url: maybe(text()),
    loopback: flag,
    origin: text(),
  }),
  outcome: oneOf(['complete', 'inconclusive', 'interrupted', 'broken']),
  reason: maybe(described(text(), 'Why it is not complete.')),
  byEffect: described(flag, 'Whether the target said who is signed in; else no finding is critical.'),
  controls: listOf(
    exactly({ when: oneOf(['before', 'after']), passed: flag, reason: maybe(text()) }),
    'an array of honest ceremonies',
  ),
  results: described(results, "In the catalogue's order: those that were tried."),
  notTried: described(listOf(text(), 'an array of IDs'), 'IDs of faults that were to be tried and were not.'),
  startedAt: described(amount(0), 'Milliseconds since 1970.'),
  milliseconds: amount(0),
  tests: maybe(
    described(
      listOf(
        exactly({
          id: text(),
          outcome: oneOf(['passed', 'failed', 'not-played']),
          says: text(),
          faults: listOf(text(), 'an array of IDs'),
          reason: maybe(text()),
          beyond: maybe(text()),
          optional: maybe(flag),
        }),
        'an array of tests',
      ),
      "With --profile fido-server: FIDO's tests by their IDs.",
    ),
  ),
});

/** The schema of what `stuntkey audit --json` prints, as it is published. */
export const resultSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'The result of stuntkey audit (--json)',
  ...jsonSchemaOf(result),
};

/** @throws StuntkeyError `bad-state` that says where, what was expected, and what is there */
export function readState(json: unknown): AuditState {
  return check(state, json, 'bad-state');
}
