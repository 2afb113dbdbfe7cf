import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sampled, slow } from '../slow.ts';
import { creation, ORIGIN, shell } from './command.ts';

const { run, file, folder } = shell();
const memory = ['--store', ':memory:'];
const create = (options: string, ...rest: string[]): string[] => [
  'create',
  options,
  '--origin',
  ORIGIN,
  ...rest,
];

/** Command lines, the exit code, and the one line that is on stderr. */
const WRONG: readonly (readonly [string, readonly string[], number, RegExp])[] = [
  ['a command that there is not', ['gte'], 2, /unknown command 'gte' \(Did you mean get\?\)/],
  [
    'a subcommand that there is not',
    ['credentials', 'lst'],
    2,
    /unknown command 'lst' \(Did you mean list\?\)/,
  ],
  [
    'a misspelled option',
    create('{}', '--pin-fil', 'x'),
    2,
    /unknown option '--pin-fil' \(Did you mean --pin-file\?\)/,
  ],
  [
    'a misspelled origin',
    ['create', '{}', '--orgin', ORIGIN],
    2,
    /unknown option '--orgin' \(Did you mean --origin\?\)/,
  ],
  ['no origin', ['get', '{}'], 2, /expected --origin/],
  [
    'an origin that is none',
    ['create', '{}', '--origin', 'example', ...memory],
    2,
    /expected an origin such as https:\/\/example\.com, got example/,
  ],
  [
    'a choice that there is not',
    create('{}', '--format', 'xml'),
    2,
    /'--format.*'xml' is invalid.*json, fido2-tools/,
  ],
  [
    'a file that there is not',
    create('nothing.json', ...memory),
    2,
    /expected a file, got nothing\.json: there is no such file/,
  ],
  ['a folder for a file', create('.', ...memory), 2, /that is a folder/],
  ['no JSON', create('{"rp":', ...memory), 2, /options: expected JSON/],
  ['nothing on stdin', ['create', '--origin', ORIGIN, ...memory], 2, /options: expected JSON, got nothing/],
  ['JSON that is no object', create('[1]', ...memory), 2, /options: expected a JSON object/],
  [
    'an answer that is no options',
    create('{"error":"not logged in"}', ...memory),
    2,
    /options: expected the server's options, with a challenge, got {"error":"not logged in"}/,
  ],
  [
    'help on a command that there is not',
    ['craete', '--help'],
    2,
    /no command craete: did you mean create\?/,
  ],
  ['help with another word for it', ['help', 'xyzzy'], 2, /no command xyzzy: stuntkey --help lists them/],
  [
    'a blob that is no file',
    ['decode', 'nofile'],
    2,
    /blob: expected a file, or the blob itself: there is no file nofile/,
  ],
  [
    'the path of a blob that is not there',
    ['decode', './response.json'],
    2,
    /there is no file \.\/response\.json/,
  ],
  [
    'options without a member',
    create('{"publicKey":{"rp":{"name":"x"}}}', ...memory),
    2,
    /options: The member challenge is required/,
  ],
  [
    'options that are no base64url',
    create(JSON.stringify(creation({ challenge: '!' })), ...memory),
    1,
    /EncodingError: challenge/,
  ],
  [
    'a user handle that is too long',
    create(
      JSON.stringify(creation({ user: { id: 'AA'.repeat(60), name: 'a', displayName: 'a' } })),
      ...memory,
    ),
    2,
    /expected 1 to 64 bytes/,
  ],
  [
    'both answers',
    create(JSON.stringify(creation()), '--yes', '--decline', ...memory),
    2,
    /expected --yes or --decline, got both/,
  ],
  [
    'a key that there is not',
    ['get', '{"challenge":"AAAA"}', '--origin', ORIGIN],
    2,
    /there is no key at .*stuntkey new makes one/,
  ],
  ['a model that there is not', ['new', '--model', 'yubikey'], 2, /'yubikey' is invalid.*yubikey-5-nfc/],
  [
    'a policy of an unknown member',
    ['new', '--policy', '{"algoritms":[]}'],
    2,
    /--policy\.algoritms: there is no such member; did you mean algorithms\?/,
  ],
  [
    'a policy of the wrong type',
    ['new', '--policy', '{"algorithms":-7}'],
    2,
    /--policy\.algorithms: expected an array of COSE numbers, got -7/,
  ],
  ['a policy that is none', ['new', '--policy', '{"ctap":"9.9"}'], 2, /--policy\.ctap: expected one of/],
  [
    'an empty PIN file',
    ['pin', 'set', '--pin-file', '/dev/null', ...memory],
    2,
    /PIN: expected a first line/,
  ],
  [
    'no PIN and no terminal to ask at',
    ['pin', 'set', ...memory],
    2,
    /expected a PIN on a terminal, or --pin-file/,
  ],
  [
    'one stdin for two PINs',
    ['pin', 'change', '--pin-file', '-', '--new-pin-file', '-', ...memory],
    2,
    /expected one PIN on stdin/,
  ],
  [
    'a setting that is neither on nor off',
    ['config', 'always-uv', 'maybe', ...memory],
    2,
    /Expected on, off or toggle/,
  ],
  [
    'a length that is no number',
    ['config', 'min-pin-length', 'six', ...memory],
    2,
    /Expected a number of characters/,
  ],
  [
    'a credential that there is not',
    ['credentials', 'show', 'AAAA', ...memory],
    1,
    /no credential has an ID that begins with AAAA/,
  ],
  [
    'credentials that are none',
    ['credentials', 'import', '/dev/null', ...memory],
    2,
    /credentials: expected JSON/,
  ],
  [
    'a credential of another format',
    ['credentials', 'import', '--format', 'cdp', '/etc/hostname', ...memory],
    2,
    /credentials: expected JSON/,
  ],
  ['a blob that is none', ['decode', '!!!'], 2, /blob: expected something of WebAuthn or CTAP2/],
  ['an empty blob', ['decode'], 2, /blob: expected something to decode, got nothing/],
  [
    'a CTAP command that there is not',
    ['decode', 'a0', '--command', 'getInfo'],
    2,
    /--command: expected one of authenticatorMakeCredential/,
  ],
  [
    'a status without a model',
    ['mds', 'export', '--status', 'REVOKED'],
    2,
    /--status: expected model=STATUS, got REVOKED/,
  ],
  ['metadata of a model that there is not', ['mds', 'export', '--model', 'x'], 2, /model: expected one of/],
  [
    'an ID that looks like an option',
    ['credentials', 'delete', '--yes', ...memory, '-abcdefghijklmnopqrstu'],
    2,
    /unknown option '-abc\w+': an ID that begins with a hyphen goes last, after --/,
  ],
  ['a shell that is not known', ['completion', 'tcsh'], 2, /'tcsh' is invalid.*bash, zsh, fish/],
  [
    'a PIN on the command line',
    ['pin', 'set', '12', ...memory],
    2,
    /Expected 0 arguments but got 1: a PIN is typed on the terminal, or comes from --pin-file or STUNTKEY_PIN/,
  ],
  ['the folder of a key as an argument', ['info', './key'], 2, /: the folder of the key is --store/],
  [
    'no ID',
    ['credentials', 'show', ...memory],
    2,
    /missing required argument 'id': expected its ID in base64url/,
  ],
  [
    'a PIN in the place of a subcommand',
    ['pin', '1234', ...memory],
    2,
    /unknown command: pin has set, change,/,
  ],
  [
    'a response behind the origins',
    ['verify', '--options', '{}', '--origin', ORIGIN, 'response.json'],
    2,
    /--origin: expected an origin such as https:\/\/example\.com, got response\.json; the response goes before the options/,
  ],
  ['a command without likeness', ['xyzzy'], 2, /unknown command 'xyzzy': stuntkey --help lists them/],
];

