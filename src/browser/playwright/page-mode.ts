/** `mode: 'page'` over Playwright's own means, in any browser of Playwright's: an init script, and a binding that tells who calls. */
import type { BrowserContext, Frame, Page, Response } from '@playwright/test';
import { PAGE_SCRIPT } from '#page-script';
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import type { PageAnswer } from '../../page/messages.ts';
import { ifStillThere } from '../gone.ts';
import { type Answerer, Questions } from '../page/questions.ts';
import type { DriverSide } from '../passkeys.ts';
import { type Place, Reach } from '../reach.ts';
import { Documents } from './documents.ts';

/** The binding's name, until the first of our scripts takes it away. */
const NAME = '__stuntkey';

/** A question goes out with the mark of its document, and the answer comes back. */
type Binding = (mark: string, text: string) => Promise<unknown>;

interface Window {
  [NAME]?: Binding;
  readonly CustomEvent: new (type: string, init: object) => object;
  addEventListener(type: string, listener: (event: { preventDefault(): void }) => void): void;
  dispatchEvent(event: object): boolean;
}

interface Way {
  readonly token: string;
  send(text: string): void;
  started(deliver: (text: string) => void): void;
}

/**
 * Runs in each document before the page script, once. The mark tells a document from the one that was in its frame before: an event
 * with it is canceled in its own document. It gives nothing away: who calls is known from the frame.
 */
function install(name: typeof NAME, token: string, script: (way: Way) => void): void {
  const page = globalThis as unknown as Window;
  const ask = page[name];
  if (typeof ask !== 'function') return;
  Reflect.deleteProperty(page, name);
  // The page may put another in its place.
  const { then } = Promise.prototype;
  const { apply } = Reflect;
  const mark = crypto.getRandomValues(new Uint32Array(4)).join();
  page.addEventListener(`${token}:${mark}`, (event) => event.preventDefault());
  let deliver = (_: string): void => {};
  const answered = (answer: unknown): void => {
    if (typeof answer === 'string') deliver(answer);
  };
  script({
    token,
    send: (text) => void apply(then, ask(mark, text), [answered, () => {}]),
    started(its) {
      deliver = its;
    },
  });
}

/** What of a document is kept while it may ask. */
interface Asking {
  readonly mark: string;
  readonly questions: Questions;
  /** Questions by their numbers. */
  readonly waiting: Map<unknown, (text: string | undefined) => void>;
}

/**
 * @throws StuntkeyError `mode-cannot` where a tab of the context does not answer: Playwright tells all tabs of a binding one after the
 *   other, and waits for each
 */
