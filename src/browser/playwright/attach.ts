/** Playwright: attaches devices to a browser context. */
import type { BrowserContext, Page } from '@playwright/test';
import type { Attachable, AttachOptions, Passkeys } from '../passkeys.ts';
import { openBackstage } from './open-backstage.ts';

/**
 * Attaches one or several devices to all pages of a browser context, popups and frames of other sites included: those that are
 * open and those that come. Mode `page` works in every browser of Playwright, mode `cdp` in Chromium,
 * mode `proxy` in a persistent context of Chromium.
 *
 * @throws StuntkeyError `already-attached`; `bad-options`; `mode-cannot` for what the mode cannot do
 *
 * @example
 * ```ts
 * import { Authenticator } from 'stuntkey';
 * import { attach } from 'stuntkey/playwright';
 * const authenticator = new Authenticator();
 * const passkeys = await attach(context, authenticator);
 * await page.click('#register');
 * console.log(authenticator.credentials.list().length); // 1
 * await passkeys.detach();
 * ```
 */
export async function attach(
  contextOrPage: BrowserContext | Page,
  devices: Attachable,
  options: AttachOptions = {},
): Promise<Passkeys> {
  const { attachTo } = await openBackstage();
  return attachTo(contextOrPage, devices, options);
}
