// The main job, end to end: a passkey is registered with a real login server, signs in twice, and a replayed
// assertion is refused. Run it with `npm run demo`.
import { Authenticator, WebAuthnClient } from 'stuntkey';
import { fromBase64url, hex } from 'stuntkey/codec';
import { AuthenticatorDataFlags, decodeAuthenticatorData } from 'stuntkey/ctap';
import { visit } from './login-server/browser.js';
import { startLoginServer } from './login-server/server.js';

const server = await startLoginServer();
try {
  await demo();
} finally {
  await server.close();
}

async function demo() {
  const authenticator = new Authenticator();
  const client = new WebAuthnClient({ origin: server.origin, authenticator });
  const visitor = visit(server.url);

  say('1. Register', `${server.origin} asks for a new passkey for "ada".`);
  const registration = await client.create(await visitor.post('/register/options', { username: 'ada' }));
  show(registration.response.authenticatorData);
  const registered = await visitor.post('/register/verify', registration);
  console.log(`  server: registered ${registered.registered}\n`);

  say('2. Sign in', 'The server sends a challenge; the authenticator signs it.');
  const first = await signIn();
  show(first.response.authenticatorData);
  console.log(
    `  signature    ${first.response.signature.slice(0, 32)}… (${fromBase64url(first.response.signature).length} bytes)`,
  );
  console.log(`  server: welcome, ${(await visitor.post('/login/verify', first)).welcome}\n`);

  say('3. Sign in again', 'The same passkey, a new challenge: the counter has gone up.');
  const second = await signIn();
  show(second.response.authenticatorData);
  console.log(`  server: welcome, ${(await visitor.post('/login/verify', second)).welcome}\n`);

  say('4. Replay', 'Somebody sends the first assertion once more, in answer to a new challenge.');
  await visitor.post('/login/options');
  const refusal = await visitor.post('/login/verify', first).then(
    () => undefined,
    (error) => error.message,
  );
  if (refusal === undefined) throw new Error('the server let a replayed assertion in');
  console.log(`  server: no. ${refusal}`);

  async function signIn() {
    return client.get(await visitor.post('/login/options'));
  }
}

/** @param {string} title @param {string} text */
function say(title, text) {
  console.log(`${title}\n  ${text}`);
}

/** Prints authenticator data so that a newcomer can follow. @param {string} encoded */
function show(encoded) {
  const data = decodeAuthenticatorData(fromBase64url(encoded));
  const { UP, UV, BE, BS } = AuthenticatorDataFlags;
  const flags = [
    data.flags & UP ? 'user present' : 'user not present',
    data.flags & UV ? 'user verified' : 'user not verified',
    data.flags & BE ? 'may be backed up' : 'bound to this device',
    ...(data.flags & BS ? ['backed up'] : []),
  ];
  console.log(`  RP ID hash   ${hex(data.rpIdHash).slice(0, 16)}… (SHA-256 of "localhost")`);
  console.log(`  flags        0x${data.flags.toString(16).padStart(2, '0')}: ${flags.join(', ')}`);
  console.log(`  counter      ${data.signCount}`);
  const attested = data.attestedCredentialData;
  if (attested === undefined) return;
  const key = attested.credentialPublicKey;
  console.log(
    `  credential   ${hex(attested.credentialId).slice(0, 16)}… (${attested.credentialId.length} bytes)`,
  );
  console.log(
    `  public key   ${key.get(3) === -7 ? 'ES256 on P-256' : 'EdDSA on Ed25519'}, x = ${hex(/** @type {Uint8Array} */ (key.get(-2))).slice(0, 16)}…`,
  );
}
