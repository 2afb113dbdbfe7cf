/** A root certificate that was handed in. */
import { AsnConvert } from '@peculiar/asn1-schema';
import * as x509 from '@peculiar/asn1-x509';
import { equal } from '../base/bytes.ts';
import { StuntkeyError } from '../base/stuntkey-error.ts';
import { toSpki } from '../crypto/formats/spki.ts';
import type { KeyPair } from '../crypto/key-pair.ts';
import type { DistinguishedName } from './identity.ts';

const TYPES: Readonly<Record<string, DistinguishedName[number][0]>> = {
  '2.5.4.3': 'CN',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.6': 'C',
  '2.5.4.5': 'serialNumber',
};

/**
 * The subject of an authority's certificate, once it is known that it is one, and the key's.
 *
 * @throws StuntkeyError `bad-authority` for a certificate of no authority, of another key, or with a name that cannot be written again
 */
export function readAuthority(der: Uint8Array, key: KeyPair): DistinguishedName {
  const { tbsCertificate } = AsnConvert.parse(der, x509.Certificate);
  const spki = new Uint8Array(AsnConvert.serialize(tbsCertificate.subjectPublicKeyInfo));
  if (!equal(spki, toSpki(key.algorithm, key.public))) {
    throw new StuntkeyError('bad-authority', 'privateKey: expected the key of the certificate, got another');
  }
  const constraints = tbsCertificate.extensions?.find(({ extnID }) => extnID === x509.id_ce_basicConstraints);
  if (constraints === undefined || !AsnConvert.parse(constraints.extnValue, x509.BasicConstraints).cA) {
    throw new StuntkeyError('bad-authority', 'certificate: expected an authority’s, got one that is not');
  }
  return tbsCertificate.subject.map((relative) => {
    const [attribute] = relative;
    const type = attribute && TYPES[attribute.type];
    const value = attribute?.value.utf8String ?? attribute?.value.printableString;
    if (relative.length !== 1 || type === undefined || value === undefined) {
      throw new StuntkeyError(
        'bad-authority',
        'certificate: expected a subject of CN, O, OU, C and serialNumber, as UTF8String or PrintableString',
      );
    }
    return [type, value] as const;
  });
}
