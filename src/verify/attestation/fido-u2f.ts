/** Verification of FIDO U2F attestation (https://www.w3.org/TR/webauthn-3/#sctn-fido-u2f-attestation). */
import { concat, hex } from '../../base/bytes.ts';
import { shown, unless } from '../guard.ts';
import {
  type AttestationGuard,
  bytesOf,
  checkMembers,
  checkSyntax,
  guardsOf,
  leafOf,
} from './statement-guard.ts';
import { checkSignature } from './verify-with.ts';

const guard = guardsOf('fido-u2f', 'sctn-fido-u2f-attestation');
const MEMBERS = { sig: 'bytes', x5c: 'certificates' } as const;
const ES256 = -7;

export const fidoU2fGuards: readonly AttestationGuard[] = [
  guard('syntax', 'sig and x5c are there, of their types', (_, { attStmt }) => checkSyntax(attStmt, MEMBERS)),
  guard('members', 'there are no other members', (_, { attStmt }) =>
    checkMembers(attStmt, Object.keys(MEMBERS)),
  ),
  guard('certificate', 'x5c holds certificates', async (context, statement) => {
    await context.certificates(statement);
    return undefined;
  }),
  guard('single-certificate', 'x5c holds one certificate', async (context, statement) => {
    const { length } = await context.certificates(statement);
    return unless(length === 1, '1', () => String(length));
  }),
  guard('certificate-key', "the certificate's key is on P-256", async (context, statement) => {
    const { key } = await leafOf(context, statement);
    return unless(key?.algorithm.id === ES256, 'a key on P-256', () => key?.algorithm.name ?? 'another kind');
  }),
  guard('credential-key', 'the credential key is for ES256', ({ credentialKey }) =>
    unless(credentialKey.alg === ES256, 'ES256 (-7)', () => shown(credentialKey.alg)),
  ),
  guard(
    'signature',
    'sig is by the certificate’s key, over what U2F signs at registration',
    async (context, statement) => {
      const { key } = await leafOf(context, statement);
      const { authData, clientDataHash, credentialKey } = context;
      const data = concat(
        Uint8Array.of(0),
        authData.rpIdHash,
        clientDataHash,
        authData.credentialId,
        Uint8Array.of(4),
        credentialKey.verification.public,
      );
      return checkSignature(key, key?.algorithm.id, data, bytesOf(statement, 'sig'));
    },
  ),
  guard('aaguid', 'the AAGUID is zero, as U2F has none', ({ authData: { aaguid } }) =>
    unless(
      aaguid.every((byte) => byte === 0),
      '16 zero bytes',
      () => hex(aaguid),
    ),
  ),
];
