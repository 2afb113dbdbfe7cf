/**
 * ECDSA in which node:crypto multiplies the point and BigInt does the scalars: the signature of RFC 6979, which repeats and which
 * node:crypto does not have, in a tenth of noble's time; and the ES256 signature with a nonce of chance, in two thirds of the time of
 * node:crypto's own or less, and without importing the key first. BigInt's arithmetic takes a time that depends on the numbers. Someone who can measure
 * it often learns the key, as with all in this package that is made for tests.
 */
import { concat } from '../../base/bytes.ts';
import { type EcAlgorithm, ES256 } from '../algorithms.ts';
import { fromBigInt, inverse, toBigInt } from '../bigint.ts';
import { badKey } from '../error.ts';
import { derElement, SEQUENCE } from '../formats/der.ts';
import { platform } from '../platform/node.ts';
import { nodeCrypto } from '../platform/node-crypto.ts';
import { OPENSSL_HASHES } from '../platform/node-hash.ts';
import { drawScalar, isScalar } from '../scalar.ts';
import { drawNonce } from './node-ahead.ts';
import { commitment, groupOf, type Nonce } from './node-nonce.ts';
import type { DrawBytes } from './types.ts';

/** The same signature each time, RFC 6979 section 3.2, in DER. @throws CryptoError `bad-key` */
export function signRepeatably(algorithm: EcAlgorithm, secret: Uint8Array, data: Uint8Array): Uint8Array {
  const digest = platform.hash(algorithm.hash, data);
  const { order } = groupOf(algorithm.curve);
  const candidates = repeatableCandidates(algorithm, secret, digest);
  return sign(algorithm, secret, digest, () => {
    const bytes = drawScalar(algorithm, candidates);
    return { r: commitment(algorithm, bytes), inverse: inverse(toBigInt(bytes), order) as bigint };
  });
}

/** An ES256 signature with a nonce of chance, in DER. @throws CryptoError `bad-key` */
export function signEs256(secret: Uint8Array, data: Uint8Array): Uint8Array {
  return sign(ES256, secret, platform.hash(ES256.hash, data), drawNonce);
}

/** FIPS 186-5 section 6.4.1. */
function sign({ curve }: EcAlgorithm, secret: Uint8Array, digest: Uint8Array, draw: () => Nonce): Uint8Array {
  if (!isScalar(curve, secret)) throw badKey('secret', `a scalar of ${curve}`, `${secret.length} bytes`);
  const { order, bits } = groupOf(curve);
  for (;;) {
    const nonce = draw();
    const { r } = nonce;
    const s = (nonce.inverse * ((leftmost(digest, bits) + r * toBigInt(secret)) % order)) % order;
    // (Neither is ever zero by chance.)
    if (r !== 0n && s !== 0n) return signatureOf(r, s);
  }
}

/** The generator of RFC 6979 section 3.2, steps b. to h.: each time the next candidate. */
function repeatableCandidates(
  { curve, size, hash }: EcAlgorithm,
  secret: Uint8Array,
  digest: Uint8Array,
): DrawBytes {
  const { order, bits } = groupOf(curve);
  const hmac = (key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array => {
    const mac = nodeCrypto().createHmac(OPENSSL_HASHES[hash], key);
    for (const part of parts) mac.update(part);
    return mac.digest();
  };
  // b. to g.
  let v: Uint8Array = new Uint8Array(digest.length).fill(1);
  let k: Uint8Array = new Uint8Array(digest.length);
  const update = (...more: readonly Uint8Array[]): void => {
    k = hmac(k, v, ...more);
    v = hmac(k, v);
  };
  const message = fromBigInt(leftmost(digest, bits) % order, size);
  update(Uint8Array.of(0), secret, message);
  update(Uint8Array.of(1), secret, message);
  let candidates = 0;
  return () => {
    // h. The candidate before was none.
    if (candidates++ > 0) update(Uint8Array.of(0));
    const blocks: Uint8Array[] = [];
    for (let length = 0; length < size; length += v.length) {
      v = hmac(k, v);
      blocks.push(v);
    }
    const drawn = concat(...blocks).subarray(0, size);
    return bits === 8 * size ? drawn : fromBigInt(leftmost(drawn, bits), size);
  };
}

/** bits2int of RFC 6979 section 2.3.2: the number that so many bits at the beginning spell. */
function leftmost(bytes: Uint8Array, bits: number): bigint {
  const number = toBigInt(bytes);
  const excess = 8 * bytes.length - bits;
  return excess > 0 ? number >> BigInt(excess) : number;
}

/** Ecdsa-Sig-Value (RFC 3279). */
function signatureOf(...numbers: readonly bigint[]): Uint8Array {
  let digits = '';
  for (const number of numbers) {
    let spelled = number.toString(16);
    if (spelled.length % 2 === 1) spelled = `0${spelled}`;
    // A first bit that is set would make it negative.
    if (spelled >= '8') spelled = `00${spelled}`;
    digits += `02${(spelled.length / 2).toString(16).padStart(2, '0')}${spelled}`;
  }
  return derElement(SEQUENCE, Buffer.from(digits, 'hex'));
}
