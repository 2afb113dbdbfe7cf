/** A passkey in Playwright's `context.credentials` and `storageState({ credentials: true })` (since 1.61). */
import { base64url } from '../../base/base64url.ts';
import { equal } from '../../base/bytes.ts';
import { toPkcs8 } from '../../crypto/formats/pkcs8.ts';
import { toSpki } from '../../crypto/formats/spki.ts';
import { Members } from '../members.ts';
import { notPortable } from '../warning.ts';
import { assemble, type Format, keyOf, pkcs8Key } from './format.ts';

/** Bytes are in base64url. */
export interface PlaywrightCredential {
  readonly id: string;
  readonly rpId: string;
  readonly userHandle: string;
  /** PKCS#8. Playwright itself signs with P-256 only. */
  readonly privateKey: string;
  /** SPKI. */
  readonly publicKey: string;
  readonly signCount: number;
}

export const playwright: Format<PlaywrightCredential> = {
  name: 'playwright',
  write(record) {
    const { rpId, userId } = record;
    if (rpId === undefined || userId === undefined)
      throw notPortable('playwright', 'it was made over U2F, and knows neither RP ID nor user');
    return {
      id: base64url(record.id),
      rpId,
      userHandle: base64url(userId),
      privateKey: base64url(toPkcs8(keyOf(record))),
      publicKey: base64url(toSpki(record.algorithm, record.publicKey)),
      signCount: record.signCount,
    };
  },
  unusable: ({ algorithm }) =>
    algorithm === -7
      ? undefined
      : { member: 'algorithm', why: `Playwright signs with ES256 only, not with ${algorithm}` },
  read(value, known) {
    const members = new Members('playwright', value);
    const id = members.bytes('id', 1, 1023);
    const key = pkcs8Key('playwright', 'privateKey', members.bytes('privateKey'), known.algorithm);
    const spki = members.optionalBytes('publicKey');
    if (spki !== undefined && !equal(spki, toSpki(key.algorithm, key.public)))
      throw members.fail('publicKey', "SPKI of the private key's public key");
    const record = assemble(
      key,
      {
        id,
        rpId: members.text('rpId'),
        // All of Playwright's are.
        discoverable: true,
        userId: members.bytes('userHandle', 1, 64),
        signCount: members.integer('signCount', 0, 0xffff_ffff) ?? 0,
        backupEligible: false,
        backupState: false,
      },
      known,
    );
    return { record, warnings: members.unread(id) };
  },
};
