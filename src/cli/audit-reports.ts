/** Where the result of an audit goes: the terminal, files for people and for CI, and whether the command fails. */
import { accessSync, constants, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { styleText } from 'node:util';
import type { Command } from 'commander';
import type { Severity } from '../audit/fault.ts';
import { type Baseline, baselineOf, readBaseline } from '../audit/reports/baseline.ts';
import { findings, isAtLeast } from '../audit/reports/findings.ts';
import { painted, plain, table } from '../audit/reports/table.ts';
import type { AuditResult } from '../audit/verdict.ts';
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
  readonly baseline?: string;
  readonly writeBaseline?: string;
  readonly failOn: Severity | 'never';
}

export function withReportOptions(command: Command): Command {
  return command
    .option('--html <file>', 'write the report as one page')
    .option('--junit <file>', "write JUnit's XML")
    .option('--sarif <file>', 'write SARIF 2.1.0, for code scanning')
    .option('--baseline <file>', 'findings that are known, and fail nothing')
    .option('--write-baseline <file>', 'write the findings as known ones');
}

/** The known findings; read before the audit, so that a bad file is told of at once. */
export function knownFindings({ baseline }: ReportArguments): Baseline | undefined {
  if (baseline === undefined) return undefined;
  if (!existsSync(baseline)) throw new UsageError(`--baseline: expected a file, got ${baseline}`);
  return readBaseline(readFileSync(baseline, 'utf8'));
}

/** An audit takes a while: that a report has nowhere to go is to be known before. @throws UsageError */
export function requireWritable({ html, junit, sarif, writeBaseline }: ReportArguments): void {
  for (const file of [html, junit, sarif, writeBaseline]) {
    if (file === undefined) continue;
    try {
      accessSync(existsSync(file) ? file : dirname(file), constants.W_OK);
    } catch (cause) {
      throw new UsageError(`expected a file that can be written, got ${file}`, { cause });
    }
  }
}

/** Writes every report that was asked for. */
export async function report(result: AuditResult, given: ReportArguments, known?: Baseline): Promise<void> {
  if (given.html !== undefined)
    writeFileSync(given.html, (await import('../audit/reports/html.ts')).htmlReport(result, version));
  if (given.junit !== undefined)
    writeFileSync(given.junit, (await import('../audit/reports/junit.ts')).junit(result));
  if (given.sarif !== undefined)
    writeFileSync(given.sarif, (await import('../audit/reports/sarif.ts')).sarif(result, version));
  if (given.writeBaseline !== undefined)
    writeFileSync(given.writeBaseline, `${JSON.stringify(baselineOf(result), undefined, 2)}\n`);
  if (given.json) printJson(result);
  else
    print(
      table(
        result,
        hasColor(process.stdout) ? painted(ansi) : plain,
        process.stdout.columns ?? 100,
      ).trimEnd(),
    );
  if (known === undefined) return;
  const found = findings(result).map(({ fault }) => fault.id);
  const gone = known.known.filter((id) => !found.includes(id));
  note(`known findings: ${found.filter((id) => known.known.includes(id)).join(', ') || 'none'}`);
  if (gone.length > 0) note(`known, and not found any more: ${gone.join(', ')}`);
}

/** How the command ends. */
export function exitCodeOf(result: AuditResult, { failOn }: ReportArguments, known?: Baseline): number {
  if (result.outcome !== 'complete') return Number(process.exitCode ?? ExitCode.refused) || ExitCode.refused;
  if (failOn === 'never') return ExitCode.done;
  const fails = findings(result).some(
    ({ fault }) => isAtLeast(fault.severity, failOn) && !known?.known.includes(fault.id),
  );
  return fails ? ExitCode.verificationFailed : ExitCode.done;
}
