/** Verification of TPM attestation (https://www.w3.org/TR/webauthn-3/#sctn-tpm-attestation). */
import { platform } from '#platform';
import { concat, equal, hex } from '../../base/bytes.ts';
import { type HashName, knownAlgorithm } from '../../crypto/algorithms.ts';
import { type Finding, shown, Unreadable, unless } from '../guard.ts';
import type { Statement } from '../lenient/attestation-object.ts';
import { aaguidGuards } from './aaguid-extension.ts';
import {
  type AttestationGuard,
  bytesOf,
  checkMembers,
  checkSyntax,
  guardsOf,
  leafOf,
  namedAlgorithm,
} from './statement-guard.ts';
import {
  type CertInfo,
  describes,
  type PublicArea,
  readCertInfo,
  readPublicArea,
  TPM_GENERATED_VALUE,
  TPM_ST_ATTEST_CERTIFY,
} from './tpm-structures.ts';
import { checkAlgorithm, checkSignature } from './verify-with.ts';

const REQUIREMENTS = 'sctn-tpm-cert-requirements';
const guard = guardsOf('tpm', 'sctn-tpm-attestation');
const certificateGuard = guardsOf('tpm', REQUIREMENTS);

const MEMBERS = {
  alg: 'integer',
  sig: 'bytes',
  ver: 'text',
  x5c: 'certificates',
  pubArea: 'bytes',
  certInfo: 'bytes',
} as const;
const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17';
const TCG_KP_AIK_CERTIFICATE = '2.23.133.8.3';
/** Manufacturer, model and version (TPMv2-EK-Profile section 3.1.2). */
const NAMES = ['2.23.133.2.1', '2.23.133.2.2', '2.23.133.2.3'] as const;
/** DER of a name without attributes. */
const EMPTY_NAME = '3000';

/** TCG's registry of vendor IDs, as ASCII; and the one that FIDO's own tests use. */
const VENDORS: ReadonlySet<string> = new Set(
  [
    ...[
      'AMD\0',
      'ANT\0',
      'ATML',
      'BRCM',
      'CSCO',
      'FLYS',
      'ROCC',
      'GOOG',
      'HPI\0',
      'HPE\0',
      'HISI',
      'IBM\0',
      'IFX\0',
    ],
    ...[
      'INTC',
      'LEN\0',
      'MSFT',
      'NSM ',
      'NTZ\0',
      'NTC\0',
      'NSG\0',
      'QCOM',
      'SECE',
      'SEAL',
      'SMSC',
      'SMSN',
      'SNS\0',
    ],
    ...['STM ', 'TXN\0', 'WEC\0'],
  ].map((name) => `id:${hex(new TextEncoder().encode(name)).toUpperCase()}`),
).add('id:FFFFF1D0');

/** TPM_ALG_ID of hashes. */
const HASHES: Readonly<Record<number, HashName>> = {
  4: 'SHA-1',
  11: 'SHA-256',
  12: 'SHA-384',
  13: 'SHA-512',
};

function parsed<T>(read: (bytes: Uint8Array) => T, statement: Statement, member: string, name: string): T {
  try {
    return read(bytesOf(statement, member));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Unreadable(`attestation.tpm.${name}`);
  }
}

const publicArea = (statement: Statement): PublicArea =>
  parsed(readPublicArea, statement, 'pubArea', 'public-area');
const certInfo = (statement: Statement): CertInfo => parsed(readCertInfo, statement, 'certInfo', 'cert-info');

/** The attributes of the TPM's alternative name, if it has one that can be read. */
async function alternativeName(
  extensions: Awaited<ReturnType<typeof leafOf>>['extensions'],
): Promise<
  { readonly critical: boolean; readonly attributes: ReadonlyMap<string, readonly string[]> } | undefined
> {
  const found = extensions.find(({ id }) => id === SUBJECT_ALTERNATIVE_NAME);
  if (found === undefined) return undefined;
  const { directoryAttributes } = await import('./certificate.ts');
  try {
    return { critical: found.critical, attributes: directoryAttributes(found.value) };
  } catch {
    return undefined;
  }
}

