/** Examples of the documents: what they say that they print, and what they do print. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { judgesFile } from './judges/install.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What an example says it prints: the comments behind its console.log calls, up to a comma or `whole`. */
export function promised(code: string, whole?: 'whole'): string[] {
  const said = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)/g)].map(([, text = '']) => text);
  return said.map((text) => (whole ? text : (text.split(',')[0] as string)).trim());
}

/** Runs an example; in the project's folder, `stuntkey` is the package itself, as built. */
export async function printed(code: string, cwd = root): Promise<string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], {
    cwd,
  });
  return stdout.trim().split('\n');
}

/** Works in a folder where a judge's package is, stuntkey as built, and its examples. */
export async function beside<T>(
  judge: string,
  name: string,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(`${tmpdir()}/stuntkey-${judge}-`);
  try {
    await mkdir(`${folder}/node_modules`);
    await symlink(root, `${folder}/node_modules/stuntkey`);
    await symlink(judgesFile(judge, name), `${folder}/node_modules/${name}`);
    await symlink(`${root}/examples`, `${folder}/examples`);
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The same with Selenium. */
export const besideSelenium = <T>(work: (folder: string) => Promise<T>): Promise<T> =>
  beside('selenium', 'selenium-webdriver', work);
