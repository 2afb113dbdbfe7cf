/** The command `stuntkey`. The other files of this folder are its commands, one file for each. */
import { CommanderError } from 'commander';
import { isCommand, programOf, unknownCommand } from './commands.ts';
import { ExitCode, errorAsJson, exitCodeOf, lineOf, UsageError } from './error.ts';
import { endQuietlyWithoutReader, jsonText, note, styled } from './output.ts';
import { watchSignals } from './signals.ts';

/** Options of the program that have a value, which is not the name of a command. */
const WITH_VALUE: readonly string[] = ['--store', '--passphrase-file'];

/** Runs the command line given, without the names of program and script. @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  endQuietlyWithoutReader();
  watchSignals();
  try {
    const program = await programOf(nameIn(args));
    await program.parseAsync(args, { from: 'user' });
    return Number(process.exitCode ?? ExitCode.done);
  } catch (error) {
    return tell(error, args.includes('--json'));
  }
}

/**
 * The command that is called, or whose help is asked for; undefined without one.
 *
 * @throws UsageError if help was asked for an unknown command; commander would show the program's help
 */
function nameIn(args: readonly string[]): string | undefined {
  const words = args.filter(
    (arg, index) => !arg.startsWith('-') && !WITH_VALUE.includes(args[index - 1] ?? ''),
  );
  const name = words[0] === 'help' ? words[1] : words[0];
  if (name === undefined) return undefined;
  if (isCommand(name)) return name;
  const asksForHelp = words[0] === 'help' || args.includes('--help') || args.includes('-h');
  if (asksForHelp && name !== 'help') throw new UsageError(unknownCommand(name));
  return undefined;
}

/** Says what went wrong, in one line. @returns the exit code */
function tell(error: unknown, json: boolean): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return ExitCode.done;
    // The help was printed in place of an answer, and is on stderr.
    if (error.code !== 'commander.help') say(new Error(messageOf(error)), json);
    return ExitCode.usage;
  }
  if (process.exitCode !== undefined && process.exitCode !== 0) {
    // The command was interrupted; errors of its clean-up do not matter.
    note('stuntkey: interrupted');
    return Number(process.exitCode);
  }
  say(error, json);
  return exitCodeOf(error);
}

/** Commander's message. For an ID (one in 64 begins as an option does) it adds what to do. */
function messageOf({ code, message }: CommanderError): string {
  const said = message.replace(/^error: /, '');
  const isId = code === 'commander.unknownOption' && /'-[\w-]{15,}'/.test(said);
  return isId ? `${said}: an ID that begins with a hyphen goes last, after --` : said;
}

function say(error: unknown, json: boolean): void {
  if (json) note(jsonText(errorAsJson(error)));
  else note(`${styled('red', 'stuntkey:', process.stderr)} ${lineOf(error)}`);
  if (process.env.STUNTKEY_DEBUG && error instanceof Error) note(error.stack ?? '');
}
