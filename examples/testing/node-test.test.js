// The same with node:test: `node --test examples/testing/node-test.test.js`.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { stuntkey } from 'stuntkey/node-test';
import { visit } from '../login-server/browser.js';
import { startLoginServer } from '../login-server/server.js';
import { signIn, signUp } from './page.js';

const server = await startLoginServer();
after(() => server.close());

test('a visitor signs up and in', async (t) => {
  stuntkey(t, { origin: server.origin }).install();
  const visitor = visit(server.url);
  assert.deepEqual(await signUp(visitor, 'vera'), { registered: 'vera' });
  assert.equal((await signIn(visitor)).welcome, 'vera');
});

test('a user who declines the touch is not signed up', async (t) => {
  const { user, authenticator, client } = stuntkey(t, { origin: server.origin });
  const visitor = visit(server.url);
  const options = await visitor.post('/register/options', { username: 'otto' });
  user.next({ presence: 'decline' });
  await assert.rejects(client.create(options), { name: 'NotAllowedError' });
  assert.deepEqual(authenticator.credentials.list(), []);
});

test('without the fixture there is no such thing', () => {
  assert.ok(!('PublicKeyCredential' in globalThis));
});
