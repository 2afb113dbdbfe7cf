/** Attestation signatures, by the key that made them and the algorithm that the statement names. */
import { equal } from '../../base/bytes.ts';
import { knownAlgorithm } from '../../crypto/algorithms.ts';
import { engineFor } from '../../crypto/engine.ts';
import { type Finding, shown, unless } from '../guard.ts';
import type { LooseValue } from '../lenient/cbor.ts';
import type { VerificationKey } from '../lenient/credential-key.ts';
import type { Certificate } from './certificate.ts';

/** Whether a COSE algorithm is one for a key. */
function fits(alg: LooseValue, { algorithm }: VerificationKey): boolean {
  const named = typeof alg === 'number' ? knownAlgorithm(alg) : undefined;
  if (named === undefined || named.kty !== algorithm.kty) return false;
  if ('curve' in named && 'curve' in algorithm) return named.curve === algorithm.curve;
  return named.kty === 'RSA' || named.id === algorithm.id;
}

/** What is wrong with the algorithm that a statement names, given the certificate's key. */
export function checkAlgorithm(alg: LooseValue, { key }: Certificate): Finding | undefined {
  return unless(
    key !== undefined && fits(alg, key),
    `an algorithm for the certificate's key (${key?.algorithm.name ?? 'unknown'})`,
    () => shown(typeof alg === 'bigint' ? String(alg) : alg),
  );
}

/** What is wrong with a signature. Where the algorithm does not fit the key, it is verified by the one that does. */
export async function checkSignature(
  key: VerificationKey | undefined,
  alg: LooseValue,
  data: Uint8Array,
  signature: Uint8Array,
): Promise<Finding | undefined> {
  const verifies =
    key !== undefined &&
    (await engineFor({ deterministic: false }).verify(
      fits(alg, key) ? (alg as number) : key.algorithm.id,
      key.public,
      data,
      signature,
    ));
  return unless(verifies, 'a signature that verifies', () => 'one that does not');
}

/** Whether two keys are the same. */
export function sameKey(a: VerificationKey | undefined, b: VerificationKey): boolean {
  if (a === undefined || a.algorithm.kty !== b.algorithm.kty) return false;
  const curves = [a.algorithm, b.algorithm].map((algorithm) =>
    'curve' in algorithm ? algorithm.curve : undefined,
  );
  return curves[0] === curves[1] && equal(a.public, b.public);
}
