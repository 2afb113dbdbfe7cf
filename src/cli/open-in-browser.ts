/**
 * Opens an address that has a secret in it. Programs' arguments can be seen by every user of the machine, so the browser is given a file
 * of this user's, which leads to the address.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { note } from './output.ts';

/** What opens a file with the program for its kind, by platform. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** @returns what removes the file */
export function openInBrowser(address: string): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'stuntkey-'));
  const file = join(folder, 'inspect.html');
  const target = JSON.stringify(address).replaceAll('<', '\\u003c');
  const page = `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><title>stuntkey</title><script>location.replace(${target})</script>\n`;
  writeFileSync(file, page, { mode: 0o600 });
  const [program, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(program, [...args, file], { detached: true, stdio: 'ignore' });
  const failed = (why: string): void =>
    note(`stuntkey: --open: ${program} ${why}; open the address yourself`);
  child.on('error', ({ message }) => failed(message));
  child.on('exit', (code) => code !== 0 && code !== null && failed(`ended with ${code}`));
  child.unref();
  return () => rmSync(folder, { recursive: true, force: true });
}
