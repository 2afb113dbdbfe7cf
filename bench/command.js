// The command from outside, process start included: beside a program that only imports what it cannot do without.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from './measure.js';

const program = fileURLToPath(new URL('../bin/stuntkey.js', import.meta.url));
const project = fileURLToPath(new URL('..', import.meta.url));
const BARE = "import 'commander'; import 'lmdb';";

/** Milliseconds of one run. @param {string[]} args @param {NodeJS.ProcessEnv} env */
function timed(args, env) {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: project, env });
  const milliseconds = performance.now() - start;
  if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr}`);
  return milliseconds;
}

/**
 * How long `stuntkey get` takes, and how many times as long as the start of a bare program; medians of interleaved rounds.
 *
 * @param {number} rounds
 */
export function commandCost(rounds) {
  const folder = mkdtempSync(join(tmpdir(), 'stuntkey-bench-'));
  try {
    const env = { ...process.env, STUNTKEY_STORE: join(folder, 'key'), STUNTKEY_YES: '1' };
    const origin = ['--origin', 'https://example.com'];
    const creation = {
      rp: { name: 'Example', id: 'example.com' },
      user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
      challenge: 'Y2hhbGxlbmdl',
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
      authenticatorSelection: { residentKey: 'required' },
    };
    timed([program, 'create', JSON.stringify(creation), ...origin], env);
    const options = join(folder, 'options.json');
    writeFileSync(options, JSON.stringify({ challenge: 'YW5vdGhlcg', rpId: 'example.com' }));
    const get = [program, 'get', options, ...origin];
    const bare = ['--input-type=module', '-e', BARE];
    timed(get, env);
    timed(bare, env);
    const times = Array.from({ length: rounds }, () => ({ bare: timed(bare, env), get: timed(get, env) }));
    return {
      milliseconds: median(times.map((round) => round.get)),
      ratio: median(times.map((round) => round.get / round.bare)),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
