/** The playground as it is deployed: built into a folder, which the tests serve from a path below a site's root. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Where a site may have it. */
export const BELOW = { base: '/docs/playground/' } as const;

let built: string | undefined;

/** Builds the playground, once for all tests of a worker. */
export function playgroundFolder(): string {
  if (built !== undefined && existsSync(built)) return built;
  built = join(mkdtempSync(join(tmpdir(), 'stuntkey-playground-')), 'out');
  execFileSync(process.execPath, ['scripts/playground.js', built], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return built;
}
