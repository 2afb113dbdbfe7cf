/**
 * A context's devices are attached with its first page: a test that opens none has no cost, and a test whose browser cannot have them
 * fails only if one of its pages calls WebAuthn.
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

/** In pages without a device: reports calls of WebAuthn, and refuses them, instead of waiting for a person as a browser does. */
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

/** Notices that a page calls WebAuthn, in a context without devices. */
export async function onceAsked(context: BrowserContext, asked: () => void): Promise<void> {
  await context.exposeBinding(BINDING, asked);
  await context.addInitScript(TELL);
  await Promise.all(context.pages().map((page) => ifStillThere(page.evaluate(TELL).then(() => undefined))));
}
