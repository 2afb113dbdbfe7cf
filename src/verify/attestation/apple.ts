/** Verification of Apple anonymous attestation (https://www.w3.org/TR/webauthn-3/#sctn-apple-anonymous-attestation). */
import { equal, hex } from '../../base/bytes.ts';
import { OCTET_STRING, readElement, SEQUENCE } from '../../crypto/formats/der.ts';
import { sha256 } from '../../crypto/hash.ts';
import { Unreadable, unless } from '../guard.ts';
import type { Certificate } from './certificate.ts';
import { type AttestationGuard, checkMembers, checkSyntax, guardsOf, leafOf } from './statement-guard.ts';
import { sameKey } from './verify-with.ts';

const guard = guardsOf('apple', 'sctn-apple-anonymous-attestation');
const MEMBERS = { x5c: 'certificates' } as const;
const NONCE = '1.2.840.113635.100.8.2';
/** [1], constructed. */
const TAGGED = 0xa1;

/** SEQUENCE { [1] EXPLICIT OCTET STRING }. */
function nonceOf({ extensions }: Certificate): Uint8Array | undefined {
  const value = extensions.find(({ id }) => id === NONCE)?.value;
  if (value === undefined) return undefined;
  try {
    const sequence = readElement(value, SEQUENCE, 'nonce');
    const tagged = readElement(sequence.content, TAGGED, 'nonce');
    return readElement(tagged.content, OCTET_STRING, 'nonce').content;
  } catch {
    return undefined;
  }
}

export const appleGuards: readonly AttestationGuard[] = [
  guard('syntax', 'x5c is there, of its type', (_, { attStmt }) => checkSyntax(attStmt, MEMBERS)),
  guard('members', 'there are no other members', (_, { attStmt }) =>
    // Apple's first statements had an alg too.
    checkMembers(attStmt, [...Object.keys(MEMBERS), 'alg']),
  ),
  guard('certificate', 'x5c holds certificates', async (context, statement) => {
    await context.certificates(statement);
    return undefined;
  }),
  guard('extension', 'the certificate has a nonce', async (context, statement) => {
    const nonce = nonceOf(await leafOf(context, statement));
    return unless(nonce !== undefined, `the extension ${NONCE}`, () => 'none that can be read');
  }),
  guard(
    'nonce',
    'the nonce is the hash of authenticator data and client data’s hash',
    async (context, statement) => {
      const nonce = nonceOf(await leafOf(context, statement));
      if (nonce === undefined) throw new Unreadable('attestation.apple.extension');
      const expected = sha256(context.signedData);
      return unless(equal(nonce, expected), hex(expected), () => hex(nonce));
    },
  ),
  guard('public-key', "the certificate's key is the credential's", async (context, statement) => {
    const { key } = await leafOf(context, statement);
    return unless(sameKey(key, context.credentialKey.verification), 'the same key', () => 'another one');
  }),
];
