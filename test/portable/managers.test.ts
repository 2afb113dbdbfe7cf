/** Files of password managers: samples made after what those projects publish of their formats, member by member. */
import { generateKeyPairSync } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Authenticator } from '../../src/authenticator/authenticator.ts';
import { ManualClock } from '../../src/base/clock.ts';
import { WebAuthnClient } from '../../src/client/client.ts';
import { exportCredential, exportCredentials, importCredentials } from '../../src/entries/portable.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import type { CredentialRecord } from '../../src/store/record.ts';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const der = privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64url');
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** Signs in with what was imported. @returns the user handle and the flags */
async function signIn(store: MemoryStore): Promise<[string | undefined, number]> {
  const authenticator = new Authenticator({ store });
  const client = new WebAuthnClient({ origin: 'https://login.example.com', authenticator });
  const { response } = await client.get({ challenge: 'AAAA', rpId: 'example.com' });
  return [response.userHandle, Buffer.from(response.authenticatorData, 'base64url')[32] as number];
}
const all = (store: MemoryStore): CredentialRecord[] => store.read((reader) => [...reader.all()]);

/** The way to `login` in libs/common/src/models/export of bitwarden/clients, with members that are null where there is nothing. */
const bitwarden = (credential: object = {}): object => ({
  encrypted: false,
  folders: [{ id: '0c0a9d35-3b51-4d7c-9d62-acf800a1b2c3', name: 'work' }],
  items: [
    {
      id: '5f1b0f0e-0000-4000-8000-000000000001',
      organizationId: null,
      folderId: null,
      type: 1,
      reprompt: 0,
      name: 'example.com',
      notes: null,
      favorite: false,
      login: {
        fido2Credentials: [
          {
            credentialId: '6e8a1c9f-7d4b-4c0e-9a55-1f2e3d4c5b6a',
            keyType: 'public-key',
            keyAlgorithm: 'ECDSA',
            keyCurve: 'P-256',
            keyValue: der,
            rpId: 'example.com',
            userHandle: 'YWRh',
            userName: 'ada',
            counter: '0',
            rpName: 'Example',
            userDisplayName: 'Ada Lovelace',
            discoverable: 'true',
            creationDate: '2026-02-03T04:05:06.789Z',
            ...credential,
          },
        ],
        uris: [{ match: null, uri: 'https://example.com/' }],
        username: 'ada',
        password: 'secret',
        totp: null,
      },
      collectionIds: null,
    },
    { type: 2, name: 'a note', secureNote: { type: 0 } },
  ],
});

describe('Bitwarden’s export', () => {
  it('is read with its passkeys, which sign as copied ones do, and what is none is told', async () => {
    const store = new MemoryStore();
    const { records, warnings } = await importCredentials(store, 'bitwarden', bitwarden());
    expect(records).toMatchObject([
      {
        rpId: 'example.com',
        rpName: 'Example',
        userName: 'ada',
        userDisplayName: 'Ada Lovelace',
        signCount: 0,
      },
    ]);
    expect(Buffer.from(records[0]?.id ?? []).toString('hex')).toBe('6e8a1c9f7d4b4c0e9a551f2e3d4c5b6a');
    expect(warnings).toMatchObject([{ code: 'ignored', message: expect.stringContaining('a note') }]);
    expect(await signIn(store)).toEqual(['YWRh', 0x1d]);
  });

  it('has IDs of other lengths with a prefix', async () => {
    const store = new MemoryStore();
    await importCredentials(
      store,
      'bitwarden',
      bitwarden({ credentialId: 'b64.AAECAwQFBgcICQoLDA0ODxAREhM' }),
    );
    expect(all(store)[0]?.id).toHaveLength(20);
  });

  it('is refused where it is encrypted', async () => {
    const encrypted = { encrypted: true, passwordProtected: true, data: '2.xyz' };
    await expect(importCredentials(new MemoryStore(), 'bitwarden', encrypted)).rejects.toMatchObject({
      code: 'bad-credential',
      message: expect.stringContaining('not encrypted'),
    });
  });

  it('is written as a whole file, of which the same passkeys are read', async () => {
    const store = new MemoryStore();
    await importCredentials(store, 'bitwarden', bitwarden());
    const { value, warnings } = await exportCredentials(all(store), 'bitwarden');
    expect(warnings).toEqual([]);
    expect(Object.keys(value.items[0]?.login.fido2Credentials[0] ?? {}).sort()).toEqual(
      Object.keys((bitwarden() as typeof value).items[0]?.login.fido2Credentials[0] ?? {}).sort(),
    );
    const again = new MemoryStore();
    await importCredentials(again, 'bitwarden', JSON.parse(JSON.stringify(value)));
    expect(all(again)).toEqual(all(store));
  });
});

/** What PasskeyExporter writes: six members. */
const keepassxc = {
  credentialId: 'o1hg2ZYuVJYwvzGVtXMyYOxEB0yfUoZ7bUkKRjSZ5_k',
  privateKey: pem,
  relyingParty: 'example.com',
  url: 'https://example.com',
  userHandle: 'YWRh',
  username: 'ada',
};