describe('a wrong file or text', () => {
  it.each(sampled(WRONG, 15))(
    '%s is told in one line, with its exit code',
    async (_, args, code, message) => {
      const ran = await run(args);
      expect([ran.code, ran.stdout]).toEqual([code, '']);
      expect(ran.stderr).toMatch(/^stuntkey: [^\n]+\n$/);
      expect(ran.stderr).toMatch(message);
      expect(ran.stderr).not.toMatch(/\n\s+at /);
    },
  );

  it('is told to programs in JSON', async () => {
    const { code, stderr } = await run(['get', '--json']);
    expect(code).toBe(2);
    expect(JSON.parse(stderr)).toEqual({
      error: 'UsageError',
      message: 'expected --origin, such as --origin https://example.com',
    });
  });

  it('makes no key for options that are none', async () => {
    const path = `${folder}/none-made`;
    const { code } = await run(create('{"rp":{"name":"x"}}', '--store', path));
    expect([code, existsSync(path)]).toEqual([2, false]);
  });

  slow('a store that is none, or under another passphrase, is refused by its name', async () => {
    const broken = await run(['new', '--store', file('a-file', 'x')]);
    expect([broken.code, broken.stderr]).toEqual([
      2,
      `stuntkey: --store: expected a folder, got the file ${folder}/a-file\n`,
    ]);
    const sealed = ['--store', `${folder}/sealed`];
    expect((await run(['new', ...sealed, '--passphrase-file', file('right', 'right\n')])).code).toBe(0);
    const wrong = await run(['info', ...sealed, '--passphrase-file', file('wrong', 'wrong\n')]);
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringMatching(/^stuntkey: .*passphrase.*\n$/)]);
    const none = await run(['info', ...sealed]);
    expect([none.code, none.stderr]).toEqual([1, expect.stringMatching(/^stuntkey: .*passphrase.*\n$/)]);
  });
});

