/** `stuntkey audit`: asks a server to take every wrong registration and sign-in, and says which it took. */
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Fault, Severity } from '../audit/fault.ts';
import type { Target } from '../audit/targets/target.ts';
import type { AuditResult, AuditState, FaultResult } from '../audit/verdict.ts';
import { ExitCode, UsageError } from './error.ts';
import { examples } from './help.ts';
import { readJson } from './input.ts';
import type { GlobalOptions } from './key.ts';
import { print, printJson, safe } from './output.ts';
import { progress } from './progress.ts';
import { interruption } from './signals.ts';

const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

interface AuditArguments extends GlobalOptions {
  readonly list?: true;
  readonly origin?: string;
  readonly iAmAuthorized?: true;
  readonly trustsAuthority?: true;
  readonly only?: readonly string[];
  readonly severity: Severity;
  readonly concurrency?: number;
  readonly rate?: number;
  readonly timeout?: number;
  readonly resume?: string;
  readonly failOn: Severity | 'never';
}

export function auditCommand(): Command {
  const severity = (flags: string, description: string, more: readonly string[] = []): Option =>
    new Option(flags, description).choices([...SEVERITIES, ...more]);
  return new Command('audit')
    .description('ask a server to take wrong registrations and sign-ins, and say which it took')
    .argument(
      '[target]',
      "the URL of a server with FIDO's conformance interface, or a file that describes one",
    )
    .option('--list', 'print the faults that there are, and ask nobody')
    .addOption(new Option('--origin <origin>', "where the server's pages are").env('STUNTKEY_ORIGIN'))
    .option('--i-am-authorized', 'for a server that is not this machine: somebody said that you may')
    .option('--trusts-authority', "the server trusts this audit's attestation authority, and no other")
    .option('--only <ids>', 'faults or subjects by name, with commas between them', words)
    .addOption(severity('--severity <least>', 'leave out what is less severe').default('info'))
    .option('--concurrency <n>', 'ceremonies at once', positive)
    .option('--rate <n>', 'ceremonies that begin in a second', positive)
    .option('--timeout <seconds>', 'for one ceremony', positive)
    .option('--resume <file>', 'keep there what is known, and go on from it')
    .addOption(
      severity('--fail-on <severity>', 'exit with 3 for findings as severe', ['never']).default('high'),
    )
    .addHelpText(
      'after',
      examples(
        'stuntkey audit http://localhost:3000',
        'stuntkey audit server.json --only signature,origin',
        'stuntkey audit --list --json',
      ),
    )
    .action((target: string | undefined, _options: unknown, command: Command) =>
      run(target, command.optsWithGlobals<AuditArguments>()),
    );
}

function words(text: string): string[] {
  return text.split(',').filter((word) => word !== '');
}

function positive(text: string): number {
  const number = Number(text);
  if (!(number > 0 && Number.isFinite(number)))
    throw new InvalidArgumentError(`expected a number above 0, got ${text}`);
  return number;
}

async function run(source: string | undefined, given: AuditArguments): Promise<void> {
  const faults = await chosen(given);
  if (given.list) return list(faults, given);
  if (source === undefined) throw new UsageError('expected a URL or a file, or --list');
  const target = await targetOf(source, given);
  const { runAudit } = await import('../audit/runner/run.ts');
  const bar = progress('faults', faults.length);
  const kept = new KeptState(given.resume);
  const resume = await kept.read();
  const result = await runAudit(target, {
    faults,
    signal: interruption(),
    ...(resume && { resume }),
    ...(given.iAmAuthorized && { authorized: true }),
    ...(given.concurrency !== undefined && { concurrency: given.concurrency }),
    ...(given.rate !== undefined && { rate: given.rate }),
    ...(given.timeout !== undefined && { timeout: given.timeout * 1000 }),
    onProgress({ done, state }) {
      bar.show(done);
      kept.keep(state);
    },
  });
  bar.end();
  kept.end(result);
  if (given.json) printJson(result);
  else report(result);
  process.exitCode = exitCodeOf(result, given.failOn);
}

