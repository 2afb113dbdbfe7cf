/** ECDSA signatures in whatever form they come: DER, BER that is not DER, or r and s one behind the other. */
import { toBigInt } from '../../crypto/bigint.ts';
import { CryptoError } from '../../crypto/error.ts';
import { derElement, derInteger, readIntegers, SEQUENCE } from '../../crypto/formats/der.ts';

export interface EcdsaReading {
  readonly form: 'der' | 'ber' | 'raw';
  /** Unsigned, big-endian. */
  readonly r: Uint8Array;
  readonly s: Uint8Array;
}

/**
 * Reads a signature.
 *
 * @param size bytes of r, and of s, in the raw form
 * @returns undefined for what is in none of the forms
 */
export function readEcdsa(signature: Uint8Array, size: number): EcdsaReading | undefined {
  try {
    const [r, s] = readIntegers(signature, ['r', 's'], 'Ecdsa-Sig-Value');
    return { form: 'der', r: r as Uint8Array, s: s as Uint8Array };
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
  }
  const ber = readBer(signature);
  if (ber !== undefined) return { form: 'ber', ...ber };
  if (signature.length !== 2 * size) return undefined;
  return { form: 'raw', r: signature.slice(0, size), s: signature.slice(size) };
}

/** The same signature in DER. */
export function derSignature({ r, s }: Pick<EcdsaReading, 'r' | 's'>): Uint8Array {
  return derElement(SEQUENCE, derInteger(r), derInteger(s));
}

/** Orders of the curves' groups: SEC 2. */
const ORDERS: Readonly<Record<string, bigint>> = {
  'P-256': 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  'P-384':
    0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  'P-521':
    0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  secp256k1: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
};

/** Whether r and s are between 1 and the order of the curve's group. */
export function inRange(curve: string, { r, s }: Pick<EcdsaReading, 'r' | 's'>): boolean {
  const order = ORDERS[curve] as bigint;
  return [r, s].every((bytes) => {
    const value = toBigInt(bytes);
    return value > 0n && value < order;
  });
}

/** A SEQUENCE of two INTEGERs taken as unsigned, with lengths in any form; what follows is passed over. */
function readBer(bytes: Uint8Array): { readonly r: Uint8Array; readonly s: Uint8Array } | undefined {
  const sequence = element(bytes, 0, SEQUENCE);
  if (sequence === undefined) return undefined;
  const r = element(bytes, sequence.start, INTEGER);
  const s = r && element(bytes, r.end, INTEGER);
  if (r === undefined || s === undefined) return undefined;
  return { r: bytes.slice(r.start, r.end), s: bytes.slice(s.start, s.end) };
}

const INTEGER = 0x02;

function element(
  bytes: Uint8Array,
  at: number,
  tag: number,
): { readonly start: number; readonly end: number } | undefined {
  if (bytes[at] !== tag) return undefined;
  const first = bytes[at + 1];
  if (first === undefined) return undefined;
  let start = at + 2;
  let length = first;
  if (first >= 0x80) {
    length = 0;
    for (let i = first & 0x7f; i > 0; i--) length = length * 256 + (bytes[start++] ?? 0);
    // An indefinite length ends where the bytes do.
    if (first === 0x80) length = bytes.length - start;
  }
  if (start + length > bytes.length) return undefined;
  return { start, end: start + length };
}
