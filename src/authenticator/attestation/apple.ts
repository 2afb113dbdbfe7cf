/**
 * Apple Anonymous attestation (https://www.w3.org/TR/webauthn-3/#sctn-apple-anonymous-attestation): the credential's own key is
 * certified, and its certificate carries what would otherwise be signed.
 */
import type { CborValue } from '../../cbor/cbor.ts';
import { derElement, OCTET_STRING, SEQUENCE } from '../../crypto/formats/der.ts';
import { sha256 } from '../../crypto/hash.ts';
import { type AttestationFormat, attToBeSigned } from './format.ts';

const NONCE = '1.2.840.113635.100.8.2';
/** [1], constructed. */
const TAGGED = 0xa1;

export const apple: AttestationFormat = {
  fmt: 'apple',
  async attest(attestable) {
    const nonce = derElement(OCTET_STRING, sha256(attToBeSigned(attestable)));
    const value = derElement(SEQUENCE, derElement(TAGGED, nonce));
    const { certificates } = await attestable.identity({
      fmt: 'apple',
      key: attestable.key,
      extensions: [{ id: NONCE, critical: false, value }],
    });
    return new Map<string, CborValue>([['x5c', [...certificates]]]);
  },
};
