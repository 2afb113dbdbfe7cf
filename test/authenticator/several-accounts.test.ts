import { describe, expect, it } from 'vitest';
import type { Policy } from '../../src/authenticator/policy/type.ts';
import { concat } from '../../src/base/bytes.ts';
import type { CborMap, CborValue } from '../../src/cbor/cbor.ts';
import type { CredentialRecord } from '../../src/store/record.ts';
import { type Answer, type Managed, managed } from './managed.ts';

const HASH = new Uint8Array(32).fill(7);
const NEXT = 0x08;

const recordsOf = ({ device }: Managed): CredentialRecord[] =>
  device.store.read((reader) => [...reader.all()]);

/** A device with accounts of those names at one RP. */
async function accounts(names: readonly string[], extensions?: CborMap): Promise<Managed> {
  const one = managed();
  for (const name of names) await one.make('example.com', name, extensions);
  return one;
}

const get = (one: Managed, more: Record<number, CborValue> = {}): Promise<Answer> =>
  one.send(0x02, { 1: 'example.com', 2: HASH, ...more });
const numberIn = ({ map }: Answer): CborValue | undefined => map.get(5);
const nextOf = async (one: Managed): Promise<string | undefined> => (await one.send(NEXT)).status;

describe('several accounts', () => {
  it('are announced by their number, and then given one by one', async () => {
    const one = await accounts(['ada', 'bob']);
    expect(numberIn(await get(one))).toBe(2);
    expect([await nextOf(one), await nextOf(one)]).toEqual(['CTAP2_OK', 'CTAP2_ERR_NOT_ALLOWED']);
  });

  it('are all given, those that need verification, too, where there was one', async () => {
    const one = await accounts(['ada', 'bob'], new Map([['credProtect', 2]]));
    expect(numberIn(await get(one, { 5: new Map([['uv', true]]) }))).toBe(2);
    expect([await nextOf(one), await nextOf(one)]).toEqual(['CTAP2_OK', 'CTAP2_ERR_NOT_ALLOWED']);
    expect((await get(one)).status).toBe('CTAP2_ERR_NO_CREDENTIALS');
  });

  it('that are named in a list are one: the first that is there', async () => {
    const one = await accounts(['ada', 'bob']);
    const allowList = recordsOf(one).map(
      ({ id }) =>
        new Map<string, CborValue>([
          ['id', id],
          ['type', 'public-key'],
        ]),
    );
    const answer = await get(one, { 3: allowList });
    expect([answer.status, numberIn(answer)]).toEqual(['CTAP2_OK', undefined]);
    expect(await nextOf(one)).toBe('CTAP2_ERR_NOT_ALLOWED');
  });

  it('are not named by an empty list', async () => {
    const one = await accounts(['ada', 'bob']);
    expect(numberIn(await get(one, { 3: [] }))).toBe(2);
    expect(await nextOf(one)).toBe('CTAP2_OK');
  });

  it('are no more than were announced, and no account that was deleted meanwhile', async () => {
    const more = await accounts(['ada', 'bob']);
    await get(more);
    expect(await nextOf(more)).toBe('CTAP2_OK');
    const [record] = recordsOf(more);
    const third = { ...(record as CredentialRecord), id: new Uint8Array(32), userId: Uint8Array.of(9) };
    more.device.store.transaction((other) => other.put(third));
    expect(await nextOf(more)).toBe('CTAP2_ERR_NOT_ALLOWED');
    const fewer = await accounts(['ada', 'bob']);
    await get(fewer);
    const [first] = recordsOf(fewer);
    fewer.device.store.transaction((other) => other.delete((first as CredentialRecord).id));
    expect(await nextOf(fewer)).toBe('CTAP2_ERR_NOT_ALLOWED');
  });

  it('are counted only where there is more than one', async () => {
    const one = await accounts(['ada']);
    expect(numberIn(await get(one))).toBeUndefined();
    expect(await nextOf(one)).toBe('CTAP2_ERR_NOT_ALLOWED');
  });
});

describe('a credential that is made', () => {
  const make = (one: Managed, rk: boolean): Promise<Answer> => one.make('example.com', 'ada', undefined, rk);

  it('changes the state of the credential store where it is discoverable, and only there', async () => {
    const one = managed();
    // (Only who has a persistent token can see it.)
    one.state({ persistentPinUvAuthToken: new Uint8Array(32) });
    const before = one.state().credentialStoreState;
    await make(one, false);
    expect(one.state().credentialStoreState).toEqual(before);
    await make(one, true);
    expect(one.state().credentialStoreState).not.toEqual(before);
  });

  it('is not stored where its ID holds it', async () => {
    const one = managed({ nonDiscoverable: 'wrapped' } as Partial<Policy>);
    expect((await make(one, false)).status).toBe('CTAP2_OK');
    expect(recordsOf(one)).toEqual([]);
    expect((await make(one, true)).status).toBe('CTAP2_OK');
    expect(recordsOf(one)).toHaveLength(1);
  });

  it('counts nothing where there is no room for it', async () => {
    const one = managed({ discoverableCapacity: 1, signCounter: 'global' });
    await one.make('example.com', 'ada');
    const before = one.contents();
    expect((await one.make('example.com', 'bob')).status).toBe('CTAP2_ERR_KEY_STORE_FULL');
    expect(one.contents()).toBe(before);
  });

  it('does not go over the last place, where another process took that meanwhile', async () => {
    const one = managed({ discoverableCapacity: 1 });
    await one.make('example.com', 'ada');
    const [taken] = recordsOf(one) as [CredentialRecord];
    const { store } = one.device;
    store.transaction((other) => other.delete(taken.id));
    const transaction = store.transaction.bind(store);
    let taking = true;
    store.transaction = (work) => {
      // (Before the one transaction, which stores the credential, there was room.)
      if (taking)
        transaction((other) => other.put({ ...taken, id: concat(taken.id), userId: Uint8Array.of(9) }));
      taking = false;
      return transaction(work);
    };
    expect((await one.make('example.com', 'bob')).status).toBe('CTAP2_ERR_KEY_STORE_FULL');
    expect(recordsOf(one)).toHaveLength(1);
  });
});
