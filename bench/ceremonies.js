// Registrations and assertions through the whole path (JSON, client, CTAP2 bytes, device, signature, and back), beside the
// raw signature of the same backend and beside nid-webauthn-emulator.
import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { Authenticator, WebAuthnClient } from 'stuntkey';
import { requireInstalled, whyNotInstalled } from '../tools/install.js';
import { fill } from './fill.js';

const ORIGIN = 'https://login.example.com';
const CHALLENGE = Buffer.alloc(32, 7).toString('base64url');

const creation = {
  rp: { name: 'Example', id: 'example.com' },
  user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
  challenge: CHALLENGE,
  pubKeyCredParams: [{ type: /** @type {const} */ ('public-key'), alg: -7 }],
  authenticatorSelection: { residentKey: /** @type {const} */ ('required') },
};

/** Registered over and over: a user has one discoverable credential, so the device does not fill up. */
const somebodyElse = { ...creation, user: { id: 'Z3JhY2U', name: 'grace', displayName: 'Grace' } };

/** The raw signature: a cached key, 69 bytes, as an assertion signs them. */
export function rawSignature() {
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const key = createPrivateKey(privateKey);
  const data = Buffer.alloc(69, 7);
  return () => sign('sha256', data, key);
}

/** A client with one registered credential among so many others. @param {number} [others] */
export async function ours(others = 0) {
  const authenticator = new Authenticator();
  await fill(authenticator, others);
  const client = new WebAuthnClient({ origin: ORIGIN, authenticator });
  const { id } = await client.create(creation);
  const request = {
    challenge: CHALLENGE,
    rpId: 'example.com',
    allowCredentials: [{ type: 'public-key', id }],
  };
  const discoverable = { challenge: CHALLENGE, rpId: 'example.com' };
  return {
    create: () => client.create(somebodyElse),
    get: () => client.get(request),
    getDiscoverable: () => client.get(discoverable),
    /** So many at once. @param {number} count */
    getAtOnce: (count) => Promise.all(Array.from({ length: count }, () => client.get(request))),
  };
}

const PEER = 'test/judges/nid-webauthn-emulator';

/** The same ceremonies of nid-webauthn-emulator, with one credential stored; or why it is not there. */
export function theirs() {
  const skipped = whyNotInstalled(PEER);
  if (skipped !== undefined) return { skipped };
  const nid = /** @type {any} */ (requireInstalled(PEER, 'nid-webauthn-emulator'));
  // Its default repository is one for all emulators of a process.
  const emulate = () =>
    new nid.WebAuthnEmulator(
      new nid.AuthenticatorEmulator({ credentialsRepository: new nid.PasskeysCredentialsMemoryRepository() }),
    );
  const emulator = emulate();
  const { id } = emulator.createJSON(ORIGIN, creation);
  const request = {
    challenge: CHALLENGE,
    rpId: 'example.com',
    allowCredentials: [{ type: 'public-key', id }],
  };
  const creating = emulate();
  return {
    contenders: {
      nidCreate: () => creating.createJSON(ORIGIN, creation),
      nidGet: () => emulator.getJSON(ORIGIN, request),
    },
  };
}
