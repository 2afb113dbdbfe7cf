/** ECDSA signatures as JOSE has them (RFC 7518 section 3.4), and not as DER. */
import { readIntegers } from './der.ts';

/** r and s, each `size` bytes, one after the other. @param der Ecdsa-Sig-Value (RFC 3279) */
export function rawSignature(der: Uint8Array, size: number): Uint8Array {
  const raw = new Uint8Array(2 * size);
  const [r, s] = readIntegers(der, ['r', 's'], 'Ecdsa-Sig-Value') as [Uint8Array, Uint8Array];
  raw.set(r, size - r.length);
  raw.set(s, 2 * size - s.length);
  return raw;
}
