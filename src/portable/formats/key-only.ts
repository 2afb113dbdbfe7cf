/** Formats of keys: PEM and JWK. The caller has to know the other members of a credential. */
import { base64url, fromBase64url, isBase64url } from '../../base/base64url.ts';
import { algorithmOfJwk, fromJwk, type Jwk, toJwk } from '../../crypto/formats/jwk.ts';
import { toPem } from '../../crypto/formats/pem.ts';
import { toPkcs8 } from '../../crypto/formats/pkcs8.ts';
import { pkcs8FromPem } from '../../crypto/formats/private-pem.ts';
import { toSpki } from '../../crypto/formats/spki.ts';
import type { KeyPair } from '../../crypto/key-pair.ts';
import type { CredentialRecord } from '../../store/record.ts';
import { malformed } from '../warning.ts';
import { assemble, type Format, type KnownMembers, keyOf, pkcs8Key, readKey } from './format.ts';

/** A private JWK whose `kid` is the credential ID in base64url. */
export interface CredentialJwk extends Jwk {
  readonly kid?: string;
}

function recordOf(
  format: string,
  key: KeyPair,
  id: Uint8Array | undefined,
  known: KnownMembers,
): CredentialRecord {
  const { rpId, userId } = known;
  if (id === undefined || id.length === 0 || id.length > 1023)
    throw malformed(format, 'id', 'a credential ID of 1 to 1023 bytes, which a key does not have', id);
  if (rpId === undefined || rpId === '')
    throw malformed(format, 'rpId', 'an RP ID, which a key does not have', rpId);
  const discoverable = known.discoverable ?? userId !== undefined;
  if (discoverable && userId === undefined)
    throw malformed(format, 'userId', 'one, since it is discoverable', userId);
  const parts = { id, rpId, discoverable, signCount: 0, backupEligible: false, backupState: false };
  return assemble(key, parts, known);
}

/** Two blocks: PKCS#8 of the private key, SPKI of the public one. Only the first is read; SEC1 and PKCS#1 are read, too. */
export const pem: Format<string> = {
  name: 'pem',
  write: (record) =>
    toPem('PRIVATE KEY', toPkcs8(keyOf(record))) +
    toPem('PUBLIC KEY', toSpki(record.algorithm, record.publicKey)),
  read(value, known) {
    if (typeof value !== 'string') throw malformed('pem', 'credential', 'a text', value);
    const der = readKey('pem', 'PRIVATE KEY', () => pkcs8FromPem(value));
    const key = pkcs8Key('pem', 'PRIVATE KEY', der, known.algorithm);
    return { record: recordOf('pem', key, known.id, known), warnings: [] };
  },
};

export const jwk: Format<CredentialJwk> = {
  name: 'jwk',
  write: (record) => ({ ...toJwk(keyOf(record)), kid: base64url(record.id) }),
  read(value, known) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw malformed('jwk', 'credential', 'an object', value);
    const { kid, ...key } = value as CredentialJwk;
    const id = known.id ?? (typeof kid === 'string' && isBase64url(kid) ? fromBase64url(kid) : undefined);
    const pair = readKey('jwk', 'key', () => fromJwk(known.algorithm ?? algorithmOfJwk(key), key));
    return { record: recordOf('jwk', pair, id, known), warnings: [] };
  },
};
