/** Verification of Android Key attestation (https://www.w3.org/TR/webauthn-3/#sctn-android-key-attestation). */
import type { KeyDescription } from '@peculiar/asn1-android';
import { equal, hex } from '../../base/bytes.ts';
import { type Finding, shown, Unreadable, unless } from '../guard.ts';
import type { RegistrationContext } from '../registration-context.ts';
import type { Certificate } from './certificate.ts';
import {
  type AttestationGuard,
  bytesOf,
  checkMembers,
  checkSyntax,
  guardsOf,
  leafOf,
  namedAlgorithm,
} from './statement-guard.ts';
import { checkAlgorithm, checkSignature, sameKey } from './verify-with.ts';

const guard = guardsOf('android-key', 'sctn-android-key-attestation');
const certificateGuard = guardsOf('android-key', 'sctn-key-attstn-cert-requirements');

const MEMBERS = { alg: 'integer', sig: 'bytes', x5c: 'certificates' } as const;
const KEY_DESCRIPTION = '1.3.6.1.4.1.11129.2.1.17';
/** KeyMint's KM_PURPOSE_SIGN and KM_ORIGIN_GENERATED. */
const SIGN = 2;
const GENERATED = 0;

async function descriptionOf({ extensions }: Certificate): Promise<KeyDescription | undefined> {
  const value = extensions.find(({ id }) => id === KEY_DESCRIPTION)?.value;
  if (value === undefined) return undefined;
  const [{ AsnConvert }, android] = await Promise.all([
    import('@peculiar/asn1-schema'),
    import('@peculiar/asn1-android'),
  ]);
  try {
    return AsnConvert.parse(value, android.KeyDescription);
  } catch {
    return undefined;
  }
}

const described =
  (
    check: (description: KeyDescription, context: RegistrationContext) => Finding | undefined,
  ): Parameters<typeof guard>[2] =>
  async (context, statement) => {
    const description = await descriptionOf(await leafOf(context, statement));
    if (description === undefined) throw new Unreadable('attestation.android-key.extension');
    return check(description, context);
  };

export const androidKeyGuards: readonly AttestationGuard[] = [
  guard('syntax', 'alg, sig and x5c are there, of their types', (_, { attStmt }) =>
    checkSyntax(attStmt, MEMBERS),
  ),
  guard('members', 'there are no other members', (_, { attStmt }) =>
    checkMembers(attStmt, Object.keys(MEMBERS)),
  ),
  guard('certificate', 'x5c holds certificates', async (context, statement) => {
    await context.certificates(statement);
    return undefined;
  }),
  guard('algorithm', "alg is one for the certificate's key", async (context, statement) =>
    checkAlgorithm(namedAlgorithm('android-key', statement.attStmt), await leafOf(context, statement)),
  ),
  guard(
    'signature',
    'sig is by the certificate’s key, over authenticator data and client data’s hash',
    async (context, statement) =>
      checkSignature(
        (await leafOf(context, statement)).key,
        statement.attStmt.get('alg'),
        context.signedData,
        bytesOf(statement, 'sig'),
      ),
  ),
  guard('public-key', "the certificate's key is the credential's", async (context, statement) => {
    const { key } = await leafOf(context, statement);
    return unless(sameKey(key, context.credentialKey.verification), 'the same key', () => 'another one');
  }),
  certificateGuard('extension', 'the certificate describes the key', async (context, statement) => {
    const description = await descriptionOf(await leafOf(context, statement));
    return unless(
      description !== undefined,
      `the extension ${KEY_DESCRIPTION}`,
      () => 'none that can be read',
    );
  }),
  guard(
    'challenge',
    "the description's challenge is the hash of the client data",
    described(({ attestationChallenge }, { clientDataHash }) => {
      const challenge = new Uint8Array(attestationChallenge.buffer);
      return unless(equal(challenge, clientDataHash), hex(clientDataHash), () => hex(challenge));
    }),
  ),
  guard(
    'all-applications',
    'the key is for one application',
    described(({ softwareEnforced, teeEnforced }) =>
      unless(
        [softwareEnforced, teeEnforced].every(({ allApplications }) => allApplications === undefined),
        'no allApplications',
        () => 'allApplications',
      ),
    ),
  ),
  guard(
    'origin',
    'the key was made where it is kept',
    described(({ teeEnforced: { origin } }) =>
      unless(origin === GENERATED, 'KM_ORIGIN_GENERATED (0)', () => shown(origin)),
    ),
  ),
  guard(
    'purpose',
    'the key is for signing, and nothing else',
    described(({ teeEnforced: { purpose } }) =>
      unless(
        purpose !== undefined && purpose.length > 0 && purpose.every((one) => one === SIGN),
        'KM_PURPOSE_SIGN (2)',
        () => shown(purpose),
      ),
    ),
  ),
  guard(
    'security-level',
    'the key is kept by hardware, where that is required',
    described(({ attestationSecurityLevel }, { expected }) =>
      unless(
        expected.attestation?.androidHardware !== true || attestationSecurityLevel > 0,
        'TrustedEnvironment (1) or StrongBox (2)',
        () => String(attestationSecurityLevel),
      ),
    ),
  ),
];
