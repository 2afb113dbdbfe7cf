/** authenticatorLargeBlobs (0x0C): request and response, CTAP 2.3 section 6.10. */
import { bytes, type Struct, struct, uint } from '../struct.ts';

/** The members of a request of authenticatorLargeBlobs (0x0C). */
export interface LargeBlobsRequest {
  /** How many bytes to read. Excludes `set`. */
  readonly get?: number;
  /** A fragment to write, at most maxMsgSize - 64 bytes. Excludes `get`. */
  readonly set?: Uint8Array;
  /** Where in the serialized array to read or write. */
  readonly offset: number;
  /** Length of the whole array to be written; only at offset 0. */
  readonly length?: number;
  readonly pinUvAuthParam?: Uint8Array;
  readonly pinUvAuthProtocol?: number;
}

/** Reads and writes the request of authenticatorLargeBlobs. */
export const largeBlobsRequest: Struct<LargeBlobsRequest> = struct<LargeBlobsRequest>('largeBlobs', () => ({
  get: { key: 0x01, type: uint },
  set: { key: 0x02, type: bytes() },
  offset: { key: 0x03, type: uint, required: true, missing: 'CTAP1_ERR_INVALID_PARAMETER' },
  length: { key: 0x04, type: uint },
  pinUvAuthParam: { key: 0x05, type: bytes() },
  pinUvAuthProtocol: { key: 0x06, type: uint },
}));

/** The members of a response of authenticatorLargeBlobs. */
export interface LargeBlobsResponse {
  /** The part of the serialized array that was asked for. */
  readonly config?: Uint8Array;
}

/** Reads and writes the response of authenticatorLargeBlobs. */
export const largeBlobsResponse: Struct<LargeBlobsResponse> = struct<LargeBlobsResponse>(
  'largeBlobsResponse',
  () => ({ config: { key: 0x01, type: bytes() } }),
);
