/** `stuntkey trace`: a ceremony as a file to look at. */
import { Command, InvalidArgumentError } from 'commander';
import type { TraceFile } from '../decode/trace/file.ts';
import { UsageError } from './error.ts';
import { examples } from './help.ts';
import { readFile } from './input.ts';
import { type GlobalOptions, storePath } from './key.ts';
import { print, printJson } from './output.ts';
import { watcherOf } from './watcher.ts';
import { writeWhole } from './write-file.ts';

interface Arguments extends GlobalOptions {
  readonly from?: string;
  readonly last: number;
}

/** What the inspector is asked for at most. */
const MOST = 100;

export function traceCommand(): Command {
  return new Command('trace')
    .description(
      'write ceremonies as one HTML file that shows them, the last refusal first, without a network; prints where it is',
    )
    .argument('<file>', 'the file to write: HTML, or JSON if it ends in .json')
    .option(
      '--from <trace>',
      'what was saved: by --trace, by the inspector or GET /traces/{number}; - is stdin. By default, what the running inspector of the key has seen',
    )
    .option('--last <number>', 'how many of the last ceremonies the inspector is asked for', readCount, 1)
    .addHelpText(
      'after',
      examples(
        'stuntkey trace why.html',
        'stuntkey trace why.html --from trace.json',
        'stuntkey get options.json --origin https://example.com --trace why.html',
      ),
    )
    .action((file: string, _options: unknown, command: Command) =>
      trace(file, command.optsWithGlobals<Arguments>()),
    );
}

async function trace(file: string, given: Arguments): Promise<void> {
  const read = given.from === undefined ? await seen(given) : await saved(given.from);
  const { traceContent } = await import('../viewer/write.ts');
  await writeWhole(file, (write) => write(Buffer.from(traceContent(file, read))));
  if (given.json) printJson({ file, ceremonies: read.traces.length });
  else print(file);
}

async function saved(from: string): Promise<TraceFile> {
  const { LONGEST_FILE, readTraceFile } = await import('../decode/trace/read-file.ts');
  const bytes = await readFile(from, '--from');
  // (A character is four bytes at most: what is longer is not made a text first.)
  if (bytes.length > 4 * LONGEST_FILE)
    throw new UsageError(
      `--from: expected a file of at most ${LONGEST_FILE} characters, got ${bytes.length} bytes`,
    );
  return readTraceFile(new TextDecoder().decode(bytes));
}

async function seen(given: Arguments): Promise<TraceFile> {
  const path = storePath(given);
  const watcher = watcherOf(path);
  if (watcher === undefined)
    throw new UsageError(
      `expected --from with a saved ceremony, or an inspector of the key ${path} that runs (stuntkey inspect); create, get and attach write such a file with --trace`,
    );
  const traces = await watcher.last(given.last);
  if (traces.length === 0) throw new UsageError(`the inspector at ${watcher.url} has seen no ceremony yet`);
  const { at, ceremony } = traces.at(-1) as (typeof traces)[number];
  return {
    stuntkey: 'trace',
    version: 1,
    title: `${ceremony.ceremony} at ${ceremony.origin}, ${new Date(at).toISOString()}`,
    traces: traces.map(({ at, ceremony }) => ({ at, ceremony })),
  };
}

function readCount(text: string): number {
  if (/^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= MOST) return Number(text);
  throw new InvalidArgumentError(`Expected a number from 1 to ${MOST}.`);
}
