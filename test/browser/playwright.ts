/** Playwright’s Chromium, and Playwright Test, run as a program. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, chromium } from '@playwright/test';
import { PATIENCE } from '../patience.ts';
import { SHARED } from './chromium.ts';

let shared: Promise<Browser> | undefined;

/** The Chromium that a worker's files share over Playwright; each opens contexts of its own and closes them. It ends with the worker. */
export async function sharedPlaywright(): Promise<Browser> {
  const running = await shared;
  if (running?.isConnected() !== true)
    shared = chromium.launch({ executablePath: SHARED, args: ['--no-sandbox'] });
  return shared as Promise<Browser>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs a project, and counts its tests. @param folder where it may leave what failing tests attach */
export async function playwrightStats(
  config: string,
  folder: string,
): Promise<{ readonly expected: number; readonly unexpected: number; readonly output: string }> {
  // A runner within a runner: what tells the inner one of the outer stays outside.
  const { VITEST: _, VITEST_WORKER_ID: __, NODE_OPTIONS: ___, ...env } = process.env;
  const cli = 'node_modules/@playwright/test/cli.js';
  const args = [cli, 'test', '--config', config, '--reporter', 'json', '--output', `${folder}/results`];
  args.push('--timeout', String(PATIENCE));
  const running = promisify(execFile)(process.execPath, args, { cwd: root, env, maxBuffer: 1 << 24 });
  const { stdout, stderr } = await running.catch((error) => error);
  const report = JSON.parse(stdout) as { stats: { expected: number; unexpected: number } };
  return { ...report.stats, output: stdout + stderr };
}
