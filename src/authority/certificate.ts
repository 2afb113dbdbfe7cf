/** X.509 certificates (RFC 5280), built and signed. Loaded only when something is to be attested with one. */
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import * as x509 from '@peculiar/asn1-x509';
import { compare } from '../base/bytes.ts';
import type { Engine } from '../crypto/engines/types.ts';
import { toSpki } from '../crypto/formats/spki.ts';
import { sha1 } from '../crypto/hash.ts';
import type { KeyPair } from '../crypto/key-pair.ts';
import type { CertificateExtension, DistinguishedName } from './identity.ts';

/** Signature algorithms of issuers (RFC 5758, RFC 9881), by the COSE number of their keys. */
const SIGNATURE_ALGORITHMS: Readonly<Record<number, string>> = {
  [-7]: '1.2.840.10045.4.3.2',
  [-48]: '2.16.840.1.101.3.4.3.17',
  [-49]: '2.16.840.1.101.3.4.3.18',
  [-50]: '2.16.840.1.101.3.4.3.19',
};
const ATTRIBUTES = { CN: '2.5.4.3', O: '2.5.4.10', OU: '2.5.4.11', C: '2.5.4.6', serialNumber: '2.5.4.5' };

/** What a certificate is to say. */
export interface CertificateRequest {
  readonly issuer: DistinguishedName;
  /** The issuer's key, ES256 or ML-DSA. */
  readonly issuerKey: KeyPair;
  readonly subject: DistinguishedName;
  readonly subjectKey: Pick<KeyPair, 'algorithm' | 'public'>;
  /** An unsigned big-endian number, at most 20 bytes. */
  readonly serialNumber: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Whether it is a certificate authority's. */
  readonly authority: boolean;
  /** Behind those that every certificate has. */
  readonly extensions?: readonly CertificateExtension[];
}

/** Makes a certificate, in DER. */
export async function makeCertificate(engine: Engine, request: CertificateRequest): Promise<Uint8Array> {
  const { authority, extensions = [], issuerKey, subjectKey } = request;
  const { KeyUsageFlags } = x509;
  const tbsCertificate = new x509.TBSCertificate({
    version: x509.Version.v3,
    serialNumber: integer(request.serialNumber),
    signature: signatureAlgorithm(issuerKey),
    issuer: nameOf(request.issuer),
    validity: new x509.Validity({ notBefore: request.notBefore, notAfter: request.notAfter }),
    subject: nameOf(request.subject),
    subjectPublicKeyInfo: spkiOf(subjectKey),
    extensions: new x509.Extensions([
      extension(x509.id_ce_basicConstraints, true, new x509.BasicConstraints({ cA: authority })),
      extension(
        x509.id_ce_keyUsage,
        true,
        new x509.KeyUsage(
          authority ? KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign : KeyUsageFlags.digitalSignature,
        ),
      ),
      extension(x509.id_ce_subjectKeyIdentifier, false, new x509.SubjectKeyIdentifier(keyIdOf(subjectKey))),
      // A root's would say nothing that its own identifier does not say.
      ...(sameKey(subjectKey, issuerKey)
        ? []
        : [extension(x509.id_ce_authorityKeyIdentifier, false, authorityKeyIdentifier(issuerKey))]),
      ...extensions.map(
        ({ id, critical, value }) =>
          new x509.Extension({ extnID: id, critical, extnValue: new OctetString(value) }),
      ),
    ]),
  });
  const certificate = new x509.Certificate({
    tbsCertificate,
    signatureAlgorithm: signatureAlgorithm(issuerKey),
    signatureValue: await signed(engine, issuerKey, tbsCertificate),
  });
  return der(certificate);
}

/** What a list of revoked certificates is to say. */
export interface RevocationRequest {
  readonly issuer: DistinguishedName;
  /** The issuer's key, ES256 or ML-DSA. */
  readonly issuerKey: KeyPair;
  readonly serialNumbers: readonly Uint8Array[];
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
}

/** Makes a certificate revocation list, in DER. */
export async function makeRevocationList(engine: Engine, request: RevocationRequest): Promise<Uint8Array> {
  const { issuerKey, serialNumbers, thisUpdate, nextUpdate } = request;
  const tbsCertList = new x509.TBSCertList({
    version: x509.Version.v2,
    signature: signatureAlgorithm(issuerKey),
    issuer: nameOf(request.issuer),
    thisUpdate: new x509.Time(thisUpdate),
    nextUpdate: new x509.Time(nextUpdate),
    ...(serialNumbers.length > 0 && {
      revokedCertificates: serialNumbers.map(
        (serial) =>
          new x509.RevokedCertificate({
            userCertificate: integer(serial),
            revocationDate: new x509.Time(thisUpdate),
          }),
      ),
    }),
    crlExtensions: [
      extension(x509.id_ce_authorityKeyIdentifier, false, authorityKeyIdentifier(issuerKey)),
      extension(x509.id_ce_cRLNumber, false, new x509.CRLNumber(1)),
    ],
  });
  const list = new x509.CertificateList({
    tbsCertList,
    signatureAlgorithm: signatureAlgorithm(issuerKey),
    signature: await signed(engine, issuerKey, tbsCertList),
  });
  return der(list);
}

