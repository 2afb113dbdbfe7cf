/** The report that a terminal shows, on one screen: the map, then what causes the findings, the worst first. */
import { type Severity, severities } from '../fault.ts';
import { type AuditResult, type FaultResult, severityOf } from '../verdict.ts';
import { type Cause, causesOf, many } from './causes.ts';
import {
  caveat,
  conclusion,
  counts,
  deed,
  findings,
  observations,
  place,
  seconds,
  timesOf,
} from './findings.ts';
import { mapOf } from './map.ts';

/** How text is emphasized, or is not. */
export interface Paint {
  /** What has to be seen first. */
  bold(text: string): string;
  /** What can be passed over. */
  dim(text: string): string;
  /** A severity, by its color. */
  severity(severity: Severity, text: string): string;
}

/** Text without styles, for files and pipes. */
export const plain: Paint = { bold: (text) => text, dim: (text) => text, severity: (_, text) => text };

/** The styles that a table uses, by the names of `styleText` of `node:util`. */
export type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'cyan';

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

/** How many lines there are at most, and how many of them say something of one cause. */
const MOST_LINES = 38;
const MARKS = { holds: '.', fails: '#', untried: ' ' } as const;

/** Words in lines of at most a width, the second and later ones indented. */
function wrapped(label: string, text: string, width: number): string[] {
  const indent = ' '.repeat(label.length);
  const lines: string[] = [];
  let line = label;
  // A word that is longer than a line, such as JSON of a server, goes over several.
  const longest = Math.max(1, width - label.length);
  const words = text
    .split(/\s+/)
    .flatMap((word) => word.match(new RegExp(`.{1,${longest}}`, 'gu')) ?? [word]);
  for (const word of words) {
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

const cut = (text: string, width: number): string =>
  text.length > width ? `${text.slice(0, Math.max(0, width - 1))}…` : text;

const NAMES = { registration: 'registering', authentication: 'signing in' } as const;

/** A ruler of the steps of each section, and below it what became of them. */
function map(result: AuditResult, paint: Paint): string[] {
  const lines = mapOf(result).flatMap(({ ceremony, section, steps }) => {
    const label = `${section} ${NAMES[ceremony]}`.padEnd(16);
    const numbers = steps.map(({ number }) => String(number).padStart(2)).join('');
    const marks = steps.map(({ state }) => {
      const mark = ` ${MARKS[state]}`;
      return state === 'fails' ? paint.severity('critical', mark) : mark;
    });
    return [`${label}${paint.dim(numbers)}`, `${' '.repeat(16)}${marks.join('')}`];
  });
  return [...lines, paint.dim(`${' '.repeat(16)} . the step holds   # it does not   blank: not tried`)];
}

function heading({ severity, statement, results }: Cause, paint: Paint, width: number): string {
  const label = severity.toUpperCase().padEnd(9);
  return `${paint.severity(severity, label)}${paint.bold(cut(`${statement}: ${many(results.length)}`, width - 9))}`;
}

/** How many lines there are for what to do. */
const MOST_ADVICE = 2;

function explained(cause: Cause, width: number): string[] {
  const [worst] = cause.results as [FaultResult, ...FaultResult[]];
  const indent = ' '.repeat(9);
  const advice = wrapped(indent, worst.fault.check, width);
  const shown = advice.slice(0, MOST_ADVICE);
  if (advice.length > MOST_ADVICE) shown.push(cut(`${shown.pop()} …`, width));
  return [cut(`${indent}${place(worst)}: ${worst.fault.id}. ${worst.seen ?? deed(worst)}`, width), ...shown];
}

function causes(result: AuditResult, room: number, paint: Paint, width: number): string[] {
  const all = causesOf(result);
  const shown = all.slice(0, Math.max(1, room - 1));
  // The worst are explained, as far as there is room.
  let left = room - shown.length - 1;
  const lines = shown.flatMap((cause) => {
    const all = explained(cause, width);
    const more = left >= all.length ? all : [];
    left -= more.length;
    return [heading(cause, paint, width), ...more];
  });
  const hidden = all.slice(shown.length);
  if (hidden.length > 0) lines.push(paint.dim(`and ${many(hidden.length, 'more cause')}, less severe`));
  return lines;
}

/**
 * An audit as a terminal shows it: a line for each finding's cause, the worst first.
 *
 * @param width of the terminal, in columns
 */
export function table(result: AuditResult, paint: Paint = plain, width = 80): string {
  const { rejected, accepted, error, 'not-applicable': without, broken } = counts(result);
  const { name, url, loopback } = result.target;
  const where = url === undefined || url === name ? '' : ` (${url})`;
  const foreign = loopback ? '' : ', which is not this machine; authorized by who ran it';
  const notes = [caveat(result)].filter((note) => note !== undefined);
  const head = [
    cut(`Audit of ${printable(name)}${where}${foreign}`, width),
    ...wrapped('', `${printable(conclusion(result))}${causesText(result)}`, width).map(paint.bold),
    ...notes.flatMap((note) => wrapped('', note, width)),
    '',
  ];
  const found = findings(result).length;
  const drawn = result.results.length === 0 ? [] : [...map(result, paint), ''];
  const choices = observations(result).length;
  const foot = [
    ...(found === 0 ? [] : ['']),
    cut(
      `${rejected} rejected, ${accepted} accepted, ${error} errors, ${without} not applicable${broken > 0 ? `, ${broken} broken` : ''}; ${seconds(result.milliseconds)}`,
      width,
    ),
    ...(result.milliseconds < LONG ? [] : [cut(`longest: ${longest(result)}`, width)]),
    ...(choices > 0
      ? [cut(`${many(choices, 'choice')} of the server's own, which are no findings`, width)]
      : []),
    '',
  ];
  const room = MOST_LINES - head.length - drawn.length - foot.length;
  return [...head, ...drawn, ...(found === 0 ? [] : causes(result, room, paint, width)), ...foot].join('\n');
}

/** From how many milliseconds on it is said where they went. */
const LONG = 10_000;

function longest(result: AuditResult): string {
  const times = timesOf(result).slice(0, 3);
  return times.map(([subject, time]) => `${subject} ${seconds(time)}`).join(', ');
}

function causesText(result: AuditResult): string {
  const count = causesOf(result).length;
  return count === 0 ? '' : `, by ${many(count, 'cause')}`;
}

function entry(result: FaultResult, paint: Paint, width: number): string[] {
  const { fault, verdict, reason } = result;
  const told = reason === undefined ? [] : wrapped('    answer  ', printable(reason).slice(0, 300), width);
  return [
    `  ${paint.bold(fault.id)}  ${fault.title}`,
    paint.dim(`    ${place(result)}: ${fault.step.name}`),
    ...wrapped('    server  ', result.seen ?? deed(result), width),
    ...wrapped(fault.kind === 'control' ? '    loses   ' : '    gain    ', fault.gain, width),
    ...wrapped('    check   ', fault.check, width),
    ...(verdict === 'accepted' ? [] : told),
    '',
  ];
}

/** Every finding by itself, and every choice: for `--details`. */
export function details(result: AuditResult, paint: Paint = plain, width = 80): string {
  const found = findings(result);
  const lines: string[] = [];
  for (const severity of severities) {
    const some = found.filter((one) => severityOf(one) === severity);
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
  lines.push(paint.bold('Time of the requests, by subject'), '');
  const times = timesOf(result);
  const widest = Math.max(...times.map(([subject]) => subject.length));
  for (const [subject, time] of times) lines.push(`  ${subject.padEnd(widest)}  ${seconds(time)}`);
  lines.push('');
  return lines.join('\n');
}
