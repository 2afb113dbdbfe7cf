// @ts-nocheck: it runs in a browser, and this project has no types of the DOM.
// The page that tests run in has a device of its own.
import { openPageDevice } from 'stuntkey/inject';
import { afterEach, beforeEach, expect, test } from 'vitest';

let device;
beforeEach(() => {
  device = openPageDevice();
});
afterEach(() => device.close());

const creation = {
  rp: { name: 'Home' },
  user: { id: Uint8Array.of(1), name: 'ada', displayName: 'Ada' },
  challenge: new Uint8Array(32),
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  authenticatorSelection: { residentKey: 'required' },
};

test('a visitor signs up and in', async () => {
  const made = await navigator.credentials.create({ publicKey: creation });
  expect(made).toBeInstanceOf(PublicKeyCredential);
  const got = await navigator.credentials.get({ publicKey: { challenge: new Uint8Array(32) } });
  expect(got.id).toBe(made.id);
  expect(device.authenticator.credentials.list()).toMatchObject([{ userName: 'ada', signCount: 1 }]);
});

test('a visitor declines', async () => {
  device.user.next({ presence: 'decline' });
  const refused = navigator.credentials.create({ publicKey: creation });
  await expect(refused).rejects.toMatchObject({ name: 'NotAllowedError' });
});
