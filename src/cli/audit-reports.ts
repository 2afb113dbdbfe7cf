/** Where the result of an audit goes: the terminal, files for people and for CI, and whether the command fails. */
import { accessSync, constants, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { styleText } from 'node:util';
import type { Command } from 'commander';
import type { Severity } from '../audit/fault.ts';
import type { ProfileName } from '../audit/profile-names.ts';
import { profiles } from '../audit/profiles.ts';
import { type Baseline, baselineOf, readBaseline } from '../audit/reports/baseline.ts';
import { findings, isAtLeast } from '../audit/reports/findings.ts';
import { details, painted, plain, table } from '../audit/reports/table.ts';
import { testsTable } from '../audit/reports/tests.ts';
import { type AuditResult, severityOf } from '../audit/verdict.ts';
import { version } from '../http/version.ts';
import { ExitCode, UsageError } from './error.ts';
import { hasColor, note, print, printJson } from './output.ts';

/** Styled whatever the stream: that was decided before. */
const ansi: Parameters<typeof painted>[0] = (style, text) =>
  styleText(style, text, { validateStream: false });

export interface ReportArguments {
  readonly json?: true;
  readonly html?: string;
  readonly junit?: string;
  readonly sarif?: string;
  readonly markdown?: string;
  readonly details?: true;
  readonly baseline?: string;
  readonly writeBaseline?: string;
  readonly failOn?: Severity | 'never';
  readonly profile: ProfileName;
}

export function withReportOptions(command: Command): Command {
  return command
    .option('--html <file>', 'write the report as one page')
    .option('--junit <file>', "write JUnit's XML")
    .option('--sarif <file>', 'write SARIF 2.1.0, for code scanning')
    .option('--markdown <file>', 'write Markdown, for a pull request')
    .option('--details', 'also print each finding on its own')
    .option('--baseline <file>', 'a file of known findings, which do not fail the audit')
    .option('--write-baseline <file>', 'write the findings to a file for --baseline');
}

/** The known findings; read before the audit, so that a bad file is reported at once. */
export function knownFindings({ baseline }: ReportArguments): Baseline | undefined {
  if (baseline === undefined) return undefined;
  if (!existsSync(baseline)) throw new UsageError(`--baseline: expected a file, got ${baseline}`);
  return readBaseline(readFileSync(baseline, 'utf8'));
}

/** An audit takes a while: that a file has nowhere to go is to be known before. @throws UsageError */
export function requireWritable(
  { html, junit, sarif, markdown, writeBaseline }: ReportArguments,
  resume?: string,
): void {
  for (const file of [html, junit, sarif, markdown, writeBaseline, resume]) {
    if (file === undefined) continue;
    const folder = statSync(file, { throwIfNoEntry: false })?.isDirectory();
    if (folder) throw new UsageError(`expected a file that can be written, got the folder ${file}`);
    try {
      // What is kept to resume from is written beside it first.
      accessSync(existsSync(file) && file !== resume ? file : dirname(file), constants.W_OK);
    } catch (cause) {
      throw new UsageError(`expected a file that can be written, got ${file}`, { cause });
    }
  }
}

/**
 * Writes every report that was asked for, and names the files at the end.
 *
 * @param source the URL or file that was audited
 */
export async function report(
  result: AuditResult,
  given: ReportArguments,
  source: string,
  known?: Baseline,
): Promise<void> {
  const written: string[] = [];
  const write = async (file: string | undefined, text: () => string | Promise<string>): Promise<void> => {
    if (file === undefined) return;
    writeFileSync(file, await text());
    written.push(file);
  };
  await write(given.html, async () => (await import('../audit/reports/html.ts')).htmlReport(result, version));
  await write(given.junit, async () => (await import('../audit/reports/junit.ts')).junit(result));
  await write(given.sarif, async () => {
    const { placeIn, sarif } = await import('../audit/reports/sarif.ts');
    const described = existsSync(source) ? placeIn(source, readFileSync(source, 'utf8')) : undefined;
    return sarif(result, version, described);
  });
  await write(given.markdown, async () => (await import('../audit/reports/markdown.ts')).markdown(result));
  await write(given.writeBaseline, () => `${JSON.stringify(baselineOf(result), undefined, 2)}\n`);
  if (given.json) printJson(result);
  else {
    const paint = hasColor(process.stdout) ? painted(ansi) : plain;
    // A terminal that does not know its width says 0.
    const width = Math.min(process.stdout.columns || 80, 120);
    if (given.details) print(details(result, paint, width).trimEnd());
    print(table(result, paint, width).trimEnd());
    if (result.tests !== undefined) print(testsTable(result.tests, paint, width).trimEnd());
  }
  if (written.length > 0) note(`written: ${written.join(', ')}`);
  if (known === undefined) return;
  const found = findings(result).map(({ fault }) => fault.id);
  const gone = known.known.filter((id) => !found.includes(id));
  note(`known findings: ${found.filter((id) => known.known.includes(id)).join(', ') || 'none'}`);
  if (gone.length > 0) note(`known, and not found any more: ${gone.join(', ')}`);
}

/** How the command ends. */
export function exitCodeOf(
  result: AuditResult,
  { failOn, profile }: ReportArguments,
  known?: Baseline,
): number {
  // What was ended by a signal has its exit code already.
  if (result.outcome !== 'complete') return Number(process.exitCode ?? 0) || ExitCode.unfinished;
  const gate = failOn ?? profiles[profile].gate;
  if (gate === 'never') return ExitCode.done;
  // What is optional may be left out, but not be wrong.
  if (result.tests?.some(({ outcome }) => outcome === 'failed')) return ExitCode.verificationFailed;
  if (result.tests !== undefined && failOn === undefined) return ExitCode.done;
  const fails = findings(result).some(
    (one) => isAtLeast(severityOf(one), gate) && !known?.known.includes(one.fault.id),
  );
  return fails ? ExitCode.verificationFailed : ExitCode.done;
}
