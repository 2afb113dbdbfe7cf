/** Verification of packed attestation (https://www.w3.org/TR/webauthn-3/#sctn-packed-attestation). */
import { shown, unless } from '../guard.ts';
import type { Statement } from '../lenient/attestation-object.ts';
import type { RegistrationContext } from '../registration-context.ts';
import { aaguidGuards } from './aaguid-extension.ts';
import type { Certificate } from './certificate.ts';
import {
  type AttestationGuard,
  bytesOf,
  checkMembers,
  checkSyntax,
  guardsOf,
  isSelf,
  leafOf,
  namedAlgorithm,
} from './statement-guard.ts';
import { checkAlgorithm, checkSignature } from './verify-with.ts';

const REQUIREMENTS = 'sctn-packed-attestation-cert-requirements';
const guard = guardsOf('packed', 'sctn-packed-attestation');
const certificateGuard = guardsOf('packed', REQUIREMENTS);

const MEMBERS = { alg: 'integer', sig: 'bytes', x5c: 'certificates' } as const;
const ATTRIBUTES = { CN: '2.5.4.3', O: '2.5.4.10', OU: '2.5.4.11', C: '2.5.4.6' } as const;
const ID_FIDO_GEN_CE_SERNUM = '1.3.6.1.4.1.45724.1.1.2';

const certified =
  (
    check: (
      leaf: Certificate,
      statement: Statement,
      context: RegistrationContext,
    ) => ReturnType<Parameters<typeof guard>[2]>,
  ): Parameters<typeof guard>[2] =>
  async (context, statement) =>
    isSelf(statement) ? 'skipped' : check(await leafOf(context, statement), statement, context);

const self =
  (check: Parameters<typeof guard>[2]): Parameters<typeof guard>[2] =>
  (context, statement) =>
    isSelf(statement) ? check(context, statement) : 'skipped';

/** An attribute of the subject that is right. */
function attribute(
  name: string,
  type: keyof typeof ATTRIBUTES,
  expected: string,
  right: (value: string) => boolean,
): AttestationGuard {
  return certificateGuard(
    name,
    `the certificate's subject has ${type}: ${expected}`,
    certified(({ subjectAttributes }) => {
      const values = subjectAttributes.get(ATTRIBUTES[type]) ?? [];
      return unless(values.length === 1 && values.every(right), `${type} = ${expected}`, () => shown(values));
    }),
  );
}

export const packedGuards: readonly AttestationGuard[] = [
  guard('syntax', 'alg, sig, and x5c if present, are of their types', (_, { attStmt }) =>
    checkSyntax(attStmt, MEMBERS, ['x5c']),
  ),
  guard('members', 'there are no other members', (_, { attStmt }) =>
    checkMembers(attStmt, Object.keys(MEMBERS)),
  ),
  guard(
    'certificate',
    'x5c holds certificates',
    certified(() => undefined),
  ),
  guard(
    'algorithm',
    "alg is one for the certificate's key",
    certified((leaf, { attStmt }) => checkAlgorithm(namedAlgorithm('packed', attStmt), leaf)),
  ),
  guard(
    'signature',
    'sig is by the certificate’s key, over authenticator data and client data’s hash',
    certified(({ key }, statement, { signedData }) =>
      checkSignature(key, statement.attStmt.get('alg'), signedData, bytesOf(statement, 'sig')),
    ),
  ),
  certificateGuard(
    'version',
    'the certificate is of version 3',
    certified(({ version }) => unless(version === 3, '3', () => String(version))),
  ),
  attribute('subject-country', 'C', 'a country of two letters', (value) => /^[A-Za-z]{2}$/.test(value)),
  attribute('subject-organization', 'O', 'the vendor', (value) => value !== ''),
  attribute(
    'subject-unit',
    'OU',
    'Authenticator Attestation',
    (value) => value === 'Authenticator Attestation',
  ),
  attribute('subject-common-name', 'CN', 'a name', (value) => value !== ''),
  certificateGuard(
    'basic-constraints',
    'the certificate is of no authority',
    certified(({ basicConstraints }) =>
      unless(basicConstraints?.ca === false, 'BasicConstraints with CA false', () =>
        basicConstraints === undefined ? 'none' : 'CA true',
      ),
    ),
  ),
  ...aaguidGuards('packed', REQUIREMENTS),
  guardsOf('packed', 'sctn-enterprise-packed-attestation-cert-requirements')(
    'serial-number',
    'the certificate names a device only if enterprise attestation was asked for',
    certified(({ extensions }, _, { options }) => {
      const named = extensions.some(({ id }) => id === ID_FIDO_GEN_CE_SERNUM);
      return unless(!named || options.attestation === 'enterprise', 'no id-fido-gen-ce-sernum', () => 'one');
    }),
  ),
  guard(
    'self-algorithm',
    "self attestation: alg is the credential key's",
    self(({ credentialKey }, { attStmt }) =>
      unless(namedAlgorithm('packed', attStmt) === credentialKey.alg, shown(credentialKey.alg), () =>
        shown(attStmt.get('alg')),
      ),
    ),
  ),
  guard(
    'self-signature',
    'self attestation: sig is by the credential key, over authenticator data and client data’s hash',
    self((context, statement) =>
      checkSignature(
        context.credentialKey.verification,
        context.credentialKey.verification.algorithm.id,
        context.signedData,
        bytesOf(statement, 'sig'),
      ),
    ),
  ),
];
