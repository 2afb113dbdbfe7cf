/**
 * Authenticator data (https://www.w3.org/TR/webauthn-3/#sctn-authenticator-data) as far as it can be read. What is wrong with it is noted
 * under the name of the guard that minds.
 */

import { hex } from '../../base/bytes.ts';
import { CborError } from '../../cbor/error.ts';
import { AuthenticatorDataFlags } from '../../ctap/authenticator-data.ts';
import type { CeremonyKind } from '../../webauthn/steps.ts';
import { type Finding, Unreadable } from '../guard.ts';
import { type LooseItem, type LooseMap, readCbor } from './cbor.ts';

/** A credential's key as authenticator data has it. */
export interface KeyItem {
  readonly map: LooseMap;
  /** Its CBOR. */
  readonly bytes: Uint8Array;
}

const FIXED = 37;
/** AAGUID and the credential ID's length. */
const ATTESTED = 18;

export class LooseAuthenticatorData {
  readonly bytes: Uint8Array;
  readonly findings: ReadonlyMap<string, Finding>;
  readonly #parts: Parts;
  readonly #stopped: string | undefined;

  constructor(bytes: Uint8Array, kind: CeremonyKind) {
    const reading = new AuthenticatorDataReading(bytes, kind);
    this.bytes = bytes;
    this.findings = reading.findings;
    this.#parts = reading.parts;
    this.#stopped = reading.stopped;
  }

  get rpIdHash(): Uint8Array {
    return this.#part(this.#parts.rpIdHash);
  }
  get flags(): number {
    return this.#part(this.#parts.flags);
  }
  get signCount(): number {
    return this.#part(this.#parts.signCount);
  }
  /** 16 bytes. */
  get aaguid(): Uint8Array {
    return this.#part(this.#parts.aaguid);
  }
  get credentialId(): Uint8Array {
    return this.#part(this.#parts.credentialId);
  }
  get key(): KeyItem {
    return this.#part(this.#parts.key);
  }
  /** Undefined where there are none. */
  get extensions(): LooseMap | undefined {
    return this.#parts.extensions;
  }

  has(flag: number): boolean {
    return (this.flags & flag) !== 0;
  }

  #part<T>(part: T | undefined): T {
    if (part === undefined) throw new Unreadable(this.#stopped ?? 'auth-data.attested-data-flag');
    return part;
  }
}

interface Parts {
  rpIdHash?: Uint8Array;
  flags?: number;
  signCount?: number;
  aaguid?: Uint8Array;
  credentialId?: Uint8Array;
  key?: KeyItem;
  extensions?: LooseMap;
}

class AuthenticatorDataReading {
  readonly findings = new Map<string, Finding>();
  readonly parts: Parts = {};
  /** The guard because of which reading went no further. */
  stopped: string | undefined;
  readonly #bytes: Uint8Array;
  #offset = FIXED;

  constructor(bytes: Uint8Array, kind: CeremonyKind) {
    this.#bytes = bytes;
    this.#read(kind);
  }

  #read(kind: CeremonyKind): void {
    const bytes = this.#bytes;
    if (bytes.length < FIXED) {
      this.#stop('auth-data.length', `at least ${FIXED} bytes`, `${bytes.length}`);
      return;
    }
    const flags = bytes[32] as number;
    const signCount = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(33);
    Object.assign(this.parts, { rpIdHash: bytes.slice(0, 32), flags, signCount });
    if (kind === 'registration') this.#attested(flags);
    else this.#notAttested(flags);
    if (this.stopped === undefined) this.#extensions(flags);
    if (this.stopped === undefined && this.#offset < bytes.length) {
      this.#find(
        'auth-data.trailing-bytes',
        'the end of the authenticator data',
        `${bytes.length - this.#offset} more bytes: ${hex(bytes.subarray(this.#offset, this.#offset + 16))}`,
      );
    }
  }

  #attested(flags: number): void {
    const flagged = (flags & AuthenticatorDataFlags.AT) !== 0;
    const left = this.#bytes.length - FIXED;
    if (!flagged) {
      this.#find('auth-data.attested-data-flag', 'the flag AT', 'no AT');
      // Without the flag there may be extensions; a credential is longer than what anybody's extensions begin with.
      if (left < ATTESTED) {
        this.stopped = 'auth-data.attested-data-flag';
        return;
      }
    }
    this.#attestedData(flagged ? 'auth-data.attested-data' : 'auth-data.attested-data-flag');
  }

  /** An assertion has no attested credential data; where there is some nevertheless, it is stepped over. */
  #notAttested(flags: number): void {
    if ((flags & AuthenticatorDataFlags.AT) === 0) return;
    this.#find('auth-data.attested-data-flag', 'no flag AT in an assertion', 'AT');
    const { findings } = this;
    const noted = new Map(findings);
    this.#attestedData('auth-data.attested-data-flag');
    if (this.stopped !== undefined) {
      this.#offset = this.#bytes.length;
      this.stopped = undefined;
    }
    findings.clear();
    for (const [name, finding] of noted) findings.set(name, finding);
  }

  #attestedData(guard: string): void {
    const bytes = this.#bytes;
    const declared = this.#offset + ATTESTED;
    if (bytes.length < declared) {
      this.#stop(guard, 'an AAGUID and the length of a credential ID', `${bytes.length - FIXED} bytes`);
      return;
    }
    this.parts.aaguid = bytes.slice(FIXED, FIXED + 16);
    const length = ((bytes[53] as number) << 8) | (bytes[54] as number);
    if (bytes.length < declared + length) {
      this.#stop(guard, `a credential ID of ${length} bytes`, `${bytes.length - declared} bytes`);
      return;
    }
    this.parts.credentialId = bytes.slice(declared, declared + length);
    this.#offset = declared + length;
    if (this.#offset === bytes.length) {
      this.#stop(guard, 'a credential public key', 'the end');
      return;
    }
    this.#key();
  }

  #key(): void {
    const item = this.#item('credential-key.cbor', 'the CBOR map of a credential public key');
    if (item === undefined) return;
    const [map, read] = item;
    const from = this.#offset;
    this.#offset = read.end;
    this.parts.key = { map, bytes: this.#bytes.slice(from, read.end) };
    this.#canonical('credential-key.canonical', read);
  }

  #extensions(flags: number): void {
    if ((flags & AuthenticatorDataFlags.ED) === 0) return;
    const item = this.#item('auth-data.extensions', 'the CBOR map of the extensions');
    if (item === undefined) return;
    const [map, read] = item;
    this.parts.extensions = map;
    this.#offset = read.end;
    this.#canonical('auth-data.extensions-canonical', read);
  }

  #item(guard: string, expected: string): readonly [LooseMap, LooseItem] | undefined {
    try {
      const read = readCbor(this.#bytes, this.#offset);
      if (read.value instanceof Map) return [read.value, read];
      this.#stop(guard, expected, 'another kind of item');
    } catch (error) {
      if (!(error instanceof CborError)) throw error;
      this.#stop(guard, expected, error.message);
    }
    return undefined;
  }

  #canonical(guard: string, { irregular, duplicate }: LooseItem): void {
    const got = irregular ?? (duplicate === undefined ? undefined : `the key ${duplicate} twice`);
    if (got !== undefined) this.#find(guard, 'CTAP2 canonical CBOR', got);
  }

  #find(guard: string, expected: string, got: string): void {
    this.findings.set(guard, { expected, got });
  }

  #stop(guard: string, expected: string, got: string): void {
    this.stopped = guard;
    if (!this.findings.has(guard)) this.#find(guard, expected, got);
  }
}
