/** A client's README, followed as printed, from an empty folder. */
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What a client's programs find the command by. */
export const STUNTKEY_COMMAND = `${process.execPath} ${root}bin/stuntkey.js`;

export const folderOf = (client: string): string => `${root}clients/${client}/`;

/** Runs a program; how it ended is in the answer, too. */
export async function ran(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<{ readonly stdout: string; readonly stderr: string; readonly code: number }> {
  const { STUNTKEY_URL: _, STUNTKEY_TOKEN: __, ...rest } = process.env;
  const options = { cwd, env: { ...rest, ...env }, timeout: 240_000, maxBuffer: 2 ** 24 };
  return promisify(execFile)(program, args, options).then(
    (told) => ({ ...told, code: 0 }),
    (error) => error,
  );
}

/** Stands in for npm: the package is the one that is built here, and only with the files that it ships. */
const NPM = `#!/bin/sh -e
test "$*" = "install stuntkey"
mkdir -p node_modules/.bin node_modules/stuntkey
for part in bin dist package.json node_modules vectors; do ln -s ${root}$part node_modules/stuntkey/; done
for file in ${(JSON.parse(readFileSync(`${root}package.json`, 'utf8')).files as string[])
  .filter((file) => /^clients\/[^*]*$/.test(file))
  .join(' ')}; do
  mkdir -p node_modules/stuntkey/$(dirname $file)
  ln -s ${root}$file node_modules/stuntkey/$file
done
ln -s ${root}bin/stuntkey.js node_modules/.bin/stuntkey
`;

export interface Followed {
  readonly folder: string;
  /** What the code says that it prints: the comments behind its printing. */
  readonly promised: readonly string[];
  readonly printed: readonly string[];
  readonly stderr: string;
}

/** Writes the files that a README names, and runs its first block of commands. */
export async function followed(client: string): Promise<Followed> {
  const readme = readFileSync(`${folderOf(client)}README.md`, 'utf8');
  const [, commands = ''] = /```sh\n([\s\S]*?)```/.exec(readme) ?? [];
  const folder = mkdtempSync(join(tmpdir(), 'stuntkey-'));
  const files = [...readme.matchAll(/`(\w+\.(?:go|java|rb))`[^\n]*:\n\n```\w+\n([\s\S]*?)```/g)];
  for (const [, name = '', code = ''] of files) writeFileSync(join(folder, name), code);
  const programs = mkdtempSync(join(tmpdir(), 'stuntkey-npm-'));
  writeFileSync(join(programs, 'npm'), NPM);
  chmodSync(join(programs, 'npm'), 0o755);
  const { stdout, stderr } = await ran('/bin/sh', ['-e', '-c', commands], folder, {
    PATH: `${programs}:${process.env.PATH}`,
    STUNTKEY_COMMAND: undefined,
  });
  const promised = files.flatMap(([, , code = '']) =>
    [...code.matchAll(/(?:print|puts).*(?:#|\/\/) (.*)$/gim)].map(([, text = '']) => text),
  );
  return { folder, promised, printed: stdout.trim().split('\n'), stderr };
}
