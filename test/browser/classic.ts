/** Pages as WebDriver's classic commands see them: one window at a time, and frames by their place. */
import type { Driven, DrivenPage } from './drivers.ts';

/** WebDriver's commands, as Selenium and WebdriverIO have them. */
export interface Classic {
  get(url: string): Promise<unknown>;
  handles(): Promise<string[]>;
  toWindow(handle: string): Promise<unknown>;
  /** Null: the page itself. */
  toFrame(place: number | null): Promise<unknown>;
  /** Opens a window and goes to it. */
  open(): Promise<unknown>;
  /** Closes the window that it is in. */
  close(): Promise<unknown>;
  /** Clicks on whatever is there: from then on the page's user has done something. */
  click(): Promise<unknown>;
  /** Runs a function's body. */
  execute(script: string): Promise<unknown>;
}

interface Settled {
  readonly value?: unknown;
  readonly error?: string;
}

const begin = (code: string): string => `
  window.settled = null;
  Promise.resolve().then(() => (0, eval)(${JSON.stringify(code)})).then(
    (value) => { window.settled = { value }; }, (error) => { window.settled = { error: String(error) }; });`;

/**
 * Begins, and looks again: while a script is waited for, chromedriver does nothing else, and the page would get no answers.
 *
 * @param whereverItIs whether it begins again in the document that came after the one in which it began
 */
async function evaluate(classic: Classic, code: string, whereverItIs = false): Promise<unknown> {
  await classic.execute(begin(code));
  for (;;) {
    const settled = (await classic.execute(
      'return window.settled === undefined ? "gone" : window.settled',
    )) as Settled | 'gone' | null;
    if (settled === 'gone') {
      if (!whereverItIs) throw new Error('the document is gone in which this was to be evaluated');
      await classic.execute(begin(code));
    } else if (settled?.error !== undefined) throw new Error(settled.error);
    else if (settled !== null) return settled.value;
  }
}

export function classicPage(classic: Classic, handle: string): DrivenPage {
  const popups: ((page: never) => void)[] = [];
  const inWindow = async <T>(work: () => Promise<T>): Promise<T> => {
    await classic.toWindow(handle);
    return work();
  };
  const frame: Driven = {
    evaluate: (code) =>
      inWindow(async () => {
        await classic.toFrame(0);
        try {
          await classic.click();
          return await evaluate(classic, code);
        } finally {
          await classic.toFrame(null);
        }
      }),
  };
  return {
    goto: (url) => inWindow(() => classic.get(url)),
    async evaluate(code) {
      const before = await classic.handles();
      const value = await inWindow(() => evaluate(classic, code));
      if (popups.length > 0) {
        const opened = (await classic.handles()).find((one) => !before.includes(one));
        if (opened !== undefined) popups.shift()?.(classicPage(classic, opened) as never);
      }
      return value;
    },
    frames: () => [frame],
    waitForFunction: (code) =>
      inWindow(() =>
        evaluate(
          classic,
          `new Promise((resolve) => {
            const look = () => { let there = false; try { there = eval(${JSON.stringify(code)}); } catch {} there ? resolve(true) : setTimeout(look, 10); };
            look();
          })`,
          true,
        ),
      ),
    once: (_event, listener) => popups.push(listener),
  };
}
