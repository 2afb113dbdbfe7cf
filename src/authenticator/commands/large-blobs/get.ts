/** Reading a fragment of the serialized large-blob array: everybody may. */
import type { LargeBlobsRequest, LargeBlobsResponse } from '../../../ctap/messages/large-blobs.ts';
import type { Device } from '../../device.ts';
import { deviceState } from '../../state.ts';
import { invalid, requireFragmentLength } from './limits.ts';

export function getLargeBlobs(device: Device, request: LargeBlobsRequest, get: number): LargeBlobsResponse {
  const { offset, length, pinUvAuthParam, pinUvAuthProtocol } = request;
  // 1. and 2. Nothing but get and offset.
  if (length !== undefined) throw invalid('length does not go with get');
  if (pinUvAuthParam !== undefined || pinUvAuthProtocol !== undefined) {
    throw invalid('pinUvAuthParam and pinUvAuthProtocol do not go with get');
  }
  // 3. and 4. Within the limits.
  requireFragmentLength(device, 'get', get);
  const array = device.store.read(deviceState).largeBlobArray;
  if (offset > array.length) throw invalid(`offset: expected at most ${array.length}, got ${offset}`);
  // 5. As much as there is.
  return { config: array.slice(offset, offset + get) };
}
