import { describe, expect, it } from 'vitest';
import { concat, hex } from '../../src/base/bytes.ts';
import type { CborValue } from '../../src/cbor/cbor.ts';
import { sha256 } from '../../src/crypto/hash.ts';
import { type Answer, type Managed, managed } from './managed.ts';

const LBW = 0x10;
const INITIAL = '8076be8b528d0075f7aae98d6fa57a6d3c';

function arrayOf(length: number): Uint8Array {
  const content = Uint8Array.from({ length: length - 16 }, (_, i) => i);
  return concat(content, sha256(content).subarray(0, 16));
}

function write(device: Managed, set: Uint8Array, offset: number, length?: number): Promise<Answer> {
  const at = new Uint8Array(4);
  new DataView(at.buffer).setUint32(0, offset, true);
  const message = concat(new Uint8Array(32).fill(0xff), Uint8Array.of(0x0c, 0), at, sha256(set));
  return device.send(0x0c, { 2: set, 3: offset, 4: length, 5: device.mac(message), 6: 2 });
}

async function read(device: Managed, get = 960, offset = 0): Promise<string> {
  return hex((await device.send(0x0c, { 1: get, 3: offset })).map.get(1) as Uint8Array);
}

function ready(permissions = LBW): Managed {
  const device = managed({ maxMsgSize: 1024, maxSerializedLargeBlobArray: 4096 });
  device.grant(permissions);
  return device;
}

