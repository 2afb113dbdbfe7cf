// Of the package as built, in processes of their own: a thread is a file of it, and is started for those who sign often.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What a program can use: signatures that are checked, and how many points were multiplied on its own thread. */
const BEGINNING = `
  import { createECDH, createPublicKey, ECDH, verify } from 'node:crypto';
  import { Authenticator, WebAuthnClient } from 'stuntkey';
  import { engineFor, systemRandom, toSpki } from 'stuntkey/crypto';
  const MANY = 4200;
  process.getBuiltinModule('node:os').availableParallelism = () => 2;
  const engine = engineFor({ deterministic: false });
  const key = await engine.generate(-7, (length) => systemRandom(length, 'key'));
  const theirs = createPublicKey({ key: toSpki(-7, key.public), format: 'der', type: 'spki' });
  const halves = new Set();
  let [signed, good, madeHere, threads] = [0, 0, 0, 0];
  const more = {};
  process.on('worker', () => threads++);
  const { setPrivateKey } = ECDH.prototype;
  ECDH.prototype.setPrivateKey = function (secret) {
    madeHere++;
    return setPrivateKey.call(this, secret);
  };
  const sign = (count) => {
    for (let i = 0; i < count; i++) {
      const data = Uint8Array.of(signed++, signed >> 8);
      const signature = engine.sign(key, data);
      // (Before there is a thread, they are as in any other test.)
      if (signed <= 4000 || verify('sha256', data, theirs, signature)) good++;
      halves.add(Buffer.from(signature.subarray(4, 4 + signature[3])).toString('hex'));
    }
  };
  const turn = () => new Promise((resolve) => setImmediate(resolve));`;
const END = `console.log(JSON.stringify({ signed, good, different: halves.size, madeHere, threads, ...more }));`;

async function run(program: string, ...flags: readonly string[]): Promise<Record<string, number>> {
  const code = `${BEGINNING}\n${program}\n${END}`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...flags, '--input-type=module', '-e', code],
    // (Nothing is judged by it: a child that never ends is not left behind.)
    { cwd: root, timeout: 300_000, killSignal: 'SIGKILL' },
  );
  return JSON.parse(stdout);
}

describe('a process that signs often', () => {
  it('has a thread that makes nonces ahead: each is used once, every signature verifies, and the process ends by itself', async () => {
    const { signed, good, different, madeHere, threads } = await run(`
      sign(MANY);
      while (signed === madeHere) sign(1);
      sign(1000);
      await turn();`);
    expect(threads).toBe(1);
    expect(madeHere).toBeLessThan(signed as number);
    expect([good, different]).toEqual([signed, signed]);
  });

  it('has keys made ahead, too, each for one credential', async () => {
    const { good, different, all } = await run(`
      sign(MANY);
      const publicOf = (secret) => {
        const exchange = createECDH('prime256v1');
        exchange.setPrivateKey(secret);
        return exchange.getPublicKey('hex').slice(2);
      };
      const found = new Set();
      [good, more.all] = [0, 0];
      while (more.all < 300) {
        const made = engine.keyAhead(-7);
        if (made === undefined) continue;
        more.all++;
        const publicKey = Buffer.from(made.public).toString('hex');
        if (publicKey === publicOf(made.secret) && made.algorithm === -7) good++;
        found.add(publicKey);
      }
      more.different = found.size;`);
    expect([good, different]).toEqual([all, all]);
  });

  it('registers with keys made ahead, unless they follow from a seed', async () => {
    const { points, pointsAhead, repeats } = await run(`
      const registered = async (options) => {
        const client = new WebAuthnClient({ origin: 'https://example.com', authenticator: new Authenticator(options) });
        const { response } = await client.create({
          rp: { name: 'Example', id: 'example.com' },
          user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
          challenge: 'Y2hhbGxlbmdl',
          pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
        });
        return response.publicKey;
      };
      const pointsOf = async () => {
        const before = madeHere;
        await registered({});
        return madeHere - before;
      };
      const seeded = { seed: 'a seed', repeatable: false };
      const first = await registered(seeded);
      more.points = await pointsOf();
      sign(MANY);
      while (engine.keyAhead(-7) === undefined) await turn();
      more.pointsAhead = await pointsOf();
      more.repeats = Number(first === (await registered(seeded)));`);
    expect(points).toBeGreaterThan(0);
    expect(pointsAhead).toBe((points as number) - 1);
    expect(repeats).toBe(1);
  });

  it('has its output to itself: nothing of the thread listens there, so that a reader that goes away does not end it', async () => {
    const { threads, added } = await run(`
      const listeners = () =>
        [process.stdout, process.stderr].flatMap((out) => out.eventNames().flatMap((name) => out.rawListeners(name))).length;
      const before = listeners();
      sign(MANY);
      await turn();
      more.added = listeners() - before;`);
    expect({ threads, added }).toEqual({ threads: 1, added: 0 });
  });

  it('gets on without the thread when that ends', async () => {
    const { signed, good, different, madeHere } = await run(`
      const thread = new Promise((resolve) => process.on('worker', resolve));
      sign(MANY);
      await (await thread).terminate();
      sign(MANY);`);
    expect([signed, good, different]).toEqual([8400, 8400, 8400]);
    expect(madeHere).toBeGreaterThan(4200);
  });

  it.each([
    ['there is one core', `process.getBuiltinModule('node:os').availableParallelism = () => 1;`, 0],
    ['it is a thread itself', `process.getBuiltinModule('node:worker_threads').isMainThread = false;`, 0],
    [
      'a thread is refused',
      `process.getBuiltinModule('node:worker_threads').Worker = class { constructor() { throw new Error('refused'); } };`,
      0,
    ],
    [
      'the file of the thread is not there, as in a bundle',
      `process.on('worker', (thread) => {
        thread.ref();
        ended = new Promise((resolve) => thread.on('exit', resolve));
      });
      const builtin = process.getBuiltinModule('node:worker_threads');
      builtin.Worker = class extends builtin.Worker {
        constructor(url, options) { super(new URL('./none.js', url), options); }
      };`,
      1,
    ],
  ])('makes its nonces itself where %s', async (_, before, threads) => {
    const result = await run(`let ended; ${before} sign(MANY); await turn(); await ended; sign(1);`);
    expect(result).toEqual({ signed: 4201, good: 4201, different: 4201, madeHere: 4201, threads });
  });

  it('makes its nonces itself where Node’s permissions allow no threads', async () => {
    const flag = process.allowedNodeEnvironmentFlags.has('--permission')
      ? '--permission'
      : '--experimental-permission';
    const result = await run('sign(MANY);', flag, '--allow-fs-read=*');
    expect(result).toMatchObject({ good: 4200, madeHere: 4200, threads: 0 });
  });
});

it('a process that signs seldom has no thread', async () => {
  expect(await run('sign(1000); await turn();')).toMatchObject({ good: 1000, madeHere: 1000, threads: 0 });
});
