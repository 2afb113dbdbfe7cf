import { describe, expect, it } from 'vitest';
import { run, type Steps, wait } from '../../src/base/steps.ts';

/** Two numbers, either of which may have to be waited for. */
function* sum(a: number | Promise<number>, b: number | Promise<number>): Steps<number> {
  return (yield* wait(a)) + (yield* wait(b));
}

function* careful(work: Promise<never>): Steps<string> {
  try {
    yield* wait(work);
    return 'done';
  } catch (error) {
    return `caught ${(error as Error).message}`;
  }
}

describe('steps', () => {
  it('run at once where nothing has to be waited for', () => {
    expect(run(sum(1, 2))).toBe(3);
  });

  it('give a promise from the first thing on that has to be waited for', async () => {
    for (const [a, b] of [
      [Promise.resolve(1), 2],
      [1, Promise.resolve(2)],
      [Promise.resolve(1), Promise.resolve(2)],
    ] as const) {
      const result = run(sum(a, b));
      expect(result).toBeInstanceOf(Promise);
      expect(await result).toBe(3);
    }
  });

  it('throw at once what they throw before they wait, and reject with what they throw behind it', async () => {
    function* failing(first: number | Promise<number>): Steps<never> {
      throw new RangeError(`after ${yield* wait(first)}`);
    }
    expect(() => run(failing(1))).toThrow('after 1');
    await expect(run(failing(Promise.resolve(2)))).rejects.toThrow('after 2');
  });

  it('can catch what something that they wait for was rejected with', async () => {
    expect(await run(careful(Promise.reject(new Error('no'))))).toBe('caught no');
    await expect(run(sum(Promise.reject(new Error('no')), 1))).rejects.toThrow('no');
  });
});
