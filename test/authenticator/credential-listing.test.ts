import { describe, expect, it } from 'vitest';
import { concat } from '../../src/base/bytes.ts';
import { type CborMap, type CborValue, encodeCbor } from '../../src/cbor/cbor.ts';
import { rpIdHashOf } from '../../src/crypto/hash.ts';
import { authenticate } from '../../src/crypto/pin-uv-auth-protocol.ts';
import type { CredentialRecord } from '../../src/store/record.ts';
import { type Answer, type Managed, managed } from './managed.ts';

const CM = 0x04;
const RP_ID_HASH = new Map([[1, rpIdHashOf('example.com')]]);
const KEY = new Uint8Array(32).fill(5);

const message = (subCommand: number, params?: CborMap): Uint8Array =>
  concat(Uint8Array.of(subCommand), params ? encodeCbor(params) : new Uint8Array());

function ask(device: Managed, subCommand: number, params?: CborMap): Promise<Answer> {
  const mac = device.mac(message(subCommand, params));
  return device.send(0x0a, { 1: subCommand, 2: params, 3: 2, 4: mac });
}

/** A device with one credential, whose record is changed. */
async function listing(
  changes: Partial<CredentialRecord>,
  policy: Parameters<typeof managed>[0] = {},
): Promise<Managed> {
  const device = managed(policy);
  await device.make('example.com', 'ada');
  const { store } = device.device;
  const [record] = store.read((reader) => [...reader.all()]) as [CredentialRecord];
  store.transaction((transaction) => transaction.put({ ...record, ...changes }));
  device.grant(CM);
  return device;
}

describe('a list of credentials', () => {
  it('has every member that is stored', async () => {
    const device = await listing(
      { userDisplayName: 'Ada', rpName: 'Example', largeBlobKey: KEY, thirdPartyPayment: true },
      { extensions: ['credProtect', 'thirdPartyPayment'] },
    );
    const { map } = await ask(device, 4, RP_ID_HASH);
    expect([...map.keys()]).toEqual([6, 7, 8, 9, 10, 11, 12]);
    expect([...(map.get(6) as CborMap)]).toEqual([
      ['id', expect.any(Uint8Array)],
      ['name', 'ada'],
      ['displayName', 'Ada'],
    ]);
    expect([map.get(9), map.get(10), map.get(11), map.get(12)]).toEqual([1, 1, KEY, true]);
    expect([...((await ask(device, 2)).map.get(3) as CborMap)]).toEqual([
      ['id', 'example.com'],
      ['name', 'Example'],
    ]);
  });

  it('leaves out what is not stored, and what the device does not know', async () => {
    const device = await listing({ largeBlobKey: undefined } as never, { extensions: [] });
    const { map } = await ask(device, 4, RP_ID_HASH);
    expect([...map.keys()]).toEqual([6, 7, 8, 9]);
    expect([...(map.get(6) as CborMap).keys()]).toEqual(['id', 'name']);
    expect([...((await ask(device, 2)).map.get(3) as CborMap).keys()]).toEqual(['id']);
  });

  it('says of a credential that was not made for payments that it was not', async () => {
    const device = await listing({}, { extensions: ['thirdPartyPayment'] });
    expect((await ask(device, 4, RP_ID_HASH)).map.get(12)).toBe(false);
  });

  it('ends at a credential that another process has deleted meanwhile', async () => {
    const device = await listing({});
    await device.make('example.com', 'bob');
    device.grant(CM);
    const { map } = await ask(device, 4, RP_ID_HASH);
    const given = (map.get(7) as CborMap).get('id') as Uint8Array;
    const { store } = device.device;
    const other = store.read((reader) => [...reader.all()]).find(({ id }) => id.join() !== given.join());
    store.transaction((transaction) => transaction.delete((other as CredentialRecord).id));
    expect((await device.send(0x0a, { 1: 5 })).status).toBe('CTAP2_ERR_NOT_ALLOWED');
  });
});

describe('the persistent token', () => {
  const TOKEN = new Uint8Array(32).fill(9);
  const read = (device: Managed, param: Uint8Array | undefined, protocol: number): Promise<Answer> =>
    device.send(0x0a, { 1: 1, 3: protocol, 4: param as CborValue });

  it('reads, where it is verified', async () => {
    const device = managed({ perCredMgmtRO: true });
    device.state({ persistentPinUvAuthToken: TOKEN });
    const right = authenticate(2, TOKEN, message(1));
    expect((await read(device, right, 2)).status).toBe('CTAP2_OK');
    expect((await read(device, right, 1)).status).toBe('CTAP2_ERR_PIN_AUTH_INVALID');
    expect((await read(device, right, 9)).status).toBe('CTAP1_ERR_INVALID_PARAMETER');
    expect((await read(device, new Uint8Array(32), 2)).status).toBe('CTAP2_ERR_PIN_AUTH_INVALID');
    expect((await read(device, undefined, 2)).status).toBe('CTAP2_ERR_PUAT_REQUIRED');
    const without = managed({ perCredMgmtRO: false });
    without.state({ persistentPinUvAuthToken: TOKEN });
    expect((await read(without, right, 2)).status).toBe('CTAP2_ERR_PIN_AUTH_INVALID');
  });
});

describe('a credential to delete', () => {
  it('is none where its type is unknown', async () => {
    const device = await listing({});
    const [{ id }] = device.device.store.read((reader) => [...reader.all()]) as [CredentialRecord];
    const of = (type: string): CborMap =>
      new Map([
        [
          2,
          new Map<string, CborValue>([
            ['id', id],
            ['type', type],
          ]),
        ],
      ]);
    expect((await ask(device, 6, of('private-key'))).status).toBe('CTAP2_ERR_NO_CREDENTIALS');
    expect((await ask(device, 6, of('public-key'))).status).toBe('CTAP2_OK');
  });
});
