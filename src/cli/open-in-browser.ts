/**
 * Opens an address that has a secret in it. Programs' arguments can be seen by every user of the machine, so the browser is given a file
 * of this user's, which leads to the address.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../base/message-of.ts';
import { note } from './output.ts';

/** What opens a file with the program for its kind, by platform. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** Where that fails, a line says so: the page is there all the same. @returns what removes the file */
export function openInBrowser(address: string): () => void {
  let folder: string | undefined;
  const close = (): void => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  };
  try {
    folder = mkdtempSync(join(tmpdir(), 'stuntkey-'));
    const file = join(folder, 'inspect.html');
    const target = JSON.stringify(address).replaceAll('<', '\\u003c');
    const page = `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><title>stuntkey</title><script>location.replace(${target})</script>\n`;
    writeFileSync(file, page, { mode: 0o600 });
    const [program, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
    const child = spawn(program, [...args, file], { detached: true, stdio: 'ignore' });
    child.on('error', ({ message }) => failed(message));
    child.on('exit', (code) => code !== 0 && code !== null && failed(`${program} ended with ${code}`));
    child.unref();
  } catch (error) {
    failed(messageOf(error));
  }
  return close;
}

const failed = (why: string): void => note(`stuntkey: --open: ${why}: open the address yourself`);
