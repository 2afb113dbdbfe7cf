/** Our credentials as the WebAuthn domain has them (https://chromedevtools.github.io/devtools-protocol/tot/WebAuthn/#type-Credential). */
import { base64, base64url, fromBase64url } from '../../codec/base64url.ts';
import { utf8 } from '../../codec/bytes.ts';
import { StuntkeyError } from '../../codec/stuntkey-error.ts';
import { fromAnyPkcs8, toPkcs8 } from '../../crypto/formats/pkcs8.ts';
import { sha256 } from '../../crypto/hash.ts';
import type { CredentialRecord } from '../../store/record.ts';

/** Bytes are in base64 with padding. */
export interface CdpCredential {
  readonly credentialId: string;
  readonly isResidentCredential: boolean;
  readonly rpId?: string;
  /** PKCS#8. */
  readonly privateKey: string;
  readonly userHandle?: string;
  /** -1 for a credential that does not count. */
  readonly signCount: number;
  readonly largeBlob?: string;
  readonly backupEligibility?: boolean;
  readonly backupState?: boolean;
  readonly userName?: string;
  readonly userDisplayName?: string;
}

/** @throws StuntkeyError `bad-credential` for a credential of U2F, which does not know its RP ID */
export function toCdpCredential(record: CredentialRecord): CdpCredential {
  const { rpId, userId, userName, userDisplayName } = record;
  if (rpId === undefined)
    throw new StuntkeyError('bad-credential', 'rpId: expected one, got a credential made over U2F');
  const key = { algorithm: record.algorithm, secret: record.privateKey, public: record.publicKey };
  return {
    credentialId: base64(record.id),
    isResidentCredential: record.discoverable,
    rpId,
    privateKey: base64(toPkcs8(key)),
    ...(userId && { userHandle: base64(userId) }),
    signCount: record.signCount,
    backupEligibility: record.backupEligible,
    backupState: record.backupState,
    ...(userName !== undefined && { userName }),
    ...(userDisplayName !== undefined && { userDisplayName }),
  };
}

/**
 * Bytes from base64 with padding.
 *
 * @param name of the member, for the error
 * @throws StuntkeyError `bad-credential`
 */
export function fromBase64(text: string, name: string): Uint8Array {
  const unpadded = text
    .replace(/={1,2}$/, '')
    .replaceAll('+', '-')
    .replaceAll('/', '_');
  try {
    const bytes = fromBase64url(unpadded);
    if (!/[-_]/.test(text) && base64(bytes) === text) return bytes;
  } catch {}
  throw new StuntkeyError(
    'bad-credential',
    `${name}: expected base64 with padding, got ${text.slice(0, 40)}`,
  );
}

/**
 * @throws StuntkeyError `bad-credential` for what is missing or no base64
 * @throws CryptoError for a key that cannot be read
 */
export function fromCdpCredential(credential: CdpCredential): CredentialRecord {
  const { rpId, userHandle, userName, userDisplayName, backupEligibility, backupState } = credential;
  if (rpId === undefined) throw new StuntkeyError('bad-credential', 'rpId: expected one, got none');
  const key = fromAnyPkcs8(fromBase64(credential.privateKey, 'privateKey'));
  const userId = userHandle ? fromBase64(userHandle, 'userHandle') : undefined;
  return {
    id: fromBase64(credential.credentialId, 'credentialId'),
    rpId,
    rpIdHash: sha256(utf8(rpId)),
    algorithm: key.algorithm,
    privateKey: key.secret,
    publicKey: key.public,
    discoverable: credential.isResidentCredential,
    ...(userId && { userId }),
    ...(userName && { userName }),
    ...(userDisplayName && { userDisplayName }),
    signCount: Math.max(0, credential.signCount),
    backupEligible: backupEligibility ?? false,
    backupState: backupState ?? false,
    credProtect: 1,
  };
}

/** The ID by which maps know a credential. */
export function keyOf(id: Uint8Array): string {
  return base64url(id);
}
