/** What goes where: results to stdout, everything else to stderr; color only for eyes. */
import { styleText } from 'node:util';
import { spelled, UNSAFE } from '../base/harmless.ts';

/** Whether a stream shows color: it is a terminal, and the environment does not ask for none (https://no-color.org). */
export function hasColor(stream: NodeJS.WriteStream): boolean {
  const { NO_COLOR, TERM } = process.env;
  return stream.isTTY === true && !NO_COLOR && TERM !== 'dumb';
}

/** A text in a style, where the stream shows that. */
export function styled(
  style: 'bold' | 'dim' | 'red' | 'green' | 'cyan',
  text: string,
  stream: NodeJS.WriteStream = process.stdout,
): string {
  // Whether to style was decided for this very stream.
  return hasColor(stream) ? styleText(style, text, { validateStream: false }) : text;
}

/** A line of the result. */
export function print(line: string): void {
  process.stdout.write(`${harmless(line)}\n`);
}

/** Bytes of the result, as they are. */
export function printBytes(bytes: Uint8Array): void {
  process.stdout.write(bytes);
}

/** One JSON value as the result: a line for programs, several for eyes. */
export function printJson(value: unknown): void {
  print(jsonText(value, process.stdout.isTTY ? 2 : undefined));
}

/** JSON that draws on no terminal: what JSON leaves as it is, escaped as JSON can. The value is the same. */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent)?.replace(
    /[\u007f-\u009f\u2028\u2029]|\p{Cf}/gu,
    (character) =>
      // (Beyond 16 bits a character is two escapes.)
      Array.from({ length: character.length }, (_, at) => escaped(character.charCodeAt(at))).join(''),
  );
}

const escaped = (unit: number): string => `\\u${unit.toString(16).padStart(4, '0')}`;

/** A list as newline-delimited JSON: a line for each, on a terminal as in a pipe. */
export function printNdjson(values: Iterable<unknown>): void {
  for (const value of values) print(jsonText(value));
}

/** A line that is not the result. */
export function note(line: string): void {
  process.stderr.write(`${harmless(line)}\n`);
}

/** Rows with their columns under one another. @param headed whether the first row is the heads */
export function printTable(rows: readonly (readonly string[])[], headed = true): void {
  const [first = []] = rows;
  const widths = first.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const [index, row] of rows.entries()) {
    const line = row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
    print(headed && index === 0 ? styled('bold', line.trimEnd()) : line.trimEnd());
  }
}

/** Every second part of what is split so is ours. */
const OURS: RegExp = new RegExp(`(\n|\t|${String.fromCharCode(27)}\\[\\d{1,2}m)`);

/** The last door: what came in unseen is spelled out, too; lines, tabs and our own styles stay. */
function harmless(text: string): string {
  return text
    .split(OURS)
    .map((part, index) => (index % 2 === 1 ? part : part.replace(UNSAFE, spelled)))
    .join('');
}

/** A program that reads the results may stop early, such as `head`. */
export function endQuietlyWithoutReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}
