/** The extension of Android's key attestation (https://source.android.com/docs/security/features/keystore/attestation). */
import {
  AuthorizationList,
  IntegerSet,
  KeyDescription,
  SecurityLevel,
  type Version,
} from '@peculiar/asn1-android';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';

/** KeyMint's KM_PURPOSE_SIGN and KM_ORIGIN_GENERATED. */
const SIGN = 2;
const GENERATED = 0;

/** DER of a KeyDescription of version 300: a key that was made in the hardware, and signs. */
export function keyDescription(attestationChallenge: Uint8Array): Uint8Array {
  const description = new KeyDescription({
    attestationVersion: 300 as Version,
    attestationSecurityLevel: SecurityLevel.software,
    keymasterVersion: 0,
    keymasterSecurityLevel: SecurityLevel.software,
    attestationChallenge: new OctetString(attestationChallenge),
    uniqueId: new OctetString(),
    softwareEnforced: new AuthorizationList(),
    teeEnforced: new AuthorizationList({ purpose: new IntegerSet([SIGN]), origin: GENERATED }),
  });
  return new Uint8Array(AsnConvert.serialize(description));
}
