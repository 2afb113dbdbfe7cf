/**
 * The caller, as Playwright knows it: addresses and attributes from the browser, nothing that the page says. If an address does
 * not say it: the relation of a frame to the document around it, and for a popup the Chrome DevTools Protocol.
 */
import type { BrowserContext, Frame, Page, Response } from '@playwright/test';
import type { AppOptions } from '../../client/app.ts';
import { type Caller, framesOf, originFromCdp } from '../page/caller.ts';
import { isExtension, permissionsOfExtension } from '../page/extension.ts';
import { originOf, permissionsFor } from '../page/permissions-policy.ts';
import { adapt } from './adapt.ts';

/** A document, and those around it. */
interface Surroundings extends Caller {
  readonly sandboxed: boolean;
}

/** The headers of a document's response. */
interface Headers {
  /** Its address, without a fragment. */
  readonly url: string;
  readonly policy: string | undefined;
  readonly security: string | undefined;
}

const MOST_EARLY = 16;

export class Documents {
  /** Of the documents in frames. */
  readonly #headers = new WeakMap<Frame, Headers>();
  /** Responses that may become documents: not every one does. */
  readonly #coming = new WeakMap<Frame, Headers>();
  /** Of a popup's first documents, which come before Playwright knows their frame: by address, the last few. */
  readonly #early = new Map<string, Headers>();

  /** Keeps the headers of a response, for the document that it may become. */
  noted(response: Response): void {
    const request = response.request();
    if (!request.isNavigationRequest()) return;
    const { 'permissions-policy': policy, 'content-security-policy': security } = response.headers();
    const headers = { url: withoutFragment(response.url()), policy, security };
    try {
      this.#coming.set(request.frame(), headers);
    } catch {
      const [oldest] = this.#early.keys();
      if (this.#early.size >= MOST_EARLY && oldest !== undefined) this.#early.delete(oldest);
      this.#early.set(headers.url, headers);
    }
  }

  /** A frame has navigated, perhaps within the same document. */
  navigated(frame: Frame): void {
    const coming = this.#coming.get(frame);
    if (coming?.url === withoutFragment(frame.url())) {
      this.#headers.set(frame, coming);
      this.#coming.delete(frame);
    } else if (!/^https?:/.test(frame.url())) this.#headers.delete(frame);
  }

  /**
   * @param isThere whether the document that asks is still in its frame: what a frame is asked may be answered for the one that followed
   * @throws Error where it is not
   */
  async callerOf(frame: Frame, isThere: () => Promise<boolean>): Promise<Caller> {
    const url = frame.url();
    const { origin, ancestors, permissions } = await this.#around(frame);
    const app = isExtension(origin) ? await permissionsByCdp(frame) : undefined;
    // It may have navigated within the same document meanwhile.
    if (!(await isThere()) || originOf(url) !== originOf(frame.url()))
      throw new Error('the document that asked has gone');
    return { origin, ancestors, permissions, ...(app && { app }) };
  }

  #headersOf(frame: Frame, url: string): Headers | undefined {
    const headers = this.#headers.get(frame) ?? this.#early.get(withoutFragment(url));
    // Its address may change while it stays the same document.
    if (headers !== undefined) this.#headers.set(frame, headers);
    return headers;
  }

  async #around(frame: Frame): Promise<Surroundings> {
    const parent = frame.parentFrame();
    const url = frame.url();
    const headers = this.#headersOf(frame, url);
    if (parent === null) {
      const sandboxed = isSandboxed(headers?.security);
      const origin = sandboxed ? 'null' : await originOfPage(frame.page(), url);
      const permissions = permissionsFor({ origin, header: headers?.policy });
      return { origin, ancestors: [], permissions, sandboxed };
    }
    const around = await this.#around(parent);
    const element = await frame.frameElement();
    const { allow, sandbox, src, isOpen } = await element.evaluate(readFrame);
    await element.dispose();
    // A document without an address has the origin of the one that sent the frame there, which need not be the one around it.
    const inherits = isWithoutAddress(url) && isOpen;
    const sandboxed = around.sandboxed || closes(sandbox) || isSandboxed(headers?.security);
    const origin = sandboxed ? 'null' : inherits ? around.origin : originOf(url);
    const permissions = permissionsFor({
      origin,
      header: headers?.policy,
      container: {
        origin: around.origin,
        permissions: around.permissions,
        allow: allow ?? '',
        src: src === undefined ? around.origin : originOf(src, parent.url()),
      },
    });
    return { origin, ancestors: [around.origin, ...around.ancestors], permissions, sandboxed };
  }
}

