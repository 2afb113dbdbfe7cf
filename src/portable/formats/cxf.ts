/**
 * The passkey of FIDO's Credential Exchange Format 1.0 (https://fidoalliance.org/specs/cx/cxf-v1.0-ps-20250814.html), in an
 * item of its own.
 */
import { base64url } from '../../base/base64url.ts';
import { concat, utf8 } from '../../base/bytes.ts';
import { toPkcs8 } from '../../crypto/formats/pkcs8.ts';
import { sha256 } from '../../crypto/hash.ts';
import type { CredentialRecord } from '../../store/record.ts';
import { Members } from '../members.ts';
import { malformed, notPortable } from '../warning.ts';
import { assemble, type Format, keyOf, pkcs8Key } from './format.ts';

/** Bytes are in base64url. */
export interface CxfPasskey {
  readonly type: 'passkey';
  readonly credentialId: string;
  readonly rpId: string;
  readonly username: string;
  readonly userDisplayName: string;
  readonly userHandle: string;
  /** PKCS#8. */
  readonly key: string;
  readonly fido2Extensions?: CxfFido2Extensions;
}

/** Secrets of the extensions of a passkey in CXF; bytes in base64url. */
export interface CxfFido2Extensions {
  readonly hmacCredentials?: {
    readonly algorithm: 'hmac-sha256';
    readonly credWithUV: string;
    readonly credWithoutUV: string;
  };
  readonly credBlob?: string;
  /** The data is compressed with DEFLATE. */
  readonly largeBlob?: { readonly uncompressedSize: number; readonly data: string };
  readonly payments?: boolean;
}

/** An entry of an account in CXF. */
export interface CxfItem {
  /** At most 64 bytes. */
  readonly id: string;
  readonly title: string;
  readonly credentials: readonly CxfPasskey[];
}

/** The file: section 3.1, and in it one account of 3.2. */
export interface CxfHeader {
  readonly version: { readonly major: 1; readonly minor: 0 };
  readonly exporterRpId: string;
  readonly exporterDisplayName: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly accounts: readonly CxfAccount[];
}

/** An account in FIDO's Credential Exchange Format. */
export interface CxfAccount {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly collections: readonly never[];
  readonly items: readonly CxfItem[];
}

/** A file of items, in one account without a person. */
export function cxfFile(items: readonly CxfItem[], seconds: number): CxfHeader {
  const account: CxfAccount = {
    id: base64url(sha256(utf8('stuntkey')).subarray(0, 16)),
    username: '',
    email: '',
    collections: [],
    items,
  };
  return {
    version: { major: 1, minor: 0 },
    exporterRpId: 'stuntkey.invalid',
    exporterDisplayName: 'stuntkey (test keys)',
    timestamp: seconds,
    accounts: [account],
  };
}

const SECRET = 32;

function extensionsOf(record: CredentialRecord): CxfFido2Extensions {
  const { credRandom, credBlob, largeBlob, largeBlobOriginalSize = 0, thirdPartyPayment } = record;
  return {
    ...(credRandom && {
      hmacCredentials: {
        algorithm: 'hmac-sha256',
        credWithUV: base64url(credRandom.subarray(0, SECRET)),
        credWithoutUV: base64url(credRandom.subarray(SECRET)),
      },
    }),
    ...(credBlob && { credBlob: base64url(credBlob) }),
    ...(largeBlob && {
      largeBlob: { uncompressedSize: largeBlobOriginalSize, data: base64url(largeBlob) },
    }),
    ...(thirdPartyPayment !== undefined && { payments: thirdPartyPayment }),
  };
}

/** The members of a record that CXF has as extensions. */
function readExtensions(extensions: Members | undefined): Partial<CredentialRecord> {
  const hmac = extensions?.object('hmacCredentials');
  const algorithm = hmac?.text('algorithm');
  if (algorithm !== undefined && algorithm !== 'hmac-sha256') throw hmac?.fail('algorithm', 'hmac-sha256');
  const secrets =
    hmac && concat(hmac.bytes('credWithUV', SECRET, SECRET), hmac.bytes('credWithoutUV', SECRET, SECRET));
  const credBlob = extensions?.optionalBytes('credBlob');
  const blob = extensions?.object('largeBlob');
  const payments = extensions?.flag('payments');
  return {
    ...(secrets && { credRandom: secrets }),
    ...(credBlob && { credBlob }),
    ...(blob && {
      largeBlobSupported: true,
      largeBlob: blob.bytes('data'),
      largeBlobOriginalSize: blob.integer('uncompressedSize', 0, Number.MAX_SAFE_INTEGER) ?? 0,
    }),
    ...(payments !== undefined && { thirdPartyPayment: payments }),
  };
}

/** The passkey itself: alone, or in an item that holds nothing else. */
function passkeyIn(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('credentials' in value)) return value;
  const { credentials } = value;
  if (!Array.isArray(credentials) || credentials.length !== 1)
    throw malformed('cxf', 'credentials', 'an array of one passkey', credentials);
  return credentials[0];
}

export const cxf: Format<CxfItem> = {
  name: 'cxf',
  write(record) {
    const { rpId, userId, signCount } = record;
    if (rpId === undefined || userId === undefined)
      throw notPortable('cxf', 'it was made over U2F, and knows neither RP ID nor user');
    // Section 3.3.13: passkeys with a counter that is not zero must be excluded.
    if (signCount !== 0)
      throw notPortable(
        'cxf',
        `its signature counter is ${signCount}, and the format has only passkeys without a counter`,
      );
    const extensions = extensionsOf(record);
    const passkey: CxfPasskey = {
      type: 'passkey',
      credentialId: base64url(record.id),
      rpId,
      username: record.userName ?? '',
      userDisplayName: record.userDisplayName ?? '',
      userHandle: base64url(userId),
      key: base64url(toPkcs8(keyOf(record))),
      ...(Object.keys(extensions).length > 0 && { fido2Extensions: extensions }),
    };
    return { id: base64url(sha256(record.id).subarray(0, 16)), title: rpId, credentials: [passkey] };
  },
  read(value, known) {
    const members = new Members('cxf', passkeyIn(value));
    if (members.text('type') !== 'passkey') throw members.fail('type', 'passkey');
    const id = members.bytes('credentialId', 1, 1023);
    const key = pkcs8Key('cxf', 'key', members.bytes('key'), known.algorithm);
    const extensions = members.object('fido2Extensions');
    const record = assemble(
      key,
      {
        id,
        rpId: members.text('rpId'),
        // What providers exchange are passkeys that can be found without their ID, and that have just been copied.
        discoverable: true,
        userId: members.bytes('userHandle', 1, 64),
        userName: members.optionalText('username') || undefined,
        userDisplayName: members.optionalText('userDisplayName') || undefined,
        signCount: 0,
        backupEligible: true,
        backupState: true,
        ...readExtensions(extensions),
      },
      known,
    );
    return { record, warnings: [...members.unread(id), ...(extensions?.unread(id) ?? [])] };
  },
};
