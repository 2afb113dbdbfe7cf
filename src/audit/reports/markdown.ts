/** Markdown, for a comment on a pull request: the map, the causes, and the rest folded. */
import { type AuditResult, type FaultResult, type PlayedTest, severityOf } from '../verdict.ts';
import { type Cause, causesOf, many } from './causes.ts';
import { curlLine } from './curl.ts';
import { caveat, conclusion, deed, place } from './findings.ts';
import { mapOf } from './map.ts';
import { counted } from './tests.ts';
import { escapeMarkup } from './xml.ts';

const MARKS = { holds: '✅', fails: '❌', untried: '▫️' } as const;

/** A server's words do not become Markdown, nor markup. */
function plainly(text: string): string {
  return escapeMarkup(text.replace(/\s+/g, ' ')).replace(/[\\`*_[\]|~#@]/g, '\\$&');
}

function fenced(text: string): string[] {
  const fence = '`'.repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return [fence, text, fence];
}

function causeText({ severity, statement, results }: Cause): string[] {
  const [worst] = results as [FaultResult, ...FaultResult[]];
  const { exchange, fault } = worst;
  const curl = exchange && curlLine(exchange);
  return [
    `### ${severity}: ${plainly(statement)}`,
    '',
    `${plainly(worst.seen ?? deed(worst))} ${plainly(fault.check)} ([${place(worst)}](${fault.step.url}))`,
    '',
    `<details><summary>${many(results.length)}</summary>`,
    '',
    ...results.map((one) => `- \`${one.fault.id}\` (${severityOf(one)}): ${plainly(one.fault.title)}`),
    '',
    ...(exchange === undefined
      ? []
      : [
          ...fenced(curl ?? `${exchange.url} ${exchange.body ?? ''}`),
          '',
          ...fenced(`${exchange.status ?? ''} ${exchange.answer}`.trim()),
          '',
        ]),
    '</details>',
    '',
  ];
}

/** FIDO's tests that did not pass; the others are counted. */
function testsText(tests: readonly PlayedTest[]): string[] {
  return [
    `### FIDO's tests: ${counted(tests)}`,
    '',
    ...tests
      .filter(({ outcome }) => outcome !== 'passed')
      .map(({ id, outcome, says, reason = '' }) =>
        plainly(`- ${id} ${outcome === 'failed' ? 'failed' : 'was not played'} (${says}): ${reason}`),
      ),
    '',
  ];
}

/** An audit as Markdown, for a pull request or the summary of a CI job. */
export function markdown(result: AuditResult): string {
  const note = caveat(result);
  return [
    `## Audit of ${plainly(result.target.name)}`,
    '',
    `**${plainly(conclusion(result))}**${note === undefined ? '' : ` ${note}`}`,
    '',
    '| section | steps |',
    '| --- | --- |',
    ...mapOf(result).map(
      ({ section, steps }) =>
        `| ${section} | ${steps.map(({ number, state }) => `${MARKS[state]}${number}`).join(' ')} |`,
    ),
    '',
    ...causesOf(result).flatMap(causeText),
    ...(result.tests === undefined ? [] : testsText(result.tests)),
  ].join('\n');
}
