/** Artillery, as installed, with its report as data. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { judgesFile } from '../judges/install.ts';
import { PATIENCE } from '../patience.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Report {
  readonly counters: Readonly<Record<string, number>>;
  readonly summaries: Readonly<
    Record<string, { readonly count: number; readonly min: number; readonly max: number }>
  >;
  /** What it printed. */
  readonly printed: string;
}

/** Runs a script, with changes to its configuration, on several workers. */
export async function artilleryRun(
  script: string,
  config: { readonly target: string; readonly [member: string]: unknown },
  workers: number,
): Promise<Report> {
  const made = await mkdtemp(join(tmpdir(), 'stuntkey-artillery-'));
  const output = join(made, 'report.json');
  const args = [
    judgesFile('artillery', 'artillery/bin/run'),
    'run',
    '--overrides',
    JSON.stringify({ config }),
    '--output',
    output,
    join(root, script),
  ];
  const env = { ...process.env, WORKERS: String(workers), ARTILLERY_DISABLE_TELEMETRY: 'true' };
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      cwd: root,
      env,
      timeout: PATIENCE,
    });
    const { aggregate } = JSON.parse(await readFile(output, 'utf8'));
    return { counters: aggregate.counters, summaries: aggregate.summaries, printed: stdout };
  } finally {
    await rm(made, { recursive: true });
  }
}
