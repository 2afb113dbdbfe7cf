/**
 * `mode: 'proxy'`: Chromium itself answers its pages, and asks our extension, through `chrome.webAuthenticationProxy`, for
 * the response of a device.
 */
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import { nextTurn } from '../../base/turn.ts';
import { ifStillThere } from '../gone.ts';
import type { Answerer } from '../page/questions.ts';
import type { DriverSide } from '../passkeys.ts';
import { callInWorker, type ExtensionFolder, makeExtension, WORKER_READY } from './extension.ts';
import { ProxyRequests } from './requests.ts';
import type { Completed, ProxyRequest } from './worker.ts';

/** The extension's service worker. While a debugger is attached to it, Chromium does not end it. */
export interface ProxyWorker {
  /** @returns the value, once its promise is resolved. @throws Error with the worker's message, or for a worker that is gone */
  evaluate(expression: string): Promise<unknown>;
}

/** The driver's functions for extensions. */
export interface ProxyBrowser {
  /** @throws StuntkeyError `mode-cannot` for a browser without extensions, or pages that they do not reach */
  check(): Promise<void>;
  /** Rejects if the browser is gone. */
  isThere(): Promise<unknown>;
  /** Loads an unpacked extension. @returns its ID */
  install(path: string): Promise<string>;
  uninstall(id: string): Promise<unknown>;
  /** Calls back with the extension's service worker, and with a new one that replaces it. */
  onWorker(id: string, came: (worker: ProxyWorker) => void): Promise<void>;
  /** Ends its connections. */
  close(): Promise<void>;
}

/** How a browser has to be launched, for the messages. */
export const HOW_TO_LAUNCH =
  "launch it with puppeteer.launch({ enableExtensions: true, pipe: true }), or with Playwright's chromium.launchPersistentContext(folder, { ignoreDefaultArgs: ['--disable-extensions'], args: ['--enable-unsafe-extension-debugging'] })";

/** @throws StuntkeyError `mode-cannot`, `already-attached` */
export async function openProxyMode(browser: ProxyBrowser, answer: Answerer): Promise<DriverSide> {
  await browser.check();
  const folder = await makeExtension();
  try {
    const proxy = new Proxying(browser, folder, answer);
    await proxy.open();
    return proxy;
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

class Proxying implements DriverSide {
  readonly #browser: ProxyBrowser;
  readonly #folder: ExtensionFolder;
  readonly #answer: Answerer;
  readonly #requests = new Set<ProxyRequests>();
  readonly #replies = new Set<Replies>();
  #id = '';
  #worker: ProxyWorker | undefined;
  #ready: Promise<unknown> | undefined;
  #closed = false;

  constructor(browser: ProxyBrowser, folder: ExtensionFolder, answer: Answerer) {
    this.#browser = browser;
    this.#folder = folder;
    this.#answer = answer;
  }

  async open(): Promise<void> {
    this.#id = await this.#install();
    try {
      await this.#browser.onWorker(this.#id, (worker) => {
        this.#worker = worker;
        this.#ready = worker.evaluate(WORKER_READY);
        void this.#serve(worker, this.#ready);
      });
      await this.#attach();
    } catch (error) {
      await this.#leave().catch(() => undefined);
      throw error;
    }
  }

  async settled(): Promise<void> {}

  async close(): Promise<void> {
    this.#end();
    for (const replies of this.#replies) replies.release();
    const worker = this.#worker;
    // Calls that still wait in a page end with Chromium's AbortError.
    await worker?.evaluate(callInWorker('detach')).catch(() => undefined);
    await this.#leave();
  }

  async #install(): Promise<string> {
    try {
      return await this.#browser.install(this.#folder.path);
    } catch (cause) {
      const { message } = cause as Error;
      throw new StuntkeyError(
        'mode-cannot',
        `mode proxy: the browser takes no extension (${message}); ${HOW_TO_LAUNCH}`,
        { cause },
      );
    }
  }

  async #attach(): Promise<void> {
    try {
      await this.#ready;
      await this.#worker?.evaluate(callInWorker('attach'));
    } catch (cause) {
      const { message } = cause as Error;
      if (/already attached/i.test(message))
        throw new StuntkeyError(
          'already-attached',
          `mode proxy: expected a browser without a proxy for WebAuthn (${message})`,
          { cause },
        );
      throw new StuntkeyError(
        'mode-cannot',
        `mode proxy: Chromium attaches no proxy for WebAuthn (${message})`,
        { cause },
      );
    }
  }

  /** Fetches requests while the worker lives. */
  async #serve(worker: ProxyWorker, ready: Promise<unknown>): Promise<void> {
    const replies = new Replies(worker);
    const requests = new ProxyRequests(this.#answer, (...answer) => replies.send(answer));
    this.#requests.add(requests);
    this.#replies.add(replies);
    try {
      await ready;
      let answers: readonly Completed[] = [];
      while (!this.#closed) {
        const came = (await worker.evaluate(callInWorker('next', answers))) as readonly ProxyRequest[];
        replies.hold();
        const asked = came.map((request) => requests.asked(request).catch(() => undefined));
        // Answers that are there within this turn go out with the next question, in one message.
        await Promise.race([Promise.all(asked), nextTurn()]);
        answers = replies.held();
      }
    } catch {
      // The worker is gone, with its requests. If the browser is gone, the folder is no longer needed.
      if (!this.#closed) await this.#browser.isThere().catch(() => this.#folder.remove());
    } finally {
      requests.end();
      this.#requests.delete(requests);
      this.#replies.delete(replies);
    }
  }

  #end(): void {
    this.#closed = true;
    for (const requests of this.#requests) requests.end();
  }

  async #leave(): Promise<void> {
    this.#end();
    try {
      await ifStillThere(this.#browser.uninstall(this.#id));
    } finally {
      await this.#browser.close();
      await this.#folder.remove();
    }
  }
}

/** Answers on their way to a worker. */
class Replies {
  readonly #worker: ProxyWorker;
  #held: Completed[] | undefined;

  constructor(worker: ProxyWorker) {
    this.#worker = worker;
  }

  send(answer: Completed): void {
    if (this.#held !== undefined) this.#held.push(answer);
    else this.#complete([answer]);
  }

  /** From now on answers stay here. */
  hold(): void {
    this.#held = [];
  }

  /** Those that stayed here; later ones do not. */
  held(): readonly Completed[] {
    const held = this.#held ?? [];
    this.#held = undefined;
    return held;
  }

  /** Sends what stayed here. */
  release(): void {
    const held = this.held();
    if (held.length > 0) this.#complete(held);
  }

  #complete(answers: readonly Completed[]): void {
    // Nothing waits at a worker that is gone.
    this.#worker.evaluate(callInWorker('complete', answers)).catch(() => undefined);
  }
}
