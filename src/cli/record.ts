/** What keeps a capture of what a key is asked: `--record`. */
import type { Command } from 'commander';
import type { Recording } from '../capture/recording.ts';
import { UsageError } from './error.ts';
import { note } from './output.ts';

export interface RecordOptions {
  readonly record?: string;
  /** Whether what is private is left out; commander makes it true. */
  readonly redact?: boolean;
}

export function withRecordOptions(command: Command): Command {
  return command
    .option('--record <file>', 'keep what the key is asked and answers, as pcapng (stuntkey decode --pcapng)')
    .option('--no-redact', 'leave PIN blocks, tokens, salts, names and blobs in that file');
}

/** @throws UsageError for what is said of a recording that is not asked for */
export function checkRecordOptions({ record, redact = true }: RecordOptions): void {
  if (record === undefined && !redact)
    throw new UsageError('expected --record with --no-redact, got --no-redact alone');
}

/** The recording that the command line asks for, if it does. @throws UsageError for a file that cannot be written */
export async function recordingFor({ record, redact = true }: RecordOptions): Promise<Recording | undefined> {
  if (record === undefined) return undefined;
  const { recordTo } = await import('../capture/recording.ts');
  try {
    return recordTo(record, {
      redact,
      onFailure: ({ message }) => note(`stuntkey: ${record} cannot be written any more: ${message}`),
    });
  } catch (cause) {
    throw new UsageError(`--record: ${(cause as Error).message}`, { cause });
  }
}
