/**
 * One page three times: in Chromium with its own virtual authenticator, and in mode page over Puppeteer and over Playwright. What a page
 * is like (its policies, its frames, what its scripts do) makes no difference between them.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext as PlaywrightContext } from '@playwright/test';
import type { Browser, BrowserContext, Page } from 'puppeteer-core';
import { expect, vi } from 'vitest';
import type { Passkeys } from '../../src/browser/passkeys.ts';
import { attach as attachPlaywright } from '../../src/browser/playwright/attach.ts';
import { attach } from '../../src/browser/puppeteer.ts';
import { Authenticator } from '../../src/entries/index.ts';
import { PATIENCE } from '../patience.ts';
import { sharedBrowser } from './chromium.ts';
import { sharedPlaywright } from './playwright.ts';

/** What a page's code uses: `ask` says whose credential was made, or the name of the error; a frame that is not our own tells. */
export const KIT = `
  const bytes = (...values) => Uint8Array.from(values);
  const creation = () => ({ publicKey: { rp: { name: 'Home' }, user: { id: bytes(1, 2), name: 'ada', displayName: 'Ada' },
    challenge: bytes(9, 8, 7), pubKeyCredParams: [{ type: 'public-key', alg: -7 }], timeout: 120000,
    authenticatorSelection: { residentKey: 'required' } } });
  const whose = (credential) => {
    const { type, origin, crossOrigin, topOrigin } = JSON.parse(new TextDecoder().decode(credential.response.clientDataJSON));
    return [type, origin, crossOrigin ? 'in ' + topOrigin : 'at home'].join(' ');
  };
  const end = (promise) => promise.then(whose, (error) => error.name);
  const ask = (view = window) => view.navigator.credentials === undefined ? Promise.resolve('nothing there')
    : end(view.navigator.credentials.create(creation()));
  const again = (view = window) => end(view.navigator.credentials.get({ publicKey: { challenge: bytes(1), timeout: 120000 } }));
  const told = () => new Promise((resolve) => addEventListener('message', ({ data }) => resolve(data), { once: true }));
  const frame = (attributes) => new Promise((loaded) => {
    const element = document.createElement('iframe');
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.onload = () => loaded(element);
    document.documentElement.append(element);
  });
`;

/** A document that asks at once, and tells the one around it. */
export const ASKING = `<!doctype html><script>${KIT} ask().then((end) => parent.postMessage(end, '*'))</script>`;

/** What is served under a path. */
export interface Served {
  readonly headers?: Readonly<Record<string, string>>;
  readonly type?: string;
  readonly body?: string;
}

/** As much of a driver's page as is used here. */
export interface AnyPage {
  evaluate(code: string): Promise<unknown>;
  goto(url: string): Promise<unknown>;
  goBack(): Promise<unknown>;
}

/** One of the three. */
interface Way {
  readonly name: string;
  /** A new page. @param script runs in each document of it, and was there before us */
  open(script?: string): Promise<AnyPage>;
  /** The page that opens when this code has run. */
  popup(page: AnyPage, code: string): Promise<AnyPage>;
  /** Takes ours away again. */
  detach(): Promise<void>;
  close(): Promise<void>;
}

const VIRTUAL = {
  protocol: 'ctap2',
  ctap2Version: 'ctap2_1',
  transport: 'usb',
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
} as const;

/** The same page, with Chromium's own virtual authenticator. */
export async function withOwnDevice(page: Page): Promise<Page> {
  const cdp = await page.createCDPSession();
  await cdp.send('WebAuthn.enable');
  await cdp.send('WebAuthn.addVirtualAuthenticator', { options: VIRTUAL });
  return page;
}

function overPuppeteer(context: BrowserContext, ours: boolean): Way {
  let passkeys: Passkeys | undefined;
  const dress = async (page: Page): Promise<Page> => {
    if (!ours) return withOwnDevice(page);
    passkeys ??= await attach(page, new Authenticator({ policy: { clientPin: false } }));
    return page;
  };
  return {
    name: ours ? 'mode page over Puppeteer' : 'Chromium',
    async open(script) {
      const page = await context.newPage();
      page.setDefaultTimeout(0);
      if (script !== undefined) await page.evaluateOnNewDocument(script);
      return dress(page);
    },
    async popup(page, code) {
      const known = new Set(await context.pages());
      const opened = context.waitForTarget(
        async (target) => target.type() === 'page' && !known.has((await target.page()) as Page),
        { timeout: 0 },
      );
      await page.evaluate(code);
      return dress((await (await opened).page()) as Page);
    },
    async detach() {
      await passkeys?.detach();
      passkeys = undefined;
    },
    async close() {
      await passkeys?.detach();
      await context.close();
    },
  };
}