describe('too many arguments', () => {
  /** What commander asks for first. */
  const needed: Readonly<Record<string, readonly string[]>> = {
    derive: ['--rp-id', 'example.com'],
    verify: ['--origin', ORIGIN, '--options', '{}'],
  };
  it('are told with where the value comes from that was meant, by every command', async () => {
    const { programOf } = await import('../../src/cli/commands.ts');
    const { explainedPaths } = await import('../../src/cli/command-line.ts');
    const silent: string[] = [];
    for (const path of explainedPaths) {
      const program = await programOf(path.split(' ')[0]);
      let command: typeof program | undefined = program;
      for (const word of path.split(' '))
        command = command?.commands.find((one) => [one.name(), ...one.aliases()].includes(word));
      const excess = [...(command?.registeredArguments ?? []), 'one more'].map(() => '123456');
      const said = await program
        .parseAsync([...path.split(' '), ...(needed[path] ?? []), '--', ...excess], { from: 'user' })
        .then(String, ({ message }) => message as string);
      if (
        !/too many arguments.*but got \d+: \w/.test(said) ||
        said.includes('--help') ||
        said.includes('123456')
      )
        silent.push(`${path}: ${said}`);
    }
    expect(silent).toEqual([]);
  });
});

describe('the help', () => {
  it('is on stderr where it is printed in place of an answer, and the exit code says so', async () => {
    const ran = await run([]);
    expect([ran.code, ran.stdout]).toEqual([2, '']);
    expect(ran.stderr).toMatch(/^Usage: stuntkey/);
  });

  it('is on stdout where it was asked for, with examples and exit codes', async () => {
    const ran = await run(['--help']);
    expect([ran.code, ran.stderr]).toEqual([0, '']);
    expect(ran.stdout).toMatch(/Examples:\n {2}\$ stuntkey new/);
    expect(ran.stdout).toMatch(/Exit codes:/);
  });

  it('of every command has an example', async () => {
    const { programOf } = await import('../../src/cli/commands.ts');
    const missing: string[] = [];
    const visit = (command: Awaited<ReturnType<typeof programOf>>, path: string): void => {
      let text = '';
      command
        .configureOutput({
          writeOut: (part) => {
            text += part;
          },
        })
        .outputHelp();
      if (!/Examples:\n {2}\$ \S/.test(text) || command.description() === '') missing.push(path);
      // What curl sends with -d alone is a form to a server.
      if (/curl.* (-d|--data)/.test(text)) missing.push(`${path}: curl --json`);
      for (const child of command.commands) visit(child, `${path} ${child.name()}`);
    };
    visit(await programOf(), 'stuntkey');
    expect(missing).toEqual([]);
  });
});
