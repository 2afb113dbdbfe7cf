/** An audit that is ended by a signal, and gone on with: by the order of events, not by time. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { startStrictServer } from '../../examples/strict-server/http.js';
import { behind } from '../audit/behind.ts';
import { named, runs, whyNot } from '../interop/debian.ts';
import { PATIENCE } from '../patience.ts';
import { slow, withoutTime } from '../slow.ts';
import { program, shell } from './command.ts';
import { Staying } from './staying.ts';

const { env, folder, run } = shell();
const withoutTerminal = withoutTime ?? whyNot(['python3'], () => runs('python3', '-c', 'import pty'));
const driver = fileURLToPath(new URL('./person.py', import.meta.url));
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const FAULTS = [
  'authentication-type-swapped',
  'registration-type-swapped',
  'signature-empty',
  'signature-cut',
];
const args = (url: string, state: string): string[] => [
  ...['audit', url, '--only', FAULTS.join(','), '--resume', state, '--concurrency', '1'],
  ...['--timeout', String(PATIENCE / 1000)],
];

/** A server that tells of its requests, and on one of them sends the audit a signal before it answers. */
async function server(at: number, end: () => void) {
  let asked = 0;
  const url = await behind(async (_asked, next) => {
    asked += 1;
    if (asked === at) end();
    return next();
  }, closing);
  return { url, asked: () => asked };
}

describe('stuntkey audit --resume', () => {
  slow('keeps what is known when SIGINT ends it, and does not ask for that again', async () => {
    const state = `${folder}/ended.json`;
    let audit: Staying | undefined;
    // An honest registration and sign-in are four requests; two faults are ten more at most.
    const { url, asked } = await server(12, () => audit?.signal('SIGINT'));
    audit = new Staying(args(url, state));
    expect(await audit.end()).toBe(130);
    const { results } = JSON.parse(readFileSync(state, 'utf8'));
    const done = results.map(({ fault }: { fault: { id: string } }) => fault.id);
    expect(done.length).toBeGreaterThan(0);
    expect(done.length).toBeLessThan(FAULTS.length);
    const before = asked();

    const again = await run([...args(url, state), '--json']);
    expect([again.code, again.stderr]).toEqual([0, '']);
    const whole = JSON.parse(again.stdout);
    expect(whole.outcome).toBe('complete');
    expect(whole.results.map(({ verdict }: { verdict: string }) => verdict)).toEqual(
      FAULTS.map(() => 'rejected'),
    );
    // Two honest pairs, and at most six requests for each of those that were left.
    expect(asked() - before).toBeLessThanOrEqual(8 + 6 * (FAULTS.length - done.length));
    expect(existsSync(state)).toBe(false);
  });

  slow('says in its report that it was ended, and what was not tried', async () => {
    const state = `${folder}/said.json`;
    let audit: Staying | undefined;
    const { url } = await server(12, () => audit?.signal('SIGTERM'));
    audit = new Staying(args(url, state));
    const lines: string[] = [];
    audit.child.stdout.on('data', (chunk) => lines.push(String(chunk)));
    expect(await audit.end()).toBe(143);
    expect(lines.join('')).toMatch(/no finding in \d faults?, and \d were not tried: it was ended/);
  });
});

/** Runs the command on a pseudo-terminal of 80 columns, while this process goes on serving. */
async function terminal(steps: readonly (readonly [awaited: string, typed: string])[], ...command: string[]) {
  const child = spawn('python3', [driver, JSON.stringify(steps), process.execPath, program, ...command], {
    cwd: folder,
    env: { ...env, TERM: 'xterm', COLUMNS: '80' },
  });
  let printed = '';
  child.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  await new Promise((resolve) => child.on('close', resolve));
  return JSON.parse(printed) as { code: number; shown: string; left: number };
}

describe.skipIf(withoutTerminal)(named('an audit in a terminal', withoutTerminal), () => {
  it('ends with Ctrl-C, and goes on from there', async () => {
    const state = `${folder}/terminal.json`;
    const { url } = await server(Number.POSITIVE_INFINITY, () => {});
    const ended = await terminal([['1/4 faults', '\u0003']], ...args(url, state));
    expect([ended.code, ended.left]).toEqual([130, 0]);
    expect(ended.shown).toContain('were not tried: it was ended');
    const again = await terminal([], ...args(url, state));
    expect([again.code, existsSync(state)]).toEqual([0, false]);
  });

  it('says of the weakest server in at most 40 lines of 80 columns what is wrong with it', async () => {
    const weak = [
      'signature',
      'origin',
      'challenge',
      'type',
      'rp-id-hash',
      'user-presence',
      'user-verification',
    ];
    const more = [
      'client-data.json',
      'counter',
      'cross-origin',
      'top-origin',
      'response.object',
      'registration.account',
    ];
    const strict = await startStrictServer({
      weak: [...weak, ...more, 'session.verified-first', 'signature.der'],
    });
    closing.push(() => strict.close());
    const only = 'signature,origin,type,rp-id-hash,flags,client-data,cross-origin,top-origin,json,session';
    const args = ['--only', only, '--timeout', String(PATIENCE / 1000)];
    const { code, shown } = await terminal([], 'audit', strict.origin, ...args);
    expect(code).toBe(3);
    // What comes after the bar.
    const report = shown.slice(shown.indexOf('Audit of ')).split(/\r?\n/);
    const lines = report.join('\n').trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(40);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colors take no room
    const widths = lines.map((line) => line.replace(/\u001b\[[0-9;]*m/g, '').length);
    expect(widths.filter((width) => width > 80)).toEqual([]);
    expect(report.join('\n')).toContain('signatures are not checked at sign-in');
  });
});
