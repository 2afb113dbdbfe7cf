import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../src/store/memory.ts';
import { packRecord, unpackRecord } from '../../src/store/packing.ts';
import type { CredentialRecord } from '../../src/store/record.ts';
import { bytes, keepsTheContract, record } from './contract.ts';

describe('the memory store', () => {
  keepsTheContract(() => new MemoryStore());
});

describe('a packed record', () => {
  it('unpacks to the same record, every member of it', () => {
    const full: Required<CredentialRecord> = {
      ...(record(1, { signCount: 5 }) as Required<CredentialRecord>),
      rpName: 'Example',
      userDisplayName: 'Ada',
      credRandom: bytes(4, 64),
      credBlob: bytes(5),
      largeBlobKey: bytes(6),
      largeBlob: bytes(7, 100),
      largeBlobOriginalSize: 400,
      largeBlobSupported: true,
      thirdPartyPayment: true,
    };
    expect(unpackRecord(packRecord(full))).toEqual(full);
  });
});
