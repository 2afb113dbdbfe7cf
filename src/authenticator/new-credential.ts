/** What a device keeps of a credential that it has just made. */
import { type Steps, wait } from '../base/steps.ts';
import type { KeyPair } from '../crypto/key-pair.ts';
import { systemRandom } from '../crypto/random.ts';
import { knows } from '../ctap/level.ts';
import { CtapError } from '../ctap/status.ts';
import type { CredentialRecord } from '../store/record.ts';
import type { StoreReader } from '../store/store.ts';
import type { Device } from './device.ts';
import { CredProtect } from './extensions/cred-protect.ts';
import type { Creation } from './extensions/extension.ts';
import type { Policy } from './policy/type.ts';
import { wrappedId } from './wrapping.ts';

/** Whether the store keeps it; a credential that is not discoverable may travel in its own ID instead. */
export function isStored(policy: Policy, discoverable: boolean): boolean {
  return discoverable || policy.nonDiscoverable === 'stored';
}

/** The key pair of a new credential: one that was handed in, or one made from chance. */
export function* newKey(device: Device, algorithm: number): Steps<KeyPair> {
  const { engine } = device;
  const given = device.generateKey && (yield* wait(Promise.resolve(device.generateKey(algorithm))));
  if (given !== undefined) return given;
  const ready = device.random === systemRandom ? engine.keyAhead?.(algorithm) : undefined;
  return (
    ready ?? (yield* wait(engine.generate(algorithm, (length) => device.random(length, 'credential-key'))))
  );
}

/** The record of a new credential, its ID included. */
export function newCredential(creation: Creation, rpIdHash: Uint8Array, key: KeyPair): CredentialRecord {
  const { device, discoverable } = creation;
  const { rp, user } = creation.request;
  const record: CredentialRecord = {
    id: device.random(device.policy.credentialIdLength, 'credential-id'),
    rpId: rp.id,
    rpIdHash,
    ...(rp.name !== undefined && { rpName: rp.name }),
    algorithm: key.algorithm,
    privateKey: key.secret,
    publicKey: key.public,
    discoverable,
    userId: user.id,
    ...(user.name !== undefined && { userName: user.name }),
    ...(user.displayName !== undefined && { userDisplayName: user.displayName }),
    ...(user.icon !== undefined && !knows(device.policy.ctap, '2.1') && { userIcon: user.icon }),
    signCount: 0,
    backupEligible: device.policy.backup.eligible,
    backupState: device.policy.backup.state,
    credProtect: CredProtect.userVerificationOptional,
    ...creation.additions,
  };
  return isStored(device.policy, discoverable) ? record : { ...record, id: wrappedId(device, record) };
}

/** Step 17: replacing needs no room, adding does. @throws CtapError CTAP2_ERR_KEY_STORE_FULL */
export function requireRoom(policy: Policy, reader: StoreReader, credential: CredentialRecord): void {
  if (
    reader.countDiscoverable() >= policy.discoverableCapacity &&
    reader.ofUser(credential.rpIdHash, credential.userId as Uint8Array) === undefined
  ) {
    throw new CtapError('CTAP2_ERR_KEY_STORE_FULL', `all ${policy.discoverableCapacity} places are taken`);
  }
}
