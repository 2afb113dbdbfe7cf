/** The report that a terminal shows: findings by severity, what an attacker gains from each, and what to check. */
import { type Severity, severities } from '../fault.ts';
import type { AuditResult, FaultResult } from '../verdict.ts';
import { conclusion, counts, deed, findings, observations, place } from './findings.ts';

/** How text is made to stand out, or is not. */
export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  severity(severity: Severity, text: string): string;
}

export const plain: Paint = { bold: (text) => text, dim: (text) => text, severity: (_, text) => text };

type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'cyan';

const COLORS: Readonly<Record<Severity, Style>> = {
  critical: 'red',
  high: 'red',
  medium: 'yellow',
  low: 'cyan',
  info: 'cyan',
};

/** Text in styles by a function that knows them, such as `styleText` of `node:util`. */
export function painted(styleText: (style: Style, text: string) => string): Paint {
  return {
    bold: (text) => styleText('bold', text),
    dim: (text) => styleText('dim', text),
    severity: (severity, text) => styleText(COLORS[severity], text),
  };
}

/** Words in lines of at most a width, the second and later ones indented. */
function wrapped(label: string, text: string, width: number): string[] {
  const indent = ' '.repeat(label.length);
  const lines: string[] = [];
  let line = label;
  for (const word of text.split(/\s+/)) {
    if (line.length + word.length > width && line.trim() !== '' && line !== label) {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()];
}

/** What a server answers is not to move the cursor. */
const printable = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get through
  text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');

function entry(result: FaultResult, paint: Paint, width: number): string[] {
  const { fault, verdict, reason } = result;
  const told = reason === undefined ? [] : wrapped('    answer  ', printable(reason).slice(0, 300), width);
  return [
    `  ${paint.bold(fault.id)}  ${fault.title}`,
    paint.dim(`    ${place(result)}: ${fault.step.name}`),
    ...wrapped('    server  ', deed(result), width),
    ...wrapped(fault.kind === 'control' ? '    loses   ' : '    gain    ', fault.gain, width),
    ...wrapped('    check   ', fault.check, width),
    ...(verdict === 'accepted' ? [] : told),
    '',
  ];
}

/** @param width of the terminal, in columns */
export function table(result: AuditResult, paint: Paint = plain, width = 100): string {
  const found = findings(result);
  const { rejected, accepted, error, 'not-applicable': without } = counts(result);
  const { name, url, loopback } = result.target;
  const where = url === undefined || url === name ? '' : ` (${url})`;
  const lines = [
    `${paint.bold(`Audit of ${name}`)}${where}${loopback ? '' : ', which is not this machine; authorized by who ran it'}`,
    '',
  ];
  for (const severity of severities) {
    const some = found.filter(({ fault }) => fault.severity === severity);
    if (some.length === 0) continue;
    lines.push(paint.severity(severity, `${severity.toUpperCase()}  ${some.length}`), '');
    for (const one of some) lines.push(...entry(one, paint, width));
  }
  const choices = observations(result);
  if (choices.length > 0) {
    lines.push(paint.bold('Choices of this server, which the specification leaves to it'), '');
    const longest = Math.max(...choices.map(({ fault }) => fault.id.length));
    for (const { fault, verdict } of choices)
      lines.push(`  ${fault.id.padEnd(longest)}  ${verdict.padEnd(8)}  ${paint.dim(fault.title)}`);
    lines.push('');
  }
  lines.push(
    `${rejected} rejected, ${accepted} accepted, ${error} errors, ${without} not applicable; ${(result.milliseconds / 1000).toFixed(1)} s`,
    paint.bold(conclusion(result)),
    '',
  );
  return lines.join('\n');
}
