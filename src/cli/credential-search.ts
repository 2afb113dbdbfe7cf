/** Which credentials a command line means. */
import { base64url } from '../codec/base64url.ts';
import { StuntkeyError } from '../codec/stuntkey-error.ts';
import type { CredentialRecord } from '../store/record.ts';
import type { Store } from '../store/store.ts';
import { UsageError } from './error.ts';

export interface Wanted {
  readonly rpId?: string;
  readonly limit?: number;
}

/** The credentials, of one site or of all, one after the other. */
export function* matching(
  store: Store,
  { rpId, limit = Number.POSITIVE_INFINITY }: Wanted,
): Iterable<CredentialRecord> {
  let found = 0;
  if (limit === 0) return;
  for (const record of everything(store)) {
    if (rpId !== undefined && record.rpId !== rpId) continue;
    yield record;
    if (++found >= limit) return;
  }
}

function everything(store: Store): Iterable<CredentialRecord> {
  return store.read((reader) => [...reader.all()]);
}

/**
 * The one credential with this ID, or the only one whose ID begins so.
 *
 * @throws StuntkeyError `no-such-credential`; UsageError where there are several
 */
export function findCredential(store: Store, wanted: string): CredentialRecord {
  let found: CredentialRecord | undefined;
  for (const record of everything(store)) {
    const id = base64url(record.id);
    if (id === wanted) return record;
    if (!id.startsWith(wanted)) continue;
    if (found !== undefined)
      throw new UsageError(`several credentials have an ID that begins with ${wanted}`);
    found = record;
  }
  if (found !== undefined) return found;
  throw new StuntkeyError('no-such-credential', `no credential has an ID that begins with ${wanted}`);
}
