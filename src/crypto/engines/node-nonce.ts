/** The numbers that ECDSA uses up, one for each signature, and of which node:crypto multiplies the point. */
import { type EcAlgorithm, type EcCurve, ES256 } from '../algorithms.ts';
import { bitLength, inverse, toBigInt } from '../bigint.ts';
import { platform } from '../platform/node.ts';
import { drawScalar, orderOf } from '../scalar.ts';
import type { DrawBytes } from './types.ts';

/** The group of a curve. */
interface Group {
  readonly order: bigint;
  /** Of the order. */
  readonly bits: number;
}

const groups = new Map<EcCurve, Group>();

export function groupOf(curve: EcCurve): Group {
  let group = groups.get(curve);
  if (group === undefined) {
    const order = toBigInt(orderOf(curve));
    group = { order, bits: bitLength(order) };
    groups.set(curve, group);
  }
  return group;
}

/** What a signature takes of a nonce. */
export interface Nonce {
  /** Of its point: the signature's first half. */
  readonly r: bigint;
  /** Of the nonce, modulo the order. */
  readonly inverse: bigint;
}

/** The first half of a signature with this nonce. */
export function commitment({ curve, size }: EcAlgorithm, nonce: Uint8Array): bigint {
  return toBigInt(platform.publicKey(curve, nonce).subarray(0, size)) % groupOf(curve).order;
}

/** Inverting takes several times as long as multiplying the point, so nonces are inverted together: few for a process that signs once, then more. */
let together = 4;
const MOST_TOGETHER = 64;

/** Nonces of P-256 that were not used yet. */
const inverted: { readonly bytes: Uint8Array; readonly inverse: bigint }[] = [];

let pool: Uint8Array = new Uint8Array();

/** (Not by random.ts, which is above this: it takes its bytes from the platform, too.) */
export const chance: DrawBytes = (length) => {
  if (length > pool.length) pool = platform.randomBytes(together * length);
  const drawn = pool.subarray(0, length);
  pool = pool.subarray(length);
  return drawn;
};

/** A nonce of chance for ES256. */
export function makeNonce(): Nonce {
  if (inverted.length === 0) invertSome();
  const { bytes, inverse } = inverted.pop() as (typeof inverted)[number];
  return { r: commitment(ES256, bytes), inverse };
}

/** Montgomery's trick: the inverse of a product, times the other factors, is the inverse of each. */
function invertSome(): void {
  const { order } = groupOf('P-256');
  together = Math.min(2 * together, MOST_TOGETHER);
  const drawn = Array.from({ length: together }, () => drawScalar(ES256, chance));
  // Each with the product of those before it.
  const factors: { bytes: Uint8Array; number: bigint; before: bigint }[] = [];
  let product = 1n;
  for (const bytes of drawn) {
    const number = toBigInt(bytes);
    factors.push({ bytes, number, before: product });
    product = (product * number) % order;
  }
  let left = inverse(product, order) as bigint;
  for (const { bytes, number, before } of factors.reverse()) {
    inverted.push({ bytes, inverse: (left * before) % order });
    left = (left * number) % order;
  }
}
