/** X.509 certificates as the checks of attestation want them. Loaded only when there is one. */
import { AsnConvert } from '@peculiar/asn1-schema';
import * as x509 from '@peculiar/asn1-x509';
import { equal, hex, toBinaryString } from '../../base/bytes.ts';
import { Cache } from '../../base/cache.ts';
import { knownAlgorithm, type SignatureAlgorithm } from '../../crypto/algorithms.ts';
import { verifySignature } from '../../crypto/any-hash.ts';
import { fromAnySpki } from '../../crypto/formats/spki.ts';
import type { VerificationKey } from '../lenient/credential-key.ts';

export interface CertificateExtensionValue {
  readonly id: string;
  readonly critical: boolean;
  /** DER of its type. */
  readonly value: Uint8Array;
}

/** What a certificate says. */
export interface Certificate {
  readonly der: Uint8Array;
  /** 3 for v3. */
  readonly version: number;
  /** Hexadecimal. */
  readonly serialNumber: string;
  /** DER of the name. */
  readonly issuer: Uint8Array;
  /** DER of the name. */
  readonly subject: Uint8Array;
  /** Attributes of the subject by object identifier. */
  readonly subjectAttributes: ReadonlyMap<string, readonly string[]>;
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Undefined for a key of a kind that is not known here. */
  readonly key: VerificationKey | undefined;
  readonly extensions: readonly CertificateExtensionValue[];
  /** Undefined without the extension. */
  readonly basicConstraints: { readonly ca: boolean; readonly pathLength: number | undefined } | undefined;
  /** Undefined without the extension; otherwise whether it may sign certificates. */
  readonly signsCertificates: boolean | undefined;
  /** Object identifiers of extendedKeyUsage. */
  readonly purposes: readonly string[];
  /** What was signed, by what algorithm (object identifier), and the signature. */
  readonly signed: Uint8Array;
  readonly signatureAlgorithm: string;
  readonly signature: Uint8Array;
}

const CERTIFICATE_VERSION_OFFSET = 1;

/** What was read lately: the certificates of a model and of its issuer come with every registration. */
const read = new Cache<string, Certificate>(64);
/** The longest that is kept, in bytes. */
const LONGEST_KEPT = 4096;

/** Reads a certificate in DER. @throws Error for what is none */
export function readCertificate(given: Uint8Array): Certificate {
  if (given.length > LONGEST_KEPT) return parsed(given);
  const name = toBinaryString(given);
  let certificate = read.get(name);
  if (certificate === undefined) {
    certificate = parsed(given.slice());
    read.set(name, certificate);
  }
  return certificate;
}

function parsed(der: Uint8Array): Certificate {
  const certificate = AsnConvert.parse(der, x509.Certificate);
  const { tbsCertificate: tbs } = certificate;
  const signed = certificate.tbsCertificateRaw;
  if (signed === undefined) throw new Error('a certificate without what is signed');
  const constraints = extensionOf(tbs, x509.id_ce_basicConstraints, x509.BasicConstraints);
  const usage = extensionOf(tbs, x509.id_ce_keyUsage, x509.KeyUsage);
  return {
    der,
    version: tbs.version + CERTIFICATE_VERSION_OFFSET,
    serialNumber: hex(new Uint8Array(tbs.serialNumber)),
    issuer: derOf(tbs.issuer),
    subject: derOf(tbs.subject),
    subjectAttributes: attributesOf(tbs.subject),
    notBefore: tbs.validity.notBefore.getTime().getTime(),
    notAfter: tbs.validity.notAfter.getTime().getTime(),
    key: keyOf(derOf(tbs.subjectPublicKeyInfo)),
    extensions: (tbs.extensions ?? []).map(({ extnID, critical, extnValue }) => ({
      id: extnID,
      critical,
      value: new Uint8Array(extnValue.buffer),
    })),
    basicConstraints: constraints && { ca: constraints.cA, pathLength: constraints.pathLenConstraint },
    signsCertificates: usage && (usage.toNumber() & x509.KeyUsageFlags.keyCertSign) !== 0,
    purposes: [...(extensionOf(tbs, x509.id_ce_extKeyUsage, x509.ExtendedKeyUsage) ?? [])],
    signed: new Uint8Array(signed),
    signatureAlgorithm: certificate.signatureAlgorithm.algorithm,
    signature: new Uint8Array(certificate.signatureValue),
  };
}

