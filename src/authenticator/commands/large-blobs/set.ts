/** Writing the serialized large-blob array, fragment by fragment; it takes the place of the old one when it is whole. */
import { concat, equal } from '../../../base/bytes.ts';
import { sha256 } from '../../../crypto/hash.ts';
import { CtapCommand } from '../../../ctap/commands.ts';
import type { LargeBlobsRequest } from '../../../ctap/messages/large-blobs.ts';
import { CtapError } from '../../../ctap/status.ts';
import type { Device } from '../../device.ts';
import { Permission } from '../../pin-uv-auth-token.ts';
import { CONTINUATION_TIMEOUT, type LargeBlobWrite } from '../../session.ts';
import { deviceState } from '../../state.ts';
import { authorize } from '../../steps/authorize.ts';
import { protectionOf } from '../../steps/protection.ts';
import { invalid, requireFragmentLength } from './limits.ts';

/** The array ends with this many bytes of the SHA-256 of the bytes before them. */
const CHECKSUM = 16;

export async function setLargeBlobs(
  device: Device,
  request: LargeBlobsRequest,
  fragment: Uint8Array,
): Promise<void> {
  const { session, clock } = device;
  requireFragmentLength(device, 'set', fragment.length);
  const write = beginOrContinue(device, request);
  requirePermission(device, request, fragment);

  if (request.offset + fragment.length > write.array.length) {
    throw invalid(
      `set: ${request.offset + fragment.length} bytes of ${write.array.length} that were announced`,
    );
  }
  write.array.set(fragment, request.offset);
  write.nextOffset = request.offset + fragment.length;
  write.lastAt = clock.now();
  session.largeBlobWrite = write;
  if (write.nextOffset < write.array.length) return;

  session.largeBlobWrite = undefined;
  requireIntegrity(write.array);
  await device.store.transaction((transaction) =>
    transaction.putDevice({ ...deviceState(transaction), largeBlobArray: write.array }),
  );
}

/** A fragment at offset 0 announces an array; any other must be the next one of the array announced before. */
function beginOrContinue(device: Device, { offset, length }: LargeBlobsRequest): LargeBlobWrite {
  const { session, clock, policy } = device;
  if (offset === 0) {
    if (length === undefined) throw invalid('length is missing at offset 0');
    const most = policy.maxSerializedLargeBlobArray;
    if (length > most) {
      throw new CtapError(
        'CTAP2_ERR_LARGE_BLOB_STORAGE_FULL',
        `length: expected at most ${most}, got ${length}`,
      );
    }
    if (length <= CHECKSUM) throw invalid(`length: expected at least ${CHECKSUM + 1}, got ${length}`);
    session.largeBlobWrite = undefined;
    return { array: new Uint8Array(length), nextOffset: 0, lastAt: clock.now() };
  }
  if (length !== undefined) throw invalid('length goes only with offset 0');
  const write = session.largeBlobWrite;
  if (write === undefined || clock.now() - write.lastAt > CONTINUATION_TIMEOUT) {
    session.largeBlobWrite = undefined;
    throw new CtapError('CTAP1_ERR_INVALID_SEQ', 'offset: expected 0, nothing is being written');
  }
  if (offset !== write.nextOffset) {
    throw new CtapError('CTAP1_ERR_INVALID_SEQ', `offset: expected ${write.nextOffset}, got ${offset}`);
  }
  return write;
}

function requirePermission(device: Device, request: LargeBlobsRequest, fragment: Uint8Array): void {
  const { isProtected, alwaysUv } = protectionOf(device);
  if (!isProtected && !alwaysUv) return;
  const offset = new Uint8Array(4);
  new DataView(offset.buffer).setUint32(0, request.offset, true);
  const head = Uint8Array.of(CtapCommand.authenticatorLargeBlobs, 0);
  const message = concat(new Uint8Array(32).fill(0xff), head, offset, sha256(fragment));
  authorize(device, request, Permission.largeBlobWrite, message);
}

function requireIntegrity(array: Uint8Array): void {
  const end = array.length - CHECKSUM;
  if (!equal(sha256(array.subarray(0, end)).subarray(0, CHECKSUM), array.subarray(end))) {
    throw new CtapError('CTAP2_ERR_INTEGRITY_FAILURE', 'the array does not end with its checksum');
  }
}
