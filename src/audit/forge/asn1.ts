/** The ASN.1 library, as far as certificates are changed with it: `certificates.ts` loads it before the first change. */
export { AuthorizationList, IntegerSet, KeyDescription } from '@peculiar/asn1-android';
export { AsnConvert, OctetString } from '@peculiar/asn1-schema';
export * as x509 from '@peculiar/asn1-x509';
