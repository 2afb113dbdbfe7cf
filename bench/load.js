// Fleets: what a sign-in of a new person costs beside the raw signature, how much of a load test's time is ours, and how memory
// goes with the number of people.
import { fork, spawnSync } from 'node:child_process';
import { createECDH, createPrivateKey, randomBytes, sign } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { fleet } from 'stuntkey/fleet';
import { visit } from '../examples/login-server/browser.js';

const SEED = 'stuntkey test bench';
const people = fleet({ seed: SEED, rpId: 'example.com' });
const request = { challenge: Buffer.alloc(32, 7).toString('base64url'), rpId: 'example.com' };

/** Signs in a new person each time, with each person's own device. */
export function newcomers() {
  let index = 0;
  return { signIn: () => people.person(index++).get(request), derive: () => people.record(index++) };
}

/** The least that a new person costs: a key of their own, imported, and one signature with it. */
export function newKeySignature() {
  const ecdh = createECDH('prime256v1');
  const data = Buffer.alloc(69, 7);
  return () => {
    const secret = randomBytes(32);
    ecdh.setPrivateKey(secret);
    const point = ecdh.getPublicKey();
    const [x, y] = [point.subarray(1, 33).toString('base64url'), point.subarray(33).toString('base64url')];
    const d = secret.toString('base64url');
    return sign(
      'sha256',
      data,
      createPrivateKey({ key: { kty: 'EC', crv: 'P-256', x, y, d }, format: 'jwk' }),
    );
  };
}

/** Sign-ins a second of `signMany`, on so many threads. @param {number} threads @param {number} count */
export async function manyRate(threads, count) {
  function* requests() {
    for (let index = 0; index < count; index++) yield { index, options: request };
  }
  let start = performance.now();
  let done = 0;
  for await (const _ of people.signMany(requests(), { threads })) {
    // Threads have to start, and to warm up: the first half does not count.
    if (++done === count / 2) start = performance.now();
  }
  return (count / 2 / (performance.now() - start)) * 1000;
}

/** @param {NodeJS.CpuUsage} usage @returns microseconds */
const cpu = ({ user, system }) => user + system;

/**
 * The share of the processor's time that is ours, of all that sign-ins against the login server take on both sides.
 *
 * @param {number} count sign-ins
 */
export async function ownShare(count) {
  const server = fork(fileURLToPath(import.meta.url), ['serve'], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ask = async () => /** @type {Promise<any[]>} */ (once(server, 'message'));
  const [origin] = await ask();
  const own = fleet({ seed: SEED, rpId: 'localhost', origin });
  const url = origin.replace('localhost', '127.0.0.1');
  const signIn = async (/** @type {number} */ index) => {
    const { post } = visit(url);
    const username = `person-${index}`;
    const made = await own.person(index).create(await post('/register/options', { username }));
    await post('/register/verify', made);
    await post('/login/verify', await own.person(index).get(await post('/login/options', { username })));
  };
  for (let index = 0; index < count / 10; index++) await signIn(-index + Number.MAX_SAFE_INTEGER);

  const serverCpu = async () => {
    server.send('cpu');
    const [usage] = await ask();
    return cpu(usage);
  };
  const [before, serverBefore] = [cpu(process.cpuUsage()), await serverCpu()];
  for (let index = 0; index < count; index++) await signIn(index);
  const total = cpu(process.cpuUsage()) - before + (await serverCpu()) - serverBefore;
  server.disconnect();

  // The same ceremonies without a server.
  const creation = {
    rp: { name: 'Login server', id: 'localhost' },
    user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
    challenge: request.challenge,
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  };
  const start = cpu(process.cpuUsage());
  for (let index = 0; index < count; index++) {
    await own.person(index).create(creation);
    await own.person(index).get({ challenge: request.challenge, rpId: 'localhost' });
  }
  return (cpu(process.cpuUsage()) - start) / total;
}

/** Resident megabytes after so many sign-ins of people out of so many. @param {number} population @param {number} count */
export function megabytes(population, count) {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--expose-gc', fileURLToPath(import.meta.url), 'populate', String(population), String(count)],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  return Number(stdout);
}

if (process.argv[2] === 'serve') {
  const { startLoginServer } = await import('../examples/login-server/server.js');
  const { origin, close } = await startLoginServer();
  process.on('message', () => process.send?.(process.cpuUsage()));
  process.on('disconnect', close);
  process.send?.(origin);
}

if (process.argv[2] === 'populate') {
  const [population, count] = process.argv.slice(3).map(Number);
  const step = Math.max(1, Math.floor(Number(population) / Number(count)));
  for (let i = 0; i < Number(count); i++) {
    await people.person((i * step) % Number(population)).get(request);
  }
  globalThis.gc?.();
  globalThis.gc?.();
  console.log(process.memoryUsage().rss / 1e6);
}
