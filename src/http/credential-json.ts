/** A credential as answers have it, without its secrets. */
import { base64url } from '../base/base64url.ts';
import { toSpki } from '../crypto/formats/spki.ts';
import type { CredentialRecord } from '../store/record.ts';

export function credentialJson(record: CredentialRecord): Readonly<Record<string, unknown>> {
  const { id, rpId, rpIdHash, rpName, userId, userName, userDisplayName, algorithm, publicKey } = record;
  const { discoverable, signCount, backupEligible, backupState, credProtect } = record;
  const { credBlob, largeBlob } = record;
  return {
    id: base64url(id),
    rpId,
    rpIdHash: base64url(rpIdHash),
    rpName,
    userId: userId && base64url(userId),
    userName,
    userDisplayName,
    algorithm,
    publicKey: base64url(toSpki(algorithm, publicKey)),
    discoverable,
    signCount,
    backupEligible,
    backupState,
    credProtect,
    extensions: extensionsOf(record),
    ...(credBlob && { credBlob: credBlob.length }),
    ...(largeBlob && { largeBlob: largeBlob.length }),
  };
}

/** What it was made with, by the names that the extensions have in CTAP. */
function extensionsOf({
  credRandom,
  credBlob,
  largeBlobKey,
  largeBlob,
  largeBlobSupported,
  thirdPartyPayment,
}: CredentialRecord): string[] {
  const has: Readonly<Record<string, boolean>> = {
    'hmac-secret': credRandom !== undefined,
    credBlob: credBlob !== undefined,
    largeBlobKey: largeBlobKey !== undefined,
    largeBlob: largeBlobSupported === true || largeBlob !== undefined,
    thirdPartyPayment: thirdPartyPayment === true,
  };
  return Object.keys(has).filter((name) => has[name]);
}
