// Tests a login page with a passkey: in a page, in both modes, in Node, and through a storage state.

import { test as base, mergeTests } from '@playwright/test';
import { expect, PlaywrightStage, test as withPasskeys } from 'stuntkey/playwright';
import { visit } from '../login-server/browser.js';
import { startLoginServer } from '../login-server/server.js';

/** @typedef {Awaited<ReturnType<typeof startLoginServer>>} LoginServer */
/** @type {import('@playwright/test').Fixtures<{ server: LoginServer }, {}, { baseURL: string | undefined }, {}>} */
const fixtures = {
  server: async ({ baseURL: _ }, use) => {
    const server = await startLoginServer();
    await use(server);
    await server.close();
  },
};
// A team's own fixtures, and ours.
const test = mergeTests(base.extend(fixtures), withPasskeys);

/** @param {LoginServer} server @param {import('@playwright/test').Page} page @param {'register' | 'login'} button */
async function press(server, page, button) {
  if (page.url() === 'about:blank') await page.goto(server.origin);
  await page.click(`#${button}`);
  await expect(page.locator('output')).not.toBeEmpty();
  return page.locator('output').textContent();
}

for (const mode of /** @type {const} */ (['page', 'cdp'])) {
  test.describe(`mode ${mode}`, () => {
    test.use({ stuntkeyOptions: { mode } });

    test('a visitor signs up and in', async ({ server, page, stuntkey }) => {
      expect(await press(server, page, 'register')).toBe('ada is registered');
      await expect(stuntkey).toHaveCredential({ rpId: 'localhost', userName: 'ada' });
      expect(await press(server, page, 'login')).toBe('welcome, ada');
      await stuntkey.passkeys.settled();

      // The same passkey signs in from Node.
      const { post } = visit(server.url);
      const response = await stuntkey.client(server.origin).get(await post('/login/options'));
      expect(await post('/login/verify', response)).toMatchObject({ welcome: 'ada' });
    });
  });
}

test('a user who declines is not signed up', async ({ server, page, stuntkey }) => {
  stuntkey.user.next({ presence: 'decline' });
  expect(await press(server, page, 'register')).toBe('NotAllowedError');
  await expect(stuntkey).not.toHaveCredential();
});

test('a storage state takes the passkey to another context of ours', async ({
  server,
  page,
  stuntkey,
  browser,
}) => {
  expect(await press(server, page, 'register')).toBe('ada is registered');
  const state = await stuntkey.storageState();
  const context = await browser.newContext({ storageState: state });
  const stage = await PlaywrightStage.open(context, { credentials: state });
  expect(await press(server, await context.newPage(), 'login')).toBe('welcome, ada');
  await stage.close();
  await context.close();
});

test.describe('a storage state', () => {
  // Playwright's own authenticator signs with ES256 only.
  test.use({ stuntkeyOptions: { device: { policy: { algorithms: [-7] } } } });

  test('takes the passkey along, to Playwright and back', async ({ server, page, stuntkey, browser }) => {
    expect(await press(server, page, 'register')).toBe('ada is registered');
    const { state } = await stuntkey.playwrightState();

    // Playwright's own authenticator reads what we wrote, and signs in with it.
    const theirs = await browser.newContext({ storageState: state });
    expect(await theirs.credentials.get()).toEqual(state.credentials);
    expect(await press(server, await theirs.newPage(), 'login')).toBe('welcome, ada');
    const saved = await theirs.storageState({ credentials: true });
    await theirs.close();

    // And what Playwright wrote, we read: the counter goes on.
    const ours = await browser.newContext();
    const stage = await PlaywrightStage.open(ours, { credentials: saved });
    expect(await press(server, await ours.newPage(), 'login')).toBe('welcome, ada');
    const [{ id, signCount } = { id: '', signCount: 0 }] = state.credentials;
    await expect(stage).toHaveCredential({ id, signCount: signCount + 2 });
    await ours.close();
  });
});
