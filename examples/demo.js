// The main job, end to end: a passkey is registered with a real login server, signs in twice, and a replayed
// assertion is refused. Run it with `npm run demo`.
import { styleText } from 'node:util';
import { Authenticator, WebAuthnClient } from 'stuntkey';
import { fromBase64url, hex } from 'stuntkey/codec';
import { AuthenticatorDataFlags, decodeAuthenticatorData } from 'stuntkey/ctap';
import { visit } from './login-server/browser.js';
import { startLoginServer } from './login-server/server.js';

const NEXT = [
  ['a test', 'docs/getting-started/backend.md'],
  ['a browser', 'docs/getting-started/browser.md'],
  ['a shell', 'npx stuntkey --help'],
  ['a server', 'docs/getting-started/server.md'],
];

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

  step('1. Register', `${server.origin} asks for a new passkey for "ada".`);
  const registration = await client.create(await visitor.post('/register/options', { username: 'ada' }));
  show(registration.response.authenticatorData);
  const registered = await visitor.post('/register/verify', registration);
  yes(`registered ${registered.registered}`);

  step('2. Sign in', 'The server sends a challenge; the authenticator signs it.');
  const first = await signIn();
  show(first.response.authenticatorData);
  const { signature } = first.response;
  row('signature', `${signature.slice(0, 32)}… (${fromBase64url(signature).length} bytes)`);
  yes(`welcome, ${(await visitor.post('/login/verify', first)).welcome}`);

  step('3. Sign in again', 'The same passkey, a new challenge: the counter has gone up.');
  const second = await signIn();
  show(second.response.authenticatorData);
  yes(`welcome, ${(await visitor.post('/login/verify', second)).welcome}`);

  step('4. Replay', 'An attacker sends the first assertion again.');
  await visitor.post('/login/options');
  const refusal = await visitor.post('/login/verify', first).then(
    () => undefined,
    (error) => error.message,
  );
  if (refusal === undefined) throw new Error('the server accepted a replayed assertion');
  console.log(`  ${paint('red', 'server: no.')} ${refusal}\n`);

  console.log(paint('bold', 'Next'));
  for (const [what, where] of NEXT)
    row(/** @type {string} */ (what), paint('cyan', /** @type {string} */ (where)));

  async function signIn() {
    return client.get(await visitor.post('/login/options'));
  }
}

/** In color on a terminal, unless NO_COLOR is set; FORCE_COLOR=1 asks for color elsewhere. @param {'bold' | 'dim' | 'red' | 'green' | 'cyan'} style @param {string} text */
function paint(style, text) {
  return styleText(style, text, { stream: process.stdout });
}

/** @param {string} title @param {string} text */
function step(title, text) {
  console.log(`${paint('bold', title)}\n  ${text}`);
}

/** @param {string} text */
function yes(text) {
  console.log(`  ${paint('green', `server: ${text}`)}\n`);
}

/** @param {string} name @param {string} value */
function row(name, value) {
  console.log(`  ${paint('dim', name.padEnd(12))} ${value}`);
}

/** Prints authenticator data so that a newcomer can follow. @param {string} encoded */
function show(encoded) {
  const data = decodeAuthenticatorData(fromBase64url(encoded));
  const { UP, UV, BE, BS } = AuthenticatorDataFlags;
  const flags = [
    data.flags & UP ? 'user present' : 'user not present',
    data.flags & UV ? 'user verified' : 'user not verified',
    data.flags & BE ? 'may be backed up' : 'device-bound',
    ...(data.flags & BS ? ['backed up'] : []),
  ];
  row('RP ID hash', `${hex(data.rpIdHash).slice(0, 16)}… (SHA-256 of "localhost")`);
  row('flags', `0x${data.flags.toString(16).padStart(2, '0')}: ${flags.join(', ')}`);
  row('counter', String(data.signCount));
  const attested = data.attestedCredentialData;
  if (attested === undefined) return;
  const key = attested.credentialPublicKey;
  const x = hex(/** @type {Uint8Array} */ (key.get(-2))).slice(0, 16);
  row('credential', `${hex(attested.credentialId).slice(0, 16)}… (${attested.credentialId.length} bytes)`);
  row('public key', `${key.get(3) === -7 ? 'ES256 on P-256' : 'EdDSA on Ed25519'}, x = ${x}…`);
}
