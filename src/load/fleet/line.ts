/** A person as a line of JSON, for databases. */
import { base64url } from '../../base/base64url.ts';
import type { PersonRecord } from './derivation.ts';

/** `{"index":…,"credentialId":…,"publicKey":…,"publicKeySpki":…,"userHandle":…,"algorithm":…}` and a newline; bytes in base64url. */
export function lineOf(record: PersonRecord): string {
  const { index, credentialId, publicKey, publicKeySpki, userHandle, algorithm } = record;
  return `${JSON.stringify({
    index,
    credentialId: base64url(credentialId),
    publicKey: base64url(publicKey),
    publicKeySpki: base64url(publicKeySpki),
    userHandle: base64url(userHandle),
    algorithm,
  })}\n`;
}
