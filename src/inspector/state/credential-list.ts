/** The credentials of a device as a table has them: found by words, in an order. */
import type { Credential } from '../answers.ts';

export type Column = 'rp' | 'user' | 'signCount' | 'made' | 'used';

export interface Order {
  readonly column: Column;
  readonly descending: boolean;
}

const texts = new WeakMap<Credential, string>();

/** All that a credential is found by, in lower case. */
function textOf(credential: Credential): string {
  const known = texts.get(credential);
  if (known !== undefined) return known;
  const { id, rpId, rpName, userId, userName, userDisplayName, extensions } = credential;
  const text = [id, rpId, rpName, userId, userName, userDisplayName, ...extensions]
    .filter((part) => part !== undefined)
    .join('\n')
    .toLowerCase();
  texts.set(credential, text);
  return text;
}

/** Those that have every word of a search, in the order. */
export function found(
  credentials: readonly Credential[],
  search: string,
  { column, descending }: Order,
): readonly Credential[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const some =
    words.length === 0
      ? credentials
      : credentials.filter((one) => words.every((word) => textOf(one).includes(word)));
  const sign = descending ? -1 : 1;
  const key = KEYS[column];
  return some
    .map((one) => ({ one, key: key(one) }))
    .sort((a, b) => sign * (compared(a.key, b.key) || compared(a.one.id, b.one.id)))
    .map(({ one }) => one);
}

/** (Not by locale: with twenty thousand rows that takes a second.) */
function compared(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const KEYS: Readonly<Record<Column, (credential: Credential) => string | number>> = {
  rp: ({ rpId, rpIdHash, userName }) => `${rpId ?? rpIdHash}\n${userName ?? ''}`.toLowerCase(),
  user: ({ userName, userDisplayName, userId }) =>
    (userName ?? userDisplayName ?? userId ?? '').toLowerCase(),
  signCount: ({ signCount }) => signCount,
  made: ({ made = 0 }) => made,
  used: ({ used = 0 }) => used,
};

/** The list with some credentials changed, added, or (undefined) gone. */
export function changed(
  credentials: readonly Credential[],
  changes: ReadonlyMap<string, Credential | undefined>,
): readonly Credential[] {
  const left = new Map(changes);
  const list: Credential[] = [];
  for (const one of credentials) {
    const isChanged = left.has(one.id);
    const now = isChanged ? left.get(one.id) : one;
    left.delete(one.id);
    if (now !== undefined) list.push(now);
  }
  for (const one of left.values()) if (one !== undefined) list.push(one);
  return list;
}
