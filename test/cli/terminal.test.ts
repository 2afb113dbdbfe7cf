/** What the command does in front of a person: on a real pseudo-terminal, which Python's `pty` makes. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { named, runs, whyNot } from '../interop/debian.ts';
import { slow } from '../slow.ts';
import { counterOf, creation, ORIGIN, program, request, shell } from './command.ts';

const { env, folder, file, done, run } = shell();
const withoutPython = whyNot(['python3'], () => runs('python3', '-c', 'import pty'));
const driver = fileURLToPath(new URL('./person.py', import.meta.url));
const at = ['--origin', ORIGIN];

let found: string | undefined;
/** (On PATH it may be a script that looks for others there.) */
const python = (): string => {
  found ??= execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
  return found;
};

type Step = readonly [awaited: string, typed: string | { readonly signal: string }];

interface Session {
  readonly code: number;
  readonly shown: string;
  /** Steps that never came. */
  readonly left: number;
}

/** Runs the command with a person who waits for words and types. */
function person(args: readonly string[], steps: readonly Step[], more: NodeJS.ProcessEnv = {}): Session {
  const { NO_COLOR: _, ...colored } = env;
  const command = [python(), driver, JSON.stringify(steps), process.execPath, program, ...args];
  const output = execFileSync(command[0] as string, command.slice(1), {
    cwd: folder,
    env: { ...colored, TERM: 'xterm', ...more },
    encoding: 'utf8',
  });
  return JSON.parse(output);
}

const options = file('create.json', creation());
const signIn = file('get.json', request());

