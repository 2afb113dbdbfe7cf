// Under sinon's fake timers, which never go off, a suite gets its credential.
// @ts-nocheck: it is compiled without mocha's types here.
import assert from 'node:assert/strict';
import sinon from 'sinon';
import { Stage } from '../../../dist/entries/node-test.js';

const creation = {
  rp: { name: 'Example' },
  user: { id: 'AQID', name: 'ada', displayName: 'Ada' },
  challenge: 'CQkJ',
  pubKeyCredParams: [],
  timeout: 1000,
};

afterEach(() => sinon.restore());

it('gets a credential though no timer goes off', async () => {
  sinon.useFakeTimers({ now: 0 });
  const stage = new Stage();
  const { id } = await stage.client.create(creation);
  const allowCredentials = [{ type: 'public-key', id }];
  assert.equal((await stage.client.get({ challenge: 'CQkJ', allowCredentials })).id, id);
  stage.close();
});
