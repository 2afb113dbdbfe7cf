/**
 * A context's devices come with its first page: a test that opens none pays nothing for them, and one whose browser cannot have them
 * fails for that only if a page of it asks for WebAuthn.
 */
import type { BrowserContext } from '@playwright/test';
import { ifStillThere } from '../gone.ts';

/** Calls back when the first page is there, before it goes anywhere; now, where there are pages already. */
export async function atFirstPage(context: BrowserContext, attach: () => Promise<void>): Promise<void> {
  if (context.pages().length > 0) return attach();
  const { newPage } = context;
  context.newPage = async () => {
    context.newPage = newPage;
    const page = await newPage.call(context);
    await attach();
    return page;
  };
}

const BINDING = '__stuntkeyAsked';

/** In pages that have no device: tells when WebAuthn is asked for, and refuses it, where a browser would wait for a person. */
const TELL = `(() => {
  const { credentials } = navigator;
  if (!credentials) return;
  for (const name of ['create', 'get']) {
    const own = credentials[name];
    credentials[name] = async function (options) {
      if (!options || !options.publicKey) return own.call(credentials, options);
      await globalThis.${BINDING}();
      throw new DOMException('stuntkey could not be attached to this browser', 'NotAllowedError');
    };
  }
})()`;

/** Notices that a page asks for WebAuthn, in a context without devices. */
export async function onceAsked(context: BrowserContext, asked: () => void): Promise<void> {
  await context.exposeBinding(BINDING, asked);
  await context.addInitScript(TELL);
  await Promise.all(context.pages().map((page) => ifStillThere(page.evaluate(TELL).then(() => undefined))));
}
