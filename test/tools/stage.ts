/** What each tool's example needs beside it: a login server, a door that its pages may ask, and the bridge as a file. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startLoginServer } from '../../examples/login-server/server.js';
import { serveHttp } from '../../src/entries/http.ts';
import { Authenticator, ScriptedUser } from '../../src/entries/index.ts';
import { bridgeScript } from '../../src/entries/inject.ts';

export const root: string = fileURLToPath(new URL('../../', import.meta.url));
export const example = (path: string): string => `${root}examples/tools/${path}`;

export interface ToolStage {
  readonly folder: string;
  readonly authenticator: Authenticator;
  readonly user: ScriptedUser;
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function toolStage(): Promise<ToolStage> {
  const folder = await mkdtemp(join(tmpdir(), 'stuntkey-tool-'));
  const server = await startLoginServer();
  const user = new ScriptedUser();
  const authenticator = new Authenticator({ user });
  const door = await serveHttp(authenticator, { allowOrigins: [server.origin] });
  const script = join(folder, 'stuntkey.js');
  await writeFile(script, bridgeScript({ url: door.url, token: door.bridgeToken as string }));
  return {
    folder,
    authenticator,
    user,
    env: { LOGIN_URL: server.origin, STUNTKEY_SCRIPT: script },
    async close() {
      await door.close(0);
      await server.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

/** Puts names into a folder's node_modules: stuntkey itself, and packages of a judge. */
export async function linked(folder: string, packages: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, target] of Object.entries(packages))
    await symlink(target, join(folder, 'node_modules', name), 'dir');
}

interface Ran {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a program to its end. */
export function ran(
  program: string,
  args: readonly string[],
  { cwd = root, env = {} }: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}
