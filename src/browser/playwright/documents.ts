/** Who asks, as Playwright knows it: addresses and attributes from its side of the browser, nothing that a page says. */
import type { Frame, Page, Response } from '@playwright/test';
import type { Caller } from '../page/caller.ts';
import { originOf, permissionsFor } from '../page/permissions-policy.ts';

/** A document, and those around it. */
interface Surroundings extends Caller {
  readonly sandboxed: boolean;
}

/** What came with a document's response. */
interface Headers {
  readonly policy: string | undefined;
  readonly security: string | undefined;
}

const MOST_EARLY = 16;

export class Documents {
  readonly #headers = new WeakMap<Frame, Headers>();
  /** Of a popup's first documents, which come before Playwright knows their frame: by address, the last few. */
  readonly #early = new Map<string, Headers>();

  /** Keeps what a response says of the document that it becomes. */
  noted(response: Response): void {
    const request = response.request();
    if (!request.isNavigationRequest()) return;
    const { 'permissions-policy': policy, 'content-security-policy': security } = response.headers();
    const headers = { policy, security };
    try {
      this.#headers.set(request.frame(), headers);
    } catch {
      const [oldest] = this.#early.keys();
      if (this.#early.size >= MOST_EARLY && oldest !== undefined) this.#early.delete(oldest);
      this.#early.set(response.url(), headers);
    }
  }

  async callerOf(frame: Frame): Promise<Caller> {
    const { origin, ancestors, permissions } = await this.#around(frame);
    return { origin, ancestors, permissions };
  }

  async #around(frame: Frame): Promise<Surroundings> {
    const parent = frame.parentFrame();
    const headers = this.#headers.get(frame) ?? this.#early.get(frame.url());
    if (parent === null) {
      const sandboxed = isSandboxed(headers?.security);
      const origin = sandboxed ? 'null' : await originOfPage(frame.page());
      const permissions = permissionsFor({ origin, header: headers?.policy });
      return { origin, ancestors: [], permissions, sandboxed };
    }
    const around = await this.#around(parent);
    const element = await frame.frameElement();
    const [allow, sandbox, src] = await Promise.all(
      ['allow', 'sandbox', 'src'].map((name) => element.getAttribute(name)),
    );
    await element.dispose();
    const sandboxed = around.sandboxed || closes(sandbox ?? undefined) || isSandboxed(headers?.security);
    const origin = sandboxed ? 'null' : originIn(frame.url(), around.origin);
    const permissions = permissionsFor({
      origin,
      header: headers?.policy,
      container: {
        origin: around.origin,
        permissions: around.permissions,
        allow: allow ?? '',
        src: src == null ? around.origin : originOf(src, parent.url()),
      },
    });
    return { origin, ancestors: [around.origin, ...around.ancestors], permissions, sandboxed };
  }
}

/** A document without an address has its creator's origin. */
function originIn(url: string, creator: string): string {
  return url === '' || /^about:(?:blank|srcdoc)\b/.test(url) ? creator : originOf(url);
}

async function originOfPage(page: Page): Promise<string> {
  const url = page.mainFrame().url();
  const own = originIn(url, 'null');
  if (own !== 'null' || !/^$|^about:/.test(url)) return own;
  const opener = await page.opener();
  return opener === null ? 'null' : originOfPage(opener);
}

/** Whether a sandbox takes the origin away. */
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
