/** The two structures of a TPM that attestation holds: TPMT_PUBLIC and TPMS_ATTEST (TPM 2.0 Library, part 2, sections 12.2.4 and 10.12.12). */
import { concat, equal } from '../../base/bytes.ts';
import { toBigInt } from '../../crypto/bigint.ts';
import { decodeRsaPublic } from '../../crypto/formats/rsa.ts';
import type { VerificationKey } from '../lenient/credential-key.ts';

/** TPM_ALG_ID, section 6.3. */
const Alg = { RSA: 0x0001, NULL: 0x0010, ECC: 0x0023 } as const;
/** TPM_ECC_CURVE, section 6.4. */
const CURVES: Readonly<Record<number, string>> = { 3: 'P-256', 4: 'P-384', 5: 'P-521' };

/** What a public area says of a key. */
export type PublicArea = {
  /** TPM_ALG_ID of the hash that names it. */
  readonly nameAlg: number;
} & (
  | { readonly type: 'ECC'; readonly curve: string | undefined; readonly point: Uint8Array }
  | { readonly type: 'RSA'; readonly n: Uint8Array; readonly e: bigint }
);

/** What a TPM attests. */
export interface CertInfo {
  readonly magic: number;
  readonly type: number;
  readonly extraData: Uint8Array;
  /** Name of what is certified; empty where something else is attested. */
  readonly name: Uint8Array;
}

class Cursor {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  take(length: number): Uint8Array {
    const end = this.#offset + length;
    if (end > this.#bytes.length) throw new RangeError('a structure of a TPM that is cut off');
    const taken = this.#bytes.slice(this.#offset, end);
    this.#offset = end;
    return taken;
  }
  u16(): number {
    const [high, low] = this.take(2) as unknown as [number, number];
    return (high << 8) | low;
  }
  u32(): number {
    return this.u16() * 0x10000 + this.u16();
  }
  /** TPM2B: bytes behind their length. */
  sized(): Uint8Array {
    return this.take(this.u16());
  }
  end(): void {
    if (this.#offset !== this.#bytes.length) throw new RangeError('a structure of a TPM that goes on');
  }
}

/** Reads TPMT_PUBLIC. @throws RangeError for what is none */
export function readPublicArea(bytes: Uint8Array): PublicArea {
  const cursor = new Cursor(bytes);
  const type = cursor.u16();
  const nameAlg = cursor.u16();
  cursor.u32(); // objectAttributes
  cursor.sized(); // authPolicy
  if (type === Alg.ECC) {
    symmetric(cursor);
    scheme(cursor);
    const curve = CURVES[cursor.u16()];
    scheme(cursor); // kdf
    const point = concat(cursor.sized(), cursor.sized());
    cursor.end();
    return { type: 'ECC', nameAlg, curve, point };
  }
  if (type !== Alg.RSA) throw new RangeError(`a key of type 0x${type.toString(16)}`);
  symmetric(cursor);
  scheme(cursor);
  cursor.u16(); // keyBits
  // 0 stands for 2^16 + 1.
  const e = BigInt(cursor.u32() || 65537);
  const n = cursor.sized();
  cursor.end();
  return { type: 'RSA', nameAlg, n, e };
}

/** TPMT_SYM_DEF_OBJECT: an algorithm; unless it is none, its key bits and mode. */
function symmetric(cursor: Cursor): void {
  if (cursor.u16() !== Alg.NULL) cursor.u32();
}

/** A scheme; unless it is none, its hash. */
function scheme(cursor: Cursor): void {
  if (cursor.u16() !== Alg.NULL) cursor.u16();
}

/** Reads TPMS_ATTEST. @throws RangeError for what is none */
export function readCertInfo(bytes: Uint8Array): CertInfo {
  const cursor = new Cursor(bytes);
  const magic = cursor.u32();
  const type = cursor.u16();
  cursor.sized(); // qualifiedSigner
  const extraData = cursor.sized();
  cursor.take(17); // clockInfo
  cursor.take(8); // firmwareVersion
  // TPMS_CERTIFY_INFO: name and qualified name. What another type has there is not read.
  if (type !== TPM_ST_ATTEST_CERTIFY) return { magic, type, extraData, name: new Uint8Array() };
  const name = cursor.sized();
  cursor.sized();
  cursor.end();
  return { magic, type, extraData, name };
}

export const TPM_GENERATED_VALUE = 0xff544347;
export const TPM_ST_ATTEST_CERTIFY = 0x8017;

/** Whether a public area describes a key. */
export function describes(area: PublicArea, { algorithm, public: raw }: VerificationKey): boolean {
  if (area.type === 'ECC') {
    return algorithm.kty === 'EC2' && algorithm.curve === area.curve && equal(area.point, raw);
  }
  if (algorithm.kty !== 'RSA') return false;
  const { n, e } = decodeRsaPublic(raw);
  return equal(area.n, n) && area.e === toBigInt(e);
}