describe.skipIf(withoutPython)(named('on a terminal', withoutPython), () => {
  it('asks for a touch, and takes Enter for yes', () => {
    const store = ['--store', `${folder}/touch`];
    const { code, shown, left } = person(
      ['create', options, ...at, ...store],
      [['Let the key recognize you for example.com? [Y/n] ', '\r']],
    );
    expect([code, left]).toEqual([0, 0]);
    expect(shown).toContain('"type": "public-key"');
    const declined = person(['get', signIn, ...at, ...store], [['[Y/n] ', 'n\r']]);
    expect(declined.code).toBe(1);
    expect(declined.shown).toContain('CTAP2_ERR_OPERATION_DENIED');
  });

  slow('asks there though stdin and stdout are pipes or files, which stay free of it', () => {
    const store = ['--store', `${folder}/pipes`];
    const files = { PTY_STDIN: options, PTY_STDOUT: `${folder}/response.json` };
    const { code, shown } = person(['create', ...at, ...store], [['[Y/n] ', 'y\r']], files);
    expect(code).toBe(0);
    expect(shown).not.toContain('attestationObject');
    expect(counterOf(readFileSync(`${folder}/response.json`, 'utf8'))).toBe(0);
  });

  slow('asks for PINs without showing them: a new one twice, a wrong one again', () => {
    const store = ['--store', `${folder}/pins`];
    const set = person(
      ['pin', 'set', ...store],
      [
        ['New PIN (4 characters or more): ', '123456\r'],
        ['The same again: ', '123457\r'],
        ['They are not the same.', ''],
        ['New PIN', '123456\r'],
        ['The same again: ', '123456\r'],
      ],
    );
    expect([set.code, set.left]).toEqual([0, 0]);
    expect(set.shown).not.toMatch(/12345/);
    const verified = person(['pin', 'verify', ...store], [['PIN: ', '123456\r']]);
    expect([verified.code, verified.shown.includes('123456')]).toEqual([0, false]);
  });

  slow('asks again for a PIN that was wrong, and says how many attempts are left', async () => {
    const store = ['--store', `${folder}/again`];
    await done(['new', '--policy', '{"userVerification":"none"}', ...store]);
    await done(['pin', 'set', '--pin-file', file('pin', '123456'), ...store]);
    await done(['create', options, ...at, '--pin-file', `${folder}/pin`, ...store]);
    const { code, left } = person(
      ['get', signIn, ...at, ...store],
      [
        ['PIN: ', '000000\r'],
        ['That is not the PIN; 7 attempts left.', ''],
        ['PIN: ', '123456\r'],
        ['Touch the key for example.com? [Y/n] ', '\r'],
      ],
    );
    expect([code, left]).toEqual([0, 0]);
  });

  slow('asks again at an answer that is none, and at an empty PIN, which is no attempt', async () => {
    const store = ['--store', `${folder}/nonsense`];
    await done(['new', '--policy', '{"userVerification":"none"}', ...store]);
    await done(['pin', 'set', '--pin-file', file('pin', '123456'), ...store]);
    const { code, left, shown } = person(
      ['create', options, ...at, ...store],
      [
        ['PIN: ', '\r'],
        ['Nothing was typed.', ''],
        ['PIN: ', '123456\r'],
        ['[Y/n] ', 'maybe\r'],
        ['expected y or n', ''],
        ['[Y/n] ', 'Yes\r'],
      ],
    );
    expect([code, left]).toEqual([0, 0]);
    expect(shown).not.toContain('attempts left');
    const { retries } = JSON.parse(await done(['info', '--json', ...store]));
    expect(retries.pin).toBe(8);
  });

  slow('does not ask for a PIN that was set just now', async () => {
    const store = ['--store', `${folder}/fresh`];
    await done(['new', '--policy', '{"userVerification":"none"}', ...store]);
    const required = creation({ authenticatorSelection: { userVerification: 'required' } });
    const { code, left, shown } = person(
      ['create', JSON.stringify(required), ...at, ...store],
      [
        ['New PIN (4 characters or more): ', '123456\r'],
        ['The same again: ', '123456\r'],
        ['Touch the key for example.com? [Y/n] ', '\r'],
      ],
    );
    expect([code, left]).toEqual([0, 0]);
    expect(shown).not.toMatch(/^PIN: /m);
  });

  slow('lets the person pick an account', async () => {
    const store = ['--store', `${folder}/accounts`];
    for (const name of ['ada', 'grace']) {
      const user = { id: Buffer.from(name).toString('base64url'), name, displayName: name };
      await done(['create', JSON.stringify(creation({ user })), ...at, ...store]);
    }
    const { code, shown, left } = person(
      ['get', signIn, ...at, ...store],
      [
        ['[Y/n] ', '\r'],
        ['2  ada', ''],
        ['Which account? [1] ', '7\r'],
        ['expected a number from 1 to 2', ''],
        ['Which account? [1] ', '2\r'],
      ],
    );
    expect([code, left]).toEqual([0, 0]);
    expect(shown).toContain(`"userHandle": "${Buffer.from('ada').toString('base64url')}"`);
  });

  slow(
    'ends with 130 when it is interrupted, by a key or a signal, and leaves the key as it was',
    async () => {
      const store = ['--store', `${folder}/interrupted`];
      await done(['create', options, ...at, ...store]);
      for (const interruption of ['\x03', { signal: 'INT' }]) {
        const { code, shown } = person(['get', signIn, ...at, ...store], [['[Y/n] ', interruption]]);
        expect(code).toBe(130);
        expect(shown).toMatch(/stuntkey: interrupted\r\n$/);
      }
      expect(counterOf(await done(['get', signIn, ...at, ...store]))).toBe(1);
    },
  );

  slow('shows color and a progress bar, and none of it to pipes or with NO_COLOR', async () => {
    const store = ['--store', `${folder}/color`];
    const bio = ['--store', `${folder}/bio`];
    const colored = person(['info', '--store', ':memory:'], []);
    expect(colored.shown).toContain('\x1b[1mversions\x1b[22m');
    expect(person(['info', '--store', ':memory:'], [], { NO_COLOR: '1' }).shown).not.toContain('\x1b[');
    expect(person(['get'], []).shown).toContain('\x1b[31mstuntkey:\x1b[39m');

    await done(['new', '--model', 'yubikey-bio', ...bio]);
    await done(['pin', 'set', '--pin-file', file('pin', '123456'), ...bio]);
    const enroll = ['fingerprints', 'enrol', '--yes', '--pin-file', `${folder}/pin`, ...bio];
    expect(person(enroll, []).shown).toMatch(/\[#+-+\] 2\/5 samples[\s\S]*\[#+\] 5\/5 samples/);
    expect((await run(enroll)).stderr).toBe('');
    expect((await run(['create', options, ...at, ...store], { env: { NO_COLOR: '' } })).stdout).not.toContain(
      '\x1b[',
    );
  });

  slow('says what it needs rather than wait for typed JSON', () => {
    const { code, shown } = person(['get', ...at, '--store', ':memory:'], []);
    expect(code).toBe(2);
    expect(shown).toContain('expected a file, an argument or something on stdin, got a terminal');
  });

  slow('asks before it deletes, and takes Enter for no', async () => {
    const store = ['--store', `${folder}/delete`];
    const { id } = JSON.parse(await done(['create', options, ...at, ...store]));
    const args = ['credentials', 'delete', id.slice(0, 6), ...store];
    expect(person(args, [['Delete the credential of ada at example.com? [y/N] ', '\r']]).code).toBe(1);
    expect(person(args, [['[y/N] ', 'y\r']]).code).toBe(0);
  });

  /** A PATH on which is nothing but xdg-open, where a script for it is given. */
  function programs(name: string, opener?: string): NodeJS.ProcessEnv {
    const bin = join(folder, name);
    mkdirSync(bin);
    if (opener !== undefined)
      writeFileSync(join(bin, 'xdg-open'), `#!/bin/sh\nPATH=/usr/bin:/bin\n${opener}\n`, { mode: 0o755 });
    return { PATH: bin, OPENED: join(folder, `${name}.html`) };
  }
  const inspect = ['inspect', '--store', ':memory:', '--open'];

  slow('opens the inspector’s page by a file that is its owner’s, and is gone at the end', () => {
    const more = programs('opens', 'cp -p "$1" "$OPENED" && echo "$1" > "$OPENED.path" && kill -INT "$PPID"');
    const { code, shown, left } = person(inspect, [['inspect http', '']], more);
    expect([code, left]).toEqual([0, 0]);
    const [, address] = /inspect (http:\S+#token=\S+)/.exec(shown) ?? [];
    const opened = join(folder, 'opens.html');
    expect(readFileSync(opened, 'utf8')).toContain(`location.replace(${JSON.stringify(address)})`);
    expect((statSync(opened).mode & 0o777).toString(8)).toBe('600');
    expect(existsSync(readFileSync(`${opened}.path`, 'utf8').trim())).toBe(false);
    expect(shown).not.toContain('--open');
  });

  slow.each([
    ['there is no program for it', undefined, 'spawn xdg-open ENOENT'],
    ['it finds no browser', 'exit 3', 'xdg-open ended with 3'],
    ['the folder for its file is missing', 'exit 0', 'no such file or directory'],
  ])('says so where a page cannot be opened, and shows it on: %s', (name, opener, why) => {
    const more = {
      ...programs(name, opener),
      ...(opener === 'exit 0' && { TMPDIR: join(folder, 'not there') }),
    };
    const steps: Step[] = [
      ['stuntkey: --open: ', ''],
      [': open the address yourself', { signal: 'INT' }],
    ];
    const { code, shown, left } = person(inspect, steps, more);
    expect([code, left]).toEqual([0, 0]);
    expect(shown).toContain(why);
    expect(shown).toMatch(/inspect http:\S+#token=/);
  });
});

describe('a program that reads the results', () => {
  slow('may stop early, and nothing is said', async () => {
    const store = ['--store', `${folder}/pipe`];
    for (const name of ['ada', 'grace']) {
      const user = { id: Buffer.from(name).toString('base64url'), name, displayName: name };
      await done(['create', JSON.stringify(creation({ user })), ...at, ...store]);
    }
    const child = spawn(process.execPath, [program, 'credentials', 'list', '--json', ...store], { env });
    child.stdout.destroy();
    let said = '';
    child.stderr.on('data', (text) => {
      said += text;
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect([code, said]).toEqual([0, '']);
  });
});
