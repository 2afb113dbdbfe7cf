/**
 * Documents that leave in the middle of a call. A few of them in every run; with `SLOW=1` a sample of the thousands that
 * `SOAK_DOCUMENTS=2000` has, in every driver and mode: `SLOW=1 SOAK_DOCUMENTS=2000 SOAK_SEED=1 npx vitest run test/browser/life.test.ts`.
 * The heap is judged where there are more documents than the first 200: what it grew by, less what it grows by with the same documents where the driver
 * is alone (Playwright keeps tabs whose end it never hears of, Puppeteer over BiDi every tab there was). `SOAK_TRACE=1` says what is waited for.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { named } from '../interop/debian.ts';
import { withoutTime } from '../slow.ts';
import { type Site, startSite } from './soak/site.ts';
import { type Report, type Stage, soak } from './soak/soak.ts';
import { SOAKED } from './soak/stages.ts';

const documents = Number(process.env.SOAK_DOCUMENTS ?? (withoutTime === undefined ? 400 : 6));
const seed = Number(process.env.SOAK_SEED ?? 1);
const ROWS = SOAKED.flatMap(({ name, modes, missing, open }) =>
  modes.map((mode) => ({
    name,
    mode,
    missing: missing ?? quickly(name, mode),
    open: () => open(mode),
    openAlone: () => open('none'),
  })),
);

/** What is looked at in every run: one of each kind of driver. */
function quickly(name: string, mode: string): string | undefined {
  const quick = `${name} ${mode}` === 'Puppeteer, Chromium page';
  return quick ? undefined : withoutTime;
}

let site: Site;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site?.close());

async function soaked(stage: Stage): Promise<Report> {
  const first = Math.min(200, documents);
  try {
    return await soak(stage, site, { documents, first, seed, chain: Math.min(20, documents / 2) });
  } finally {
    await stage.close();
  }
}

describe.each(ROWS)('documents that leave in the middle of a call, $name, mode $mode', (row) => {
  const { missing, open, openAlone } = row;
  it.skipIf(missing)(
    named('leave nothing unhandled, and no call of another page is lost', missing),
    async () => {
      const report = await soaked(await open());
      const [before, after] = report.heap;
      const figures = `${report.documents} documents, seed ${seed}, ${JSON.stringify(report.control)}, heap ${before} to ${after}`;
      if (withoutTime === undefined) console.log(`${row.name} ${row.mode}: ${figures}`);
      expect(report.unhandled, figures).toEqual([]);
      expect(Object.keys(report.control), figures).toEqual(['public-key']);
      if (after - before > before / 10) {
        const alone = await soaked(await openAlone());
        const grown = alone.heap[1] - alone.heap[0];
        console.log(`${row.name} alone: ${alone.documents} documents, heap ${alone.heap.join(' to ')}`);
        expect(after - before - grown, `${figures}; the driver alone: ${grown}`).toBeLessThan(before / 10);
      }
    },
    documents * 10_000 + 60_000,
  );
});