export async function openPageMode(
  context: BrowserContext,
  answer: Answerer,
  patience: number | undefined,
): Promise<DriverSide> {
  const reach = new Reach(patience);
  const places = new WeakMap<Page, Place>();
  const placeOf = (page: Page): Place => {
    const place = places.get(page) ?? { locate: async () => page.url() };
    places.set(page, place);
    return place;
  };
  /** Has a page's frames do something. */
  const inFrames = (act: (frame: Frame) => Promise<unknown>): Promise<void> => {
    for (const page of context.pages())
      for (const frame of page.frames()) reach.track(placeOf(page), ifStillThere(act(frame)));
    return reach.settled();
  };
  await checkAnswering(context, placeOf, reach);
  const documents = new Documents();
  const asking = new Map<Frame, Asking>();
  const token = `stuntkey-${crypto.randomUUID()}`;
  const source = `(${install.toString()})(${JSON.stringify(NAME)}, ${JSON.stringify(token)}, ${PAGE_SCRIPT})`;
  const end = (frame: Frame): void => {
    const one = asking.get(frame);
    asking.delete(frame);
    one?.questions.end();
    for (const answer of one?.waiting.values() ?? []) answer(undefined);
  };

  /** Sends an event to a document. @returns whether it was canceled there */
  const tell = (frame: Frame, type: string, detail?: string): Promise<boolean> =>
    frame.evaluate(
      ([name, text]) => {
        const page = globalThis as unknown as Window;
        return !page.dispatchEvent(new page.CustomEvent(name as string, { detail: text, cancelable: true }));
      },
      [type, detail],
    );

  const asked = (frame: Frame, mark: unknown, text: unknown): Promise<string | undefined> | undefined => {
    if (typeof mark !== 'string') return undefined;
    let one = asking.get(frame);
    if (one?.mark !== mark) {
      end(frame);
      const waiting: Asking['waiting'] = new Map();
      const document = {
        caller: () => documents.callerOf(frame),
        deliver: async (given: PageAnswer) => {
          if ('id' in given) waiting.get(given.id)?.(JSON.stringify(given));
        },
      };
      one = { mark, questions: new Questions(document, answer), waiting };
      asking.set(frame, one);
    }
    const { questions, waiting } = one;
    return new Promise((resolve) => {
      const id = numberOf(text);
      // What is never answered, such as what was canceled meanwhile, is answered with nothing.
      const settle = (given: string | undefined): void => {
        if (waiting.get(id) === settle) waiting.delete(id);
        resolve(given);
      };
      const before = waiting.has(id);
      if (!before) waiting.set(id, settle);
      void questions.asked(text).finally(() => (before ? resolve(undefined) : settle(undefined)));
    });
  };

  /** A frame went somewhere, perhaps only to another place of the same document. */
  const navigated = async (frame: Frame): Promise<void> => {
    const before = asking.get(frame);
    if (before === undefined) return;
    const same = await tell(frame, `${token}:${before.mark}`).catch(() => false);
    if (!same && asking.get(frame) === before) end(frame);
  };
  const listeners = {
    response: (response: Response) => documents.noted(response),
    framenavigated: (frame: Frame) => void navigated(frame),
    framedetached: end,
    page: (page: Page) =>
      void page.once('close', () => {
        reach.find(placeOf(page));
        for (const frame of page.frames()) end(frame);
      }),
  };
  context.on('response', listeners.response);
  context.on('page', listeners.page);
  context.on('framenavigated', listeners.framenavigated);
  context.on('framedetached', listeners.framedetached);
  const binding = await context.exposeBinding(NAME, ({ frame }, mark: unknown, text: unknown) =>
    asked(frame, mark, text),
  );
  const script = await context.addInitScript({ content: source });
  for (const page of context.pages()) listeners.page(page);
  await inFrames((frame) => frame.evaluate(source));
  return {
    settled: () => reach.settled(),
    unreached: () => reach.unreached,
    close: async () => {
      context.off('response', listeners.response);
      context.off('page', listeners.page);
      context.off('framenavigated', listeners.framenavigated);
      context.off('framedetached', listeners.framedetached);
      // Playwright, too, waits for tabs that do not answer; no document comes in between.
      reach.track(undefined, script.dispose());
      await inFrames((frame) => tell(frame, token, JSON.stringify({ restore: true })));
      reach.track(undefined, binding.dispose());
      await reach.settled();
      for (const frame of [...asking.keys()]) end(frame);
    },
  };
}

/** @throws StuntkeyError `mode-cannot` */
async function checkAnswering(
  context: BrowserContext,
  placeOf: (page: Page) => Place,
  reach: Reach,
): Promise<void> {
  for (const page of context.pages())
    reach.track(
      placeOf(page),
      page.evaluate('0').catch(async ({ message }: Error) => {
        if (/crashed/i.test(message)) throw new Error('its process has crashed');
      }),
    );
  await reach.settled();
  const { unreached } = reach;
  if (unreached.length === 0) return;
  const silent = unreached.map(({ url, reason }) => `${url} (${reason})`).join('; ');
  throw new StuntkeyError(
    'mode-cannot',
    `mode page: Playwright reaches no tab of a context while one of them does not answer: ${silent}. Close it, or answer its dialog; mode cdp can`,
  );
}

/** Of a question that may be anything. */
function numberOf(text: unknown): unknown {
  try {
    return (JSON.parse(text as string) as { id?: unknown } | null)?.id;
  } catch {
    return undefined;
  }
}