/** The attributes of the directory names in a subjectAltName, by object identifier. @throws Error for what is none */
export function directoryAttributes(value: Uint8Array): ReadonlyMap<string, readonly string[]> {
  const names = AsnConvert.parse(value, x509.SubjectAlternativeName);
  const attributes = new Map<string, readonly string[]>();
  for (const { directoryName } of names) {
    if (directoryName === undefined) continue;
    for (const [type, values] of attributesOf(directoryName)) {
      attributes.set(type, [...(attributes.get(type) ?? []), ...values]);
    }
  }
  return attributes;
}

/** Whether a certificate's signature is by a key. */
export async function isSignedBy(
  certificate: Certificate,
  key: VerificationKey | undefined,
): Promise<boolean> {
  const kind = SIGNATURES[certificate.signatureAlgorithm];
  if (key === undefined || kind === undefined || key.algorithm.kty !== kind.kty) return false;
  if (kind.name !== undefined && key.algorithm.name !== kind.name) return false;
  return verifySignature(key.algorithm, key.public, kind.hash, certificate.signed, certificate.signature);
}

interface SignatureKind {
  readonly kty: SignatureAlgorithm['kty'];
  readonly hash?: 'SHA-256' | 'SHA-384' | 'SHA-512';
  /** Where the algorithm is bound to one kind of key. */
  readonly name?: string;
}

/** Signature algorithms of certificates (RFC 5758, RFC 4055, RFC 8410, RFC 9881). SHA-1 has been broken, and is not among them. */
const SIGNATURES: Readonly<Record<string, SignatureKind>> = {
  '1.2.840.10045.4.3.2': { kty: 'EC2', hash: 'SHA-256' },
  '1.2.840.10045.4.3.3': { kty: 'EC2', hash: 'SHA-384' },
  '1.2.840.10045.4.3.4': { kty: 'EC2', hash: 'SHA-512' },
  '1.2.840.113549.1.1.11': { kty: 'RSA', hash: 'SHA-256' },
  '1.2.840.113549.1.1.12': { kty: 'RSA', hash: 'SHA-384' },
  '1.2.840.113549.1.1.13': { kty: 'RSA', hash: 'SHA-512' },
  '1.3.101.112': { kty: 'OKP' },
  '1.3.101.113': { kty: 'OKP' },
  '2.16.840.1.101.3.4.3.17': { kty: 'AKP', name: 'ML-DSA-44' },
  '2.16.840.1.101.3.4.3.18': { kty: 'AKP', name: 'ML-DSA-65' },
  '2.16.840.1.101.3.4.3.19': { kty: 'AKP', name: 'ML-DSA-87' },
};

/** A list of what an issuer has revoked, taken as it is: who hands it in has it from the issuer. */
export interface RevocationList {
  /** DER of the issuer's name. */
  readonly issuer: Uint8Array;
  /** Serial numbers in hexadecimal. */
  readonly serialNumbers: ReadonlySet<string>;
}

/** Reads a certificate revocation list in DER. @throws Error for what is none */
export function readRevocationList(der: Uint8Array): RevocationList {
  const { tbsCertList } = AsnConvert.parse(der, x509.CertificateList);
  return {
    issuer: derOf(tbsCertList.issuer),
    serialNumbers: new Set(
      (tbsCertList.revokedCertificates ?? []).map(({ userCertificate }) =>
        hex(new Uint8Array(userCertificate)),
      ),
    ),
  };
}

/** Whether a list says that a certificate is revoked. */
export function isRevokedBy(certificate: Certificate, list: RevocationList): boolean {
  return equal(certificate.issuer, list.issuer) && list.serialNumbers.has(certificate.serialNumber);
}

function extensionOf<T>(tbs: x509.TBSCertificate, id: string, type: new () => T): T | undefined {
  const found = tbs.extensions?.find(({ extnID }) => extnID === id);
  return found && AsnConvert.parse(found.extnValue, type);
}

function attributesOf(name: x509.Name): ReadonlyMap<string, readonly string[]> {
  const attributes = new Map<string, readonly string[]>();
  for (const relative of name) {
    for (const { type, value } of relative) {
      attributes.set(type, [...(attributes.get(type) ?? []), value.toString()]);
    }
  }
  return attributes;
}

/** The key of a SubjectPublicKeyInfo, if it is of a known kind. */
function keyOf(spki: Uint8Array): VerificationKey | undefined {
  try {
    const { algorithm, public: raw } = fromAnySpki(spki);
    const known = knownAlgorithm(algorithm);
    return known && { algorithm: known, public: raw };
  } catch {
    return undefined;
  }
}

function derOf(value: unknown): Uint8Array {
  return new Uint8Array(AsnConvert.serialize(value));
}
