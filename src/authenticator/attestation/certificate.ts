/** A self-made attestation certificate, as https://www.w3.org/TR/webauthn-3/#sctn-packed-attestation-cert-requirements asks. */
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  BasicConstraints,
  Certificate,
  Extension,
  Extensions,
  id_ce_basicConstraints,
  Name,
  RelativeDistinguishedName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';
import type { Engine } from '../../crypto/engines/types.ts';
import { toSpki } from '../../crypto/formats/spki.ts';
import type { KeyPair } from '../../crypto/key-pair.ts';

const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';
/** id-fido-gen-ce-aaguid: which model the certificate is for. */
const ID_FIDO_GEN_CE_AAGUID = '1.3.6.1.4.1.45724.1.1.4';
const ATTRIBUTES = {
  countryName: '2.5.4.6',
  organizationName: '2.5.4.10',
  organizationalUnitName: '2.5.4.11',
  commonName: '2.5.4.3',
  serialNumber: '2.5.4.5',
} as const;

interface Subject {
  readonly engine: Engine;
  readonly key: KeyPair;
  /** 16 bytes. */
  readonly aaguid: Uint8Array;
  /** Names one device. */
  readonly serialNumber?: string | undefined;
}

/** DER of a certificate for the key, signed with itself. */
export async function makeCertificate({ engine, key, aaguid, serialNumber }: Subject): Promise<Uint8Array> {
  const name = nameOf({
    countryName: 'AA',
    organizationName: 'stuntkey test',
    organizationalUnitName: 'Authenticator Attestation',
    commonName: 'stuntkey test attestation',
    ...(serialNumber !== undefined && { serialNumber }),
  });
  const algorithm = new AlgorithmIdentifier({ algorithm: ECDSA_WITH_SHA256 });
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: Uint8Array.of(1).buffer,
    signature: algorithm,
    issuer: name,
    subject: name,
    validity: new Validity({
      notBefore: new Date(Date.UTC(2024, 0, 1)),
      notAfter: new Date(Date.UTC(2049, 0, 1)),
    }),
    subjectPublicKeyInfo: AsnConvert.parse(toSpki(key.algorithm, key.public), SubjectPublicKeyInfo),
    extensions: new Extensions([
      new Extension({
        extnID: ID_FIDO_GEN_CE_AAGUID,
        extnValue: wrapped(new OctetString(aaguid)),
      }),
      new Extension({
        extnID: id_ce_basicConstraints,
        critical: true,
        extnValue: wrapped(new BasicConstraints({ cA: false })),
      }),
    ]),
  });
  const signature = await engine.sign(key, new Uint8Array(AsnConvert.serialize(tbsCertificate)));
  const certificate = new Certificate({
    tbsCertificate,
    signatureAlgorithm: algorithm,
    signatureValue: new Uint8Array(signature).buffer,
  });
  return new Uint8Array(AsnConvert.serialize(certificate));
}

function nameOf(attributes: Partial<Record<keyof typeof ATTRIBUTES, string>>): Name {
  return new Name(
    Object.entries(attributes).map(([type, value]) => {
      // Countries and serial numbers are PrintableStrings (RFC 5280 appendix A.1).
      const printable = type === 'countryName' || type === 'serialNumber';
      return new RelativeDistinguishedName([
        new AttributeTypeAndValue({
          type: ATTRIBUTES[type as keyof typeof ATTRIBUTES],
          value: new AttributeValue(printable ? { printableString: value } : { utf8String: value }),
        }),
      ]);
    }),
  );
}

/** An extension's value is the DER of its type inside an OCTET STRING. */
function wrapped(value: unknown): OctetString {
  return new OctetString(AsnConvert.serialize(value));
}
