/** authenticatorGetInfo from bytes to bytes. */
import { encodeMessage } from '../../../ctap/message.ts';
import { getInfoResponse } from '../../../ctap/messages/get-info.ts';
import type { DeviceState } from '../../../store/device-state.ts';
import type { Device, Outcome } from '../../device.ts';
import type { Policy } from '../../policy.ts';
import { deviceState } from '../../state.ts';
import { getInfo } from './command.ts';

/** An answer, and what it was made from besides the state. */
interface Remembered {
  readonly policy: Policy;
  readonly credentials: number;
  readonly message: Uint8Array;
}

/** The last answer by the state it was made from, which is never changed, only replaced. */
const answers = new WeakMap<DeviceState, Remembered>();

/** Every ceremony begins with getInfo, and its answer changes only with the state it was made from. */
export async function rememberedInfo(device: Device): Promise<Outcome<Uint8Array>> {
  const { store, policy } = device;
  // A device that is never full does not tell how much room is left.
  const { discoverableCapacity } = policy;
  const [state, credentials] = store.read(
    (reader) =>
      [deviceState(reader), Number.isFinite(discoverableCapacity) ? reader.countDiscoverable() : 0] as const,
  );
  // With a persistent token out, no two answers are the same.
  if (state.persistentPinUvAuthToken !== undefined) {
    return { response: encodeMessage(0, getInfoResponse, getInfo(device)) };
  }
  let known = answers.get(state);
  if (known?.policy !== policy || known.credentials !== credentials) {
    known = { policy, credentials, message: encodeMessage(0, getInfoResponse, getInfo(device)) };
    answers.set(state, known);
  }
  return { response: new Uint8Array(known.message) };
}
