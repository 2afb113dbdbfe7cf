/** Plans what an import does to a store, before it changes anything. */
import { base64url } from '../base/base64url.ts';
import { StuntkeyError } from '../base/stuntkey-error.ts';
import type { CredentialRecord } from '../store/record.ts';
import type { StoreReader } from '../store/store.ts';

/** What to do with a credential whose ID, or whose RP ID and user, exist already. */
export type Existing = 'refuse' | 'replace' | 'keep';

/** The most conflicts that an error names. */
const MOST_REASONS = 20;

export interface Plan {
  readonly put: CredentialRecord[];
  readonly replaced: CredentialRecord[];
  readonly kept: CredentialRecord[];
}

/**
 * A store has one credential for each ID, and one discoverable credential for each RP ID and user: a new one replaces it.
 *
 * @throws StuntkeyError `credential-exists` that names each, also of two in one file; `no-room`
 */
export function planImport(
  reader: StoreReader,
  records: readonly CredentialRecord[],
  existing: Existing,
  capacity: number,
): Plan {
  const put = new Map<string, CredentialRecord>();
  const replaced = new Map<string, CredentialRecord>();
  const kept = new Map<string, CredentialRecord>();
  /** The file's credentials, by user. */
  const users = new Map<string, CredentialRecord>();
  const reasons: string[] = [];
  for (const record of records) {
    const there = inTheWay(reader, record).filter(({ id }) => !replaced.has(base64url(id)));
    const user = userOf(record);
    const twins = [put.get(base64url(record.id)), user === undefined ? undefined : users.get(user)].filter(
      (one): one is CredentialRecord => one !== undefined,
    );
    if (twins.length > 0 && existing !== 'keep')
      reasons.push(`${nameOf(record)} is in the file twice, by its ID or its user`);
    if (there.length > 0 && existing === 'refuse')
      reasons.push(`${nameOf(record)} is there already: ${there.map(nameOf).join(', ')}`);
    const first = [...there, ...twins];
    if (existing === 'keep' && first.length > 0) {
      for (const one of first) kept.set(base64url(one.id), one);
      continue;
    }
    for (const one of there) replaced.set(base64url(one.id), one);
    put.set(base64url(record.id), record);
    if (user !== undefined) users.set(user, record);
  }
  if (reasons.length > 0) {
    const more = reasons.length > MOST_REASONS ? `; and ${reasons.length - MOST_REASONS} more` : '';
    const way = existing === 'refuse' ? '; replace and keep say what to do with what is there' : '';
    const said = reasons.slice(0, MOST_REASONS).join('; ');
    throw new StuntkeyError('credential-exists', `nothing was imported: ${said}${more}${way}`);
  }
  const plan = { put: [...put.values()], replaced: [...replaced.values()], kept: [...kept.values()] };
  checkRoom(reader, plan, capacity);
  return plan;
}

function checkRoom(reader: StoreReader, { put, replaced }: Plan, capacity: number): void {
  const discoverable = (records: readonly CredentialRecord[]): number =>
    records.filter((record) => record.discoverable).length;
  const after = reader.countDiscoverable() + discoverable(put) - discoverable(replaced);
  if (after <= capacity) return;
  throw new StuntkeyError(
    'no-room',
    `nothing was imported: ${after} discoverable credentials, and there is room for ${capacity}`,
  );
}

/** The credentials that a new one conflicts with: one of the same ID, one of the same RP ID and user. */
function inTheWay(reader: StoreReader, record: CredentialRecord): CredentialRecord[] {
  const { id, rpIdHash, userId, discoverable } = record;
  const same = reader.get(id);
  const user = discoverable && userId ? reader.ofUser(rpIdHash, userId) : undefined;
  const found = [same, user].filter((one): one is CredentialRecord => one !== undefined);
  return found.filter((one, place) => found.findIndex((other) => sameId(one, other)) === place);
}

function sameId(one: CredentialRecord, other: CredentialRecord): boolean {
  return base64url(one.id) === base64url(other.id);
}

/** RP ID and user of a discoverable credential, in one text. */
function userOf({ discoverable, rpIdHash, userId }: CredentialRecord): string | undefined {
  return discoverable && userId ? `${base64url(rpIdHash)} ${base64url(userId)}` : undefined;
}

function nameOf({ id, rpId = '?', userName, userId }: CredentialRecord): string {
  const user = userName ?? (userId && base64url(userId)) ?? '';
  return `${base64url(id).slice(0, 12)}… of ${user} at ${rpId}`;
}
