// Run by a Node that has ML-DSA: what node:crypto and @simplewebauthn/server say of registrations and sign-ins. Cases come as JSON on
// stdin; an array of what each said goes to stdout.
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
} from 'node:crypto';
import { text } from 'node:stream/consumers';
import {
  SettingsService,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';

/** @typedef {import('../post-quantum.test.ts').Case} Case */

const bytes = (/** @type {string} */ base64url) => Buffer.from(base64url, 'base64url');
const sha256 = (/** @type {Buffer} */ data) => createHash('sha256').update(data).digest();

/** @param {Buffer} signature */
function flipped(signature) {
  const other = Buffer.from(signature);
  other.writeUInt8(other.readUInt8(0) ^ 1, 0);
  return other;
}

/** OpenSSL's own reading of the key, in every form that we write it in, and its verdict on signatures. @param {Case} one */
function nodeCrypto({ jwk, spki, pkcs8, signatures }) {
  const { priv: _priv, ...publicJwk } = jwk;
  const keys = [
    createPublicKey({ key: publicJwk, format: 'jwk' }),
    createPublicKey({ key: bytes(spki), format: 'der', type: 'spki' }),
    // (OpenSSL derives the public key from the seed, and does not believe the one beside it.)
    createPublicKey(createPrivateKey({ key: { ...jwk, pub: jwk.pub }, format: 'jwk' })),
    createPublicKey(createPrivateKey({ key: bytes(pkcs8), format: 'der', type: 'pkcs8' })),
  ];
  const [first] = keys;
  const same = keys.map((key) => key.equals(/** @type {import('node:crypto').KeyObject} */ (first)));
  const verdicts = signatures.map(({ data, signature }) => {
    const [message, made] = [bytes(data), bytes(signature)];
    return keys.map((key) => [verify(null, message, key, made), verify(null, message, key, flipped(made))]);
  });
  return {
    kind: String(first?.asymmetricKeyType),
    keys: same.every(Boolean),
    signatures: verdicts.flat().every(([right, wrong]) => right && !wrong),
  };
}

/** @param {Case} one */
async function simpleWebAuthn({ registration, authentication, origin, rpId, algorithm }) {
  const challengeIn = (/** @type {{ response: { clientDataJSON: string } }} */ { response }) =>
    JSON.parse(bytes(response.clientDataJSON).toString()).challenge;
  const expected = { expectedOrigin: origin, expectedRPID: rpId, requireUserVerification: false };
  // (The library's own types of the same JSON differ in small things.)
  const registered = await verifyRegistrationResponse({
    ...expected,
    response: /** @type {any} */ (registration),
    expectedChallenge: challengeIn(registration),
    supportedAlgorithmIDs: [algorithm],
  });
  const credential = /** @type {NonNullable<typeof registered.registrationInfo>} */ (
    registered.registrationInfo
  ).credential;
  const signIn = (/** @type {typeof authentication} */ response) =>
    verifyAuthenticationResponse({
      ...expected,
      response: /** @type {any} */ (response),
      expectedChallenge: challengeIn(response),
      credential,
    });
  const forged = structuredClone(authentication);
  forged.response.signature = flipped(bytes(forged.response.signature)).toString('base64url');
  return {
    registered: registered.verified,
    signedIn: (await signIn(authentication)).verified,
    forged: (await signIn(forged)).verified,
  };
}

/** A signature that OpenSSL made, for us to verify. @param {Case} one */
function signed({ jwk }) {
  const { privateKey, publicKey } = generateKeyPairSync(/** @type {any} */ (jwk.alg.toLowerCase()));
  const data = sha256(Buffer.from(jwk.alg));
  return {
    jwk: privateKey.export({ format: 'jwk' }),
    spki: publicKey.export({ format: 'der', type: 'spki' }).toString('base64url'),
    data: data.toString('base64url'),
    signature: sign(null, data, privateKey).toString('base64url'),
  };
}

/** @type {{ cases: Case[], roots: string[] }} */
const { cases, roots } = JSON.parse(await text(process.stdin));
SettingsService.setRootCertificates({ identifier: 'packed', certificates: roots.map(bytes) });
const said = [];
for (const one of cases) {
  said.push({
    name: one.name,
    nodeCrypto: nodeCrypto(one),
    simpleWebAuthn: await simpleWebAuthn(one),
    signed: signed(one),
  });
}
console.log(JSON.stringify({ node: process.version, openssl: process.versions.openssl, said }));
