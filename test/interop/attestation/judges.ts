/** The judges of attestations: libraries and programs of other projects, each with our root as its only trust anchor. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createPublicKey, verify, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RegistrationResponseJSON, verifyRegistrationResponse } from '@simplewebauthn/server';
import { defaultAuthority } from '../../../src/authority/default-authority.ts';
import { fromBase64url } from '../../../src/base/base64url.ts';
import { concat } from '../../../src/base/bytes.ts';
import { type CborMap, encodeCbor } from '../../../src/cbor/cbor.ts';
import type { WebAuthnClient } from '../../../src/client/client.ts';
import { fromCose } from '../../../src/crypto/formats/cose.ts';
import { toSpki } from '../../../src/crypto/formats/spki.ts';
import { sha256 } from '../../../src/crypto/hash.ts';
import { decodeAttestationObject } from '../../../src/ctap/attestation-object.ts';
import { decodeAuthenticatorData } from '../../../src/ctap/authenticator-data.ts';
import { fido2 } from '../fido2-lib.ts';

export const ORIGIN = 'https://login.example.com';
export const RP_ID = 'example.com';
export const challenge: string = Buffer.from('a challenge that is long enough for anyone').toString(
  'base64url',
);

export type Registration = Awaited<ReturnType<WebAuthnClient['create']>>;

/** Accepts by returning; refuses by throwing. */
export type Judge = (registration: Registration, algorithm: number) => Promise<void>;

const rootPem = await defaultAuthority().rootPem();

/** Where {@link trustOnly} has it trust our root. */
export const simpleWebAuthn: Judge = async (registration, algorithm) => {
  const { verified } = await verifyRegistrationResponse({
    response: registration as RegistrationResponseJSON,
    expectedChallenge: challenge,
    expectedOrigin: ORIGIN,
    expectedRPID: RP_ID,
    requireUserVerification: false,
    supportedAlgorithmIDs: [algorithm],
  });
  if (!verified) throw new Error('not verified');
};

const buffer = (text: string): ArrayBuffer => new Uint8Array(Buffer.from(text, 'base64url')).buffer;

export const fido2Lib: Judge = async ({ id, rawId, response }) => {
  const { CertManager, Fido2Lib } = fido2();
  CertManager.removeAll();
  CertManager.addCert(new Uint8Array(await defaultAuthority().root()).buffer);
  const intermediate = await defaultAuthority().intermediate();
  if (intermediate) CertManager.addCert(new Uint8Array(intermediate).buffer);
  const library = new Fido2Lib({ rpId: RP_ID, challengeSize: 32 });
  try {
    await library.attestationResult(
      {
        id: buffer(id),
        rawId: buffer(rawId),
        response: { clientDataJSON: response.clientDataJSON, attestationObject: response.attestationObject },
      },
      { challenge, origin: ORIGIN, factor: 'either', rpId: RP_ID },
    );
  } finally {
    CertManager.removeAll();
  }
};

interface Parts {
  readonly fmt: string;
  readonly attStmt: CborMap;
  readonly authData: Uint8Array;
  readonly clientDataHash: Uint8Array;
}

function partsOf({ response }: Registration): Parts {
  const { fmt, attStmt, authData } = decodeAttestationObject(fromBase64url(response.attestationObject));
  const clientDataHash = sha256(fromBase64url(response.clientDataJSON));
  return { fmt, attStmt: attStmt as CborMap, authData, clientDataHash };
}

/** OpenSSL: the chain by its program, the signature by its library. */
export const openSsl: Judge = async (registration) => {
  const { fmt, attStmt, authData, clientDataHash } = partsOf(registration);
  const data = decodeAuthenticatorData(authData);
  const { credentialId = new Uint8Array(), credentialPublicKey } = data.attestedCredentialData ?? {};
  const credential = fromCose(credentialPublicKey as CborMap);
  const x5c = (attStmt.get('x5c') ?? []) as Uint8Array[];
  const [leaf] = x5c;
  if (leaf !== undefined) verifyChain(x5c);
  const key = leaf
    ? new X509Certificate(leaf).publicKey
    : createPublicKey({
        key: Buffer.from(toSpki(credential.algorithm, credential.public)),
        format: 'der',
        type: 'spki',
      });
  const signed =
    fmt === 'fido-u2f'
      ? concat(
          Uint8Array.of(0),
          data.rpIdHash,
          clientDataHash,
          credentialId,
          Uint8Array.of(4),
          credential.public,
        )
      : fmt === 'tpm'
        ? (attStmt.get('certInfo') as Uint8Array)
        : concat(authData, clientDataHash);
  if (fmt === 'apple') return;
  const alg = (attStmt.get('alg') as number | undefined) ?? -7;
  const hash = {
    '-8': null,
    '-53': null,
    '-19': null,
    '-35': 'sha384',
    '-51': 'sha384',
    '-258': 'sha384',
    '-38': 'sha384',
    '-36': 'sha512',
    '-52': 'sha512',
    '-259': 'sha512',
    '-39': 'sha512',
  }[String(alg)];
  const pss = [-37, -38, -39].includes(alg) ? { padding: 6, saltLength: -1 } : {};
  const good = verify(
    hash === undefined ? 'sha256' : hash,
    signed,
    { key, ...pss },
    attStmt.get('sig') as Uint8Array,
  );
  if (!good) throw new Error('the signature does not verify');
};

const pem = (der: Uint8Array): string => new X509Certificate(der).toString();

function verifyChain([leaf, ...rest]: readonly Uint8Array[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'stuntkey-chain-'));
  try {
    writeFileSync(join(folder, 'root.pem'), rootPem);
    writeFileSync(join(folder, 'leaf.pem'), pem(leaf as Uint8Array));
    writeFileSync(join(folder, 'rest.pem'), rest.map(pem).join(''));
    const untrusted = rest.length > 0 ? ['-untrusted', 'rest.pem'] : [];
    execFileSync('openssl', ['verify', '-x509_strict', '-CAfile', 'root.pem', ...untrusted, 'leaf.pem'], {
      cwd: folder,
      stdio: 'pipe',
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const FIDO2_TYPES = new Map([
  [-7, 'es256'],
  [-8, 'eddsa'],
  [-257, 'rs256'],
]);

/** Debian's fido2-tools: `fido2-cred -V`, which verifies packed and U2F statements. */
export const fido2Cred: Judge = async (registration, algorithm) => {
  const { fmt, attStmt, authData, clientDataHash } = partsOf(registration);
  const { credentialId = new Uint8Array() } = decodeAuthenticatorData(authData).attestedCredentialData ?? {};
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  const [certificate] = (attStmt.get('x5c') ?? []) as Uint8Array[];
  const lines = [
    base64(clientDataHash),
    RP_ID,
    fmt,
    base64(encodeCbor(authData)),
    base64(credentialId),
    base64(attStmt.get('sig') as Uint8Array),
    ...(certificate === undefined ? [] : [base64(certificate)]),
  ];
  const type = FIDO2_TYPES.get(algorithm) as string;
  const { status, stderr } = spawnSync('fido2-cred', ['-V', type], { input: `${lines.join('\n')}\n` });
  if (status !== 0) throw new Error(String(stderr));
};