describe('KeePassXC’s passkey file', () => {
  it('is read, and signs', async () => {
    const store = new MemoryStore();
    const { warnings } = await importCredentials(store, 'keepassxc', keepassxc);
    expect(warnings).toEqual([]);
    expect(await signIn(store)).toEqual(['YWRh', 0x05]);
  });

  it('is written member for member, with a key that begins and ends as its importer wants', async () => {
    const store = new MemoryStore();
    await importCredentials(store, 'keepassxc', keepassxc);
    const { value } = await exportCredentials(all(store), 'keepassxc');
    const [one] = value;
    expect({ ...one, privateKey: '' }).toEqual({ ...keepassxc, privateKey: '' });
    expect(one?.privateKey.trim()).toMatch(
      /^-----BEGIN PRIVATE KEY-----\n[\s\S]*\n-----END PRIVATE KEY-----$/,
    );
  });

  it('needs a user name, which is said', async () => {
    const store = new MemoryStore();
    await importCredentials(store, 'keepassxc', keepassxc);
    const [record] = all(store);
    const { userName: _, ...nameless } = record as CredentialRecord;
    const { warnings } = await exportCredential(nameless, 'keepassxc');
    expect(warnings).toMatchObject([{ code: 'unusable', member: 'userName' }]);
  });
});

/** A ZIP archive, by the rules of APPNOTE 4.3: local headers, a central directory, its end. */
function zip(files: Readonly<Record<string, string>>, { deflated = true, encrypted = false } = {}): Buffer {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const content = Buffer.from(text);
    const packed = deflated ? deflateRawSync(content) : content;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(encrypted ? 1 : 0, 2);
    common.writeUInt16LE(deflated ? 8 : 0, 4);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    entries.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, rest, Buffer.from(name)]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, directory, Buffer.from('PK\x05\x06'), end]);
}

/** With another size in the directory than the file has. */
function lying(archive: Buffer): Buffer {
  archive.writeUInt32LE(7, archive.indexOf('PK\x01\x02') + 24);
  return archive;
}

describe('CXF', () => {
  const passkey = {
    type: 'passkey',
    credentialId: 'o1hg2ZYuVJYwvzGVtXMyYOxEB0yfUoZ7bUkKRjSZ5_k',
    rpId: 'example.com',
    username: 'ada',
    userDisplayName: 'Ada',
    userHandle: 'YWRh',
    key: der,
  };
  const header = JSON.stringify({
    version: { major: 1, minor: 0 },
    exporterRpId: 'manager.example',
    exporterDisplayName: 'Manager',
    timestamp: 1_760_000_000,
    accounts: [
      {
        id: 'AA',
        username: 'ada',
        email: 'ada@example.com',
        collections: [],
        items: [{ id: 'AQ', title: 'Example', credentials: [passkey, { type: 'totp' }] }],
      },
    ],
  });

  it('is written with the header, and one account', async () => {
    const store = new MemoryStore();
    await importCredentials(store, 'cxf', JSON.parse(header));
    const { value } = await exportCredentials(all(store), 'cxf', { clock: new ManualClock(5_000) });
    expect(value).toMatchObject({
      version: { major: 1, minor: 0 },
      exporterRpId: expect.any(String),
      exporterDisplayName: expect.stringContaining('test'),
      timestamp: Date.UTC(2026, 0, 1) / 1000 + 5,
      accounts: [{ collections: [], items: [{ title: 'example.com', credentials: [passkey] }] }],
    });
    const again = new MemoryStore();
    await importCredentials(again, 'cxf', value);
    expect(all(again)).toEqual(all(store));
  });

  it.each([true, false])('is read from its archive (deflated: %s)', async (deflated) => {
    const store = new MemoryStore();
    const archive = zip({ 'documents/a.png': 'x', 'export/index.json': header }, { deflated });
    const { warnings } = await importCredentials(store, 'cxf', new Uint8Array(archive));
    expect(warnings).toMatchObject([{ code: 'ignored', message: expect.stringContaining('totp') }]);
    expect(await signIn(store)).toEqual(['YWRh', 0x1d]);
  });

  it.each([
    ['encrypted by CXP', () => zip({ 'CXP-Export/index.jwe': 'eyJ' }), /not encrypted .*JWE/],
    ['encrypted as ZIP does', () => zip({ 'a.json': header }, { encrypted: true }), /not encrypted/],
    ['without accounts', () => zip({ 'a.json': '{}', 'b.txt': '' }), /JSON file with accounts/],
    ['of no JSON', () => zip({ 'a.json': '{' }), /a\.json: expected JSON/],
    ['cut off', () => zip({ 'a.json': header }).subarray(0, -30), /whole/],
    ['that lies about its length', () => lying(zip({ 'a.json': header })), /expected/],
  ])('is refused in an archive %s', async (_, archive, message) => {
    const store = new MemoryStore();
    await expect(importCredentials(store, 'cxf', new Uint8Array(archive()))).rejects.toMatchObject({
      code: 'bad-credential',
      message: expect.stringMatching(message),
    });
    expect(all(store)).toEqual([]);
  });
});
