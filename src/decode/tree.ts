/**
 * Readable trees: plain objects, arrays, texts and numbers, which can be compared, printed and put into JSON. Bytes are texts in
 * CBOR's diagnostic notation (RFC 8949 section 8): h'…' in hexadecimal, b64'…' in base64url for what JSON has so.
 */
import { base64url } from '../base/base64url.ts';
import { hex, isBytes } from '../base/bytes.ts';
import type { CborValue } from '../cbor/cbor.ts';

/** A decoded blob: JSON, in which bytes are hexadecimal text. */
export type Tree = string | number | boolean | null | readonly Tree[] | TreeObject;
/** The named parts of a decoded blob. */
export interface TreeObject {
  readonly [name: string]: Tree;
}

/** The most nodes and levels of a tree; further ones are a `…`. */
const MOST_NODES = 20_000;
const MOST_LEVELS = 24;

/** Bytes in hexadecimal. */
export function hexBytes(bytes: Uint8Array): string {
  return `h'${hex(bytes)}'`;
}

/** Bytes in base64url: credential IDs and user handles, as JSON has them. */
export function base64Bytes(bytes: Uint8Array): string {
  return `b64'${base64url(bytes)}'`;
}

/** Members whose bytes are better known in base64url. */
const IN_BASE64 = new Set(['id', 'credentialId', 'credentialID', 'userHandle']);

/**
 * Turns a value into a tree: CBOR's values, members of a struct, JSON. Members whose value is undefined are left out.
 *
 * @param special how to show some members, by name; undefined for the usual way
 */
export function toTree(
  value: unknown,
  special: (name: string, value: unknown) => Tree | undefined = () => undefined,
): Tree {
  let nodes = 0;
  const walk = (value: unknown, name: string, level: number): Tree => {
    if (++nodes > MOST_NODES || level > MOST_LEVELS) return '…';
    const shown = special(name, value);
    if (shown !== undefined) return shown;
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return value;
      case 'number':
        return Number.isFinite(value) ? value : String(value);
      case 'object':
        break;
      default:
        return String(value);
    }
    if (value === null) return null;
    if (isBytes(value)) return IN_BASE64.has(name) ? base64Bytes(value) : hexBytes(value);
    if (Array.isArray(value)) {
      const elements: Tree[] = [];
      for (const element of value) {
        elements.push(walk(element, name, level + 1));
        if (nodes > MOST_NODES) break;
      }
      return elements;
    }
    const entries = value instanceof Map ? value : Object.entries(value);
    const members: [string, Tree][] = [];
    for (const [key, member] of entries as Iterable<[unknown, unknown]>) {
      if (member !== undefined) members.push([String(key), walk(member, String(key), level + 1)]);
      if (nodes > MOST_NODES) break;
    }
    return Object.fromEntries(members);
  };
  return walk(value, '', 0);
}

/** A number by its name. */
export function named(name: string | undefined, number: number | bigint | CborValue | undefined): string {
  return name === undefined ? String(number) : `${name} (${String(number)})`;
}

/** `0x0a` */
export function byte(value: number): string {
  return `0x${value.toString(16).padStart(2, '0')}`;
}

/** Longer bytes and texts are cut when they are printed. */
const LONGEST = 100;

/** Prints a tree, one line for each member, indented; short lists in one line. Long bytes are cut, with their length. */
export function render(tree: Tree, indent = ''): string {
  const line = inline(tree);
  if (line !== undefined) return `${indent}${line}\n`;
  if (Array.isArray(tree)) {
    // The first line of an element comes after its dash.
    return tree
      .map((element) => `${indent}- ${render(element, `${indent}  `).slice(indent.length + 2)}`)
      .join('');
  }
  return Object.entries(tree as TreeObject)
    .map(([name, value]) => {
      const rest = inline(value);
      return rest === undefined
        ? `${indent}${scalar(name)}:\n${render(value, `${indent}  `)}`
        : `${indent}${scalar(name)}: ${rest}\n`;
    })
    .join('');
}

/** What fits into one line: a scalar, an empty list or object, a short list of scalars. */
function inline(tree: Tree): string | undefined {
  if (typeof tree !== 'object' || tree === null) return scalar(tree);
  if (!Array.isArray(tree)) return Object.keys(tree).length === 0 ? '{}' : undefined;
  if (tree.some((element) => typeof element === 'object' && element !== null)) return undefined;
  const line = `[${tree.map(scalar).join(', ')}]`;
  return line.length <= LONGEST ? line : undefined;
}

function scalar(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return String(value);
  const bytes = /^(h|b64)'(.*)'$/.exec(value);
  if (bytes !== null && value.length > LONGEST) {
    const [, kind, digits = ''] = bytes;
    const length = kind === 'h' ? digits.length / 2 : Math.floor((digits.length * 3) / 4);
    return `${kind}'${digits.slice(0, 48)}…' (${length} bytes)`;
  }
  // What came from outside must not draw on the terminal.
  const safe = /^[\x20-\x7e\u00a0-\ud7ff\ue000-\uffff]*$/u.test(value) ? value : JSON.stringify(value);
  return safe.length > 4 * LONGEST ? `${safe.slice(0, 4 * LONGEST)}…` : safe;
}
