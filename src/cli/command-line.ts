/** What a command line that does not fit its command is answered: what the command takes, and where a value that was meant comes from. */
import { type Command, CommanderError } from 'commander';

const KEY = 'the folder of the key is --store';
const PIN =
  'a PIN is typed on the terminal, or comes from --pin-file or STUNTKEY_PIN; other programs can read a command line';
const PERSON = 'what the person does is --yes, --decline or --pin-file';

/** Where a value comes from that was written behind a command without its option. Of all others, the help says what they take. */
const SOURCES: Readonly<Record<string, string>> = {
  new: `${KEY}, the product that it behaves as --model`,
  info: KEY,
  create: 'the options are one file or one text, and the origin is --origin',
  get: 'the options are one file or one text, and the origin is --origin',
  'credentials list': 'an RP ID is --rp-id; credentials show takes an ID',
  'credentials rename': 'a name with spaces needs quotes',
  'credentials import':
    'one file at a time; what the file does not say is --rp-id, --user-id and --user-name',
  'pin set': PIN,
  'pin change': `${PIN}; the new one from --new-pin-file`,
  'pin verify': PIN,
  'pin remove-all-by-reset': PERSON,
  'fingerprints list': PIN,
  'fingerprints enroll': 'the name of a fingerprint is --name',
  'fingerprints rename': 'a name with spaces needs quotes',
  'config always-uv': PIN,
  'config min-pin-length': 'RP IDs that may read it are --rp-id',
  'config force-pin-change': PIN,
  'config pin-complexity': PIN,
  'config enterprise-attestation': PIN,
  'config long-touch-for-reset': PIN,
  reset: PERSON,
  export: `one file; ${KEY}, and single credentials are written by credentials export`,
  import: `one file; ${KEY}, and single credentials are read by credentials import`,
  check: KEY,
  serve: 'how it is served is an option, such as --http 8080, --udp or --uhid',
  replay: 'how it is served is an option, such as --udp or --uhid',
  decode: 'one blob; hexadecimal with spaces needs quotes',
  verify: 'the options that asked for the response are --options',
  audit: 'one server, or one description of it',
  'audit init': 'one URL; the file to write is --output',
  'ca export': 'the certificate goes to stdout: stuntkey ca export > root.pem',
  'mds export': 'the BLOB goes to stdout: stuntkey mds export > blob.jwt; models are --model',
  derive: 'the seed is --seed-file or STUNTKEY_SEED, the RP ID --rp-id',
};

/** The words by which a command is called. */
function pathOf(command: Command): string {
  const { parent } = command;
  return parent === null || parent.parent === null ? command.name() : `${pathOf(parent)} ${command.name()}`;
}

/** Every path that {@link explained} knows more of than the help. */
export const explainedPaths: readonly string[] = Object.keys(SOURCES);

/** Commander's error with what to do next, where commander does not say it. */
export function explained(error: CommanderError, command: Command): CommanderError {
  const next = nextStep(error, command);
  if (next === undefined) return error;
  // What is written behind `pin` can be a PIN, which no message shows.
  const said = pathOf(command) === 'pin' ? error.message.replace(/ '.*'/, '') : error.message;
  return new CommanderError(error.exitCode, error.code, `${said.replace(/\.$/, '')}: ${next}`);
}

function nextStep({ code, message }: CommanderError, command: Command): string | undefined {
  const path = pathOf(command);
  const help = `stuntkey ${path} --help shows what it takes`;
  switch (code) {
    case 'commander.excessArguments':
      return SOURCES[path] ?? help;
    case 'commander.missingArgument':
      return missing(message, command) ?? help;
    case 'commander.unknownCommand':
      if (message.includes('Did you mean')) return undefined;
      if (command.parent === null) return 'stuntkey --help lists them';
      return `${path} has ${command.commands.map((one) => one.name()).join(', ')}`;
    default:
      return undefined;
  }
}

/** What an argument is that is not there. */
function missing(message: string, { registeredArguments }: Command): string | undefined {
  const name = /'(.+)'/.exec(message)?.[1];
  const argument = registeredArguments.find((one) => one.name() === name);
  return argument && `expected ${argument.description}`;
}
