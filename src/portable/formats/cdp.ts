/** Credential of the WebAuthn domain (https://chromedevtools.github.io/devtools-protocol/tot/WebAuthn/#type-Credential). */

import { base64 } from '../../base/base64url.ts';
import { deflate, inflate } from '../../base/deflate.ts';
import { toPkcs8 } from '../../crypto/formats/pkcs8.ts';
import type { CredentialRecord } from '../../store/record.ts';
import { Members, type Spelling } from '../members.ts';
import { notPortable } from '../warning.ts';
import { assemble, type Format, type KnownMembers, keyOf, pkcs8Key, type Read } from './format.ts';

/** COSE numbers of the keys that Chromium accepts; a test asks Chromium. */
export const CHROMIUM_ALGORITHMS: readonly number[] = [-7, -8, -257, -48, -49, -50];

/** ESP256 and Ed25519 sign as ES256 and EdDSA do: their keys are the same. */
const SIGNS_AS: Readonly<Record<number, number>> = { [-9]: -7, [-19]: -8 };

/** Whether Chromium's virtual authenticator signs with keys of this algorithm correctly. */
export function chromiumSigns(algorithm: number): boolean {
  return CHROMIUM_ALGORITHMS.includes(SIGNS_AS[algorithm] ?? algorithm);
}

/** Why Chromium cannot use a credential, by the domain or by WebDriver. */
export function unusableInChromium({
  algorithm,
}: Pick<CredentialRecord, 'algorithm'>): { readonly member: string; readonly why: string } | undefined {
  if (chromiumSigns(algorithm)) return undefined;
  const why = `Chromium takes keys of ${CHROMIUM_ALGORITHMS.join(', ')} only, none of ${algorithm}`;
  return { member: 'algorithm', why };
}

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
  /** As the page wrote it, not compressed. */
  readonly largeBlob?: string;
  readonly backupEligibility?: boolean;
  readonly backupState?: boolean;
  readonly userName?: string;
  readonly userDisplayName?: string;
  /** For a device with the extension cmtgKey, an experiment of Chromium. Our credentials have none. */
  readonly cmtgKeys?: readonly string[];
  readonly activeCmtgKeyIndex?: number;
  readonly generateCmtgKeyOnNextOperation?: boolean;
}

/** The members that the domain and WebDriver share. Only the spelling of bytes and the large blob differ. */
export function writeParameters(
  format: string,
  record: CredentialRecord,
  spell: (bytes: Uint8Array) => string,
): CdpCredential & { readonly rpId: string } {
  const { rpId, userId, userName, userDisplayName } = record;
  if (rpId === undefined) throw notPortable(format, 'it was made over U2F, and knows no RP ID');
  return {
    credentialId: spell(record.id),
    isResidentCredential: record.discoverable,
    rpId,
    privateKey: spell(toPkcs8(keyOf(record))),
    ...(userId && { userHandle: spell(userId) }),
    signCount: record.signCount,
    backupEligibility: record.backupEligible,
    backupState: record.backupState,
    ...(userName !== undefined && { userName }),
    ...(userDisplayName !== undefined && { userDisplayName }),
  };
}

/** The large blob, decompressed and spelled. */
export async function writeBlob(
  { largeBlob }: CredentialRecord,
  spell: (bytes: Uint8Array) => string,
): Promise<{ readonly largeBlob?: string }> {
  return largeBlob === undefined ? {} : { largeBlob: spell(await inflate(largeBlob)) };
}

/**
 * Reads what {@link writeParameters} writes, and the large blob as it is.
 *
 * @throws StuntkeyError `bad-credential`, `bad-key`
 */
export function readParameters(
  format: string,
  value: unknown,
  known: KnownMembers,
  spelling: Spelling,
): Read & { readonly blob: Uint8Array | undefined } {
  const members = new Members(format, value, spelling);
  const id = members.bytes('credentialId', 1, 1023);
  const discoverable = members.flag('isResidentCredential');
  if (discoverable === undefined) throw members.fail('isResidentCredential', 'true or false');
  const userId = members.someBytes('userHandle', 64);
  if (discoverable && userId === undefined)
    throw members.fail('userHandle', '1 to 64 bytes, as it is discoverable');
  const backupEligible = members.flag('backupEligibility') ?? false;
  const backupState = members.flag('backupState') ?? false;
  if (backupState && !backupEligible) throw members.fail('backupState', 'false without backupEligibility');
  const blob = members.optionalBytes('largeBlob');
  const parts = {
    id,
    rpId: members.text('rpId'),
    discoverable,
    userId,
    // Empty is what the domain writes for none.
    userName: members.optionalText('userName') || undefined,
    userDisplayName: members.optionalText('userDisplayName') || undefined,
    signCount: Math.max(0, members.integer('signCount', -1, 0xffff_ffff) ?? 0),
    backupEligible,
    backupState,
  };
  const key = pkcs8Key(format, 'privateKey', members.bytes('privateKey'), known.algorithm);
  return { record: assemble(key, parts, known), warnings: members.unread(id), blob };
}

/** The record with the blob that was read beside it. */
export async function withBlob({ record, warnings, blob }: ReturnType<typeof readParameters>): Promise<Read> {
  if (blob === undefined) return { record, warnings };
  const largeBlob = await deflate(blob);
  const stored = { largeBlobSupported: true, largeBlob, largeBlobOriginalSize: blob.length };
  return { record: { ...record, ...stored }, warnings };
}

export const cdp: Format<CdpCredential> = {
  name: 'cdp',
  write: async (record) => ({
    ...writeParameters('cdp', record, base64),
    ...(await writeBlob(record, base64)),
  }),
  unusable: unusableInChromium,
  read: (value, known) => withBlob(readParameters('cdp', value, known, 'base64')),
};