function overPlaywright(context: PlaywrightContext): Way {
  let passkeys: Passkeys | undefined;
  return {
    name: 'mode page over Playwright',
    async open(script) {
      if (script !== undefined) await context.addInitScript(script);
      passkeys ??= await attachPlaywright(context, new Authenticator({ policy: { clientPin: false } }));
      const page = await context.newPage();
      page.setDefaultTimeout(0);
      return page;
    },
    async popup(page, code) {
      const opened = context.waitForEvent('page', { timeout: 0 });
      await page.evaluate(code);
      return opened;
    },
    async detach() {
      await passkeys?.detach();
      passkeys = undefined;
    },
    async close() {
      await passkeys?.detach();
      await context.close();
    },
  };
}

export interface RunOptions {
  /** Runs in each document, and was there before us. */
  readonly script?: string;
  readonly notOverPlaywright?: boolean | undefined;
}

/** A site, and the three ways to visit it. */
export class Visits {
  readonly #server: Server;
  readonly #browser: Browser;
  readonly #ways: Way[] = [];
  /** Another site than the home. */
  readonly elsewhere: string;
  readonly home: string;

  private constructor(server: Server, browser: Browser) {
    const { port } = server.address() as AddressInfo;
    this.#server = server;
    this.#browser = browser;
    this.home = `http://localhost:${port}`;
    this.elsewhere = `http://elsewhere.localhost:${port}`;
  }

  static async start(pages: Readonly<Record<string, Served>>): Promise<Visits> {
    const server = createServer(({ url = '/' }, response) => {
      const { headers, type = 'text/html', body = '<!doctype html><title>page</title>' } = pages[url] ?? {};
      response.writeHead(200, { 'content-type': type, ...headers }).end(body);
    });
    await new Promise<void>((listening) => {
      server.listen(0, 'localhost', listening);
    });
    return new Visits(server, await sharedBrowser());
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }

  /** Leaves what was opened. */
  async leave(): Promise<void> {
    for (const way of this.#ways.splice(0)) await way.close();
  }

  /** What comes of a visit each way; all three the same. */
  async alike(visit: (way: Way) => Promise<unknown>, notOverPlaywright = false): Promise<unknown> {
    const ends: Record<string, unknown> = {};
    for (const way of await this.#each(notOverPlaywright)) ends[way.name] = await visit(way);
    const [theirs] = Object.values(ends);
    expect(ends).toEqual(Object.fromEntries(Object.keys(ends).map((name) => [name, theirs])));
    return theirs;
  }

  /** The same, where the visit is to a path, and to run code there. */
  run(path: string, code: string, { script, notOverPlaywright }: RunOptions = {}): Promise<unknown> {
    return this.alike(async (way) => {
      const page = await way.open(script);
      await page.goto(`${this.home}${path}`);
      return page.evaluate(inKit(code));
    }, notOverPlaywright);
  }

  async #each(notOverPlaywright: boolean): Promise<readonly Way[]> {
    const ways = [
      overPuppeteer(await this.#browser.createBrowserContext(), false),
      overPuppeteer(await this.#browser.createBrowserContext(), true),
    ];
    if (!notOverPlaywright) ways.push(overPlaywright(await (await sharedPlaywright()).newContext()));
    this.#ways.push(...ways);
    return ways;
  }
}

/** Waits until a page has come to where it was sent. */
export const arrived = (page: AnyPage, url: string): Promise<void> =>
  vi.waitFor(async () => {
    expect(await page.evaluate(`document.readyState + ' ' + location.href`)).toContain(`complete ${url}`);
  }, PATIENCE);

/** Code in a page, beside what it uses. */
export const inKit = (code: string): string => `(async () => { ${KIT} return ${code}; })()`;
