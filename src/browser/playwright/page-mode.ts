/** `mode: 'page'` with Playwright's own API, in any browser of Playwright: an init script, and a binding that names the caller. */
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

/** Playwright's own channel out of a page, which all bindings share. */
const OUT = '__playwright__binding__';

/** A question goes out with the mark of its document, and the answer comes back. */
type Binding = (mark: string, text: string) => Promise<unknown>;

interface EventPlace {
  addEventListener(type: string, listener: (event: object) => void): void;
  dispatchEvent(event: object): boolean;
}

interface Window extends EventPlace {
  [NAME]?: Binding;
  [OUT]?: (payload: string) => void;
  readonly CustomEvent: new (type: string, init: object) => object;
  readonly Event: { readonly prototype: { preventDefault(): void } };
  readonly performance: EventPlace;
}

interface Way {
  readonly token: string;
  send(text: string): void;
  started(deliver: (text: string) => void): void;
}

/**
 * Runs in each document before the page script, once. The mark distinguishes a document from the one before in its frame: an event
 * with it is canceled in its own document. The mark is no secret, because the frame names the caller.
 */
function install(name: typeof NAME, out: typeof OUT, token: string, script: (way: Way) => void): void {
  const page = globalThis as unknown as Window;
  const { [name]: ask, [out]: send } = page;
  if (typeof ask !== 'function') return;
  Reflect.deleteProperty(page, name);
  // The page may put another in its place.
  const { then } = Promise.prototype;
  const { apply } = Reflect;
  const { parse } = JSON;
  const { preventDefault } = page.Event.prototype;
  if (send !== undefined)
    Reflect.defineProperty(page, out, {
      // The page's scripts can call it, too, and Playwright does not handle its rejection of a value that it cannot read.
      value: (payload: string): void => {
        const read = parse(payload) as unknown;
        if (typeof read === 'object' && read !== null) send(payload);
      },
      writable: true,
      configurable: true,
    });
  const mark = crypto.getRandomValues(new Uint32Array(4)).join();
  // document.open() removes all listeners from the window.
  for (const place of [page, page.performance])
    place.addEventListener(`${token}:${mark}`, (event) => void apply(preventDefault, event, []));
  let deliver = (_: string): void => {};
  const answered = (answer: unknown): void => {
    if (typeof answer === 'string') deliver(answer);
  };
  script({
    token,
    send(text) {
      const answer = ask(mark, text);
      const left = (): void => {};
      try {
        apply(then, answer, [answered, left]);
      } catch {
        // Playwright makes it with the page's present Promise, which zone.js replaces.
        answer.then(answered, left);
      }
    },
    started(its) {
      deliver = its;
    },
  });
}

/** The state of a document while it may ask. */
interface Asking {
  readonly questions: Questions;
  /** Questions by their numbers. */
  readonly waiting: Map<unknown, (text: string | undefined) => void>;
}

/** The most documents of a frame that are remembered at once. */
const MOST_DOCUMENTS = 8;

/**
 * @throws StuntkeyError `mode-cannot` if a tab of the context does not answer: Playwright adds a binding to one tab after the
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
  /** Runs work in a page's frames. */
  const inFrames = (act: (frame: Frame) => Promise<unknown>): Promise<void> => {
    for (const page of context.pages())
      for (const frame of page.frames()) reach.track(placeOf(page), ifStillThere(act(frame)));
    return reach.settled();
  };
  await checkAnswering(context, placeOf, reach);
  const documents = new Documents();
  /** The documents of each frame, by their marks: a document that leaves may ask after the next one does. */
  const asking = new Map<Frame, Map<string, Asking>>();
  const token = `stuntkey-${crypto.randomUUID()}`;
  const source = `(${install.toString()})(${JSON.stringify(NAME)}, ${JSON.stringify(OUT)}, ${JSON.stringify(token)}, ${PAGE_SCRIPT})`;
  const endOne = (frame: Frame, mark: string): void => {
    const documentsThere = asking.get(frame);
    const one = documentsThere?.get(mark);
    documentsThere?.delete(mark);
    if (documentsThere?.size === 0) asking.delete(frame);
    one?.questions.end();
    for (const answer of one?.waiting.values() ?? []) answer(undefined);
  };
  const end = (frame: Frame): void => {
    for (const mark of [...(asking.get(frame)?.keys() ?? [])]) endOne(frame, mark);
  };

  /** Sends an event to a document. @returns whether it was canceled there */
  const tell = (frame: Frame, type: string, detail?: string): Promise<boolean> =>
    frame.evaluate(
      ([name, text]) => {
        const page = globalThis as unknown as Window;
        const event = new page.CustomEvent(name as string, { detail: text, cancelable: true });
        if (!page.dispatchEvent(event)) return true;
        try {
          return page.performance.dispatchEvent(event) === false;
        } catch {
          // A fake clock may have replaced it.
          return false;
        }
      },
      [type, detail],
    );

  /** Whether a document is still in its frame. The calls of one that is not are over. */
  const isThere = async (frame: Frame, mark: string): Promise<boolean> => {
    const there = await tell(frame, `${token}:${mark}`).catch(() => false);
    if (!there) endOne(frame, mark);
    return there;
  };

  const askingOf = (frame: Frame, mark: string): Asking => {
    const inFrame = asking.get(frame) ?? new Map<string, Asking>();
    const known = inFrame.get(mark);
    if (known !== undefined) return known;
    const waiting: Asking['waiting'] = new Map();
    const document = {
      caller: () => documents.callerOf(frame, () => isThere(frame, mark)),
      deliver: async (given: PageAnswer) => {
        if ('id' in given) waiting.get(given.id)?.(JSON.stringify(given));
      },
    };
    // A page that invents marks loses its own answers.
    const [oldest] = inFrame.keys();
    if (inFrame.size >= MOST_DOCUMENTS && oldest !== undefined) endOne(frame, oldest);
    const one = { questions: new Questions(document, answer), waiting };
    asking.set(frame, inFrame.set(mark, one));
    return one;
  };

  const asked = (frame: Frame, mark: unknown, text: unknown): Promise<string | undefined> | undefined => {
    if (typeof mark !== 'string') return undefined;
    const one = askingOf(frame, mark);
    const { questions, waiting } = one;
    return new Promise((resolve) => {
      const id = numberOf(text);
      // Questions without an answer, such as canceled ones, get an empty one.
      const settle = (given: string | undefined): void => {
        if (waiting.get(id) === settle) waiting.delete(id);
        resolve(given);
      };
      const before = waiting.has(id);
      if (!before) waiting.set(id, settle);
      void questions.asked(text).finally(() => (before ? resolve(undefined) : settle(undefined)));
    });
  };

  /** A frame has navigated, perhaps within the same document. */
  const navigated = (frame: Frame): void => {
    documents.navigated(frame);
    for (const mark of asking.get(frame)?.keys() ?? []) void isThere(frame, mark);
  };
  const listeners = {
    response: (response: Response) => documents.noted(response),
    framenavigated: navigated,
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

/** The number of a question, which may be anything. */
function numberOf(text: unknown): unknown {
  try {
    return (JSON.parse(text as string) as { id?: unknown } | null)?.id;
  } catch {
    return undefined;
  }
}
