/** Compares a credential with what comes back from a format. */

import { base64url } from '../base/base64url.ts';
import { equal, isBytes } from '../base/bytes.ts';
import { inflate } from '../base/deflate.ts';
import type { CredentialRecord } from '../store/record.ts';
import { type PortableWarning, shown } from './warning.ts';

/** Every member that is no longer the same. */
export async function losses(
  format: string,
  before: CredentialRecord,
  after: CredentialRecord,
): Promise<PortableWarning[]> {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof CredentialRecord>;
  const lost: PortableWarning[] = [];
  for (const member of names) {
    if (await same(member, before[member], after[member])) continue;
    lost.push({
      code: 'lost',
      format,
      id: base64url(before.id),
      member,
      message: `${format} has no place for ${member}: ${shown(before[member])} becomes ${shown(after[member])}`,
    });
  }
  return lost;
}

async function same(member: keyof CredentialRecord, before: unknown, after: unknown): Promise<boolean> {
  if (!isBytes(before) || !isBytes(after)) return before === after;
  if (equal(before, after)) return true;
  // Compressed anew: what it says counts.
  if (member !== 'largeBlob') return false;
  try {
    return equal(await inflate(before), await inflate(after));
  } catch {
    return false;
  }
}