async function chosen({ only, severity }: AuditArguments): Promise<readonly Fault[]> {
  const { catalogue, fault } = await import('../audit/catalogue.ts');
  const severe = catalogue.filter((one) => SEVERITIES.indexOf(one.severity) <= SEVERITIES.indexOf(severity));
  if (only === undefined) return severe;
  for (const word of only) if (!catalogue.some(({ subject }) => subject === word)) fault(word);
  return severe.filter(({ id, subject }) => only.includes(id) || only.includes(subject));
}

async function list(faults: readonly Fault[], { json }: AuditArguments): Promise<void> {
  const { summaryOf } = await import('../audit/fault.ts');
  if (json) printJson(faults.map(summaryOf));
  else
    for (const { id, severity, kind, step, title } of faults)
      print(`${id}  ${kind}, ${severity}, ${place(step)}: ${title}`);
}

function place({ section, number }: Fault['step']): string {
  return number === undefined ? `section ${section}` : `section ${section} step ${number}`;
}

async function targetOf(source: string, { origin, trustsAuthority }: AuditArguments): Promise<Target> {
  if (/^https?:\/\//i.test(source)) {
    const { conformanceTarget } = await import('../audit/targets/conformance.ts');
    return conformanceTarget(source, {
      ...(origin !== undefined && { origin }),
      ...(trustsAuthority && { traits: { trustsAuthority } }),
    });
  }
  const { describedTarget } = await import('../audit/targets/described.ts');
  const description = await readJson(source, 'target');
  return describedTarget({
    ...(description as object),
    ...(origin !== undefined && { origin }),
    ...(trustsAuthority && { trustsAuthority }),
  });
}

/** After how many verdicts the state is written again. */
const WRITE_EVERY = 20;

/** The state in its file: whole, or as it was before. */
class KeptState {
  readonly #path: string | undefined;
  #unwritten = 0;
  #last: AuditState | undefined;

  constructor(path: string | undefined) {
    this.#path = path;
  }

  async read(): Promise<AuditState | undefined> {
    if (this.#path === undefined || !existsSync(this.#path)) return undefined;
    return (await readJson(this.#path, 'resume')) as AuditState;
  }

  keep(state: AuditState): void {
    this.#last = state;
    this.#unwritten += 1;
    if (this.#unwritten >= WRITE_EVERY) this.#write();
  }

  /** What is complete need not be gone on with. */
  end({ outcome }: AuditResult): void {
    if (this.#path === undefined) return;
    if (outcome === 'complete') rmSync(this.#path, { force: true });
    else this.#write();
  }

  #write(): void {
    this.#unwritten = 0;
    if (this.#path === undefined || this.#last === undefined) return;
    writeFileSync(`${this.#path}.new`, JSON.stringify(this.#last), { mode: 0o600 });
    renameSync(`${this.#path}.new`, this.#path);
  }
}

function report({ target, outcome, reason, results, notTried, milliseconds }: AuditResult): void {
  for (const result of results.filter(({ finding }) => finding)) print(lineOf(result));
  const count = (verdict: FaultResult['verdict']): string =>
    `${results.filter((result) => result.verdict === verdict).length} ${verdict.replace('-', ' ')}`;
  const counts = (['accepted', 'rejected', 'error', 'not-applicable'] as const).map(count).join(', ');
  print(`${safe(target.name)}: ${results.filter(({ finding }) => finding).length} findings (${counts})`);
  print(
    `${results.length} faults in ${(milliseconds / 1000).toFixed(1)} s, ${outcome}${reason === undefined ? '' : `: ${safe(reason)}`}`,
  );
  if (notTried.length > 0) print(`${notTried.length} were not tried`);
}

function lineOf({ fault: { id, severity, title, gain }, verdict, reason }: FaultResult): string {
  const why = verdict === 'error' && reason !== undefined ? ` (${safe(reason)})` : '';
  return `${severity.padEnd(8)} ${verdict} ${id}: ${title}${why}. ${gain}`;
}

function exitCodeOf({ outcome, results }: AuditResult, failOn: AuditArguments['failOn']): number {
  if (outcome !== 'complete') return Number(process.exitCode ?? ExitCode.refused) || ExitCode.refused;
  const least = SEVERITIES.indexOf(failOn as Severity);
  const fails = results.some(({ finding, fault }) => finding && SEVERITIES.indexOf(fault.severity) <= least);
  return fails ? ExitCode.verificationFailed : ExitCode.done;
}
