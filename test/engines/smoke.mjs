// What every engine has to do: a registration and a sign-in by the library, a seed's bytes, and, with the argument `store`, a durable store.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Authenticator, ManualClock, WebAuthnClient } from 'stuntkey';
import { verifyAuthentication, verifyRegistration } from 'stuntkey/verify';

const origin = 'https://example.com';
const rp = { name: 'Example', id: 'example.com' };
const user = { id: 'YWRh', name: 'ada', displayName: 'Ada' };
const challenge = 'Y2hhbGxlbmdl';

/** Registers and signs in, and checks both. @param {Authenticator} authenticator @param {number} alg */
async function ceremonies(authenticator, alg) {
  const client = new WebAuthnClient({ origin, authenticator });
  const options = { rp, user, challenge, pubKeyCredParams: [{ type: 'public-key', alg }] };
  const registration = await verifyRegistration(await client.create(options), { options, origins: [origin] });
  const { credential } = registration;
  assert.ok(credential, JSON.stringify(registration.failed));
  const request = {
    challenge,
    rpId: rp.id,
    allowCredentials: [{ type: 'public-key', id: credential.id }],
  };
  const response = await client.get(request);
  const expected = { options: request, origins: [origin], credential };
  const authentication = await verifyAuthentication(response, expected);
  assert.equal(authentication.verified, true, JSON.stringify(authentication.failed));
  return response;
}

for (const alg of [-7, -8, -257, -48])
  await ceremonies(new Authenticator({ policy: { algorithms: [alg] } }), alg);
const repeated = async () =>
  (await ceremonies(new Authenticator({ seed: 'smoke', clock: new ManualClock() }), -7)).response.signature;
assert.equal(await repeated(), await repeated());

if (process.argv.includes('store')) {
  const { openStore } = await import('stuntkey/store');
  const folder = mkdtempSync(join(tmpdir(), 'stuntkey-smoke-'));
  const path = join(folder, 'key');
  try {
    const store = await openStore({ path });
    await ceremonies(new Authenticator({ store }), -7);
    await store.close();
    const again = await openStore({ path, readOnly: true });
    assert.equal(new Authenticator({ store: again }).credentials.list().length, 1);
    await again.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
console.log(`ok ${process.versions.bun ?? process.versions.deno ?? process.version}`);
