/** Verification of Android SafetyNet attestation (https://www.w3.org/TR/webauthn-3/#sctn-android-safetynet-attestation). */

import { base64 } from '../../base/base64url.ts';
import { utf8 } from '../../base/bytes.ts';
import { systemClock, wallTime } from '../../base/clock.ts';
import type { HashName } from '../../crypto/algorithms.ts';
import { verifySignature } from '../../crypto/any-hash.ts';
import { sha256 } from '../../crypto/hash.ts';
import { isObject, type JsonObject, own } from '../context.ts';
import { type Finding, shown, Unreadable, unless } from '../guard.ts';
import type { Statement } from '../lenient/attestation-object.ts';
import { looseBase64 } from '../lenient/base64url.ts';
import { derSignature } from '../lenient/ecdsa.ts';
import type { RegistrationContext } from '../registration-context.ts';
import type { Certificate } from './certificate.ts';
import { type AttestationGuard, bytesOf, checkMembers, checkSyntax, guardsOf } from './statement-guard.ts';

const guard = guardsOf('android-safetynet', 'sctn-android-safetynet-attestation');
const MEMBERS = { ver: 'text', response: 'bytes' } as const;
const HOSTNAME = 'attest.android.com';
const COMMON_NAME = '2.5.4.3';
/** How old a statement may be, and how far a phone's clock may be ahead. */
const OLDEST_MS = 60_000;
const NEWEST_MS = 60_000;

/** JWS in compact serialization (RFC 7515 section 3.1). */
interface Jws {
  readonly header: JsonObject;
  readonly payload: JsonObject;
  readonly signed: string;
  readonly signature: Uint8Array;
}

function jwsOf(statement: Statement): Jws {
  const [header, payload, signature, ...more] = new TextDecoder()
    .decode(bytesOf(statement, 'response'))
    .split('.');
  try {
    const parts = [header, payload].map((part) =>
      JSON.parse(new TextDecoder().decode(looseBase64(part as string))),
    );
    if (signature !== undefined && more.length === 0 && isObject(parts[0]) && isObject(parts[1])) {
      return {
        header: parts[0],
        payload: parts[1],
        signed: `${header}.${payload}`,
        signature: looseBase64(signature),
      };
    }
  } catch {
    // Neither JSON nor base64url.
  }
  throw new Unreadable('attestation.android-safetynet.jws');
}

/** The certificates of the JWS header (RFC 7515 section 4.1.6). */
export function safetynetChain(
  context: RegistrationContext,
  statement: Statement,
): Promise<readonly Certificate[]> {
  const x5c = own(jwsOf(statement).header, 'x5c');
  if (!Array.isArray(x5c) || x5c.length === 0 || !x5c.every((one) => typeof one === 'string')) {
    throw new Unreadable('attestation.android-safetynet.jws');
  }
  return context.certificates(statement, x5c.map(looseBase64));
}

async function leafOf(context: RegistrationContext, statement: Statement): Promise<Certificate> {
  return (await safetynetChain(context, statement))[0] as Certificate;
}

/** JWS algorithms (RFC 7518 section 3.1): kind of key, hash, and bytes of r and s. */
const ALGORITHMS: Readonly<
  Record<string, { readonly kty: 'RSA' | 'EC2'; readonly hash: HashName; readonly size?: number }>
> = {
  RS256: { kty: 'RSA', hash: 'SHA-256' },
  RS384: { kty: 'RSA', hash: 'SHA-384' },
  RS512: { kty: 'RSA', hash: 'SHA-512' },
  ES256: { kty: 'EC2', hash: 'SHA-256', size: 32 },
  ES384: { kty: 'EC2', hash: 'SHA-384', size: 48 },
  ES512: { kty: 'EC2', hash: 'SHA-512', size: 66 },
};

async function checkJwsSignature(jws: Jws, { key }: Certificate): Promise<Finding | undefined> {
  const algorithm = ALGORITHMS[String(own(jws.header, 'alg'))];
  if (algorithm === undefined || key === undefined || key.algorithm.kty !== algorithm.kty) {
    throw new Unreadable('attestation.android-safetynet.jws-algorithm');
  }
  const { size } = algorithm;
  const signature =
    size === undefined
      ? jws.signature
      : derSignature({ r: jws.signature.subarray(0, size), s: jws.signature.subarray(size) });
  const verifies = await verifySignature(
    key.algorithm,
    key.public,
    algorithm.hash,
    utf8(jws.signed),
    signature,
  );
  return unless(verifies, 'a signature that verifies', () => 'one that does not');
}

export const androidSafetynetGuards: readonly AttestationGuard[] = [
  guard('syntax', 'ver and response are there, of their types', (_, { attStmt }) =>
    checkSyntax(attStmt, MEMBERS),
  ),
  guard('members', 'there are no other members', (_, { attStmt }) =>
    checkMembers(attStmt, Object.keys(MEMBERS)),
  ),
  guard('version', 'ver is not empty', (_, { attStmt }) =>
    unless(attStmt.get('ver') !== '', 'a version', () => 'none'),
  ),
  guard('jws', 'response is a JWS with certificates', (_, statement) => {
    const x5c = own(jwsOf(statement).header, 'x5c');
    return unless(Array.isArray(x5c) && x5c.length > 0, 'x5c in the header', () => shown(x5c));
  }),
  guard('certificate', 'x5c holds certificates', async (context, statement) => {
    await safetynetChain(context, statement);
    return undefined;
  }),
  guard('jws-algorithm', "alg is one for the certificate's key", async (context, statement) => {
    const alg = own(jwsOf(statement).header, 'alg');
    const kty = (await leafOf(context, statement)).key?.algorithm.kty;
    return unless(kty !== undefined && ALGORITHMS[String(alg)]?.kty === kty, `an algorithm for ${kty}`, () =>
      shown(alg),
    );
  }),
  guard('signature', 'the JWS is signed by the certificate’s key', async (context, statement) =>
    checkJwsSignature(jwsOf(statement), await leafOf(context, statement)),
  ),
  guard('nonce', 'nonce is the hash of authenticator data and client data’s hash', (context, statement) => {
    const expected = base64(sha256(context.signedData));
    const nonce = own(jwsOf(statement).payload, 'nonce');
    return unless(nonce === expected, expected, () => shown(nonce));
  }),
  guard('hostname', `the certificate is ${HOSTNAME}'s`, async (context, statement) => {
    const names = (await leafOf(context, statement)).subjectAttributes.get(COMMON_NAME) ?? [];
    return unless(names.includes(HOSTNAME), HOSTNAME, () => shown(names));
  }),
  guard('cts-profile', 'ctsProfileMatch is true', (_, statement) => {
    const match = own(jwsOf(statement).payload, 'ctsProfileMatch');
    return unless(match === true, 'true', () => shown(match));
  }),
  guard('timestamp', 'the statement is of this minute', ({ expected }, statement) => {
    const now = wallTime(expected.attestation?.clock ?? systemClock);
    const made = Number(own(jwsOf(statement).payload, 'timestampMs'));
    return unless(made > now - OLDEST_MS && made < now + NEWEST_MS, `about ${now}`, () => String(made));
  }),
];