/** A frame as the document around it has it. */
interface FrameElement {
  readonly contentDocument: object | null;
  getAttribute(name: string): unknown;
}

/**
 * Runs in the document around a frame, which decides about all of this. In one call: Playwright's own `getAttribute` tries again,
 * ten times a second for ever, where that document has gone.
 */
function readFrame(element: unknown): {
  readonly allow: string | undefined;
  readonly sandbox: string | undefined;
  readonly src: string | undefined;
  /** Whether that document reaches into it, as those of one origin do. */
  readonly isOpen: boolean;
} {
  const frame = element as FrameElement;
  const read = (name: string): string | undefined => {
    const value = frame.getAttribute(name);
    return typeof value === 'string' ? value : undefined;
  };
  return {
    allow: read('allow'),
    sandbox: read('sandbox'),
    src: read('src'),
    isOpen: frame.contentDocument !== null,
  };
}

function isWithoutAddress(url: string): boolean {
  return url === '' || /^about:(?:blank|srcdoc)\b/.test(url);
}

function withoutFragment(url: string): string {
  return url.replace(/#.*$/s, '');
}

/** A popup may have the origin of any frame of its opener, and its sandbox. Without information, it has an opaque one. */
async function originOfPage(page: Page, url: string): Promise<string> {
  const own = isWithoutAddress(url) ? 'null' : originOf(url);
  if ((await page.opener()) === null) return own;
  return (await originByCdp(page.context(), page)) ?? own;
}

/** Chromium's data about a page's document; undefined in other browsers. */
async function originByCdp(context: BrowserContext, page: Page): Promise<string | undefined> {
  const opened = await context.newCDPSession(page).catch((error: Error) => {
    if (!/only available in Chromium/i.test(error.message)) throw error;
  });
  if (opened === undefined) return undefined;
  const session = adapt(opened);
  const origins = new Map<string, string>();
  session.on('Runtime.executionContextCreated', (event) => {
    const { origin, auxData } = (event as unknown as { context: World }).context;
    if (auxData?.isDefault) origins.set(auxData.frameId, origin);
  });
  try {
    const [frames] = await Promise.all([framesOf(session), session.send('Runtime.enable')]);
    const [root] = frames.keys();
    return originFromCdp(origins.get(root as string) ?? 'null');
  } finally {
    await session.detach().catch(() => undefined);
  }
}

/** https://chromedevtools.github.io/devtools-protocol/tot/Runtime/#type-ExecutionContextDescription */
interface World {
  readonly origin: string;
  readonly auxData?: { readonly isDefault: boolean; readonly frameId: string };
}

/** Whether a sandbox makes the origin opaque. */
function closes(tokens: string | undefined): boolean {
  return tokens !== undefined && !tokens.toLowerCase().split(/\s+/).includes('allow-same-origin');
}

/** https://www.w3.org/TR/CSP3/#directive-sandbox, in any of the policies. */
function isSandboxed(policies: string | undefined): boolean {
  return (policies ?? '')
    .split(/[;,]/)
    .map((directive) => /^\s*sandbox(?:\s+(.*))?$/i.exec(directive))
    .some((found) => found !== null && closes(found[1] ?? ''));
}

/**
 * What the manifest of an extension allows its page; nothing where no session reaches it. The pages of one extension share a process, so
 * a frame without a session is reached through one around it.
 */
async function permissionsByCdp(frame: Frame): Promise<AppOptions | undefined> {
  const origin = originOf(frame.url());
  for (let at: Frame | null = frame; at !== null && originOf(at.url()) === origin; at = at.parentFrame()) {
    const opened = await frame
      .page()
      .context()
      .newCDPSession(at)
      .catch(() => undefined);
    if (opened === undefined) continue;
    const session = adapt(opened);
    try {
      const [frameId] = (await framesOf(session)).keys();
      const world = { frameId, worldName: 'stuntkey' };
      const { executionContextId } = (await session.send('Page.createIsolatedWorld', world)) as {
        executionContextId: number;
      };
      return await permissionsOfExtension(session, executionContextId);
    } finally {
      await session.detach().catch(() => undefined);
    }
  }
  return undefined;
}
