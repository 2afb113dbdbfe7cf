/**
 * The passkey file of KeePassXC (`.passkey`, since 2.7.7): JSON of one passkey, as its PasskeyExporter writes it and its PasskeyImporter
 * reads it. The key is PEM, the ID and the user handle are base64url.
 */
import { base64url } from '../../base/base64url.ts';
import { fromPem, toPem } from '../../crypto/formats/pem.ts';
import { toPkcs8 } from '../../crypto/formats/pkcs8.ts';
import { Members } from '../members.ts';
import { notPortable } from '../warning.ts';
import { assemble, type Format, keyOf, pkcs8Key, readKey } from './format.ts';

/** A `.passkey` file of KeePassXC. */
export interface KeePassXcPasskey {
  readonly credentialId: string;
  /** PEM of PKCS#8. */
  readonly privateKey: string;
  readonly relyingParty: string;
  readonly url: string;
  readonly userHandle: string;
  readonly username: string;
}

/** The algorithms that it signs with: ES256, EdDSA, RS256. */
const SIGNS: readonly number[] = [-7, -8, -257];

export const keepassxc: Format<KeePassXcPasskey> = {
  name: 'keepassxc',
  write(record) {
    const { rpId, userId } = record;
    if (rpId === undefined || userId === undefined)
      throw notPortable('keepassxc', 'it was made over U2F, and knows neither RP ID nor user');
    return {
      credentialId: base64url(record.id),
      privateKey: toPem('PRIVATE KEY', toPkcs8(keyOf(record))),
      relyingParty: rpId,
      url: `https://${rpId}`,
      userHandle: base64url(userId),
      username: record.userName ?? '',
    };
  },
  unusable({ algorithm, userName }) {
    if (!SIGNS.includes(algorithm))
      return {
        member: 'algorithm',
        why: `KeePassXC signs with ${SIGNS.join(', ')} only, not with ${algorithm}`,
      };
    if (!userName) return { member: 'userName', why: 'KeePassXC reads no passkey without a user name' };
    return undefined;
  },
  read(value, known) {
    const members = new Members('keepassxc', value);
    const id = members.bytes('credentialId', 1, 1023);
    const der = readKey('keepassxc', 'privateKey', () => fromPem('PRIVATE KEY', members.text('privateKey')));
    const key = pkcs8Key('keepassxc', 'privateKey', der, known.algorithm);
    // Of the entry around it, not of the passkey.
    members.optionalText('url');
    const record = assemble(
      key,
      {
        id,
        rpId: members.text('relyingParty'),
        // All of KeePassXC's are.
        discoverable: true,
        userId: members.bytes('userHandle', 1, 64),
        userName: members.optionalText('username') || undefined,
        signCount: 0,
        backupEligible: false,
        backupState: false,
      },
      known,
    );
    return { record, warnings: members.unread(id) };
  },
};
