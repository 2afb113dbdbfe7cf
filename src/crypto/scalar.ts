/** Drawing a private scalar: by rejection, so that the same bytes give the same key in every engine. */
import { fromHex } from '../codec/bytes.ts';
import type { EcAlgorithm } from './algorithms.ts';
import type { DrawBytes } from './engines/types.ts';

/** Group orders, SEC 2 and FIPS 186-5. */
const ORDERS: Readonly<Record<EcAlgorithm['curve'], Uint8Array>> = {
  'P-256': fromHex('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'),
};

/** Whether 0 < scalar < n. */
export function isScalar(curve: EcAlgorithm['curve'], scalar: Uint8Array): boolean {
  const order = ORDERS[curve];
  if (scalar.length !== order.length) return false;
  let isZero = true;
  for (const byte of scalar) {
    if (byte !== 0) {
      isZero = false;
      break;
    }
  }
  if (isZero) return false;
  for (let i = 0; i < order.length; i++) {
    const difference = (scalar[i] as number) - (order[i] as number);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** A random scalar of the curve, big-endian. */
export function drawScalar({ curve, size }: EcAlgorithm, draw: DrawBytes): Uint8Array {
  for (;;) {
    const scalar = draw(size);
    if (isScalar(curve, scalar)) return scalar;
  }
}
