/** COSE keys as trees (RFC 9052, RFC 9053, RFC 8230, RFC 9964). */
import type { CborMap } from '../cbor/cbor.ts';
import { algorithmIds, algorithmOf } from '../crypto/algorithms.ts';
import { named, type Tree, toTree } from './tree.ts';

const KEY_TYPES: Readonly<Record<number, string>> = {
  1: 'OKP',
  2: 'EC2',
  3: 'RSA',
  4: 'Symmetric',
  7: 'AKP',
};

const CURVES: Readonly<Record<number, string>> = {
  1: 'P-256',
  2: 'P-384',
  3: 'P-521',
  4: 'X25519',
  5: 'X448',
  6: 'Ed25519',
  7: 'Ed448',
  8: 'secp256k1',
};

/** Names of a key's own members, by key type. */
const MEMBERS: Readonly<Record<number, Readonly<Record<number, string>>>> = {
  1: { [-1]: 'crv', [-2]: 'x' },
  2: { [-1]: 'crv', [-2]: 'x', [-3]: 'y' },
  3: { [-1]: 'n', [-2]: 'e' },
  7: { [-1]: 'pub' },
};

/** Members whose numbers have names. */
const NUMBERS: ReadonlySet<string> = new Set(['kty', 'alg', 'crv']);

/** COSE algorithms that have no signatures of ours. */
const OTHER_ALGORITHMS: Readonly<Record<number, string>> = { [-25]: 'ECDH-ES + HKDF-256', [-65535]: 'RS1' };

/** `ES256 (-7)` */
export function algorithm(id: unknown): string {
  const number = Number(id);
  const known = algorithmIds.includes(number);
  return named(known ? algorithmOf(number).name : OTHER_ALGORITHMS[number], id as number);
}

/** Whether a map looks like a COSE key with an algorithm. */
export function isCoseKey(map: CborMap): boolean {
  return typeof map.get(1) === 'number' && typeof map.get(3) === 'number' && map.has(-1);
}

export function coseTree(map: CborMap): Tree {
  const type = Number(map.get(1));
  const entries = [...map].map(([key, value]): [string, Tree] => {
    const { name, text } = coseMember(type, Number(key));
    return [name, typeof value === 'number' && NUMBERS.has(name) ? text(value) : toTree(value)];
  });
  return Object.fromEntries(entries);
}

/** A member of a key of that type: what it is called, and how its number is shown. */
export function coseMember(
  type: number,
  key: number,
): { readonly name: string; readonly text: (value: number) => string } {
  if (key === 1) return { name: 'kty', text: (value) => named(KEY_TYPES[value], value) };
  if (key === 3) return { name: 'alg', text: algorithm };
  const name = MEMBERS[type]?.[key] ?? String(key);
  return { name, text: (value) => (name === 'crv' ? named(CURVES[value], value) : String(value)) };
}
