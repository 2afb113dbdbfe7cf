/** `mode: 'page'` over Playwright's own means, in any browser of Playwright's: an init script, and a binding that tells who calls. */
import type { BrowserContext, Frame, Page, Response } from '@playwright/test';
import { ifStillThere } from '../gone.ts';
import { type Answerer, Questions } from '../page/questions.ts';
import { PAGE_SCRIPT, type PageAnswer } from '../page/script.ts';
import type { DriverSide } from '../passkeys.ts';
import { Documents } from './documents.ts';

const NAME = '__stuntkey';

interface Wrapped {
  (text: string): void;
  mark?: string;
}

/**
 * Marks each document before the page script runs in it, once: the mark tells a document from the one that was in its frame
 * before. It gives nothing away: who calls is known from the frame.
 */
function markDocument(name: string): void {
  const page = globalThis as unknown as Record<string, Wrapped & ((mark: string, text: string) => void)>;
  const raw = page[name];
  if (typeof raw !== 'function' || raw.mark !== undefined) return;
  const mark = crypto.getRandomValues(new Uint32Array(4)).join();
  const send: Wrapped = (text) => raw(mark, text);
  send.mark = mark;
  Object.defineProperty(page, name, { value: send, configurable: true, writable: true });
}

/** The way back gets the mark of the way out. */
function install(name: string, mark: (name: string) => void, script: (name: string) => void): void {
  const page = globalThis as unknown as Record<string, Wrapped | undefined>;
  if (page[name]?.mark !== undefined) return;
  mark(name);
  const marked = page[name]?.mark;
  script(name);
  const back = page[name];
  if (back !== undefined && marked !== undefined) Object.defineProperty(back, 'mark', { value: marked });
}

const SOURCE = `(${install.toString()})(${JSON.stringify(NAME)}, ${markDocument.toString()}, ${PAGE_SCRIPT})`;

/** What of a document is kept while it may ask. */
interface Asking {
  readonly mark: string;
  readonly questions: Questions;
}

export async function openPageMode(context: BrowserContext, answer: Answerer): Promise<DriverSide> {
  const documents = new Documents();
  const asking = new Map<Frame, Asking>();
  const end = (frame: Frame): void => {
    asking.get(frame)?.questions.end();
    asking.delete(frame);
  };

  const deliver = (frame: Frame, mark: string | undefined, given: PageAnswer): Promise<unknown> =>
    frame.evaluate(
      ([name, marked, text]) => {
        const back = (globalThis as unknown as Record<string, Wrapped | undefined>)[name as string];
        if (marked === undefined || back?.mark === marked) back?.(text as string);
      },
      [NAME, mark, JSON.stringify(given)],
    );

  const asked = (frame: Frame, mark: unknown, text: unknown): void => {
    if (typeof mark !== 'string') return;
    let one = asking.get(frame);
    if (one?.mark !== mark) {
      end(frame);
      const document = {
        caller: () => documents.callerOf(frame),
        deliver: (given: PageAnswer) => deliver(frame, mark, given),
      };
      one = { mark, questions: new Questions(document, answer) };
      asking.set(frame, one);
    }
    void one.questions.asked(text);
  };

  /** A frame went somewhere, perhaps only to another place of the same document. */
  const navigated = async (frame: Frame): Promise<void> => {
    const before = asking.get(frame);
    if (before === undefined) return;
    const mark = await frame
      .evaluate((name) => (globalThis as unknown as Record<string, Wrapped | undefined>)[name]?.mark, NAME)
      .catch(() => undefined);
    if (mark !== before.mark && asking.get(frame) === before) end(frame);
  };
  const listeners = {
    response: (response: Response) => documents.noted(response),
    framenavigated: (frame: Frame) => void navigated(frame),
    framedetached: end,
    page: (page: Page) =>
      void page.once('close', () => {
        for (const frame of page.frames()) end(frame);
      }),
  };
  context.on('response', listeners.response);
  context.on('page', listeners.page);
  context.on('framenavigated', listeners.framenavigated);
  context.on('framedetached', listeners.framedetached);
  const frames = (): Frame[] => context.pages().flatMap((page) => page.frames());
  const binding = await context.exposeBinding(NAME, ({ frame }, mark: unknown, text: unknown) =>
    asked(frame, mark, text),
  );
  const script = await context.addInitScript({ content: SOURCE });
  for (const page of context.pages()) listeners.page(page);
  await Promise.all(frames().map((frame) => ifStillThere(frame.evaluate(SOURCE))));
  return {
    settled: async () => {},
    close: async () => {
      context.off('response', listeners.response);
      context.off('page', listeners.page);
      context.off('framenavigated', listeners.framenavigated);
      context.off('framedetached', listeners.framedetached);
      await ifStillThere(script.dispose());
      await Promise.all(frames().map((frame) => ifStillThere(deliver(frame, undefined, { restore: true }))));
      await ifStillThere(binding.dispose());
      for (const frame of [...asking.keys()]) end(frame);
    },
  };
}
