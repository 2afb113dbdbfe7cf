/** The tree of commands: the program, and what it can do by name. */
import { Command } from 'commander';
import { nearest } from '../base/nearest.ts';
import { version } from '../http/version.ts';
import { explained } from './command-line.ts';
import { styled } from './output.ts';

/** The commands by name, in the order of the help. Only the one that is called is loaded. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  new: async () => (await import('./new.ts')).newCommand(),
  info: async () => (await import('./info.ts')).infoCommand(),
  create: async () => (await import('./create.ts')).createCommand(),
  get: async () => (await import('./get.ts')).getCommand(),
  credentials: async () => (await import('./credentials.ts')).credentialsCommand(),
  pin: async () => (await import('./pin.ts')).pinCommand(),
  fingerprints: async () => (await import('./fingerprints.ts')).fingerprintsCommand(),
  config: async () => (await import('./config.ts')).configCommand(),
  reset: async () => (await import('./reset.ts')).resetCommand(),
  export: async () => (await import('./export.ts')).exportCommand(),
  import: async () => (await import('./import.ts')).importCommand(),
  check: async () => (await import('./check.ts')).checkCommand(),
  inspect: async () => (await import('./inspect.ts')).inspectCommand(),
  trace: async () => (await import('./trace.ts')).traceCommand(),
  serve: async () => (await import('./serve.ts')).serveCommand(),
  replay: async () => (await import('./replay.ts')).replayCommand(),
  attach: async () => (await import('./attach.ts')).attachCommand(),
  inject: async () => (await import('./inject.ts')).injectCommand(),
  mcp: async () => (await import('./mcp.ts')).mcpCommand(),
  decode: async () => (await import('./decode.ts')).decodeCommand(),
  verify: async () => (await import('./verify.ts')).verifyCommand(),
  audit: async () => (await import('./audit.ts')).auditCommand(),
  ca: async () => (await import('./ca.ts')).caCommand(),
  mds: async () => (await import('./mds.ts')).mdsCommand(),
  completion: async () => (await import('./completion.ts')).completionCommand(programOf),
  derive: async () => (await import('./derive.ts')).deriveCommand(),
  vectors: async () => (await import('./vectors.ts')).vectorsCommand(),
};

const AFTER = `
Exit codes:
  0    done
  1    refused: by the key (a CTAP status), the client (a DOMException) or the store
  2    a command line, a file or a text is wrong
  3    a verification failed
  130  interrupted

Environment:
  STUNTKEY_STORE            as --store; else $XDG_DATA_HOME/stuntkey/key
  STUNTKEY_ORIGIN           as --origin
  STUNTKEY_YES              as --yes, when it is neither empty nor 0
  STUNTKEY_PIN_FILE         as --pin-file; or the PIN itself in STUNTKEY_PIN
  STUNTKEY_PASSPHRASE_FILE  as --passphrase-file; or the passphrase itself in STUNTKEY_PASSPHRASE
  NO_COLOR                  no color, when it is not empty
  NODE_DISABLE_COMPILE_CACHE  keep no compiled code in the user's folder for caches
  STUNTKEY_DEBUG            print where an error came from

Examples:
  $ stuntkey new
  $ stuntkey create options.json --origin https://example.com | curl --json @- https://example.com/register/verify
  $ curl https://example.com/login/options | stuntkey get --origin https://example.com --yes
  $ stuntkey credentials list`;

/** The program with one of its commands, or with all. */
export async function programOf(name?: string): Promise<Command> {
  const program = new Command('stuntkey')
    .description('A software FIDO2 authenticator for tests: a stunt double for the security key')
    .version(version, '-V, --version', 'print the version')
    .option('--store <path>', 'the folder that is the key (STUNTKEY_STORE), or :memory:')
    .option('--passphrase-file <file>', 'a file with the passphrase of an encrypted key in its first line')
    .option('--json', 'print results, lists (one line for each item) and errors as JSON')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', "print a command's help")
    .configureHelp({ showGlobalOptions: true, styleTitle: (title) => styled('bold', title) })
    // An error is printed once, at the end.
    .configureOutput({ outputError: () => {} })
    .addHelpText('after', AFTER)
    .exitOverride((error) => {
      throw explained(error, program);
    });
  const one = name === undefined ? undefined : COMMANDS[name];
  const loads = one === undefined ? Object.values(COMMANDS) : [one];
  for (const command of await Promise.all(loads.map((load) => load()))) {
    adopt(program, command);
    program.addCommand(command);
  }
  return program;
}

/** A command inherits its parent's settings, and so do its subcommands; an error says what that command takes. */
function adopt(parent: Command, child: Command): void {
  child
    .copyInheritedSettings(parent)
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .exitOverride((error) => {
      throw explained(error, child);
    });
  for (const grandchild of child.commands) adopt(child, grandchild);
}

/** Whether there is a command of that name. */
export const isCommand = (name: string): boolean => Object.hasOwn(COMMANDS, name);

/** The message for a command that does not exist. */
export function unknownCommand(name: string): string {
  const meant = nearest(name, Object.keys(COMMANDS));
  const hint = meant === undefined ? 'stuntkey --help lists them' : `did you mean ${meant}?`;
  return `there is no command ${name}: ${hint}`;
}
