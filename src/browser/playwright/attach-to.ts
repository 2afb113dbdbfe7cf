/** Attaches devices to a browser context. */
import type { BrowserContext, Page } from '@playwright/test';
import { adoptRaw } from '../adoption.ts';
import { checkDriver, checkOpen, checkUnattached } from '../given.ts';
import type { Answerer } from '../page/questions.ts';
import { fetchFromNode } from '../page/related.ts';
import {
  type Attachable,
  type Attachment,
  type AttachOptions,
  type DriverSide,
  type Passkeys,
  passkeysOf,
  prepare,
} from '../passkeys.ts';
import { openProxyMode } from '../proxy/mode.ts';
import { Reach } from '../reach.ts';
import { openChromiumMode } from './chromium-mode.ts';
import { keepAway } from './own-credentials.ts';
import { openPageMode } from './page-mode.ts';
import { proxyOverPlaywright } from './proxy-mode.ts';

const attached = new WeakSet<BrowserContext>();

/** `attach`, when it is loaded. @throws StuntkeyError as it does */
export async function attachTo(
  contextOrPage: BrowserContext | Page,
  devices: Attachable,
  options: AttachOptions,
): Promise<Passkeys> {
  checkDriver(contextOrPage, 'a BrowserContext or a Page of Playwright’s', 'stuntkey/playwright');
  const page = 'context' in contextOrPage ? contextOrPage : undefined;
  const context = page?.context() ?? (contextOrPage as BrowserContext);
  checkOpen(page?.isClosed() !== true, 'page');
  checkOpen(!context.isClosed() && context.browser()?.isConnected() !== false, 'context');
  checkUnattached(!attached.has(context), 'a context');
  attached.add(context);
  try {
    const attachment = await prepare(devices, { ...options, fetch: options.fetch ?? fetchFromNode });
    const { adopt = false } = options;
    const kept = await keepAway(context, devices, adopt === true, new Reach(options.patience));
    try {
      if (typeof adopt === 'object') await adoptRaw(adopt, devices);
      const driver = await open(context, attachment, options.patience);
      const side: DriverSide = {
        settled: () => driver.settled(),
        unreached: () => driver.unreached?.() ?? [],
        close: () => driver.close().finally(() => kept.giveBack()),
      };
      return passkeysOf(attachment, side, () => attached.delete(context));
    } catch (error) {
      await kept.giveBack();
      throw error;
    }
  } catch (error) {
    attached.delete(context);
    throw error;
  }
}

async function open(
  context: BrowserContext,
  { mode, chromium, answer }: Attachment,
  patience: number | undefined,
): Promise<DriverSide> {
  if (chromium !== undefined) return openChromiumMode(context, chromium);
  if (mode !== 'proxy') return openPageMode(context, answer as Answerer, patience);
  return openProxyMode(await proxyOverPlaywright(context), answer as Answerer);
}
