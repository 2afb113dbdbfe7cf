/** Our own format: JSON that holds everything. */
import { base64url } from '../../base/base64url.ts';
import { equal } from '../../base/bytes.ts';
import { knownAlgorithm } from '../../crypto/algorithms.ts';
import { fromPkcs8, toPkcs8 } from '../../crypto/formats/pkcs8.ts';
import { rpIdHashOf } from '../../crypto/hash.ts';
import type { CredentialRecord } from '../../store/record.ts';
import { Members } from '../members.ts';
import { notPortable } from '../warning.ts';
import { type Format, keyOf, readKey } from './format.ts';

/** Bytes are in base64url; the private key is PKCS#8. Members as in CredentialRecord. */
export interface StuntkeyCredential {
  readonly format: 'stuntkey-credential';
  readonly version: 1;
  readonly [member: string]: string | number | boolean;
}

const BYTES = ['id', 'rpIdHash', 'userId', 'credRandom', 'credBlob', 'largeBlobKey', 'largeBlob'] as const;
const AS_THEY_ARE = [
  'rpId',
  'rpName',
  'algorithm',
  'discoverable',
  'userName',
  'userDisplayName',
  'signCount',
  'backupEligible',
  'backupState',
  'credProtect',
  'largeBlobOriginalSize',
  'largeBlobSupported',
  'thirdPartyPayment',
] as const;

export const stuntkey: Format<StuntkeyCredential> = {
  name: 'stuntkey',
  write(record) {
    const value: Record<string, string | number | boolean> = {};
    for (const name of AS_THEY_ARE) if (record[name] !== undefined) value[name] = record[name];
    for (const name of BYTES) if (record[name] !== undefined) value[name] = base64url(record[name]);
    return {
      format: 'stuntkey-credential',
      version: 1,
      ...value,
      privateKey: base64url(toPkcs8(keyOf(record))),
    };
  },
  read(value, known) {
    const members = new Members('stuntkey', value);
    if (members.text('format') !== 'stuntkey-credential') throw members.fail('format', 'stuntkey-credential');
    if (members.integer('version', 1, 0xffff) !== 1)
      throw notPortable('stuntkey', 'it is of a later version of this program');
    const algorithm = members.integer('algorithm', -0x8000_0000, 0x7fff_ffff) ?? 0;
    if (knownAlgorithm(algorithm) === undefined)
      throw members.fail('algorithm', 'a COSE number that is known');
    const key = readKey('stuntkey', 'privateKey', () => fromPkcs8(algorithm, members.bytes('privateKey')));
    const rpId = members.optionalText('rpId');
    const id = members.bytes('id', 1, 1023);
    const rpIdHash = members.bytes('rpIdHash', 32, 32);
    if (rpId !== undefined && !equal(rpIdHashOf(rpId), rpIdHash))
      throw members.fail('rpIdHash', 'SHA-256 of rpId');
    const discoverable = members.flag('discoverable') ?? false;
    const userId = members.someBytes('userId', 64);
    if (discoverable && userId === undefined)
      throw members.fail('userId', '1 to 64 bytes, as it is discoverable');
    const backupEligible = members.flag('backupEligible') ?? false;
    const backupState = members.flag('backupState') ?? false;
    if (backupState && !backupEligible) throw members.fail('backupState', 'false without backupEligible');
    const optional = {
      rpId,
      rpName: members.optionalText('rpName'),
      userId,
      userName: members.optionalText('userName'),
      userDisplayName: members.optionalText('userDisplayName'),
      credRandom: members.has('credRandom') ? members.bytes('credRandom', 64, 64) : undefined,
      credBlob: members.optionalBytes('credBlob'),
      largeBlobKey: members.has('largeBlobKey') ? members.bytes('largeBlobKey', 32, 32) : undefined,
      largeBlob: members.optionalBytes('largeBlob'),
      largeBlobOriginalSize: members.integer('largeBlobOriginalSize', 0, Number.MAX_SAFE_INTEGER),
      largeBlobSupported: members.flag('largeBlobSupported'),
      thirdPartyPayment: members.flag('thirdPartyPayment'),
    };
    const record: CredentialRecord = {
      id,
      rpIdHash,
      ...(Object.fromEntries(
        Object.entries(optional).filter(([, one]) => one !== undefined),
      ) as typeof optional as object),
      algorithm,
      privateKey: key.secret,
      publicKey: key.public,
      discoverable,
      signCount: members.integer('signCount', 0, 0xffff_ffff) ?? 0,
      backupEligible,
      backupState,
      credProtect: (members.integer('credProtect', 1, 3) ?? 1) as 1 | 2 | 3,
      ...known,
    };
    return { record, warnings: members.unread(id) };
  },
};
