import { describe, expect, it } from 'vitest';
import { Authenticator } from '../../src/authenticator/authenticator.ts';
import { WebAuthnClient } from '../../src/client/client.ts';
import { exportCredentials, importCredentials } from '../../src/entries/portable.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import type { CredentialRecord } from '../../src/store/record.ts';

const origin = 'https://example.com';

async function registered(...users: string[]): Promise<CredentialRecord[]> {
  const authenticator = new Authenticator();
  const client = new WebAuthnClient({ origin, authenticator });
  for (const id of users)
    await client.create({
      rp: { name: 'Example' },
      user: { id, name: id, displayName: id },
      challenge: 'AAAA',
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
      authenticatorSelection: { residentKey: 'required' },
    });
  return authenticator.credentials.list();
}
const all = (store: MemoryStore): CredentialRecord[] => store.read((reader) => [...reader.all()]);
const filled = async (...users: string[]): Promise<{ store: MemoryStore; there: CredentialRecord[] }> => {
  const store = new MemoryStore();
  const there = await registered(...users);
  await store.transaction((transaction) => {
    for (const record of there) transaction.put(record);
  });
  return { store, there };
};
const file = async (...users: string[]): Promise<unknown[]> => [
  ...(await exportCredentials(await registered(...users), 'stuntkey')).value,
];

describe('an import', () => {
  it('refuses a passkey whose site and user are there already, and says which', async () => {
    const { store, there } = await filled('AQID');
    await expect(importCredentials(store, 'stuntkey', await file('AQIE', 'AQID'))).rejects.toMatchObject({
      code: 'credential-exists',
      message: expect.stringMatching(/nothing was imported: .* of AQID at example\.com is there already/),
    });
    expect(all(store)).toEqual(there);
  });

  it('names every one that is in the way', async () => {
    const { store } = await filled('AQID', 'AQIE');
    const importing = importCredentials(store, 'stuntkey', await file('AQID', 'AQIE'));
    await expect(importing).rejects.toMatchObject({ message: expect.stringMatching(/AQID.*AQIE/) });
  });

  it('replaces where it is told to, and says what went', async () => {
    const { store, there } = await filled('AQID', 'AQIE');
    const { records, replaced } = await importCredentials(store, 'stuntkey', await file('AQID'), {
      existing: 'replace',
    });
    expect(replaced).toEqual([there[0]]);
    expect(all(store).map(({ id }) => id)).toEqual([there[1]?.id, records[0]?.id]);
  });

  it('keeps what is there where it is told to, and says what stayed', async () => {
    const { store, there } = await filled('AQID');
    const { records, kept } = await importCredentials(store, 'stuntkey', await file('AQID', 'AQIE'), {
      existing: 'keep',
    });
    expect([records.length, kept]).toEqual([1, there]);
    expect(all(store)).toHaveLength(2);
  });

  it.each(['refuse', 'replace'] as const)(
    'refuses two of one site and user in a file (%s)',
    async (existing) => {
      const store = new MemoryStore();
      const twice = [...(await file('AQID')), ...(await file('AQID'))];
      await expect(importCredentials(store, 'stuntkey', twice, { existing })).rejects.toMatchObject({
        code: 'credential-exists',
        message: expect.stringContaining('in the file twice'),
      });
      expect(all(store)).toEqual([]);
    },
  );

  it('refuses the same ID twice in a file', async () => {
    const [one] = await file('AQID');
    await expect(importCredentials(new MemoryStore(), 'stuntkey', [one, one])).rejects.toMatchObject({
      code: 'credential-exists',
    });
  });

  it('takes no more than there is room for, those that are replaced counted out', async () => {
    const { store, there } = await filled('AQID');
    const two = await file('AQIE', 'AQIF');
    await expect(importCredentials(store, 'stuntkey', two, { capacity: 2 })).rejects.toMatchObject({
      code: 'no-room',
      message: expect.stringContaining('3 discoverable credentials, and there is room for 2'),
    });
    expect(all(store)).toEqual(there);
    const same = await file('AQID', 'AQIE');
    await importCredentials(store, 'stuntkey', same, { capacity: 2, existing: 'replace' });
    expect(all(store)).toHaveLength(2);
  });

  it('only says what it would do in a dry run', async () => {
    const { store, there } = await filled('AQID');
    const would = await importCredentials(store, 'stuntkey', await file('AQID', 'AQIE'), {
      existing: 'replace',
      dryRun: true,
    });
    expect([would.records.length, would.replaced]).toEqual([2, there]);
    expect(all(store)).toEqual(there);
    const refused = importCredentials(store, 'stuntkey', await file('AQID'), { dryRun: true });
    await expect(refused).rejects.toMatchObject({ code: 'credential-exists' });
  });

  it('of ten thousand takes no longer a credential than of a few', async () => {
    const [one] = await registered('AQID');
    const many = Array.from({ length: 10_000 }, (_, place) => {
      const id = new Uint8Array(16);
      new DataView(id.buffer).setUint32(0, place + 1);
      return { ...(one as CredentialRecord), id, userId: id };
    });
    const { planImport } = await import('../../src/portable/plan.ts');
    let looked = 0;
    const reader = {
      get: () => void looked++,
      ofUser: () => void looked++,
      countDiscoverable: () => 0,
    } as never;
    expect(planImport(reader, many, 'refuse', Number.POSITIVE_INFINITY).put).toHaveLength(10_000);
    expect(looked).toBe(20_000);
  });
});

describe('what is no file of credentials', () => {
  const FORMATS = [
    'stuntkey',
    'cdp',
    'webdriver',
    'playwright',
    'bitwarden',
    'keepassxc',
    'cxf',
    'jwk',
    'pem',
  ] as const;
  const list: unknown[] = [];
  for (let i = 0; i < 1_000; i++) list.push(list);
  const around: Record<string, unknown> = {};
  Object.assign(around, { self: around, items: [around], credentials: [around], accounts: [around] });
  const deep = JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`);

  it.each(FORMATS)(
    'is refused as %s by a typed error, cyclic or deep, and nothing is stored',
    async (format) => {
      for (const [name, value] of Object.entries({ list, around, deep })) {
        const store = new MemoryStore();
        const end = await importCredentials(store, format, value).then(
          ({ records }) => records.length,
          (error: Error) => error.name,
        );
        expect([name, end]).toEqual([name, expect.toSatisfy((one) => one === 'StuntkeyError' || one === 0)]);
        expect(all(store)).toEqual([]);
      }
    },
  );

  it.each(['stuntkey', 'cdp', 'webdriver', 'playwright', 'keepassxc'] as const)(
    'is refused as %s where one of many is no credential, or comes thousands of times, in a short message',
    async (format) => {
      const { value } = await exportCredentials(await registered('YWRh', 'Z3Jh'), format);
      const [first] = value as object[];
      const store = new MemoryStore();
      const half = [...(value as object[]), { ...first, credentialId: '!', id: '!', privateKey: '!' }];
      await expect(importCredentials(store, format, half)).rejects.toMatchObject({ code: 'bad-credential' });
      const huge = Array.from({ length: 1_000 }, () => first);
      const error: Error = await importCredentials(store, format, huge).then(
        () => new Error('imported'),
        (reason) => reason,
      );
      expect(error).toMatchObject({ code: 'credential-exists' });
      expect(error.message.length).toBeLessThan(2_000);
      expect(all(store)).toEqual([]);
    },
  );
});
