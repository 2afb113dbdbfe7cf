/** What a shell sees of an error: an exit code, and one line. */

import { safe } from '../base/harmless.ts';
import { StuntkeyError, stuntkeyErrorKinds } from '../base/stuntkey-error.ts';
import { CtapError, describeStatus } from '../ctap/status.ts';
import { wayOutOf } from '../ctap/way-out.ts';

/** How the command can end. */
export const ExitCode = {
  done: 0,
  /** By the key (a CTAP status), by the client (a DOMException), or by the store. */
  refused: 1,
  /** A command line, a file or a text is wrong. */
  usage: 2,
  verificationFailed: 3,
  /** Of an audit: no verdict, or not of everything. */
  unfinished: 4,
  interrupted: 130,
} as const;

/** Thrown for a wrong command line, file or text. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Names that say nothing which the message does not say. */
const SILENT_NAMES: readonly string[] = ['Error', 'UsageError', 'StuntkeyError', 'CtapError', 'Cancelled'];
/** The most causes that a line names. */
const MOST_CAUSES = 4;

export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return ExitCode.usage;
  if (error instanceof StuntkeyError && stuntkeyErrorKinds[error.code] === 'input') return ExitCode.usage;
  return ExitCode.refused;
}

/** An error in one line: its name where that helps, its message, and its causes. */
export function lineOf(error: unknown): string {
  const { text, causes, wayOut } = described(error);
  const line = causes.length === 0 ? text : `${text} (${causes.join('; ')})`;
  return oneLine(wayOut === undefined ? line : `${line}: ${wayOut}`);
}

/** An error for programs. */
export function errorAsJson(error: unknown): Readonly<Record<string, unknown>> {
  const { name, message, code } = error as { name?: unknown; message?: unknown; code?: unknown };
  const { causes, wayOut } = described(error);
  return {
    error: typeof code === 'string' ? code : (name ?? 'Error'),
    message: flat(String(message ?? error)),
    ...(causes.length > 0 && { causes: causes.map(flat) }),
    ...(wayOut !== undefined && { wayOut }),
  };
}

/** `wayOut` says what to do, where the last cause is a bare status of the key. */
function described(error: unknown): { text: string; causes: string[]; wayOut: string | undefined } {
  const text = withName(error);
  const causes: string[] = [];
  let wayOut = bareStatus(error);
  let next = (error as { cause?: unknown } | undefined)?.cause;
  while (next instanceof Error && causes.length < MOST_CAUSES) {
    const cause = withName(next);
    // Many messages quote their cause.
    if (!causes.includes(cause) && !text.includes(next.message)) causes.push(cause);
    wayOut = bareStatus(next);
    next = next instanceof AggregateError ? next.errors[0] : next.cause;
  }
  return { text, causes, wayOut };
}

function bareStatus(error: unknown): string | undefined {
  return error instanceof CtapError && error.message === describeStatus(error.status)
    ? wayOutOf(error.status)
    : undefined;
}

function withName(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { name, message } = error;
  if (SILENT_NAMES.includes(name)) return message;
  return message === '' ? name : `${name}: ${message}`;
}

const flat = (text: string): string => text.replace(/\s*[\r\n]+\s*/g, ' ');

/** Nothing from outside breaks the line, or draws on the terminal. */
function oneLine(text: string): string {
  return safe(flat(text));
}
