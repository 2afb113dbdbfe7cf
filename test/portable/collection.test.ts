import { describe, expect, it } from 'vitest';
import { Authenticator } from '../../src/authenticator/authenticator.ts';
import { WebAuthnClient } from '../../src/client/client.ts';
import { exportCredentials, importCredentials } from '../../src/entries/portable.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import type { CredentialRecord } from '../../src/store/record.ts';

const origin = 'https://example.com';
const creation = (id: string) => ({
  rp: { name: 'Example' },
  user: { id, name: id, displayName: id },
  challenge: 'AAAA',
  pubKeyCredParams: [{ type: 'public-key' as const, alg: -7 }],
  authenticatorSelection: { residentKey: 'required' as const },
});

async function registered(...users: string[]): Promise<CredentialRecord[]> {
  const authenticator = new Authenticator();
  const client = new WebAuthnClient({ origin, authenticator });
  for (const user of users) await client.create(creation(user));
  return authenticator.credentials.list();
}
const all = (store: MemoryStore): CredentialRecord[] => store.read((reader) => [...reader.all()]);

describe('credentials of a store', () => {
  it('sign in from another device, with the counter going on', async () => {
    const [record] = await registered('AQID');
    const { value } = await exportCredentials(
      [{ ...(record as CredentialRecord), signCount: 41 }],
      'playwright',
    );
    const store = new MemoryStore();
    await importCredentials(store, 'playwright', { cookies: [], origins: [], credentials: value });
    const client = new WebAuthnClient({ origin, authenticator: new Authenticator({ store }) });
    const { response } = await client.get({ challenge: 'AAAA' });
    expect(response.userHandle).toBe('AQID');
    expect(all(store)[0]?.signCount).toBe(42);
  });

  it('are left out with a warning where the format cannot hold them', async () => {
    const [first, second] = (await registered('AQID', 'AQIE')) as [CredentialRecord, CredentialRecord];
    const { value, warnings } = await exportCredentials(
      [
        { ...first, signCount: 1 },
        { ...second, signCount: 0 },
      ],
      'cxf',
    );
    expect(value.accounts[0]?.items).toHaveLength(1);
    expect(warnings.filter(({ code }) => code === 'excluded')).toHaveLength(1);
  });

  it('come all, or none', async () => {
    const { value } = await exportCredentials(await registered('AQID', 'AQIE'), 'cdp');
    const store = new MemoryStore();
    const broken = [...value, { ...value[0], privateKey: 'AAAA' }];
    await expect(importCredentials(store, 'cdp', broken)).rejects.toMatchObject({ code: 'bad-key' });
    expect(all(store)).toEqual([]);
    await importCredentials(store, 'cdp', value[0]);
    await expect(importCredentials(store, 'cdp', value)).rejects.toMatchObject({ code: 'credential-exists' });
    expect(all(store)).toHaveLength(1);
  });

  it('replace or leave those that are there already, as told', async () => {
    const { value } = await exportCredentials(await registered('AQID'), 'cdp');
    const store = new MemoryStore();
    await importCredentials(store, 'cdp', value);
    const later = value.map((one) => ({ ...one, signCount: 9 }));
    expect((await importCredentials(store, 'cdp', later, { existing: 'keep' })).records).toEqual([]);
    expect(all(store)[0]?.signCount).toBe(0);
    await importCredentials(store, 'cdp', later, { existing: 'replace' });
    expect(all(store)[0]?.signCount).toBe(9);
  });

  it('are found in a whole export of another manager, passwords left out', async () => {
    const records = (await registered('AQID')).map((one) => ({ ...one, signCount: 0 }));
    const { value } = await exportCredentials(records, 'cxf');
    const items = value.accounts[0]?.items ?? [];
    const header = {
      version: { major: 1, minor: 0 },
      exporterRpId: 'manager.example',
      accounts: [
        { id: 'AA', items: [...items, { id: 'AQ', title: 'x', credentials: [{ type: 'basic-auth' }] }] },
      ],
    };
    const store = new MemoryStore();
    const { records: read, warnings } = await importCredentials(store, 'cxf', header);
    expect(read).toHaveLength(1);
    expect(warnings).toMatchObject([{ code: 'ignored', message: expect.stringContaining('basic-auth') }]);
  });

  it('are not looked for without end', async () => {
    let deep: unknown = [];
    for (let i = 0; i < 10_000; i++) deep = { accounts: deep };
    await expect(importCredentials(new MemoryStore(), 'cxf', deep)).rejects.toMatchObject({
      code: 'bad-credential',
    });
  });
});
