/** Pages that flood: thousands of calls in one turn, and frames that ask and vanish. No call of another page is lost for it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { named } from '../interop/debian.ts';
import { withoutTime } from '../slow.ts';
import { type Site, startSite } from './soak/site.ts';
import { SOAKED } from './soak/stages.ts';

/** Beside the flood: a page whose calls have to come to a credential. */
const CALL = 'navigator.credentials.create(creation()).then(({ type }) => type, String)';

/** Ten thousand registrations before anything can be answered. @returns how often what came of them */
const TEN_THOUSAND = `(async () => {
  const came = {};
  const counted = (name) => { came[name] = (came[name] ?? 0) + 1; };
  const calls = Array.from({ length: 10000 }, () => navigator.credentials.create(creation()).then(({ type }) => counted(type), ({ name }) => counted(name)));
  await Promise.all(calls);
  return came;
})()`;

/** A thousand frames: each asks as it begins, and is gone before it can be answered. @returns how many came */
const VANISHING = `(async () => {
  let gone = 0;
  for (let round = 0; round < 50; round++)
    await Promise.all(Array.from({ length: 20 }, () => new Promise((resolve) => {
      const one = frame({ srcdoc: inside('get(); parent.postMessage(0, "*")') });
      one.onload = () => { one.remove(); gone += 1; resolve(); };
    })));
  return gone;
})()`;

let site: Site;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site?.close());

const ROWS = SOAKED.flatMap(({ name, modes, missing, open }) =>
  modes.map((mode) => ({ name, mode, missing: withoutTime ?? missing, open: () => open(mode) })),
);

describe.each(ROWS)('a page that floods, $name, mode $mode', ({ name, mode, missing, open }) => {
  it.skipIf(missing)(
    named('gets its answers, leaves nothing unhandled, and takes no other page’s', missing),
    async () => {
      const unhandled: string[] = [];
      const hear = (reason: unknown): void => void unhandled.push(String((reason as Error)?.stack ?? reason));
      process.on('unhandledRejection', hear);
      const stage = await open();
      try {
        const control = await stage.tab();
        await control.goto(`${site.origin}/`);
        /** The control page's calls while the work goes on, and one after it. */
        const beside = async (work: Promise<unknown>): Promise<Record<string, number>> => {
          const came: Record<string, number> = {};
          let over = false;
          const ended = work.finally(() => {
            over = true;
          });
          const calls = (async () => {
            for (let last = false; ; ) {
              await control.bringToFront?.();
              const outcome = String(await control.evaluate(CALL));
              if (!/out of sight|not have focus/.test(outcome)) {
                came[outcome] = (came[outcome] ?? 0) + 1;
                if (last) return;
                last = over;
              }
            }
          })();
          await Promise.all([ended, calls]);
          return came;
        };
        const flooding = await stage.tab();
        await flooding.goto(`${site.origin}/`);
        const flood = flooding.evaluate(TEN_THOUSAND) as Promise<Record<string, number>>;
        expect(Object.keys(await beside(flood))).toEqual(['public-key']);
        const outcomes = await flood;
        console.log(`${name} ${mode}: ${JSON.stringify(outcomes)}`);
        expect(Object.values(outcomes).reduce((sum, count) => sum + count, 0)).toBe(10_000);
        for (const outcome of Object.keys(outcomes))
          expect(['public-key', 'OperationError', 'NotAllowedError']).toContain(outcome);

        const vanishing = flooding.evaluate(VANISHING);
        expect(Object.keys(await beside(vanishing))).toEqual(['public-key']);
        expect(await vanishing).toBe(1_000);
        await stage.passkeys?.settled();
        expect(unhandled).toEqual([]);
      } finally {
        process.off('unhandledRejection', hear);
        await stage.close();
      }
    },
    600_000,
  );
});
