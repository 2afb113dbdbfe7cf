import { describe, expect, it } from 'vitest';
import { Reach } from '../../src/browser/reach.ts';
import { ManualClock } from '../../src/entries/index.ts';

const place = (url: string) => ({ locate: async () => url });

/** Work that ends when it is told to. */
function work(): { readonly promise: Promise<void>; end(): void; fail(why: string): void } {
  let end = (): void => {};
  let fail = (_: string): void => {};
  const promise = new Promise<void>((resolve, reject) => {
    end = resolve;
    fail = (why) => reject(new Error(why));
  });
  return { promise, end: () => end(), fail: (why) => fail(why) };
}

/** Lets what is under way go on. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('pages that may not answer', () => {
  it('are waited for as long as another one answers, and are then named', async () => {
    const clock = new ManualClock();
    const reach = new Reach(1_000, clock);
    const [quick, slow, never] = [work(), work(), work()];
    reach.track(place('https://quick.example/'), quick.promise);
    reach.track(place('https://slow.example/'), slow.promise);
    reach.track(place('https://never.example/'), never.promise);
    let settled = false;
    const done = reach.settled().then(() => {
      settled = true;
    });
    clock.advance(900);
    quick.end();
    await turn();
    clock.advance(900);
    slow.end();
    await turn();
    clock.advance(900);
    await turn();
    expect(settled).toBe(false);
    expect(reach.unreached).toEqual([]);
    clock.advance(100);
    await done;
    expect(reach.unreached).toEqual([
      { url: 'https://never.example/', reason: expect.stringContaining('no answer for 1000 ms') },
    ]);
  });

  it('are named no more when they answer in the end', async () => {
    const clock = new ManualClock();
    const reach = new Reach(1_000, clock);
    const late = work();
    reach.track(place('https://late.example/'), late.promise);
    const done = reach.settled();
    clock.advance(1_000);
    await done;
    const idle = reach.idle();
    late.end();
    await idle;
    expect(reach.unreached).toEqual([]);
  });

  it('are not waited for where it is known that they have crashed, until they are there again', async () => {
    const reach = new Reach(1_000, new ManualClock());
    const crashed = place('https://crashed.example/');
    reach.track(crashed, work().promise);
    reach.lose(crashed, 'its process has crashed');
    await reach.settled();
    expect(reach.unreached).toEqual([{ url: 'https://crashed.example/', reason: 'its process has crashed' }]);
    reach.find(crashed);
    expect(reach.unreached).toEqual([]);
  });

  it('are named with what the browser said, and not waited for', async () => {
    const reach = new Reach(1_000, new ManualClock());
    const failing = work();
    reach.track(place('https://failing.example/'), failing.promise);
    failing.fail('Internal error');
    await reach.settled();
    expect(reach.unreached).toEqual([{ url: 'https://failing.example/', reason: 'Internal error' }]);
  });

  it('are given up though not even their address is told', async () => {
    const clock = new ManualClock();
    const reach = new Reach(1_000, clock);
    reach.track({ locate: () => new Promise(() => {}) }, work().promise);
    const done = reach.settled();
    clock.advance(1_000);
    await turn();
    clock.advance(1_000);
    await done;
    expect(reach.unreached).toMatchObject([{ url: '' }]);
  });
});
