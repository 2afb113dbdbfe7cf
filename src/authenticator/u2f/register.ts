/** U2F_REGISTER, FIDO U2F Raw Message Formats v1.2 section 4. */

import { concat } from '../../base/bytes.ts';
import { run } from '../../base/steps.ts';
import { U2fError, U2fInstruction } from '../../ctap/u2f.ts';
import type { CredentialRecord } from '../../store/record.ts';
import type { Device } from '../device.ts';
import { CredProtect } from '../extensions/cred-protect.ts';
import { isStored, newKey } from '../new-credential.ts';
import { initialSignCount } from '../sign-count.ts';
import { wrappedId } from '../wrapping.ts';
import { u2fIdentity } from './identity.ts';
import { requireTouch } from './touch.ts';

const ES256 = -7;
/** The first byte of the answer, for historical reasons. */
const RESERVED = 0x05;
/** A key handle's length has one byte. */
const LONGEST_HANDLE = 255;

/**
 * Makes a credential. CTAP2 can use it, too, for the RP whose ID hashes to the application parameter.
 *
 * @param data challenge parameter and application parameter, 32 bytes each
 * @returns 05, the public key (65 bytes), the key handle after its length, the attestation certificate, a signature
 */
export async function register(device: Device, data: Uint8Array): Promise<Uint8Array> {
  if (data.length !== 64) throw new U2fError('WRONG_LENGTH', `expected 64 bytes, got ${data.length}`);
  const challenge = data.slice(0, 32);
  const application = data.slice(32);
  await requireTouch(device, U2fInstruction.REGISTER);

  const { policy, store, engine } = device;
  const key = await run(newKey(device, ES256));
  const unnamed: CredentialRecord = {
    id: device.random(Math.min(policy.credentialIdLength, LONGEST_HANDLE), 'credential-id'),
    rpIdHash: application,
    algorithm: ES256,
    privateKey: key.secret,
    publicKey: key.public,
    discoverable: false,
    signCount: 0,
    backupEligible: policy.backup.eligible,
    backupState: policy.backup.state,
    credProtect: CredProtect.userVerificationOptional,
  };
  const stored = isStored(policy, false);
  const record = stored ? unnamed : { ...unnamed, id: wrappedId(device, unnamed) };

  const identity = await u2fIdentity(device);
  const point = concat(Uint8Array.of(4), key.public);
  const signature = await engine.sign(
    identity.key,
    concat(Uint8Array.of(0), application, challenge, record.id, point),
  );
  if (stored) {
    await store.transaction((transaction) => {
      const signCount = initialSignCount(policy.signCounter, transaction);
      transaction.put({ ...record, signCount });
    });
  }
  const [certificate] = identity.certificates;
  return concat(
    Uint8Array.of(RESERVED),
    point,
    Uint8Array.of(record.id.length),
    record.id,
    certificate as Uint8Array,
    signature,
  );
}
