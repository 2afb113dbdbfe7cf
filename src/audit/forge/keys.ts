/** Keys that are not the credential's. */
import type { CborKey, CborMap, CborValue } from '../../cbor/cbor.ts';
import { knownAlgorithm } from '../../crypto/algorithms.ts';
import { toCose } from '../../crypto/formats/cose.ts';
import type { KeyPair } from '../../crypto/key-pair.ts';
import { seededRandom } from '../../crypto/random.ts';
import type { RegistrationDraft } from './draft.ts';
import { engine } from './sign.ts';

const keys = new Map<string, Promise<KeyPair>>();

const RS256 = -257;

export function isRsa(algorithm: number): boolean {
  return knownAlgorithm(algorithm)?.kty === 'RSA';
}

/** A key by what it is for: the same every time, so that it is made once. All RSA algorithms have the same kind of key. */
async function keyFor(purpose: string, algorithm: number): Promise<KeyPair> {
  const made = isRsa(algorithm) ? RS256 : algorithm;
  const name = `stuntkey test: the ${purpose} key of ${made}`;
  let key = keys.get(name);
  if (key === undefined) {
    const random = seededRandom(name);
    key = Promise.resolve(engine.generate(made, (length) => random(length, 'key')));
    keys.set(name, key);
  }
  return made === algorithm ? key : { ...(await key), algorithm };
}

/** The attacker's key of an algorithm. */
export function otherKey(algorithm: number): Promise<KeyPair> {
  return keyFor('other', algorithm);
}

/** What all devices of an audit have for a key, where keys take long to make; undefined where each makes its own. */
export function deviceKey(algorithm: number): Promise<KeyPair> | undefined {
  // No fault has two RSA keys, so that one will do for all.
  if (isRsa(algorithm)) return otherKey(algorithm);
  return knownAlgorithm(algorithm)?.kty === 'AKP' ? keyFor('device', algorithm) : undefined;
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
