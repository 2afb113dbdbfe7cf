/** What goes where: results to stdout, everything else to stderr; color only for eyes. */
import { styleText } from 'node:util';

/** Whether a stream shows color: a terminal, and nobody who asked for none (https://no-color.org). */
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
  process.stdout.write(`${line}\n`);
}

/** Bytes of the result, as they are. */
export function printBytes(bytes: Uint8Array): void {
  process.stdout.write(bytes);
}

/** One JSON value as the result: a line for programs, several for eyes. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, undefined, process.stdout.isTTY ? 2 : undefined));
}

/** A list as newline-delimited JSON: a line for each, whoever reads it. */
export function printNdjson(values: Iterable<unknown>): void {
  for (const value of values) print(JSON.stringify(value));
}

/** A line that is not the result. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`);
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

/** A text from outside, which must not draw on the terminal. */
export function safe(text: string): string {
  return text.replace(/\p{Cc}/gu, '�');
}

/** Whoever reads the results may stop when he has enough. */
export function endQuietlyWithoutReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}
