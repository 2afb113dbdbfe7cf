// The same with mocha, which has no fixtures: a stage for each test, by hooks. Run it with `npx mocha examples/testing/mocha.test.js`.
// @ts-nocheck: it is compiled without mocha's types here.
import assert from 'node:assert/strict';
import { Stage } from 'stuntkey/node-test';
import { visit } from '../login-server/browser.js';
import { startLoginServer } from '../login-server/server.js';
import { signIn, signUp } from './page.js';

let server;
let stage;
before(async () => {
  server = await startLoginServer();
});
after(() => server.close());
beforeEach(() => {
  stage = new Stage({ origin: server.origin });
  stage.install();
});
afterEach(function () {
  if (this.currentTest.state === 'failed') stage.printReport();
  stage.close();
});

it('a visitor signs up and in', async () => {
  const visitor = visit(server.url);
  assert.deepEqual(await signUp(visitor, 'vera'), { registered: 'vera' });
  assert.equal((await signIn(visitor)).welcome, 'vera');
});

it('a user who declines the touch is not signed up', async () => {
  stage.user.next({ presence: 'decline' });
  await assert.rejects(signUp(visit(server.url), 'otto'), /not allowed/);
});
