/** U2F_AUTHENTICATE, FIDO U2F Raw Message Formats v1.2 section 5. */
import { concat } from '../../base/bytes.ts';
import { U2fControl, U2fError, U2fInstruction } from '../../ctap/u2f.ts';
import { keyPairOf, ownCredential } from '../credential-source.ts';
import type { Device } from '../device.ts';
import { CredProtect } from '../extensions/cred-protect.ts';
import { nextSignCount } from '../sign-count.ts';
import { requireTouch } from './touch.ts';

const ES256 = -7;

/**
 * Signs with a credential that U2F or CTAP2 made. A credential that needs verification is treated as absent.
 *
 * @param data challenge parameter and application parameter, 32 bytes each, then the key handle after its length
 * @returns user presence (1 byte), counter (4 bytes), signature
 */
export async function authenticate(device: Device, control: number, data: Uint8Array): Promise<Uint8Array> {
  const handleLength = data[64];
  if (handleLength === undefined || data.length !== 65 + handleLength) {
    throw new U2fError('WRONG_LENGTH', `expected a key handle behind its length, got ${data.length} bytes`);
  }
  if (!(Object.values(U2fControl) as number[]).includes(control)) {
    throw new U2fError('WRONG_DATA', `P1: expected 3, 7 or 8, got ${control}`);
  }
  const [challenge, application, handle] = [data.slice(0, 32), data.slice(32, 64), data.slice(65)];
  const { policy, store, engine } = device;
  const credential = store.read((reader) => ownCredential(reader, policy, handle, application));
  if (
    credential === undefined ||
    credential.algorithm !== ES256 ||
    credential.credProtect === CredProtect.userVerificationRequired
  ) {
    throw new U2fError('WRONG_DATA', 'the key handle is not known here');
  }
  if (control === U2fControl['check-only']) {
    throw new U2fError('CONDITIONS_NOT_SATISFIED', 'the key handle is known here');
  }
  const enforced = control === U2fControl['enforce-user-presence-and-sign'];
  if (enforced) await requireTouch(device, U2fInstruction.AUTHENTICATE);

  const signCount = await store.transaction((transaction) => nextSignCount(policy, transaction, credential));
  if (signCount === undefined) throw new U2fError('WRONG_DATA', 'the credential was deleted meanwhile');
  const head = new Uint8Array(5);
  head[0] = enforced ? 1 : 0;
  new DataView(head.buffer).setUint32(1, signCount);
  const signature = await engine.sign(keyPairOf(credential), concat(application, head, challenge));
  return concat(head, signature);
}
