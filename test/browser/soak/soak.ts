/** Documents that come and go by the thousand, each in the middle of a call, and beside them a page whose every call has to come to a credential. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Passkeys } from '../../../src/browser/passkeys.ts';
import type { Site } from './site.ts';

/** A tab of any driver. A tab that goes through documents is waited for at its opening only. */
interface Tab {
  goto(url: string): Promise<unknown>;
  evaluate(code: string): Promise<unknown>;
  close(): Promise<unknown>;
  bringToFront?(): Promise<unknown>;
  /** Playwright says `crash`, Puppeteer `error`. */
  once(event: 'crash' | 'error' | 'close', listener: () => void): unknown;
}

/** A browser with devices attached. */
export interface Stage {
  /** Undefined where the driver is alone. */
  readonly passkeys: Passkeys | undefined;
  tab(): Promise<Tab>;
  /** Calls back when the browser is gone, before it was told to go. */
  whenGone(listener: () => void): void;
  /** Whether a tab can be made to crash. */
  readonly crashes: boolean;
  close(): Promise<void>;
}

export interface Report {
  readonly documents: number;
  /** What came of the calls of the page beside them, by how often. */
  readonly control: Readonly<Record<string, number>>;
  readonly unhandled: readonly string[];
  /** Bytes of the heap after the first documents, and after all. */
  readonly heap: readonly [number, number];
}

/** Chance from a seed (mulberry32), so that a run can be had again. */
function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function heap(): number {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  for (let i = 0; i < 4; i++) gc();
  return process.memoryUsage().heapUsed;
}

const quietly = (work: Promise<unknown>): Promise<unknown> => work.catch(() => undefined);

/**
 * Ways in which a driver ends a tab, while a call is open in it. None waits until the tab is closed: Chromium forgets a tab's closing that comes
 * while its next document does, and a driver waits for ever for that, as for a crashed tab's.
 */
const ENDINGS: readonly ((tab: Tab, site: Site, crashes: boolean) => Promise<unknown>)[] = [
  async (tab) => {
    void quietly(tab.close());
  },
  async (tab, site) => {
    void quietly(tab.goto(`${site.origin}/`));
    void quietly(tab.close());
  },
  async (tab, _, crashes) => {
    if (crashes) await Promise.race([quietly(tab.goto('chrome://crash')), endOf(tab)]);
    void quietly(tab.close());
  },
];

/** Resolves when a tab has crashed or is closed: what it was asked for may then never be answered. */
function endOf(tab: Tab): Promise<string> {
  return new Promise((resolve) => {
    for (const event of ['crash', 'error', 'close'] as const) tab.once(event, () => resolve(event));
  });
}

/** @throws when the page whose calls are counted, or the browser, ends before the work */
function unlessEnded<T>(work: Promise<T>, ...ends: readonly Promise<string>[]): Promise<T> {
  const lost = ends.map(async (end) => {
    throw new Error(`Not judged: ${await end}.`);
  });
  return Promise.race([work, ...lost]);
}

const CALL = 'navigator.credentials.create(creation()).then(({ type }) => type, String)';
/** What the page beside them is asked where no device is attached. */
const PLAIN = '"nothing"';

/** @param first documents after which the heap is looked at for the first time */
export async function soak(
  stage: Stage,
  site: Site,
  {
    documents,
    first,
    seed,
    chain = 20,
    lanes = 2,
  }: Readonly<Record<'documents' | 'first' | 'seed', number>> & {
    readonly chain?: number;
    readonly lanes?: number;
  },
): Promise<Report> {
  const unhandled: string[] = [];
  const hear = (reason: unknown): void => void unhandled.push(String((reason as Error)?.stack ?? reason));
  process.on('unhandledRejection', hear);
  const random = chance(seed);
  const begun = site.served();
  const came: Record<string, number> = {};

  const step = (name: string): void => {
    if (process.env.SOAK_TRACE !== undefined) console.error(site.served() - begun, name);
  };
  const lane = async (until: number): Promise<void> => {
    while (site.served() - begun < until) {
      step('opens a tab');
      const tab = await stage.tab();
      const { url, done } = site.chain(chain, random);
      step(`begins ${url}`);
      void quietly(tab.goto(`${site.origin}${url}`));
      // Tabs may share a process, and one that is made to crash takes others with it.
      await Promise.race([done, endOf(tab)]);
      step(`ends ${url}`);
      void quietly(tab.evaluate('void (create(), ask(), asks())'));
      const ending = ENDINGS[Math.floor(random() * ENDINGS.length)] as (typeof ENDINGS)[number];
      step(`by ${ENDINGS.indexOf(ending)}`);
      await ending(tab, site, stage.crashes);
      step('ended');
    }
  };
  const gone = new Promise<string>((resolve) => {
    stage.whenGone(() => resolve('the browser went away'));
  });
  const through = async (until: number): Promise<void> => {
    const control = await stage.tab();
    await control.goto(`${site.origin}/`);
    const ended = endOf(control).then((event) => `the page whose calls are counted ended (${event})`);
    let over = false;
    const calls = (async () => {
      while (!over) {
        step('control: to the front');
        // Firefox says now and then that a page is gone which is there; a page that is not in front is told so.
        if (control.bringToFront !== undefined) await quietly(control.bringToFront());
        step('control: calls');
        const outcome = String(await control.evaluate(stage.passkeys === undefined ? PLAIN : CALL));
        // Another tab came before it: what is out of sight is refused, rightly, and asks again.
        if (/out of sight|not have focus/.test(outcome)) continue;
        came[outcome] = (came[outcome] ?? 0) + 1;
      }
    })();
    const all = Promise.all(Array.from({ length: lanes }, () => lane(until))).finally(() => {
      over = true;
    });
    await unlessEnded(Promise.all([all, calls]), gone, ended);
    step('closes');
    void quietly(control.close());
    step('settles');
    await stage.passkeys?.settled();
  };
  try {
    await through(first);
    const before = heap();
    if (documents > first) await through(documents);
    return { documents: site.served() - begun, control: came, unhandled, heap: [before, heap()] };
  } finally {
    process.off('unhandledRejection', hear);
  }
}
