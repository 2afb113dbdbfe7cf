// A login page and its server, tested with vitest: `npx vitest run --config examples/testing/vitest.config.js`.
import { test as base } from 'stuntkey/vitest';
import { afterAll, expect } from 'vitest';
import { visit } from '../login-server/browser.js';
import { startLoginServer } from '../login-server/server.js';
import { signIn, signUp } from './page.js';

const server = await startLoginServer();
afterAll(() => server.close());

const test = base.extend({ stuntkeyOptions: { origin: server.origin } });

test('a visitor signs up and in', async ({ credentials }) => {
  expect(credentials).toBeDefined();
  const visitor = visit(server.url);
  expect(await signUp(visitor, 'vera')).toEqual({ registered: 'vera' });
  expect(await signIn(visitor)).toMatchObject({ welcome: 'vera' });
});

test('a user who declines the touch is not signed up', async ({ stuntkey, credentials }) => {
  stuntkey.user.next({ presence: 'decline' });
  await expect(signUp(visit(server.url), 'otto')).rejects.toThrow('not allowed');
  expect(stuntkey.authenticator.credentials.list()).toEqual([]);
  expect(credentials).toBeDefined();
});

test('without the fixture there is no such thing', () => {
  expect('PublicKeyCredential' in globalThis).toBe(false);
});
