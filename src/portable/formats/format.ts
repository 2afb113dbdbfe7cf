/** A format of credentials. */

import { anything, type MaybeShape, type MembersOf, maybe } from '../../base/shape.ts';
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import { CryptoError } from '../../crypto/error.ts';
import { fromAnyPkcs8, fromPkcs8 } from '../../crypto/formats/pkcs8.ts';
import { rpIdHashOf } from '../../crypto/hash.ts';
import type { KeyPair } from '../../crypto/key-pair.ts';
import type { CredentialRecord } from '../../store/record.ts';
import type { PortableWarning } from '../warning.ts';

/** Members that the caller knows. They have precedence over the value's members. */
export type KnownMembers = Partial<Omit<CredentialRecord, 'rpIdHash' | 'privateKey' | 'publicKey'>>;

const any = maybe(anything) as MaybeShape<never>;

/** Their names: what is misspelled would be left out. */
export const knownMembers: MembersOf<KnownMembers> = {
  id: any,
  rpId: any,
  rpName: any,
  algorithm: any,
  discoverable: any,
  userId: any,
  userName: any,
  userDisplayName: any,
  userIcon: any,
  signCount: any,
  backupEligible: any,
  backupState: any,
  credProtect: any,
  credRandom: any,
  credBlob: any,
  largeBlobKey: any,
  largeBlob: any,
  largeBlobOriginalSize: any,
  largeBlobSupported: any,
  thirdPartyPayment: any,
};

/** A credential that was read, and warnings for members that were left out. */
export interface Read {
  readonly record: CredentialRecord;
  readonly warnings: readonly PortableWarning[];
}

export interface Format<Value> {
  readonly name: string;
  /** @throws StuntkeyError `not-portable` for a credential that the format has no place for */
  write(record: CredentialRecord): Value | Promise<Value>;
  /** The member that the format's own programs cannot use, and why. */
  unusable?(record: CredentialRecord): { readonly member: string; readonly why: string } | undefined;
  /** @throws StuntkeyError `bad-credential` that names what is missing or malformed, or `bad-key` */
  read(value: unknown, known: KnownMembers): Read | Promise<Read>;
}

export function keyOf(record: CredentialRecord): KeyPair {
  return { algorithm: record.algorithm, secret: record.privateKey, public: record.publicKey };
}

/** @throws StuntkeyError `bad-key` */
export function readKey<Key>(format: string, member: string, read: () => Key): Key {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof CryptoError)) throw cause;
    throw new StuntkeyError('bad-key', `${format}: ${member}: ${cause.message}`, { cause });
  }
}

/** A key from PKCS#8, for the known algorithm, or the first algorithm for its kind of key. */
export function pkcs8Key(format: string, member: string, der: Uint8Array, algorithm?: number): KeyPair {
  return readKey(format, member, () =>
    algorithm === undefined ? fromAnyPkcs8(der) : fromPkcs8(algorithm, der),
  );
}

/** The members that every format has, under some name. */
export type Parts = Omit<
  CredentialRecord,
  'rpIdHash' | 'algorithm' | 'privateKey' | 'publicKey' | 'credProtect'
> & {
  readonly rpId: string;
  readonly credProtect?: 1 | 2 | 3;
};

/** A record of these parts; undefined members are left out, known members are preferred. */
export function assemble(
  key: KeyPair,
  parts: { [Name in keyof Parts]: Parts[Name] | undefined },
  known: KnownMembers,
): CredentialRecord {
  const said = Object.entries({ ...parts, ...known }).filter(([, value]) => value !== undefined);
  const { rpId } = { ...parts, ...known } as Parts;
  return {
    credProtect: 1,
    ...(Object.fromEntries(said) as unknown as Parts),
    rpIdHash: rpIdHashOf(rpId),
    algorithm: key.algorithm,
    privateKey: key.secret,
    publicKey: key.public,
  };
}
