/**
 * The attestation object that a client hands to the page (https://www.w3.org/TR/webauthn-3/#sctn-generating-an-attestation-object):
 * CTAP answers with integer keys, the object has the texts fmt, attStmt, authData, in that (canonical) order.
 */
import { type CborValue, decodeCbor } from '../cbor/cbor.ts';
import { CborWriter } from '../cbor/writer.ts';
import { anything, bytes, type Struct, struct, text } from './struct.ts';

/** The three members of an attestation object. */
export interface AttestationObject {
  readonly fmt: string;
  /** A map, or an array for "compound". */
  readonly attStmt: CborValue;
  readonly authData: Uint8Array;
}

/** "compound" nests whole statements: object, array, element, statement, x5c. CTAP's four levels are not enough. */
const ATTESTATION_DEPTH = 8;

const attestationObject: Struct<AttestationObject> = struct<AttestationObject>('attestationObject', () => ({
  fmt: { key: 'fmt', type: text, required: true },
  attStmt: { key: 'attStmt', type: anything, required: true },
  authData: { key: 'authData', type: bytes(), required: true },
}));

/** Writes an attestation object. @throws CborError `unsupported-value` for a statement that CTAP2's CBOR cannot hold */
export function encodeAttestationObject(object: AttestationObject): Uint8Array {
  return CborWriter.written((to) => attestationObject.put(to, object));
}

/**
 * Reads an attestation object.
 *
 * @throws CborError if the bytes are not canonical CBOR; CtapError if a member is missing or of the wrong type
 */
export function decodeAttestationObject(object: Uint8Array): AttestationObject {
  return attestationObject.read(decodeCbor(object, ATTESTATION_DEPTH), '');
}