/** A TPM's name for itself: an empty subject, and these three in a critical subjectAltName (TPMv2-EK-Profile section 3.2.9). */
export function tpmAlternativeName(manufacturer: string, model: string, version: string): Uint8Array {
  const attribute = (type: string, value: string): x509.AttributeTypeAndValue =>
    new x509.AttributeTypeAndValue({ type, value: new x509.AttributeValue({ utf8String: value }) });
  const attributes = [
    attribute('2.23.133.2.1', manufacturer),
    attribute('2.23.133.2.3', version),
    attribute('2.23.133.2.2', model),
  ];
  // DER has the elements of a set in the order of their encodings.
  const encoded = attributes.map((one) => ({ one, bytes: der(one) }));
  encoded.sort((a, b) => compare(a.bytes, b.bytes));
  const name = new x509.Name([new x509.RelativeDistinguishedName(encoded.map(({ one }) => one))]);
  return der(new x509.SubjectAlternativeName([new x509.GeneralName({ directoryName: name })]));
}

/** extendedKeyUsage with one purpose. */
export function keyPurpose(id: string): Uint8Array {
  return der(new x509.ExtendedKeyUsage([id]));
}

/** cRLDistributionPoints with one address. */
export function distributionPoint(url: string): Uint8Array {
  const fullName = [new x509.GeneralName({ uniformResourceIdentifier: url })];
  const distributionPointName = new x509.DistributionPointName({ fullName });
  return der(
    new x509.CRLDistributionPoints([
      new x509.DistributionPoint({ distributionPoint: distributionPointName }),
    ]),
  );
}

function nameOf(attributes: DistinguishedName): x509.Name {
  return new x509.Name(
    attributes.map(([type, value]) => {
      // Countries and serial numbers are PrintableStrings (RFC 5280 appendix A.1).
      const printable = type === 'C' || type === 'serialNumber';
      const attribute = new x509.AttributeTypeAndValue({
        type: ATTRIBUTES[type],
        value: new x509.AttributeValue(printable ? { printableString: value } : { utf8String: value }),
      });
      return new x509.RelativeDistinguishedName([attribute]);
    }),
  );
}

function spkiOf({
  algorithm,
  public: key,
}: Pick<KeyPair, 'algorithm' | 'public'>): x509.SubjectPublicKeyInfo {
  return AsnConvert.parse(toSpki(algorithm, key), x509.SubjectPublicKeyInfo);
}

/** RFC 5280 section 4.2.1.2, method 1: SHA-1 of the key's bits. */
function keyIdOf(key: Pick<KeyPair, 'algorithm' | 'public'>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(sha1(new Uint8Array(spkiOf(key).subjectPublicKey)));
}

function authorityKeyIdentifier(key: KeyPair): x509.AuthorityKeyIdentifier {
  return new x509.AuthorityKeyIdentifier({ keyIdentifier: new x509.KeyIdentifier(keyIdOf(key)) });
}

function sameKey(a: Pick<KeyPair, 'public'>, b: Pick<KeyPair, 'public'>): boolean {
  return a.public.length === b.public.length && a.public.every((byte, index) => byte === b.public[index]);
}

function signatureAlgorithm({ algorithm }: KeyPair): x509.AlgorithmIdentifier {
  return new x509.AlgorithmIdentifier({ algorithm: SIGNATURE_ALGORITHMS[algorithm] as string });
}

function extension(id: string, critical: boolean, value: unknown): x509.Extension {
  return new x509.Extension({
    extnID: id,
    critical,
    extnValue: new OctetString(AsnConvert.serialize(value)),
  });
}

/** Bytes of an INTEGER: with a zero before them where they would be negative. */
function integer(bytes: Uint8Array): ArrayBuffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const pad = ((bytes[start] as number) & 0x80) !== 0 ? 1 : 0;
  const padded = new Uint8Array(pad + bytes.length - start);
  padded.set(bytes.subarray(start), pad);
  return padded.buffer;
}

async function signed(engine: Engine, key: KeyPair, tbs: unknown): Promise<ArrayBuffer> {
  return new Uint8Array(await engine.sign(key, der(tbs))).buffer;
}

function der(value: unknown): Uint8Array {
  return new Uint8Array(AsnConvert.serialize(value));
}
