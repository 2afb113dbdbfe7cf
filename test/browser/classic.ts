/** Pages as WebDriver's classic commands see them: one window at a time, and frames by their place. */
import type { Driven, DrivenPage } from './drivers.ts';

/** WebDriver's commands, as Selenium and WebdriverIO have them. */
export interface Classic {
  get(url: string): Promise<unknown>;
  handles(): Promise<string[]>;
  toWindow(handle: string): Promise<unknown>;
  /** Null: the page itself. */
  toFrame(place: number | null): Promise<unknown>;
  /** Runs a script that calls its last argument with its result. */
  execute(script: string): Promise<unknown>;
}

const script = (code: string): string => `
  const done = arguments[arguments.length - 1];
  Promise.resolve().then(() => (0, eval)(${JSON.stringify(code)})).then(
    (value) => done({ value }), (error) => done({ error: String(error) }));`;

async function evaluate(classic: Classic, code: string): Promise<unknown> {
  const { value, error } = (await classic.execute(script(code))) as { value?: unknown; error?: string };
  if (error !== undefined) throw new Error(error);
  return value;
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
        ),
      ),
    once: (_event, listener) => popups.push(listener),
  };
}
