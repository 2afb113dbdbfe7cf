/** Keys that are not the credential's. */
import type { CborKey, CborMap, CborValue } from '../../cbor/cbor.ts';
import { toCose } from '../../crypto/formats/cose.ts';
import type { KeyPair } from '../../crypto/key-pair.ts';
import { seededRandom } from '../../crypto/random.ts';
import type { RegistrationDraft } from './draft.ts';
import { engine } from './sign.ts';

const keys = new Map<number, Promise<KeyPair>>();

/** The attacker's key of an algorithm: the same every time, so that it is made once. */
export function otherKey(algorithm: number): Promise<KeyPair> {
  let key = keys.get(algorithm);
  if (key === undefined) {
    const random = seededRandom(`stuntkey test: the other key of ${algorithm}`);
    key = Promise.resolve(engine.generate(algorithm, (length) => random(length, 'key')));
    keys.set(algorithm, key);
  }
  return key;
}

/** Registers another key than the device made, which then signs where the credential's own does. */
export function useKey(draft: RegistrationDraft, key: KeyPair): void {
  draft.key = key;
  draft.publicKey = toCose(key.algorithm, key.public);
}

/** The public key of {@link otherKey}. */
export async function otherCose(algorithm: number): Promise<CborMap> {
  const key = await otherKey(algorithm);
  return toCose(key.algorithm, key.public);
}

/** Whether the server asks for keys of an algorithm. */
export function asksFor({ options }: RegistrationDraft, algorithm: number): boolean {
  return options.pubKeyCredParams.some(({ alg }) => alg === algorithm);
}

/** A key with other members; undefined leaves one out. */
export function withMembers(
  key: CborMap,
  changes: readonly (readonly [CborKey, CborValue | undefined])[],
): CborMap {
  const changed = new Map(key);
  for (const [label, value] of changes) {
    if (value === undefined) changed.delete(label);
    else changed.set(label, value);
  }
  return changed;
}
