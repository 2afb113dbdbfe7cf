// The same with jest, whose set-up file has prepared every test already (see jest.config.js).
// @ts-nocheck: it is compiled without jest's types here.
import { configure, stuntkey } from 'stuntkey/jest';
import { visit } from '../login-server/browser.js';
import { startLoginServer } from '../login-server/server.js';
import { signIn, signUp } from './page.js';

let server;
beforeAll(async () => {
  server = await startLoginServer();
  configure({ origin: server.origin });
});
afterAll(() => server.close());

test('a visitor signs up and in', async () => {
  const visitor = visit(server.url);
  expect(await signUp(visitor, 'vera')).toEqual({ registered: 'vera' });
  expect(await signIn(visitor)).toMatchObject({ welcome: 'vera' });
});

test('a user who declines the touch is not signed up', async () => {
  stuntkey().user.next({ presence: 'decline' });
  await expect(signUp(visit(server.url), 'otto')).rejects.toThrow('not allowed');
});
