// A page's own code, tested in a real page by vitest's browser mode: client and device are in the page, too.
// Run it with `npx vitest run`, and a configuration such as test/judges/vitest-browser/vitest.config.js.
// @ts-nocheck: it is compiled without the DOM's types here.
import { test } from 'stuntkey/vitest';
import { expect } from 'vitest';

const creation = {
  rp: { name: 'Example' },
  user: { id: new Uint8Array([1]), name: 'ada', displayName: 'Ada' },
  challenge: new Uint8Array(16),
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  authenticatorSelection: { residentKey: 'required' },
};

test('a visitor signs up and in', async ({ credentials, stuntkey }) => {
  expect(navigator.credentials).toBe(credentials);
  const registered = await navigator.credentials.create({ publicKey: creation });
  expect(registered).toBeInstanceOf(PublicKeyCredential);
  const signedIn = await navigator.credentials.get({ publicKey: { challenge: new Uint8Array(16) } });
  expect(signedIn.id).toBe(registered.id);
  expect(stuntkey.authenticator.credentials.list()).toMatchObject([{ rpId: 'localhost', signCount: 1 }]);
});

test('whoever declines the touch stays outside', async ({ credentials, stuntkey }) => {
  stuntkey.user.next({ presence: 'decline' });
  await expect(credentials.create({ publicKey: creation })).rejects.toThrow('not allowed');
});
