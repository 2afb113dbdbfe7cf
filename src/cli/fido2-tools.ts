/**
 * Ceremonies as the programs of libfido2 take them, line by line: fido2-cred(1) and fido2-assert(1), "INPUT FORMAT" of -V. Bytes are
 * in base64; authenticator data is CBOR.
 */

import { base64, fromBase64url } from '../base/base64url.ts';
import { isBytes } from '../base/bytes.ts';
import { encodeCbor } from '../cbor/cbor.ts';
import { sha256 } from '../crypto/hash.ts';
import { decodeAttestationObject } from '../ctap/attestation-object.ts';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '../webauthn/types.ts';

const clientDataHash = (clientDataJSON: string): string => base64(sha256(fromBase64url(clientDataJSON)));

/** What `fido2-cred -V` takes. A certificate there is only one: that of the attestation's own key. */
export function registrationLines({ rawId, response }: RegistrationResponseJSON, rpId: string): string[] {
  const { fmt, attStmt, authData } = decodeAttestationObject(fromBase64url(response.attestationObject));
  const statement = attStmt instanceof Map ? attStmt : new Map();
  const [signature, x5c] = [statement.get('sig'), statement.get('x5c')];
  const certificate: unknown = Array.isArray(x5c) ? x5c[0] : undefined;
  return [
    clientDataHash(response.clientDataJSON),
    rpId,
    fmt,
    base64(encodeCbor(authData)),
    base64(fromBase64url(rawId)),
    isBytes(signature) ? base64(signature) : '',
    ...(isBytes(certificate) ? [base64(certificate)] : []),
  ];
}

/** What `fido2-assert -V` takes, and behind that the user handle where there is one. */
export function assertionLines({ response }: AuthenticationResponseJSON, rpId: string): string[] {
  return [
    clientDataHash(response.clientDataJSON),
    rpId,
    base64(encodeCbor(fromBase64url(response.authenticatorData))),
    base64(fromBase64url(response.signature)),
    ...(response.userHandle === undefined ? [] : [base64(fromBase64url(response.userHandle))]),
  ];
}
