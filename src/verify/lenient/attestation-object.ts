/** An attestation object as far as it can be read (https://www.w3.org/TR/webauthn-3/#sctn-generating-an-attestation-object). */
import { isBytes } from '../../base/bytes.ts';
import { CborError } from '../../cbor/error.ts';
import { type Finding, shown, Unreadable } from '../guard.ts';
import { type LooseItem, type LooseMap, type LooseValue, readCbor } from './cbor.ts';

/** One attestation statement: the only one, or one of a compound. */
export interface Statement {
  readonly fmt: string;
  readonly attStmt: LooseMap;
}

export class LooseAttestationObject {
  readonly findings: Map<string, Finding> = new Map();
  readonly #map: LooseMap | undefined;

  constructor(bytes: Uint8Array) {
    this.#map = this.#read(bytes);
    if (this.#map === undefined) return;
    const [fmt, authData, attStmt] = ['fmt', 'authData', 'attStmt'].map((name) => this.#map?.get(name));
    this.#type('fmt', typeof fmt === 'string', 'a text', fmt);
    this.#type('auth-data', isBytes(authData), 'bytes', authData);
    const right = fmt === 'compound' ? Array.isArray(attStmt) : attStmt instanceof Map;
    this.#type('att-stmt', right, fmt === 'compound' ? 'an array' : 'a map', attStmt);
  }

  get fmt(): string {
    return this.#member('fmt', 'fmt', (value) => typeof value === 'string') as string;
  }

  get authData(): Uint8Array {
    return this.#member('authData', 'auth-data', (value) => isBytes(value)) as Uint8Array;
  }

  /** The statement of a format that is not compound. */
  get attStmt(): LooseMap {
    return this.#member('attStmt', 'att-stmt', (value) => value instanceof Map) as LooseMap;
  }

  /** The elements of a compound, as they come. */
  get elements(): readonly LooseValue[] {
    return this.#member('attStmt', 'att-stmt', Array.isArray) as readonly LooseValue[];
  }

  #member(name: string, guard: string, right: (value: LooseValue) => boolean): LooseValue {
    if (this.#map === undefined) throw new Unreadable('attestation-object.cbor');
    const value = this.#map.get(name);
    if (!right(value)) throw new Unreadable(`attestation-object.${guard}`);
    return value;
  }

  #read(bytes: Uint8Array): LooseMap | undefined {
    let item: LooseItem;
    try {
      item = readCbor(bytes);
    } catch (error) {
      if (!(error instanceof CborError)) throw error;
      this.#find('cbor', 'well-formed CBOR', error.message);
      return undefined;
    }
    if (!(item.value instanceof Map)) {
      this.#find('cbor', 'a map', kindOf(item.value));
      return undefined;
    }
    if (item.irregular !== undefined) this.#find('canonical', 'CTAP2 canonical CBOR', item.irregular);
    if (item.duplicate !== undefined)
      this.#find('duplicate-keys', 'each key once', `${item.duplicate} twice`);
    if (item.end < bytes.length)
      this.#find('trailing-bytes', 'the end', `${bytes.length - item.end} more bytes`);
    return item.value as LooseMap;
  }

  #type(guard: string, right: boolean, expected: string, got: LooseValue): void {
    if (!right) this.#find(guard, expected, kindOf(got));
  }

  #find(guard: string, expected: string, got: string): void {
    this.findings.set(`attestation-object.${guard}`, { expected, got });
  }
}

/** What kind of item something is, for people. */
export function kindOf(value: LooseValue): string {
  if (isBytes(value)) return `${value.length} bytes`;
  if (value instanceof Map) return 'a map';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'bigint' ? String(value) : shown(value);
}
