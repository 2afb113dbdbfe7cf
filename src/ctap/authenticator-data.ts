/**
 * Authenticator data (https://www.w3.org/TR/webauthn-3/#sctn-authenticator-data):
 * rpIdHash (32) | flags (1) | signCount (4, big-endian) | attested credential data, if AT | extensions, if ED.
 * Attested credential data: AAGUID (16) | length (2, big-endian) | credential ID | COSE key.
 */
import { endOfItem, MAX_DEPTH } from '../cbor/canonical.ts';
import { type CborMap, type CborValue, decodeTrusted } from '../cbor/cbor.ts';
import { CborError } from '../cbor/error.ts';
import { CborReader, notPlain } from '../cbor/reader.ts';
import { CborWriter } from '../cbor/writer.ts';

/** Bits of the flags byte. */
export const AuthenticatorDataFlags = {
  /** User present. */
  UP: 0x01,
  /** User verified. */
  UV: 0x04,
  /** Backup eligible. */
  BE: 0x08,
  /** Backup state: currently backed up. */
  BS: 0x10,
  /** Attested credential data follows. */
  AT: 0x40,
  /** Extension data follows. */
  ED: 0x80,
} as const;

/** The part of authenticator data that describes a new credential. */
export interface AttestedCredentialData {
  /** 16 bytes. */
  readonly aaguid: Uint8Array;
  /** At most 1023 bytes. */
  readonly credentialId: Uint8Array;
  /** The credential public key, a COSE_Key. */
  readonly credentialPublicKey: CborMap;
}

/** Authenticator data, decoded ([WebAuthn 6.1](https://www.w3.org/TR/webauthn-3/#sctn-authenticator-data)). */
export interface AuthenticatorData {
  /** SHA-256 of the RP ID, 32 bytes. */
  readonly rpIdHash: Uint8Array;
  /** The flags byte, unchanged. AT and ED always agree with the members below. */
  readonly flags: number;
  /** 0 to 2^32 - 1. */
  readonly signCount: number;
  readonly attestedCredentialData?: AttestedCredentialData;
  /** Extension outputs; absent when there are none. */
  readonly extensions?: CborMap;
}

/** Thrown when bytes are not authenticator data. */
export class AuthenticatorDataError extends Error {
  override readonly name = 'AuthenticatorDataError';
  readonly code: 'too-short' | 'credential-id-length' | 'bad-cbor' | 'trailing-bytes';

  constructor(code: AuthenticatorDataError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Length of authenticator data that has neither credential nor extensions. */
export const SHORTEST_AUTHENTICATOR_DATA = 37;
const FIXED = SHORTEST_AUTHENTICATOR_DATA;
/** WebAuthn's limit on credential IDs: 1023 bytes. */
export const MAX_CREDENTIAL_ID = 1023;

/** Writes authenticator data; the flags AT and ED follow from what is given. @throws CborError for extensions that CTAP2's CBOR cannot hold */
export function encodeAuthenticatorData(data: AuthenticatorData): Uint8Array {
  const { AT, ED } = AuthenticatorDataFlags;
  const attested = data.attestedCredentialData;
  const extensions = data.extensions?.size === 0 ? undefined : data.extensions;
  const bytes = CborWriter.written((to) => {
    to.free(FIXED);
    if (attested !== undefined) {
      to.free(18 + attested.credentialId.length);
      to.value(attested.credentialPublicKey);
    }
    if (extensions !== undefined) to.value(extensions);
  });
  const flags = (data.flags & ~(AT | ED)) | (attested ? AT : 0) | (extensions ? ED : 0);
  bytes.set(data.rpIdHash, 0);
  bytes[32] = flags;
  bytes[33] = data.signCount >>> 24;
  bytes[34] = data.signCount >>> 16;
  bytes[35] = data.signCount >>> 8;
  bytes[36] = data.signCount;
  if (attested !== undefined) {
    bytes.set(attested.aaguid, FIXED);
    bytes[53] = attested.credentialId.length >>> 8;
    bytes[54] = attested.credentialId.length;
    bytes.set(attested.credentialId, 55);
  }
  return bytes;
}

/**
 * Reads authenticator data.
 *
 * @throws AuthenticatorDataError when it is cut off, has a credential ID over 1023 bytes, CBOR that is not canonical,
 *   or bytes behind its end
 */
export function decodeAuthenticatorData(bytes: Uint8Array): AuthenticatorData {
  need(bytes, FIXED);
  const flags = bytes[32] as number;
  const signCount = uint16(bytes, 33) * 0x1_0000 + uint16(bytes, 35);
  let offset = FIXED;
  let attestedCredentialData: AttestedCredentialData | undefined;
  let extensions: CborMap | undefined;
  if (flags & AuthenticatorDataFlags.AT) {
    need(bytes, offset + 18);
    const length = uint16(bytes, offset + 16);
    if (length > MAX_CREDENTIAL_ID) {
      throw new AuthenticatorDataError(
        'credential-id-length',
        `expected a credential ID of at most 1023 bytes, got ${length}`,
      );
    }
    const idStart = offset + 18;
    need(bytes, idStart + length);
    const [credentialPublicKey, end] = readMap(bytes, idStart + length);
    attestedCredentialData = {
      aaguid: bytes.slice(offset, offset + 16),
      credentialId: bytes.slice(idStart, idStart + length),
      credentialPublicKey,
    };
    offset = end;
  }
  if (flags & AuthenticatorDataFlags.ED) [extensions, offset] = readMap(bytes, offset);
  if (offset !== bytes.length) {
    throw new AuthenticatorDataError(
      'trailing-bytes',
      `expected the end, got ${bytes.length - offset} more bytes`,
    );
  }
  return {
    rpIdHash: bytes.slice(0, 32),
    flags,
    signCount,
    ...(attestedCredentialData && { attestedCredentialData }),
    ...(extensions && { extensions }),
  };
}

function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

function need(bytes: Uint8Array, length: number): void {
  if (bytes.length < length) {
    throw new AuthenticatorDataError('too-short', `expected at least ${length} bytes, got ${bytes.length}`);
  }
}

function readMap(bytes: Uint8Array, start: number): [CborMap, number] {
  try {
    const from = new CborReader(bytes, start, MAX_DEPTH, true);
    return [from.map(), from.at];
  } catch (error) {
    if (error !== notPlain && !(error instanceof CborError)) throw error;
    return readMapClosely(bytes, start);
  }
}

/** The same of one that is not plain, or none. */
function readMapClosely(bytes: Uint8Array, start: number): [CborMap, number] {
  let value: CborValue;
  let end: number;
  try {
    end = endOfItem(bytes, start);
    value = decodeTrusted(bytes.slice(start, end));
  } catch (error) {
    if (!(error instanceof CborError)) throw error;
    throw new AuthenticatorDataError('bad-cbor', error.message, { cause: error });
  }
  if (!(value instanceof Map)) throw new AuthenticatorDataError('bad-cbor', 'expected a map');
  return [value, end];
}
