import { describe, expect, it } from 'vitest';
import { Authenticator } from '../../../src/authenticator/authenticator.ts';
import type { SignCounterPolicy } from '../../../src/authenticator/policy/type.ts';
import { hex, utf8 } from '../../../src/base/bytes.ts';
import { ManualClock } from '../../../src/base/clock.ts';
import { decodeAuthenticatorData } from '../../../src/ctap/authenticator-data.ts';
import type { LmdbStore } from '../../../src/entries/store.ts';
import { sampled, slow } from '../../slow.ts';
import { newPath, opens } from './folders.ts';
import { runWorker } from './processes.ts';

const PROCESSES = process.env.SLOW ? 8 : 3;
const ASSERTIONS = process.env.SLOW ? 200 : 6;

/** A store with one credential. */
async function withCredential(signCounter: SignCounterPolicy): Promise<{ store: LmdbStore; id: Uint8Array }> {
  const store = await opens({ path: newPath() });
  const { authData } = await new Authenticator({ store, policy: { signCounter } }).makeCredential({
    clientDataHash: new Uint8Array(32),
    rp: { id: 'example.com' },
    user: { id: utf8('ada'), name: 'ada' },
    pubKeyCredParams: [{ alg: -7, type: 'public-key' }],
  });
  const id = decodeAuthenticatorData(authData).attestedCredentialData?.credentialId as Uint8Array;
  return { store, id };
}

const rises = (numbers: readonly number[]): boolean =>
  numbers.every((number, i) => i === 0 || number > (numbers[i - 1] as number));

describe('several processes on one store', () => {
  it.each(sampled<SignCounterPolicy>(['per-credential', 'global'], 2))(
    `hand every value of a %s counter out once, and only upwards: ${PROCESSES} times ${ASSERTIONS} assertions`,
    async (signCounter) => {
      const { store, id } = await withCredential(signCounter);
      const first = store.read((reader) => reader.get(id)?.signCount) as number;
      const runs = await Promise.all(
        Array.from({ length: PROCESSES }, () =>
          runWorker(['assert', store.path, ASSERTIONS, hex(id), signCounter]),
        ),
      );
      expect(runs.map(({ end, errors }) => [end, errors])).toEqual(runs.map(() => [0, '']));
      const counters = runs.map(({ lines }) => lines as number[]);
      expect(counters.every(rises)).toBe(true);
      const all = counters.flat().sort((a, b) => a - b);
      expect(all).toEqual(Array.from({ length: PROCESSES * ASSERTIONS }, (_, i) => first + 1 + i));
      expect(store.read((reader) => reader.get(id)?.signCount)).toBe(all.at(-1));
    },
  );

  slow(
    'sign no more with a credential that one of them deleted, and who watches hears of all of it',
    async () => {
      const { store, id } = await withCredential('per-credential');
      const clock = new ManualClock();
      const device = new Authenticator({ store, clock });
      const heard = new Set<string>();
      device.credentials.watch((ids) => {
        for (const one of ids)
          heard.add(`${hex(one)} ${device.credentials.get(one) === undefined ? 'gone' : 'there'}`);
      });
      let lines = 0;
      let last: number | undefined;
      const runs = await Promise.all(
        [1, 2].map(() =>
          runWorker(['assert', store.path, 1_000_000, hex(id), 'per-credential'], () => {
            lines++;
            if (lines === 10) clock.advance(100);
            if (lines < 20 || last !== undefined) return undefined;
            store.transaction((transaction) => {
              last = transaction.get(id)?.signCount;
              transaction.delete(id);
            });
            return undefined;
          }),
        ),
      );
      clock.advance(100);
      // Each ended by itself, when there was nothing to sign with any more.
      expect(runs.map(({ end }) => end)).toEqual([1, 1]);
      for (const { errors } of runs) expect(errors).toContain('CTAP2_ERR_NO_CREDENTIALS');
      const all = runs.flatMap((run) => run.lines as number[]);
      expect(new Set(all).size).toBe(all.length);
      expect(Math.max(...all)).toBeLessThanOrEqual(last as number);
      expect([...heard]).toEqual([`${hex(id)} there`, `${hex(id)} gone`]);
    },
  );

  slow('are not held up by one that is killed', async () => {
    const { store, id } = await withCredential('per-credential');
    const runs = await Promise.all(
      Array.from({ length: 4 }, (_, i) =>
        runWorker(
          ['assert', store.path, i % 2 === 0 ? 1_000_000 : ASSERTIONS, hex(id), 'per-credential'],
          (_line, count) => (i % 2 === 0 && count === 7 + 5 * i ? 0 : undefined),
        ),
      ),
    );
    expect(runs.map(({ end }) => end)).toEqual(['SIGKILL', 0, 'SIGKILL', 0]);
    const counters = runs.map(({ lines }) => lines as number[]);
    expect(counters.every(rises)).toBe(true);
    const all = counters.flat();
    expect(new Set(all).size).toBe(all.length);
    expect(store.read((reader) => reader.get(id)?.signCount)).toBeGreaterThanOrEqual(Math.max(...all));
  });

  it('see what another one did at once', async () => {
    const { store, id } = await withCredential('per-credential');
    const { lines } = await runWorker(['assert', store.path, 3, hex(id), 'per-credential']);
    expect(lines).toEqual([1, 2, 3]);
    expect(store.read((reader) => [...reader.all()].map(({ signCount }) => signCount))).toEqual([3]);
  });
});

describe('two stores on one path in one process', () => {
  it('see one another’s transactions, and close apart', async () => {
    const { store, id } = await withCredential('per-credential');
    const other = await opens({ path: store.path });
    const bump = (one: LmdbStore): number | undefined =>
      one.transaction((transaction) => transaction.updateSignCount(id, (count) => count + 1));
    expect([bump(store), bump(other), bump(store), bump(other)]).toEqual([1, 2, 3, 4]);
    expect(() => store.transaction(() => bump(other))).toThrow(/inside another/);
    await other.close();
    expect(bump(store)).toBe(5);
    expect(() => bump(other)).toThrow(expect.objectContaining({ code: 'store-closed' }));
    expect(() => other.read(() => 0)).toThrow(expect.objectContaining({ code: 'store-closed' }));
  });
});
