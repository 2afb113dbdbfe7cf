/** Faults of TPM attestation (https://www.w3.org/TR/webauthn-3/#sctn-tpm-attestation). */
import { concat } from '../../base/bytes.ts';
import { sha256 } from '../../crypto/hash.ts';
import type { Fault } from '../fault.ts';
import {
  Attribute,
  asn1,
  dropExtension,
  recertified,
  setExtension,
  setSubject,
  withRequest,
  type x509,
} from '../forge/certificates.ts';
import type { RegistrationDraft } from '../forge/draft.ts';
import { otherKey } from '../forge/keys.ts';
import {
  bytesOf,
  type Change,
  certified,
  commonOf,
  flipped,
  flippedHash,
  made,
  members,
  over,
  signedBy,
} from './attestation.ts';
import { registrations } from './define.ts';

const ALTERNATIVE_NAME = '2.5.29.17';
const BASIC_CONSTRAINTS = '2.5.29.19';
const KEY_USAGE = '2.5.29.37';

/** Where things are in a TPMS_ATTEST: magic (4), type (2), qualifiedSigner, extraData, clockInfo (17), firmware (8), name, qualifiedName. */
function places(certInfo: Uint8Array): { readonly extraData: number; readonly name: number } {
  const view = new DataView(certInfo.buffer, certInfo.byteOffset, certInfo.byteLength);
  const extraData = 6 + 2 + view.getUint16(6);
  return { extraData, name: extraData + 2 + view.getUint16(extraData) + 17 + 8 };
}

/** A TPMT_PUBLIC whose nameAlg is another: type (2), nameAlg (2). */
export function withNameAlgorithm(pubArea: Uint8Array, algorithm: number): Uint8Array {
  const changed = new Uint8Array(pubArea);
  new DataView(changed.buffer).setUint16(2, algorithm);
  return changed;
}

/** A certInfo whose name has another digest of 32 bytes; its algorithm stays. */
export function withDigest(certInfo: Uint8Array, digest: Uint8Array): Uint8Array {
  const changed = new Uint8Array(certInfo);
  changed.set(digest, places(changed).name + 4);
  return changed;
}

/** Changes certInfo, which the attestation key then signs as it is. */
function certInfo(
  change: (bytes: Uint8Array, at: ReturnType<typeof places>) => Uint8Array | undefined,
): Change {
  return made(
    'tpm',
    members(async (statement, identity) => {
      const bytes = new Uint8Array(bytesOf(statement, 'certInfo'));
      const changed = change(bytes, places(bytes)) ?? bytes;
      statement.set('certInfo', changed);
      statement.set('sig', await signedBy(identity, changed));
    }),
  );
}

function aik(change: (tbs: x509.TBSCertificate) => void): Change {
  return made(
    'tpm',
    certified((source) => recertified(source, change)),
  );
}

/** pubArea and a certInfo that names it, of a key that is not the credential's. */
async function otherPublicArea(draft: RegistrationDraft): Promise<void> {
  const { key } = draft;
  await made('tpm')(draft);
  draft.key = await otherKey(key.algorithm);
}

