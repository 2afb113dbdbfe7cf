// Of the package as built: a worker thread is a file of it.
import { availableParallelism } from 'node:os';
import { type Fleet, fleet, type Signed, type SignRequest } from 'stuntkey/fleet';
import { describe, expect, it } from 'vitest';
import { slow } from '../slow.ts';
import { base64url, challenge, identity, request, signInOf } from './fleet/people.ts';

const people = fleet(identity);

async function all<T>(results: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const result of results) found.push(result);
  return found;
}

const requestsFor = (indexes: readonly number[]): SignRequest[] =>
  indexes.map((index) => ({ index, options: request }));

describe('fleet.signMany', () => {
  it('gives signatures that verify, in the order they were asked for', async () => {
    const indexes = Array.from({ length: 300 }, (_, i) => (i * 7919) % 1000);
    const results = await all(people.signMany(requestsFor(indexes), { threads: 3 }));
    expect(results.map(({ index }) => index)).toEqual(indexes);
    for (const result of [results[0], results[150], results[299]]) {
      if (result === undefined || !('response' in result)) throw new Error('expected a response');
      await signInOf(result.response as never, people.record(result.index));
    }
  });

  slow('gives the bytes that one thread gives, where signatures repeat', async () => {
    const repeatable = fleet({ ...identity, repeatable: true });
    const results = await all(repeatable.signMany(requestsFor([1, 2, 3]), { threads: 2 }));
    for (const result of results) {
      expect(result).toEqual({
        index: result.index,
        response: await repeatable.person(result.index).get(request),
      });
    }
  });

  it('tells what was refused, and goes on', async () => {
    const requests = [
      { index: 0, options: request },
      { index: -1, options: request },
      { index: 1, options: { challenge, rpId: 'example.org' } },
      { index: 2, options: { challenge: 'not base64url!' } },
      { index: 3, options: { ...request, allowCredentials: [{ type: 'public-key', id: challenge }] } },
      { index: 4, options: undefined as never },
      undefined as never,
      { index: 5, options: request },
    ];
    const reason = (signed: Signed) =>
      'refused' in signed ? (signed.refused.code ?? signed.refused.name) : 'signed';
    expect((await all(people.signMany(requests))).map(reason)).toEqual([
      'signed',
      'bad-index',
      'SecurityError',
      'EncodingError',
      'CTAP2_ERR_NO_CREDENTIALS',
      'TypeError',
      'bad-index',
      'signed',
    ]);
  });

  slow('takes requests as it needs them, a bounded number ahead', async () => {
    let taken = 0;
    function* endless(): Generator<SignRequest> {
      for (;;) yield { index: taken++, options: request };
    }
    let seen = 0;
    for await (const { index } of people.signMany(endless(), { threads: 2 })) {
      expect(index).toBe(seen);
      if (++seen === 500) break;
    }
    expect(taken).toBeLessThan(500 + 64 * 6);
  });

  slow('ends with the reason of the signal, before it begins and in between', async () => {
    const reason = new Error('enough');
    await expect(all(people.signMany([], { signal: AbortSignal.abort(reason) }))).rejects.toBe(reason);
    const controller = new AbortController();
    const run = async (): Promise<void> => {
      const many = people.signMany(requestsFor(Array.from({ length: 5000 }, (_, i) => i)), {
        signal: controller.signal,
      });
      for await (const { index } of many) if (index === 10) controller.abort(reason);
    };
    await expect(run()).rejects.toBe(reason);
  });

  it('passes on what the requests throw', async () => {
    function* failing(): Generator<SignRequest> {
      yield { index: 0, options: request };
      throw new RangeError('no more');
    }
    await expect(all(people.signMany(failing()))).rejects.toThrow('no more');
  });

  it('says what cannot go to another thread', async () => {
    const own = fleet({ ...identity, policy: { maxMsgSize: 2048 } });
    await expect(all(own.signMany(requestsFor([1])))).rejects.toMatchObject({ code: 'bad-options' });
    const functions = { ...request, extensions: { callback: () => {} } };
    await expect(all(people.signMany([{ index: 1, options: functions }]))).rejects.toMatchObject({
      name: 'DataCloneError',
    });
  });

  it.each([0, -1, 1.5, 257, Number.NaN])('does not run on %s threads', async (threads) => {
    await expect(all(people.signMany([], { threads }))).rejects.toMatchObject({ code: 'bad-options' });
  });

  it('leaves no thread behind', async () => {
    const before = process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;
    await all(people.signMany(requestsFor([1, 2]), { threads: availableParallelism() + 1 }));
    const after = process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;
    expect(after).toBeLessThanOrEqual(before);
  });
});

describe('fleet.crew', () => {
  slow(
    'gives each of many at once its own answer, and refuses only the one that cannot go to a thread',
    async () => {
      const crew = people.crew(1);
      try {
        const functions = { ...request, extensions: { callback: () => {} } };
        const ended = await Promise.allSettled(
          Array.from({ length: 80 }, (_, index) =>
            crew.ask({ kind: 'sign-in', index, options: index === 13 ? functions : request }),
          ),
        );
        const [wrong] = ended.splice(13, 1);
        expect(wrong).toMatchObject({ status: 'rejected', reason: { name: 'DataCloneError' } });
        const ids = ended.map((one) => 'value' in one && 'response' in one.value && one.value.response.id);
        const others = Array.from({ length: 80 }, (_, index) => index).filter((index) => index !== 13);
        expect(ids).toEqual(others.map((index) => base64url(people.record(index).credentialId)));
      } finally {
        await crew.close();
      }
    },
  );
});

describe('fleet.lines', () => {
  const parsed = async (of: Fleet, from: number, count: number) =>
    (await all(of.lines(from, count, { threads: 2 })))
      .join('')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));

  it('are the records of a row of people, one a line', async () => {
    const lines = await parsed(people, 600, 1200);
    expect(lines.map(({ index }) => index)).toEqual(Array.from({ length: 1200 }, (_, i) => 600 + i));
    const { credentialId, publicKey, publicKeySpki, userHandle } = people.record(1799);
    expect(lines[1199]).toEqual({
      index: 1799,
      credentialId: base64url(credentialId),
      publicKey: base64url(publicKey),
      publicKeySpki: base64url(publicKeySpki),
      userHandle: base64url(userHandle),
      algorithm: -7,
    });
  });

  it('are none for no people', async () => expect(await parsed(people, 0, 0)).toEqual([]));

  it.each([
    [-1, 1, 'bad-index'],
    [0.5, 1, 'bad-index'],
    [Number.MAX_SAFE_INTEGER, 2, 'bad-index'],
    [0, -1, 'bad-options'],
    [0, Number.POSITIVE_INFINITY, 'bad-options'],
  ])('are none from %d for %d: %s', async (from, count, code) => {
    await expect(parsed(people, from, count)).rejects.toMatchObject({ code });
  });
});