describe('authenticatorLargeBlobs', () => {
  it('begins with an empty array, and is back there after a reset', async () => {
    const device = ready();
    expect(await read(device)).toBe(INITIAL);
    await write(device, arrayOf(100), 0, 100);
    await device.send(0x07);
    expect(await read(device)).toBe(INITIAL);
  });

  it('keeps an array written in fragments, once it is whole', async () => {
    const device = ready();
    const array = arrayOf(2500);
    for (let at = 0; at < array.length; at += 960) {
      expect(await read(device)).toBe(INITIAL);
      expect((await write(device, array.slice(at, at + 960), at, at === 0 ? 2500 : undefined)).status).toBe(
        'CTAP2_OK',
      );
    }
    expect((await read(device, 960)) + (await read(device, 960, 960)) + (await read(device, 960, 1920))).toBe(
      hex(array),
    );
    expect(await read(device, 0, 2500)).toBe('');
    expect(await read(device, 5, 2498)).toBe(hex(array.slice(2498)));
  });

  it('keeps the old array when the new one has a wrong checksum', async () => {
    const device = ready();
    const array = arrayOf(100);
    array[0] = 0xee;
    expect((await write(device, array, 0, 100)).status).toBe('CTAP2_ERR_INTEGRITY_FAILURE');
    expect(await read(device)).toBe(INITIAL);
    expect((await write(device, array.slice(50), 50)).status).toBe('CTAP1_ERR_INVALID_SEQ');
  });

  it.each([
    ['out of order', async () => {}, 60],
    ['again from where it began to differ', async () => {}, 40],
    ['after thirty seconds', async (device: Managed) => device.clock.advance(30_001), 50],
  ])('refuses a fragment %s', async (_, between, offset) => {
    const device = ready();
    const array = arrayOf(100);
    await write(device, array.slice(0, 50), 0, 100);
    await between(device);
    device.grant(LBW);
    expect((await write(device, array.slice(offset), offset)).status).toBe('CTAP1_ERR_INVALID_SEQ');
    expect(await read(device)).toBe(INITIAL);
  });

  it('goes on within thirty seconds of the last fragment, at any time', async () => {
    const device = ready();
    const array = arrayOf(100);
    device.clock.advance(60_000);
    device.grant(LBW);
    await write(device, array.slice(0, 40), 0, array.length);
    device.clock.advance(30_000);
    expect((await write(device, array.slice(40), 40)).status).toBe('CTAP2_OK');
    expect(await read(device)).toBe(hex(array));
  });

  it('takes as much as there is room for', async () => {
    const device = managed({ maxMsgSize: 1024, maxSerializedLargeBlobArray: 1024 });
    device.grant(LBW);
    const array = arrayOf(1024);
    expect((await write(device, array.slice(0, 960), 0, 1024)).status).toBe('CTAP2_OK');
    expect((await write(device, array.slice(960), 960)).status).toBe('CTAP2_OK');
  });

  it('begins anew at offset 0, and takes no more than was announced', async () => {
    const device = ready();
    const array = arrayOf(100);
    await write(device, array.slice(0, 50), 0, 100);
    expect((await write(device, array.slice(0, 20), 0, 100)).status).toBe('CTAP2_OK');
    expect((await write(device, arrayOf(81), 20)).status).toBe('CTAP1_ERR_INVALID_PARAMETER');
    expect((await write(device, array.slice(20), 20)).status).toBe('CTAP2_OK');
    expect(await read(device)).toBe(hex(array));
  });

  it.each([
    ['without the permission', (device: Managed) => device.grant(0xff & ~LBW)],
    ['that is not in use', (device: Managed) => device.device.session.token.stopUsing()],
  ])('writes nothing for a token %s', async (_, spoil) => {
    const device = ready();
    spoil(device);
    const before = device.contents();
    expect((await write(device, arrayOf(100), 0, 100)).status).toBe('CTAP2_ERR_PIN_AUTH_INVALID');
    expect(device.contents()).toBe(before);
  });

  it('asks no token of a device that is not protected', async () => {
    const device = managed({ userVerification: 'none' });
    expect((await device.send(0x0c, { 2: arrayOf(40), 3: 0, 4: 40 })).status).toBe('CTAP2_OK');
    device.state({ alwaysUv: true });
    expect((await device.send(0x0c, { 2: arrayOf(40), 3: 0, 4: 40 })).status).toBe('CTAP2_ERR_PUAT_REQUIRED');
  });

  const param = new Uint8Array(32);
  const set = arrayOf(40);
  it.each<[string, string, Record<number, CborValue>]>([
    ['no offset', 'CTAP1_ERR_INVALID_PARAMETER', { 1: 1 }],
    ['neither get nor set', 'CTAP1_ERR_INVALID_PARAMETER', { 3: 0 }],
    ['both get and set', 'CTAP1_ERR_INVALID_PARAMETER', { 1: 1, 2: set, 3: 0 }],
    ['a text as get', 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE', { 1: 'x', 3: 0 }],
    ['a text as set', 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE', { 2: 'x', 3: 0 }],
    ['a negative offset', 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE', { 1: 1, 3: -1 }],
    ['a text as length', 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE', { 2: set, 3: 0, 4: 'x' }],
    ['get with length', 'CTAP1_ERR_INVALID_PARAMETER', { 1: 1, 3: 0, 4: 17 }],
    ['get with pinUvAuthParam', 'CTAP1_ERR_INVALID_PARAMETER', { 1: 1, 3: 0, 5: param }],
    ['get with pinUvAuthProtocol', 'CTAP1_ERR_INVALID_PARAMETER', { 1: 1, 3: 0, 6: 2 }],
    ['get of too much', 'CTAP1_ERR_INVALID_LENGTH', { 1: 961, 3: 0 }],
    ['get behind the end', 'CTAP1_ERR_INVALID_PARAMETER', { 1: 1, 3: 18 }],
    ['set of too much', 'CTAP1_ERR_INVALID_LENGTH', { 2: new Uint8Array(961), 3: 0, 4: 1000 }],
    ['set at 0 without length', 'CTAP1_ERR_INVALID_PARAMETER', { 2: set, 3: 0 }],
    ['set of more than there is room for', 'CTAP2_ERR_LARGE_BLOB_STORAGE_FULL', { 2: set, 3: 0, 4: 4097 }],
    ['set of less than an array', 'CTAP1_ERR_INVALID_PARAMETER', { 2: set, 3: 0, 4: 16 }],
    ['set further on with length', 'CTAP1_ERR_INVALID_PARAMETER', { 2: set, 3: 1, 4: 40 }],
    ['set further on of nothing', 'CTAP1_ERR_INVALID_SEQ', { 2: set, 3: 1 }],
    ['set without pinUvAuthParam', 'CTAP2_ERR_PUAT_REQUIRED', { 2: set, 3: 0, 4: 40 }],
    ['set without pinUvAuthProtocol', 'CTAP2_ERR_MISSING_PARAMETER', { 2: set, 3: 0, 4: 40, 5: param }],
    ['set with protocol three', 'CTAP1_ERR_INVALID_PARAMETER', { 2: set, 3: 0, 4: 40, 5: param, 6: 3 }],
    [
      'set with a wrong pinUvAuthParam',
      'CTAP2_ERR_PIN_AUTH_INVALID',
      { 2: set, 3: 0, 4: 40, 5: param, 6: 2 },
    ],
  ])('%s: %s', async (_, status, members) => {
    const device = ready();
    const before = device.contents();
    expect((await device.send(0x0c, members)).status).toBe(status);
    expect(device.contents()).toBe(before);
  });
});
