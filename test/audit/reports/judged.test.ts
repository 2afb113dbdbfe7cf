/** Reports as others judge them: JSON by ajv and the schema that ships, SARIF by that of its committee. */
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { placeIn, sarif } from '../../../src/audit/reports/sarif.ts';
import {
  type AuditResult,
  auditRelyingParty,
  fault,
  playedTests,
  resultSchema,
} from '../../../src/entries/audit.ts';
import { named } from '../../interop/debian.ts';
import { judgedByAjv } from '../../json-schema.ts';
import { judgesFile, whyNoJudge } from '../../judges/install.ts';
import { withoutTime } from '../../slow.ts';
import { strictRelyingParty } from '../strict.ts';
import { clean, sample } from './sample.ts';

const FAULTS = [
  'signature-from-other-key',
  'registration-client-data-bom',
  'authentication-challenge-raced',
  'authentication-json-id-missing',
].map(fault);

/** As it is printed. */
const printed = (result: unknown): unknown => JSON.parse(JSON.stringify(result));

const RESULTS: readonly (readonly [string, () => AuditResult | Promise<AuditResult>])[] = [
  ['with a result of every kind', () => sample],
  ['of a server that does all right', () => clean],
  ['of a weak server', () => auditRelyingParty(strictRelyingParty(['signature']), { faults: FAULTS })],
  [
    'without a verdict',
    () => ({ ...clean, outcome: 'inconclusive', reason: 'the honest registration failed', results: [] }),
  ],
  [
    "with FIDO's tests",
    async () => {
      const result = await auditRelyingParty(strictRelyingParty(), { faults: FAULTS });
      return { ...result, tests: playedTests(result) };
    },
  ],
];

describe('the JSON report', () => {
  it.each(RESULTS)('%s is as its schema says', async (_, make) => {
    expect(judgedByAjv(resultSchema, printed(await make()))).toBeUndefined();
  });

  it.each([
    ['another verdict', (result: AuditResult) => ({ ...result, outcome: 'fine' })],
    ['a member that there is not', (result: AuditResult) => ({ ...result, score: 7 })],
    ['no results', ({ results: _, ...rest }: AuditResult) => rest],
    [
      'a result without its fault',
      (result: AuditResult) => ({ ...result, results: [{ verdict: 'rejected' }] }),
    ],
  ])('with %s is not', (_, change) => {
    expect(judgedByAjv(resultSchema, printed(change(sample)))).toBeDefined();
  });
});

const withoutSarif = withoutTime ?? whyNoJudge('sarif');

describe.skipIf(withoutSarif)(named('the SARIF report', withoutSarif), () => {
  const judge = () => {
    // (Its draft spells its name without the dollar.)
    const {
      id: _,
      $schema: __,
      ...rest
    } = JSON.parse(
      readFileSync(judgesFile('sarif', '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'), 'utf8'),
    );
    const ajv = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false });
    const validate = ajv.compile(rest);
    return (json: unknown): string => (validate(json) ? '' : ajv.errorsText(validate.errors));
  };

  it.each(RESULTS)('%s is as its schema says', async (_, make) => {
    const problems = judge();
    const result = await make();
    const description = '{\n  "registration": {},\n  "authentication": {}\n}';
    for (const place of [undefined, placeIn('audit.json', description)])
      expect(problems(JSON.parse(sarif(result, '1.2.3', place)))).toBe('');
    expect(problems({ version: '2.1.0', runs: [{}] })).toContain("must have required property 'tool'");
  });
});
