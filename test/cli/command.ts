/** Runs the command as a shell would, over keys that no other test has: in this process, and with `SLOW=1` in one of its own. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, vi } from 'vitest';
import { withoutTime } from '../slow.ts';
import { type Ran, runWithin, type Surroundings } from './within.ts';

export const root: string = fileURLToPath(new URL('../..', import.meta.url));
export const program: string = join(root, 'bin/stuntkey.js');
export const ORIGIN = 'https://example.com';

interface RunOptions {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether it must be a process of its own, because several run at once or the end of one matters. */
  readonly apart?: boolean;
}

export interface Shell {
  /** A folder that is gone afterwards; the key is in it. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** Runs `stuntkey` with these arguments; stdin is empty unless told otherwise. */
  run(args: readonly string[], options?: RunOptions): Promise<Ran>;
  /** The same, and fails unless it ended well. @returns stdout */
  done(args: readonly string[], options?: RunOptions): Promise<string>;
  /** Writes a file into the folder. @returns its path */
  file(name: string, content: string | object): string;
}

/** A shell for one test file. */
export function shell(): Shell {
  // Every line is a process or several, and machines are busy while they test.
  vi.setConfig({ testTimeout: 120_000 });
  const folder = mkdtempSync(join(tmpdir(), 'stuntkey-cli-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^STUNTKEY_(?!NO_INSTALL)|^XDG_/.test(name),
  );
  const env = { ...Object.fromEntries(inherited), XDG_DATA_HOME: join(folder, 'data'), NO_COLOR: '1' };
  const run: Shell['run'] = (args, { input = '', apart, ...options } = {}) => {
    return runCommand(args, { folder, env: { ...env, ...options.env }, input }, apart);
  };
  return {
    folder,
    env,
    run,
    async done(args, options) {
      const { code, stdout, stderr } = await run(args, options);
      if (code !== 0) throw new Error(`stuntkey ${args.join(' ')} ended with ${code}: ${stderr}`);
      return stdout;
    },
    file(name, content) {
      const path = join(folder, name);
      writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
      return path;
    },
  };
}

/** Runs a line in this process, or in one of its own. */
export function runCommand(
  args: readonly string[],
  surroundings: Surroundings,
  apart: boolean = withoutTime === undefined,
): Promise<Ran> {
  return apart ? runApart(args, surroundings) : runWithin(args, surroundings);
}

function runApart(args: readonly string[], { folder, env, input }: Surroundings): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { cwd: folder, env });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
    // A command that needs no input may end before it is written.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

/** Options as a server gives them, for ada at example.com. */
export const creation = (changes: object = {}): object => ({
  rp: { name: 'Example', id: 'example.com' },
  user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
  challenge: 'Y2hhbGxlbmdl',
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  authenticatorSelection: { residentKey: 'required' },
  ...changes,
});

export const request = (changes: object = {}): object => ({
  challenge: 'YW5vdGhlcg',
  rpId: 'example.com',
  ...changes,
});

/** The signature counter in a response. */
export function counterOf(response: string): number {
  const { authenticatorData } = JSON.parse(response).response;
  return Buffer.from(authenticatorData, 'base64url').readUInt32BE(33);
}
