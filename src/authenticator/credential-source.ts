/** A stored credential as the commands use it. */
import { equal } from '../base/bytes.ts';
import type { KeyPair } from '../crypto/key-pair.ts';
import type { CredentialDescriptor } from '../ctap/entities.ts';
import type { CredentialRecord } from '../store/record.ts';
import type { StoreReader } from '../store/store.ts';
import { CredProtect } from './extensions/cred-protect.ts';
import type { Policy } from './policy/type.ts';
import { unwrapped } from './wrapping.ts';

/** The key pair of a credential. Its public key is read only when it is needed: a fleet's has to be computed first. */
export function keyPairOf(record: CredentialRecord): KeyPair {
  return new RecordedKey(record);
}

class RecordedKey implements KeyPair {
  readonly algorithm: number;
  readonly secret: Uint8Array;
  readonly #record: CredentialRecord;

  constructor(record: CredentialRecord) {
    this.algorithm = record.algorithm;
    this.secret = record.privateKey;
    this.#record = record;
  }

  get public(): Uint8Array {
    return this.#record.publicKey;
  }
}

/** The credential with an ID, if it is this device's and bound to the RP. */
export function ownCredential(
  reader: StoreReader,
  policy: Policy,
  id: Uint8Array,
  rpIdHash: Uint8Array,
): CredentialRecord | undefined {
  const record = reader.get(id);
  if (record !== undefined) return equal(record.rpIdHash, rpIdHash) ? record : undefined;
  return policy.nonDiscoverable === 'wrapped' ? unwrapped(reader, id, rpIdHash) : undefined;
}

/**
 * The first credential of a list that is this device's, stored or wrapped, and bound to the RP. One with credProtect level 3 is as if it were not
 * there, unless the user is verified.
 */
export function firstOf(
  list: readonly CredentialDescriptor[],
  reader: StoreReader,
  policy: Policy,
  rpIdHash: Uint8Array,
  userVerified: boolean,
): CredentialRecord | undefined {
  for (const { id, type } of list) {
    const record = type === 'public-key' ? ownCredential(reader, policy, id, rpIdHash) : undefined;
    if (record === undefined) continue;
    if (userVerified || record.credProtect !== CredProtect.userVerificationRequired) return record;
  }
  return undefined;
}
