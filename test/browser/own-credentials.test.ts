/** Beside Playwright's own `context.credentials`. */
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { attach } from '../../src/browser/playwright/attach.ts';
import { PlaywrightStage } from '../../src/browser/playwright/stage.ts';
import { Authenticator } from '../../src/entries/index.ts';
import { named } from '../interop/debian.ts';
import { sampled, slow } from '../slow.ts';
import { type LoginServer, startHome, withoutChromium } from './chromium.ts';
import { sharedPlaywright } from './playwright.ts';

const GET = 'navigator.credentials.get(request()).then(({ id }) => id, ({ name }) => name)';
const CREATE = `navigator.credentials.create(creation({ authenticatorSelection: { residentKey: "required" } })).then(({ type }) => type)`;

describe.skipIf(withoutChromium)(named('Playwright’s own credentials', withoutChromium), () => {
  let browser: Browser;
  let server: LoginServer;
  let context: BrowserContext;
  beforeAll(async () => {
    [browser, server] = await Promise.all([sharedPlaywright(), startHome()]);
  }, 60_000);
  afterAll(async () => {
    await server?.close();
  });
  beforeEach(async () => {
    context = await browser.newContext();
  });
  afterEach(() => context.close());
  const home = async (where = context): Promise<Page> => {
    const page = await where.newPage();
    await page.goto(`${server.origin}/`);
    return page;
  };

  slow(
    'are noticed where they are installed, by hand or by a storage state, and refused with the way out',
    async () => {
      await context.credentials.install();
      await expect(attach(context, new Authenticator())).rejects.toMatchObject({
        code: 'already-attached',
        message: expect.stringMatching(/context\.credentials.*adopt: true/),
      });
      const made = await context.credentials.create('localhost');
      const state = await context.storageState({ credentials: true });
      const other = await browser.newContext({ storageState: state });
      await expect(attach(other, new Authenticator())).rejects.toMatchObject({ code: 'already-attached' });
      expect(await (await home(other)).evaluate(GET)).toBe(made.id);
      await other.close();
    },
  );

  it('cannot come beside devices that are attached, and can again afterwards', async () => {
    const passkeys = await attach(context, new Authenticator());
    await expect(context.credentials.install()).rejects.toMatchObject({ code: 'already-attached' });
    const credentials = [
      { id: 'AA', rpId: 'localhost', userHandle: 'AA', privateKey: '', publicKey: '', signCount: 0 },
    ];
    const state = { cookies: [], origins: [], credentials } as never;
    await expect(context.setStorageState(state)).rejects.toMatchObject({ code: 'already-attached' });
    await context.setStorageState({ cookies: [], origins: [] });
    await passkeys.detach();
    await context.credentials.install();
  });

  it.each(sampled(['page', 'cdp'] as const, 2))(
    'are taken over with { adopt: true } by mode %s, in pages that are there and those that come, and given back',
    async (mode) => {
      const made = await context.credentials.create('localhost', { signCount: 7 });
      await context.credentials.install();
      const page = await home();
      expect(await page.evaluate(GET)).toBe(made.id);
      const authenticator = new Authenticator();
      const passkeys = await attach(context, authenticator, { mode, adopt: true });
      expect(await context.credentials.get()).toEqual([]);
      expect(await page.evaluate(GET)).toBe(made.id);
      const second = await home();
      expect(await second.evaluate(GET)).toBe(made.id);
      await passkeys.settled();
      expect(authenticator.credentials.list()).toMatchObject([{ signCount: 10 }]);
      expect(await second.evaluate(CREATE)).toBe('public-key');
      await passkeys.settled();
      expect(authenticator.credentials.list()).toHaveLength(2);
      await passkeys.detach();
      expect(await context.credentials.get()).toMatchObject([{ id: made.id, signCount: 10 }]);
    },
  );

  slow('are taken over when they are installed later, too', async () => {
    const authenticator = new Authenticator();
    const passkeys = await attach(context, authenticator, { adopt: true });
    const made = await context.credentials.create('localhost');
    await context.credentials.install();
    expect(await (await home()).evaluate(GET)).toBe(made.id);
    expect(authenticator.credentials.list()).toHaveLength(1);
    await passkeys.detach();
  });

  slow('are not needed for a storage state of ours', async () => {
    const stage = await PlaywrightStage.open(context);
    const page = await home();
    expect(await page.evaluate('register("ada")')).toEqual({ registered: 'ada' });
    const state = await stage.storageState();
    expect(state).not.toHaveProperty('credentials');
    const other = await browser.newContext({ storageState: JSON.parse(JSON.stringify(state)) });
    const again = await PlaywrightStage.open(other, { credentials: state });
    expect(await (await home(other)).evaluate('login()')).toMatchObject({ welcome: 'ada' });
    await again.close();
    await other.close();
    await stage.close();
  });
});
