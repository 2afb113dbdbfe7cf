/**
 * A passkey of Bitwarden's JSON export, not encrypted: an element of `login.fido2Credentials`, as its Fido2CredentialExport has it. All
 * members are texts; keys are of P-256; IDs of 16 bytes are written as GUIDs, others as "b64." and base64url.
 */
import { base64url, fromBase64url } from '../../base/base64url.ts';
import { fromHex, hex } from '../../base/bytes.ts';
import { toPkcs8 } from '../../crypto/formats/pkcs8.ts';
import type { CredentialRecord } from '../../store/record.ts';
import { Members } from '../members.ts';
import { notPortable } from '../warning.ts';
import { assemble, type Format, keyOf, pkcs8Key } from './format.ts';

/** A passkey in Bitwarden's export. */
export interface BitwardenFido2Credential {
  readonly credentialId: string;
  readonly keyType: 'public-key';
  readonly keyAlgorithm: 'ECDSA';
  readonly keyCurve: 'P-256';
  /** PKCS#8, in base64url. */
  readonly keyValue: string;
  readonly rpId: string;
  readonly rpName?: string;
  readonly userHandle?: string;
  readonly userName?: string;
  readonly userDisplayName?: string;
  readonly counter: string;
  readonly discoverable: 'true' | 'false';
  readonly creationDate: string;
}

/** A login that holds nothing but passkeys. */
export interface BitwardenItem {
  readonly type: 1;
  readonly name: string;
  readonly login: {
    readonly username: string | null;
    readonly uris: readonly { readonly match: null; readonly uri: string }[];
    readonly fido2Credentials: readonly BitwardenFido2Credential[];
  };
}

/** The whole file. */
export interface BitwardenExport {
  readonly encrypted: false;
  readonly folders: readonly never[];
  readonly items: readonly BitwardenItem[];
}

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const GUID_BYTES = 16;
const PREFIX = 'b64.';

function writeId(id: Uint8Array): string {
  return id.length === GUID_BYTES
    ? hex(id).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
    : PREFIX + base64url(id);
}

function readId(members: Members): Uint8Array {
  const text = members.text('credentialId');
  if (GUID.test(text)) return fromHex(text.replaceAll('-', ''));
  try {
    const id = fromBase64url(text.startsWith(PREFIX) ? text.slice(PREFIX.length) : '');
    if (id.length > 0 && id.length <= 1023) return id;
  } catch {}
  throw members.fail('credentialId', 'a GUID, or b64. and base64url');
}

function expectText(members: Members, name: string, expected: string): void {
  if (members.text(name) !== expected) throw members.fail(name, expected);
}

export const bitwarden: Format<BitwardenFido2Credential> = {
  name: 'bitwarden',
  write(record) {
    const { rpId, rpName, userId, userName, userDisplayName, algorithm } = record;
    if (rpId === undefined) throw notPortable('bitwarden', 'it was made over U2F, and knows no RP ID');
    if (algorithm !== -7) throw notPortable('bitwarden', `its keys are of ES256, not of ${algorithm}`);
    return {
      credentialId: writeId(record.id),
      keyType: 'public-key',
      keyAlgorithm: 'ECDSA',
      keyCurve: 'P-256',
      keyValue: base64url(toPkcs8(keyOf(record))),
      rpId,
      ...(rpName !== undefined && { rpName }),
      ...(userId && { userHandle: base64url(userId) }),
      ...(userName !== undefined && { userName }),
      ...(userDisplayName !== undefined && { userDisplayName }),
      counter: String(record.signCount),
      discoverable: record.discoverable ? 'true' : 'false',
      // When it was made is not known here; the reader wants a date.
      creationDate: '2026-01-01T00:00:00.000Z',
    };
  },
  read(value, known) {
    const members = new Members('bitwarden', value);
    const id = readId(members);
    expectText(members, 'keyType', 'public-key');
    expectText(members, 'keyAlgorithm', 'ECDSA');
    expectText(members, 'keyCurve', 'P-256');
    const key = pkcs8Key('bitwarden', 'keyValue', members.bytes('keyValue'), known.algorithm ?? -7);
    const discoverable = members.text('discoverable');
    if (discoverable !== 'true' && discoverable !== 'false')
      throw members.fail('discoverable', '"true" or "false"');
    const counter = members.text('counter');
    if (!/^\d{1,10}$/.test(counter) || Number(counter) > 0xffff_ffff)
      throw members.fail('counter', '"0" to "4294967295"');
    const userId = members.someBytes('userHandle', 64);
    if (discoverable === 'true' && userId === undefined)
      throw members.fail('userHandle', '1 to 64 bytes, as it is discoverable');
    members.optionalText('creationDate');
    const record = assemble(
      key,
      {
        id,
        rpId: members.text('rpId'),
        rpName: members.optionalText('rpName') || undefined,
        discoverable: discoverable === 'true',
        userId,
        userName: members.optionalText('userName') || undefined,
        userDisplayName: members.optionalText('userDisplayName') || undefined,
        signCount: Number(counter),
        // Bitwarden says of all its passkeys that they are copied, and a relying party holds them to that.
        backupEligible: true,
        backupState: true,
      },
      known,
    );
    return { record, warnings: members.unread(id) };
  },
};

/** A file of passkeys, one login each. */
export function bitwardenFile(
  records: readonly CredentialRecord[],
  values: readonly BitwardenFido2Credential[],
): BitwardenExport {
  return {
    encrypted: false,
    folders: [],
    items: values.map((value, place) => ({
      type: 1,
      name: value.rpId,
      login: {
        username: records[place]?.userName ?? null,
        uris: [{ match: null, uri: `https://${value.rpId}` }],
        fido2Credentials: [value],
      },
    })),
  };
}
