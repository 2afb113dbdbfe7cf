/** A stored credential as the commands use it. */
import { equal } from '../codec/bytes.ts';
import type { KeyPair } from '../crypto/key-pair.ts';
import type { CredentialDescriptor } from '../ctap/entities.ts';
import type { CredentialRecord } from '../store/record.ts';
import type { StoreReader } from '../store/store.ts';

/** The key pair of a credential. */
export function keyPairOf(record: CredentialRecord): KeyPair {
  return { algorithm: record.algorithm, secret: record.privateKey, public: record.publicKey };
}

/** The credentials of a list that are this device's and bound to the RP, in the list's order. */
export function* ownCredentials(
  reader: StoreReader,
  list: readonly CredentialDescriptor[],
  rpIdHash: Uint8Array,
): Generator<CredentialRecord> {
  for (const descriptor of list) {
    if (descriptor.type !== 'public-key') continue;
    const record = reader.get(descriptor.id);
    if (record !== undefined && equal(record.rpIdHash, rpIdHash)) yield record;
  }
}