export const tpmGuards: readonly AttestationGuard[] = [
  guard('syntax', 'its members are there, of their types', (_, { attStmt }) => checkSyntax(attStmt, MEMBERS)),
  guard('members', 'there are no other members', (_, { attStmt }) =>
    checkMembers(attStmt, Object.keys(MEMBERS)),
  ),
  guard('certificate', 'x5c holds certificates', async (context, statement) => {
    await context.certificates(statement);
    return undefined;
  }),
  guard('version', 'ver is 2.0', (_, { attStmt }) =>
    unless(attStmt.get('ver') === '2.0', '2.0', () => shown(attStmt.get('ver'))),
  ),
  guard('public-area', 'pubArea is a TPMT_PUBLIC', (_, statement) => {
    publicArea(statement);
    return undefined;
  }),
  guard('public-key', 'pubArea describes the credential key', ({ credentialKey }, statement) =>
    unless(
      describes(publicArea(statement), credentialKey.verification),
      'the credential key',
      () => 'another key',
    ),
  ),
  guard('cert-info', 'certInfo is a TPMS_ATTEST', (_, statement) => {
    certInfo(statement);
    return undefined;
  }),
  guard('magic', 'certInfo was made by a TPM', (_, statement) =>
    unless(certInfo(statement).magic === TPM_GENERATED_VALUE, 'TPM_GENERATED_VALUE (0xff544347)', () =>
      word(certInfo(statement).magic),
    ),
  ),
  guard('type', 'certInfo certifies a key', (_, statement) =>
    unless(certInfo(statement).type === TPM_ST_ATTEST_CERTIFY, 'TPM_ST_ATTEST_CERTIFY (0x8017)', () =>
      word(certInfo(statement).type),
    ),
  ),
  guard(
    'extra-data',
    'extraData is the hash of authenticator data and client data’s hash',
    ({ signedData }, statement) => {
      const alg = statement.attStmt.get('alg');
      const algorithm = typeof alg === 'number' ? knownAlgorithm(alg) : undefined;
      // An algorithm that has no hash is another guard's affair.
      const hash = algorithm !== undefined && 'hash' in algorithm ? algorithm.hash : 'SHA-256';
      const expected = platform.hash(hash, signedData);
      const { extraData } = certInfo(statement);
      return unless(equal(extraData, expected), hex(expected), () => hex(extraData));
    },
  ),
  guard('name', 'certInfo names the key that pubArea describes', (_, statement): Finding | undefined => {
    const info = certInfo(statement);
    // What is no certification names no key, and another guard has let it through.
    if (info.type !== TPM_ST_ATTEST_CERTIFY) throw new Unreadable('attestation.tpm.type');
    const { nameAlg } = publicArea(statement);
    const hash = HASHES[nameAlg];
    if (hash === undefined) return { expected: 'a known hash', got: word(nameAlg) };
    const digest = platform.hash(hash, bytesOf(statement, 'pubArea'));
    const expected = concat(Uint8Array.of(nameAlg >> 8, nameAlg & 0xff), digest);
    return unless(equal(info.name, expected), hex(expected), () => hex(info.name));
  }),
  guard('algorithm', "alg is one for the certificate's key", async (context, statement) =>
    checkAlgorithm(namedAlgorithm('tpm', statement.attStmt), await leafOf(context, statement)),
  ),
  guard('signature', 'sig is by the certificate’s key, over certInfo', async (context, statement) =>
    checkSignature(
      (await leafOf(context, statement)).key,
      statement.attStmt.get('alg'),
      bytesOf(statement, 'certInfo'),
      bytesOf(statement, 'sig'),
    ),
  ),
  certificateGuard('certificate-version', 'the certificate is of version 3', async (context, statement) => {
    const { version } = await leafOf(context, statement);
    return unless(version === 3, '3', () => String(version));
  }),
  certificateGuard('subject', "the certificate's subject is empty", async (context, statement) => {
    const { subject } = await leafOf(context, statement);
    return unless(hex(subject) === EMPTY_NAME, 'no attributes', () => hex(subject));
  }),
  certificateGuard(
    'alternative-name',
    'the certificate names the TPM in a critical subjectAltName',
    async (context, statement) => {
      const name = await alternativeName((await leafOf(context, statement)).extensions);
      const complete = name?.critical === true && NAMES.every((id) => name.attributes.has(id));
      return unless(complete, 'manufacturer, model and version, critical', () =>
        name === undefined
          ? 'none'
          : shown({ critical: name.critical, ...Object.fromEntries(name.attributes) }),
      );
    },
  ),
  certificateGuard('manufacturer', "the TPM's manufacturer is known to TCG", async (context, statement) => {
    const name = await alternativeName((await leafOf(context, statement)).extensions);
    const [manufacturer] = name?.attributes.get(NAMES[0]) ?? [];
    if (manufacturer === undefined) throw new Unreadable('attestation.tpm.alternative-name');
    return unless(VENDORS.has(manufacturer), "an ID of TCG's registry", () => manufacturer);
  }),
  certificateGuard(
    'key-purpose',
    'the certificate is for an attestation identity key',
    async (context, statement) => {
      const { purposes } = await leafOf(context, statement);
      return unless(purposes.includes(TCG_KP_AIK_CERTIFICATE), TCG_KP_AIK_CERTIFICATE, () => shown(purposes));
    },
  ),
  certificateGuard('basic-constraints', 'the certificate is of no authority', async (context, statement) => {
    const { basicConstraints } = await leafOf(context, statement);
    return unless(basicConstraints?.ca === false, 'BasicConstraints with CA false', () =>
      basicConstraints === undefined ? 'none' : 'CA true',
    );
  }),
  ...aaguidGuards('tpm', REQUIREMENTS),
];

function word(value: number): string {
  return `0x${value.toString(16)}`;
}
