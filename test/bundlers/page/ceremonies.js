// @ts-nocheck It is a page’s, and the project is compiled for Node.
// What a project's page may do with stuntkey: a device, a client and a server's checks, and `navigator.credentials` for its own code.
import { Authenticator, decode, WebAuthnClient } from 'stuntkey';
import { install } from 'stuntkey/install';
import { verifyAuthentication, verifyRegistration } from 'stuntkey/verify';

const { origin, hostname } = globalThis.location;
const origins = [origin];
const challenge = 'Y2hhbGxlbmdlLWZyb20tc2VydmVy';

async function byTheClient() {
  const client = new WebAuthnClient({ origin, authenticator: new Authenticator({ model: 'yubikey-5-nfc' }) });
  const creation = {
    rp: { name: 'Example', id: hostname },
    user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
    challenge,
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
    attestation: 'direct',
  };
  const response = await client.create(creation);
  const { credential } = await verifyRegistration(response, { options: creation, origins });
  if (credential === undefined) throw new Error('the registration is not verified');
  const request = { challenge, rpId: hostname, allowCredentials: [{ type: 'public-key', id: response.id }] };
  const { verified } = await verifyAuthentication(await client.get(request), {
    options: request,
    origins,
    credential,
  });
  const { kind, value } = decode(response.response.attestationObject);
  return { verified, kind, fmt: value.fmt };
}

async function byThePage() {
  const { uninstall } = install(globalThis, { authenticator: new Authenticator() });
  try {
    const credential = await navigator.credentials.create({
      publicKey: {
        rp: { name: 'Example' },
        user: { id: new Uint8Array([1]), name: 'ada', displayName: 'Ada' },
        challenge: new Uint8Array(32),
        pubKeyCredParams: [{ type: 'public-key', alg: -8 }],
      },
    });
    return credential instanceof PublicKeyCredential && credential.response.getPublicKeyAlgorithm();
  } finally {
    uninstall();
  }
}

export const result = (async () => ({ client: await byTheClient(), page: await byThePage() }))();
result.then(
  (value) => {
    globalThis.result = value;
  },
  (error) => {
    globalThis.result = { error: String(error) };
  },
);
