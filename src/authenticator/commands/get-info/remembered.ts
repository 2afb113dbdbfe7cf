/** authenticatorGetInfo from bytes to bytes. */
import { encodeMessage } from '../../../ctap/message.ts';
import { getInfoResponse } from '../../../ctap/messages/get-info.ts';
import type { Device, Outcome } from '../../device.ts';
import { deviceState } from '../../state.ts';
import { getInfo } from './command.ts';

/** Every ceremony begins with getInfo, and its answer changes only with the state it was made from. */
export async function rememberedInfo(device: Device): Promise<Outcome<Uint8Array>> {
  const { store, session } = device;
  // A device that is never full does not tell how much room is left.
  const { discoverableCapacity } = device.policy;
  const [state, credentials] = store.read(
    (reader) =>
      [deviceState(reader), Number.isFinite(discoverableCapacity) ? reader.countDiscoverable() : 0] as const,
  );
  // With a persistent token out, no two answers are the same.
  if (state.persistentPinUvAuthToken !== undefined) {
    return { response: encodeMessage(0, getInfoResponse, getInfo(device)) };
  }
  if (session.info?.state !== state || session.info.credentials !== credentials) {
    session.info = { state, credentials, message: encodeMessage(0, getInfoResponse, getInfo(device)) };
  }
  return { response: new Uint8Array(session.info.message) };
}
