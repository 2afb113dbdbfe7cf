/** Shell scripts that call the command, and what shells complete of it. */
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { startLoginServer } from '../../examples/login-server/server.js';
import { named, runs, whyNot } from '../interop/debian.ts';
import { slow, withoutTime } from '../slow.ts';
import { program, root, shell } from './command.ts';

const { env, folder, done, file } = shell();
mkdirSync(`${folder}/bin`);
symlinkSync(program, `${folder}/bin/stuntkey`);
const inPath = { ...env, PATH: `${folder}/bin:${env.PATH}`, STUNTKEY_STORE: `${folder}/key` };

describe('a script with curl', () => {
  const withoutCurl = whyNot(['curl'], () => runs('curl', '--version'));

  it.skipIf(withoutCurl)(named('registers with the login server and signs in', withoutCurl), async () => {
    const server = await startLoginServer();
    try {
      const script = `${root}/examples/shell/sign-in.sh`;
      const options = { env: inPath, cwd: folder };
      const { stdout } = await promisify(execFile)(script, [server.url, server.origin], options);
      expect(
        stdout
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line)),
      ).toEqual([{ registered: 'ada' }, { welcome: 'ada', counter: 1 }, { welcome: 'ada', counter: 2 }]);
      const evil = promisify(execFile)(script, [server.url, 'https://evil.test'], options);
      await expect(evil).rejects.toMatchObject({ stderr: expect.stringContaining('SecurityError') });
    } finally {
      await server.close();
    }
  });
});

/** What a shell prints while it runs a script. */
function output(shellName: string, args: readonly string[], script: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(shellName, [...args, '-c', script], { env: inPath, cwd: folder });
    let text = '';
    child.stdout.on('data', (part) => {
      text += part;
    });
    child.stderr.on('data', (part) => {
      text += part;
    });
    child.on('error', reject);
    child.on('close', () => resolve(text));
    child.stdin.end();
  });
}

/** Command lines that end where Tab is pressed, and what comes of it. */
const COMPLETED: readonly (readonly [typed: string, words: readonly string[]])[] = [
  ['stuntkey cred', ['credentials']],
  ['stuntkey --store new credentials re', ['rename']],
  ['stuntkey creds sh', ['show']],
  ['stuntkey create --format ', ['json', 'fido2-tools']],
  ['stuntkey pin set --pin-f', ['--pin-file']],
  ['stuntkey completion z', ['zsh']],
];

describe('completion', () => {
  it('in bash knows commands, options and choices', async () => {
    const tries = COMPLETED.map(([typed]) => {
      const words = typed.split(' ').map((word) => `'${word}'`);
      return `COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _stuntkey; echo "\${COMPREPLY[*]}"`;
    });
    const script = ['eval "$(stuntkey completion bash)"', ...tries].join('\n');
    expect((await output('bash', ['--norc'], script)).trimEnd().split('\n')).toEqual(
      COMPLETED.map(([, words]) => words.join(' ')),
    );
  });

  slow('in bash completes a real command line', async () => {
    const script = `eval "$(stuntkey completion bash)"
      complete -p stuntkey`;
    expect((await output('bash', ['--norc'], script)).trim()).toBe(
      'complete -o default -F _stuntkey stuntkey',
    );
  });

  const withoutFish = whyNot(['fish'], () => runs('fish', '--version'));
  it.skipIf(withoutTime ?? withoutFish)(
    named('in fish knows them, too', withoutTime ?? withoutFish),
    async () => {
      const tries = COMPLETED.map(
        ([typed]) => `echo (complete -C '${typed}' | string replace -r '\\t.*' '' | sort)`,
      );
      const script = ['stuntkey completion fish | source', ...tries].join('\n');
      expect((await output('fish', ['--no-config'], script)).trimEnd().split('\n')).toEqual(
        COMPLETED.map(([, words]) => [...words].sort().join(' ')),
      );
    },
  );

  const withoutZsh = whyNot(['zsh'], () => runs('zsh', '--version'));
  it.skipIf(withoutTime ?? withoutZsh)(
    named('in zsh knows them, too', withoutTime ?? withoutZsh),
    async () => {
      file('complete.zsh', await done(['completion', 'zsh']));
      // What zsh would offer, caught where it is handed over.
      const tries = COMPLETED.map(([typed]) => {
        const words = typed.split(' ').map((word) => `'${word}'`);
        return `words=(${words.join(' ')}); CURRENT=${words.length}; _stuntkey`;
      });
      const script = `compdef() { : }
      _describe() { local -a all=("\${(@P)2}"); print -r -- \${(M)\${all%%:*}:#\${words[CURRENT]}*} }
      compadd() { shift; print -r -- \${(M)@:#\${words[CURRENT]}*} }
      _files() { print -r -- files }
      source ./complete.zsh
      ${tries.join('\n')}
      words=(stuntkey pin set --pin-file ''); CURRENT=5; _stuntkey`;
      expect((await output('zsh', ['-f'], script)).trimEnd().split('\n')).toEqual([
        ...COMPLETED.map(([, words]) => words.join(' ')),
        'files',
      ]);
    },
  );
});
