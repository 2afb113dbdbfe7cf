// The audit: the whole catalogue at the strict server, which confirms nothing, as there is nothing to be found.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { auditRelyingParty, conformanceTarget } from 'stuntkey/audit';
import { createStrictServer } from '../examples/strict-server/strict-server.js';
import { median } from './measure.js';

const ORIGIN = 'https://login.example.com:8443';
const SERVER = fileURLToPath(new URL('../examples/strict-server/main.js', import.meta.url));

/** The strict server in this process. */
function inProcess() {
  const server = createStrictServer({ rpId: 'login.example.com', origins: [ORIGIN] });
  /** @param {ReturnType<typeof server.session>} visitor @returns {import('stuntkey/audit').VisitorCallbacks} */
  const callbacksOf = ({ registration, authentication, whoAmI, remove, copy }) => ({
    registration: {
      options: registration.options,
      verify: (response, { headers }) => registration.verify(response, headers),
    },
    authentication: {
      options: authentication.options,
      verify: (response, { headers }) => authentication.verify(response, headers),
    },
    whoAmI,
    remove,
    copy: () => callbacksOf(copy()),
  });
  const session = () => callbacksOf(server.session());
  return { origin: ORIGIN, ...session(), session, traits: { trustsAuthority: true } };
}

/** @param {Parameters<typeof auditRelyingParty>[0]} target */
async function audited(target) {
  const before = process.cpuUsage();
  const { outcome, reason, results, milliseconds } = await auditRelyingParty(target);
  if (outcome !== 'complete') throw new Error(`the audit came to no end: ${reason}`);
  const { user, system } = process.cpuUsage(before);
  return { faults: results.length, seconds: milliseconds / 1000, cpu: (user + system) / 1e6 };
}

/**
 * Seconds of the whole catalogue in this process and over HTTP, the audit's own processor time of the latter, and how many faults there are.
 *
 * @param {number} rounds
 */
export async function auditCost(rounds) {
  const child = fork(SERVER, ['--port', '0'], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  try {
    const [printed] = await once(/** @type {import('node:stream').Readable} */ (child.stderr), 'data');
    const port = /:(\d+)/.exec(String(printed))?.[1];
    const [near, far] = [[], []].map(() => /** @type {Awaited<ReturnType<typeof audited>>[]} */ ([]));
    for (let round = 0; round < rounds; round++) {
      near?.push(await audited(inProcess()));
      far?.push(
        await audited(conformanceTarget(`http://localhost:${port}`, { whoami: '/whoami#/username' })),
      );
    }
    /** @param {typeof near} runs @param {'seconds' | 'cpu' | 'faults'} what */
    const of = (runs, what) => median((runs ?? []).map((run) => run[what]));
    return {
      faults: of(near, 'faults'),
      seconds: of(near, 'seconds'),
      http: of(far, 'seconds'),
      cpu: of(far, 'cpu'),
    };
  } finally {
    child.kill();
    await once(child, 'exit');
  }
}
