/** Which credentials a command line means. */
import { base64url, fromBase64url, isBase64url } from '../base/base64url.ts';
import { StuntkeyError } from '../base/stuntkey-error.ts';
import { rpIdHashOf } from '../crypto/hash.ts';
import type { LmdbStore } from '../store/lmdb/store.ts';
import type { CredentialRecord } from '../store/record.ts';
import type { Store } from '../store/store.ts';
import { UsageError } from './error.ts';

export interface Wanted {
  readonly rpId?: string;
  readonly limit?: number;
}

/** What is taken from a durable store at a time: a million credentials need not be in memory. */
const AT_A_TIME = 500;

/** The credentials, of one site or of all, one after the other. */
export function* matching(
  store: Store,
  { rpId, limit = Number.POSITIVE_INFINITY }: Wanted = {},
): Iterable<CredentialRecord> {
  if (limit === 0) return;
  let found = 0;
  for (const record of everything(store, rpId, Math.min(limit, AT_A_TIME))) {
    if (rpId !== undefined && record.rpId !== rpId) continue;
    yield record;
    if (++found >= limit) return;
  }
}

function* everything(store: Store, rpId: string | undefined, limit: number): Iterable<CredentialRecord> {
  if (!isPaged(store)) {
    yield* store.read((reader) => [...reader.all()]);
    return;
  }
  const rpIdHash = rpId === undefined ? undefined : rpIdHashOf(rpId);
  let after: Uint8Array | undefined;
  do {
    const page = store.page({ limit, ...(rpIdHash && { rpIdHash }), ...(after && { after }) });
    yield* page.records;
    after = page.next;
  } while (after !== undefined);
}

function isPaged(store: Store): store is Store & Pick<LmdbStore, 'page'> {
  return 'page' in store;
}

/**
 * The one credential with this ID, or the only one whose ID begins so.
 *
 * @throws StuntkeyError `no-such-credential`; UsageError where there are several
 */
export function findCredential(store: Store, wanted: string): CredentialRecord {
  const exact = isBase64url(wanted) ? fromBase64url(wanted) : undefined;
  const known = exact && store.read((reader) => reader.get(exact));
  if (known !== undefined) return known;
  let found: CredentialRecord | undefined;
  for (const record of matching(store)) {
    if (!base64url(record.id).startsWith(wanted)) continue;
    if (found !== undefined)
      throw new UsageError(`several credentials have an ID that begins with ${wanted}`);
    found = record;
  }
  if (found !== undefined) return found;
  throw new StuntkeyError('no-such-credential', `no credential has an ID that begins with ${wanted}`);
}
