// Processes that share a seed and nothing else: 10,000 people with SLOW=1, a few without.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLoginServer } from '../../examples/login-server/server.js';
import { slow } from '../slow.ts';

const program = fileURLToPath(new URL('./process.js', import.meta.url));
const PROCESSES = process.env.SLOW === '1' ? 4 : 2;
const EACH = process.env.SLOW === '1' ? 2500 : 20;

describe(`${PROCESSES * EACH} people from ${PROCESSES} processes`, () => {
  let server: Awaited<ReturnType<typeof startLoginServer>>;
  beforeAll(async () => {
    server = await startLoginServer();
  });
  afterAll(() => server.close());

  /** What a process prints that has a row of people do something. */
  async function run(what: 'register' | 'sign-in', row: number, seed = 'stuntkey test'): Promise<string[]> {
    const args = [program, server.origin, seed, what, String(row * EACH), String(EACH)];
    const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 16 * 1024 * 1024 });
    return stdout.trim().split('\n');
  }

  const all = (what: 'register' | 'sign-in', rowOf: (number: number) => number) =>
    Promise.all(Array.from({ length: PROCESSES }, (_, number) => run(what, rowOf(number))));

  it('are accepted by the login server, and no two of them collide', async () => {
    const ids = (await all('register', (number) => number)).flat();
    expect(ids).toHaveLength(PROCESSES * EACH);
    expect(new Set(ids).size).toBe(PROCESSES * EACH);
  });

  slow('sign in from a process that did not register them', async () => {
    const people = (await all('sign-in', (number) => (number + 1) % PROCESSES)).flat();
    expect(new Set(people).size).toBe(PROCESSES * EACH);
  });

  slow('are not people of another seed', async () => {
    await expect(run('sign-in', 0, 'another seed')).rejects.toThrow(/not allowed/);
  });
});
