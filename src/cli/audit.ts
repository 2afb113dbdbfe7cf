/** `stuntkey audit`: asks a server to take every wrong registration and sign-in, and says which it took. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { type Fault, type Severity, severities } from '../audit/fault.ts';
import { playedTests } from '../audit/fido/played.ts';
import { profileNames } from '../audit/profile-names.ts';
import { isAtLeast } from '../audit/reports/findings.ts';
import type { Target } from '../audit/targets/target.ts';
import { StuntkeyError } from '../base/stuntkey-error.ts';
import type { AppOptions } from '../client/app.ts';
import { auditInitCommand } from './audit-init.ts';
import {
  exitCodeOf,
  knownFindings,
  type ReportArguments,
  report,
  requireWritable,
  withReportOptions,
} from './audit-reports.ts';
import { KeptState } from './audit-state.ts';
import { UsageError } from './error.ts';
import { examples } from './help.ts';
import { readJson } from './input.ts';
import type { GlobalOptions } from './key.ts';
import { print, printJson } from './output.ts';
import { progress } from './progress.ts';
import { interruption } from './signals.ts';

interface AuditArguments extends Omit<GlobalOptions, 'json'>, ReportArguments {
  readonly list?: true;
  readonly origin?: string;
  readonly app?: string;
  readonly iAmAuthorized?: true;
  readonly trustsAuthority?: true;
  readonly metadataLoaded?: true;
  readonly whoami?: string;
  readonly only?: readonly string[];
  readonly severity: Severity;
  readonly concurrency?: number;
  readonly rate?: number;
  readonly timeout?: number;
  readonly challengeLifetime?: number;
  readonly resume?: string;
}

export function auditCommand(): Command {
  const severity = (flags: string, description: string, more: readonly string[] = []): Option =>
    new Option(flags, description).choices([...severities, ...more]);
  const command = new Command('audit')
    .description('send wrong registrations and sign-ins to a server, and report which it accepts')
    .argument(
      '[target]',
      "the URL of a server with FIDO's conformance interface, or a file that describes one",
    )
    .option('--list', 'print the faults, without a target')
    .option('--origin <origin>', "where the server's pages are, if not at its URL; or an app's origin")
    .option('--app <json>', 'allows an app or extension to use an RP ID: a file or JSON, see docs/apps.md')
    .option('--i-am-authorized', 'for a server that is not this machine: its operator allowed it')
    .option('--trusts-authority', "the server trusts this audit's attestation authority, and no other")
    .option('--metadata-loaded', 'the server has loaded the metadata of `stuntkey mds trial`')
    .option('--whoami <path>', 'where the server says who is signed in: a path, and a JSON Pointer behind #')
    .addOption(
      new Option('--profile <name>', 'which faults matter, and from which severity on they fail')
        .choices(profileNames)
        .default('passkey'),
    )
    .option('--only <ids>', 'faults or subjects by name, with commas between them', words)
    .addOption(severity('--severity <least>', 'leave out what is less severe').default('info'))
    .option('--concurrency <n>', 'ceremonies at once', positive)
    .option('--rate <n>', 'ceremonies that begin in a second', positive)
    .option('--timeout <seconds>', 'for one ceremony', positive)
    .option(
      '--challenge-lifetime <seconds>',
      'wait as long, and see whether challenges have expired',
      positive,
    )
    .option('--resume <file>', 'keep there what is known, and go on from it')
    .addOption(
      severity('--fail-on <severity>', "exit with 3 for findings as severe; by default the profile's", [
        'never',
      ]),
    );
  command.addCommand(auditInitCommand());
  return withReportOptions(command)
    .addHelpText(
      'after',
      examples(
        'stuntkey audit http://localhost:3000',
        'stuntkey audit http://localhost:3000 --whoami /me#/user/id',
        'stuntkey audit server.json --only signature,origin',
        'stuntkey audit http://localhost:3000 --html report.html --junit report.xml --baseline known.json',
        'stuntkey audit http://localhost:3000 --profile fido-server --trusts-authority',
        'stuntkey audit http://localhost:3000 --profile post-quantum',
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
  if (faults.length === 0)
    throw new UsageError('expected at least one fault, got none: --only and --severity leave nothing');
  const forgiven = knownFindings(given);
  requireWritable(given, given.resume);
  const target = await targetOf(source, given);
  if (!target.loopback && !given.iAmAuthorized)
    throw new StuntkeyError(
      'not-authorized',
      `${target.url ?? target.name} is not this machine: expected --i-am-authorized, which says that you may audit it`,
    );
  const { runAudit } = await import('../audit/runner/run.ts');
  const kept = new KeptState(given.resume);
  const resume = await kept.read();
  const known = resume?.results.filter(({ fault }) => faults.some(({ id }) => id === fault.id));
  const bar = progress('faults', faults.length, known?.length);
  const played = await runAudit(target, {
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
  kept.end(played);
  const result = given.profile === 'fido-server' ? { ...played, tests: playedTests(played) } : played;
  await report(result, given, source, forgiven);
  process.exitCode = exitCodeOf(result, given, forgiven);
}

async function chosen({ only, severity, profile }: AuditArguments): Promise<readonly Fault[]> {
  const { chosenFaults } = await import('../audit/chosen.ts');
  return chosenFaults(only, profile).filter((one) => isAtLeast(one.severity, severity));
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

async function targetOf(
  source: string,
  { origin, app: appGiven, trustsAuthority, metadataLoaded, whoami, challengeLifetime }: AuditArguments,
): Promise<Target> {
  const app = appGiven === undefined ? undefined : ((await readJson(appGiven, '--app')) as AppOptions);
  if (/^https?:\/\//i.test(source)) {
    const { conformanceTarget } = await import('../audit/targets/conformance.ts');
    return conformanceTarget(source, {
      ...(origin !== undefined && { origin }),
      ...(app !== undefined && { app }),
      ...(whoami !== undefined && { whoami }),
      traits: {
        ...(trustsAuthority && { trustsAuthority }),
        ...(metadataLoaded && { metadata: true }),
        ...(challengeLifetime !== undefined && { challengeLifetime: challengeLifetime * 1000 }),
      },
    });
  }
  if (/^[\w.-]+:\d+(\/|$)/.test(source))
    throw new UsageError(`target: expected a URL or a file, got ${source}: is http://${source} meant?`);
  const { describedTarget } = await import('../audit/targets/described.ts');
  const description = await readJson(source, 'target');
  return describedTarget({
    ...(description as object),
    ...(origin !== undefined && { origin }),
    ...(app !== undefined && { app }),
    ...(trustsAuthority && { trustsAuthority }),
    ...(metadataLoaded && { metadata: true }),
    ...(challengeLifetime !== undefined && { challengeLifetime }),
    ...(whoami !== undefined && { whoami: whoamiOf(whoami) }),
  });
}

/** The request of `/me#/user/id`. */
function whoamiOf(text: string): {
  readonly path: string;
  readonly method: string;
  readonly pointer: string;
} {
  const [path = '', pointer = ''] = text.split('#');
  return { method: 'GET', path, pointer };
}