export const tpmFaults: readonly Fault[] = registrations(
  'attestation-tpm',
  {
    ...commonOf('TPM', '8.3', 'sctn-tpm-attestation'),
    baseline: 'attestation-tpm',
    policy: { algorithms: [-7] },
    guard: 'attestation.tpm.syntax',
  },
  [
    {
      id: 'tpm-version',
      title: 'a TPM of another version',
      severity: 'low',
      guard: 'attestation.tpm.version',
      change: made(
        'tpm',
        members((statement) => statement.set('ver', '1.2')),
      ),
    },
    {
      id: 'tpm-no-certificates',
      title: 'TPM attestation without certificates',
      change: made(
        'tpm',
        members((statement) => statement.set('x5c', [])),
      ),
    },
    {
      id: 'tpm-without-signature',
      title: 'TPM attestation without a signature',
      change: made(
        'tpm',
        members((statement) => void statement.delete('sig')),
      ),
    },
    {
      id: 'tpm-without-cert-info',
      title: 'TPM attestation without certInfo',
      change: made(
        'tpm',
        members((statement) => void statement.delete('certInfo')),
      ),
    },
    {
      id: 'tpm-public-area-cut',
      title: 'a pubArea that ends too early',
      guard: 'attestation.tpm.public-area',
      change: made(
        'tpm',
        members((statement) => statement.set('pubArea', bytesOf(statement, 'pubArea').slice(0, -1))),
      ),
    },
    {
      id: 'tpm-public-area-of-other-key',
      title: "a pubArea that is another key's",
      guard: 'attestation.tpm.public-key',
      change: otherPublicArea,
    },
    {
      id: 'tpm-magic',
      title: 'a certInfo that no TPM has generated',
      guard: 'attestation.tpm.magic',
      change: certInfo((bytes) => {
        bytes[0] = 0;
        return undefined;
      }),
      gain: 'A TPM signs data of anybody who asks; only the magic says that it made them itself.',
    },
    {
      id: 'tpm-type',
      title: 'a quote, and not a certification',
      guard: 'attestation.tpm.type',
      change: certInfo((bytes) => {
        bytes[5] = 0x18;
        return undefined;
      }),
    },
    {
      id: 'tpm-extra-data',
      title: 'TPM attestation of another ceremony',
      guard: 'attestation.tpm.extra-data',
      change: made('tpm', over(flippedHash)),
    },
    {
      id: 'tpm-name',
      title: 'a certInfo that names another key',
      guard: 'attestation.tpm.name',
      change: certInfo((bytes, { name }) => {
        bytes.set(sha256(bytes), name + 4);
        return undefined;
      }),
    },
    {
      id: 'tpm-cert-info-trailing',
      title: 'bytes behind certInfo',
      severity: 'low',
      guard: 'attestation.tpm.cert-info',
      change: certInfo((bytes) => concat(bytes, Uint8Array.of(0, 0))),
    },
    {
      id: 'tpm-cert-info-cut',
      title: 'a certInfo that ends too early',
      severity: 'low',
      guard: 'attestation.tpm.cert-info',
      change: certInfo((bytes) => bytes.slice(0, 20)),
    },
    {
      id: 'tpm-signature-flipped',
      title: 'TPM attestation with a bit of its signature flipped',
      guard: 'attestation.tpm.signature',
      change: made(
        'tpm',
        members((statement) => statement.set('sig', flipped(bytesOf(statement, 'sig')))),
      ),
    },
    {
      id: 'tpm-other-algorithm',
      title: 'TPM attestation that names an algorithm that its certificate has no key for',
      guard: 'attestation.tpm.algorithm',
      change: made(
        'tpm',
        members((statement) => statement.set('alg', -257)),
      ),
    },
    {
      id: 'tpm-certificate-version-1',
      title: 'an AIK certificate of version 1',
      severity: 'low',
      guard: 'attestation.tpm.certificate-version',
      change: aik((tbs) => {
        tbs.version = asn1().x509.Version.v1;
      }),
    },
    {
      id: 'tpm-subject',
      title: 'an AIK certificate with a subject',
      severity: 'low',
      guard: 'attestation.tpm.subject',
      change: aik((tbs) => setSubject(tbs, Attribute.CN, 'stuntkey test')),
    },
    {
      id: 'tpm-no-alternative-name',
      title: 'an AIK certificate that does not name its TPM',
      guard: 'attestation.tpm.alternative-name',
      change: aik((tbs) => dropExtension(tbs, ALTERNATIVE_NAME)),
    },
    {
      id: 'tpm-no-key-purpose',
      title: 'an AIK certificate that is not said to be one',
      guard: 'attestation.tpm.key-purpose',
      change: aik((tbs) => dropExtension(tbs, KEY_USAGE)),
    },
    {
      id: 'tpm-other-key-purpose',
      title: "a server's certificate for an AIK's",
      guard: 'attestation.tpm.key-purpose',
      change: aik((tbs) =>
        setExtension(
          tbs,
          KEY_USAGE,
          new Uint8Array(
            asn1().AsnConvert.serialize(new (asn1().x509.ExtendedKeyUsage)(['1.3.6.1.5.5.7.3.1'])),
          ),
        ),
      ),
    },
    {
      id: 'tpm-authority',
      title: 'the certificate of an authority, for an AIK',
      guard: 'attestation.tpm.basic-constraints',
      change: aik((tbs) =>
        setExtension(
          tbs,
          BASIC_CONSTRAINTS,
          new Uint8Array(asn1().AsnConvert.serialize(new (asn1().x509.BasicConstraints)({ cA: true }))),
          true,
        ),
      ),
    },
    {
      id: 'tpm-other-aaguid',
      title: 'TPM attestation with the certificate of another model',
      guard: 'attestation.tpm.aaguid',
      change: made(
        'tpm',
        certified((source) =>
          withRequest(source, (request) => ({
            ...request,
            aaguid: request.aaguid.map((byte) => byte ^ 0xff),
          })),
        ),
      ),
    },
  ],
);
