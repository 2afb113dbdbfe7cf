/** authenticatorLargeBlobs (0x0C), CTAP 2.3 section 6.10: reading or writing? */
import type { LargeBlobsRequest, LargeBlobsResponse } from '../../../ctap/messages/large-blobs.ts';

import type { Device, Outcome } from '../../device.ts';
import { getLargeBlobs } from './get.ts';
import { invalid } from './limits.ts';
import { setLargeBlobs } from './set.ts';

export async function authenticatorLargeBlobs(
  device: Device,
  request: LargeBlobsRequest,
): Promise<Outcome<LargeBlobsResponse>> {
  const { get, set } = request;
  if ((get === undefined) === (set === undefined)) throw invalid('expected either get or set');
  if (get !== undefined) return { response: getLargeBlobs(device, request, get) };
  await setLargeBlobs(device, request, set as Uint8Array);
  return { response: {} };
}
