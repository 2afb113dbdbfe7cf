import { describe, expect, it } from 'vitest';
import { concat, hex, utf8 } from '../../src/base/bytes.ts';
import { type CborMap, type CborValue, encodeCbor } from '../../src/cbor/cbor.ts';
import { sha256 } from '../../src/crypto/hash.ts';
import { authenticate } from '../../src/crypto/pin-uv-auth-protocol.ts';
import { type Answer, type Managed, managed } from './managed.ts';

const CM = 0x04;
const hashOf = (rpId: string): Uint8Array => sha256(utf8(rpId));

function ask(device: Managed, subCommand: number, params?: CborMap, command = 0x0a): Promise<Answer> {
  const message = concat(
    Uint8Array.of(subCommand),
    params === undefined ? new Uint8Array() : encodeCbor(params),
  );
  return device.send(command, { 1: subCommand, 2: params, 3: 2, 4: device.mac(message) });
}

const descriptor = (id: CborValue): CborMap =>
  new Map<string, CborValue>([
    ['id', id],
    ['type', 'public-key'],
  ]);
const byHash = (rpId: string): CborMap => new Map([[1, hashOf(rpId)]]);
const idOf = (device: Managed, userName: string): Uint8Array =>
  device.device.store.read((reader) => [...reader.all()].find((record) => record.userName === userName))
    ?.id as Uint8Array;

async function filled(): Promise<Managed> {
  const device = managed({ discoverableCapacity: 10 });
  for (const [rpId, user] of [
    ['a.example', 'ada'],
    ['b.example', 'bob'],
    ['a.example', 'eve'],
  ] as const) {
    expect((await device.make(rpId, user)).status).toBe('CTAP2_OK');
  }
  device.grant(CM);
  return device;
}

describe('authenticatorCredentialManagement', () => {
  it('counts discoverable credentials and the room that is left', async () => {
    const device = managed({ discoverableCapacity: 10 });
    device.grant(CM);
    expect((await ask(device, 1)).map).toEqual(
      new Map([
        [1, 0],
        [2, 10],
      ]),
    );
    await device.make('a.example', 'ada');
    await device.make('a.example', 'listed-only', undefined, false);
    device.grant(CM);
    expect((await ask(device, 1)).map).toEqual(
      new Map([
        [1, 1],
        [2, 9],
      ]),
    );
  });

  it('says of a device that is never full that there is much room', async () => {
    const device = managed();
    device.grant(CM);
    expect((await ask(device, 1)).map.get(2)).toBe(0x7fff_ffff);
  });

  it('goes on for the channel that began, and for no other', async () => {
    for (const [begin, next, params] of [
      [2, 3, undefined],
      [4, 5, byHash('a.example')],
    ] as const) {
      const device = await filled();
      await ask(device, begin, params);
      expect((await device.send(0x0a, { 1: next }, { channel: 'another' })).status).toBe(
        'CTAP2_ERR_NOT_ALLOWED',
      );
      expect((await device.send(0x0a, { 1: next })).status).toBe('CTAP2_ERR_NOT_ALLOWED');
    }
  });

  it('lists every RP once, and then no more', async () => {
    const device = await filled();
    const first = await ask(device, 2);
    expect(first.map.get(5)).toBe(2);
    const next = await device.send(0x0a, { 1: 3 });
    expect(next.map.has(5)).toBe(false);
    const ids = [first, next].map(({ map }) => (map.get(3) as CborMap).get('id') as string);
    expect([...ids].sort()).toEqual(['a.example', 'b.example']);
    expect(hex(next.map.get(4) as Uint8Array)).toBe(hex(hashOf(ids[1] as string)));
    expect((await device.send(0x0a, { 1: 3 })).status).toBe('CTAP2_ERR_NOT_ALLOWED');
  });

  it('lists every credential of an RP, with all that is stored of its user', async () => {
    const device = await filled();
    const first = await ask(device, 4, byHash('a.example'));
    const next = await device.send(0x0a, { 1: 5 });
    expect(first.map.get(9)).toBe(2);
    expect(next.map.has(9)).toBe(false);
    expect([first, next].map(({ map }) => (map.get(6) as CborMap).get('name'))).toEqual(['eve', 'ada']);
    expect(first.map.get(10)).toBe(1);
    expect((first.map.get(7) as CborMap).get('id')).toEqual(idOf(device, 'eve'));
    expect((first.map.get(8) as CborMap).get(3)).toBe(-7);
    expect((await device.send(0x0a, { 1: 5 })).status).toBe('CTAP2_ERR_NOT_ALLOWED');
  });

  it.each([
    ['another command', (device: Managed) => device.send(0x04)],
    ['another subcommand', (device: Managed) => ask(device, 1)],
    ['the other enumeration', (device: Managed) => device.send(0x0a, { 1: 5 })],
    ['more than thirty seconds', async (device: Managed) => device.clock.advance(30_001)],
  ])('does not go on with an enumeration after %s', async (_, between) => {
    const device = await filled();
    await ask(device, 2);
    await between(device);
    expect((await device.send(0x0a, { 1: 3 })).status).toBe('CTAP2_ERR_NOT_ALLOWED');
  });

  it('goes on within thirty seconds', async () => {
    const device = await filled();
    device.clock.advance(60_000);
    device.grant(CM);
    await ask(device, 2);
    device.clock.advance(30_000);
    expect((await device.send(0x0a, { 1: 3 })).status).toBe('CTAP2_OK');
  });

  it('has nothing to list on an empty device, or of an RP it does not know', async () => {
    const empty = managed();
    empty.grant(CM);
    expect((await ask(empty, 2)).status).toBe('CTAP2_ERR_NO_CREDENTIALS');
    expect((await ask(await filled(), 4, byHash('c.example'))).status).toBe('CTAP2_ERR_NO_CREDENTIALS');
  });

  it('deletes a credential, and changes the state of the credential store', async () => {
    const device = await filled();
    device.state({ persistentPinUvAuthToken: new Uint8Array(32) });
    const before = hex(device.state().credentialStoreState);
    const params = new Map([[2, descriptor(idOf(device, 'ada'))]]);
    expect((await ask(device, 6, params)).status).toBe('CTAP2_OK');
    expect(idOf(device, 'ada')).toBeUndefined();
    expect(hex(device.state().credentialStoreState)).not.toBe(before);
    expect((await ask(device, 6, params)).status).toBe('CTAP2_ERR_NO_CREDENTIALS');
    expect((await ask(device, 1)).map.get(1)).toBe(2);
  });

  it('replaces the names of a user, and removes those that are absent or empty', async () => {
    const device = await filled();
    const id = idOf(device, 'ada');
    const update = (user: [string, CborValue][]): Promise<Answer> =>
      ask(
        device,
        7,
        new Map([
          [2, descriptor(id)],
          [3, new Map([['id', utf8('ada')] as [string, CborValue], ...user])],
        ]),
      );
    const stored = () => device.device.store.read((reader) => reader.get(id));
    expect(
      (
        await update([
          ['name', 'Ada L'],
          ['displayName', 'Ada'],
        ])
      ).status,
    ).toBe('CTAP2_OK');
    expect(stored()).toMatchObject({ userName: 'Ada L', userDisplayName: 'Ada' });
    await update([['name', '']]);
    expect(stored()).not.toHaveProperty('userName');
    expect(stored()).not.toHaveProperty('userDisplayName');
  });

  it('does not let a credential change its user', async () => {
    const device = await filled();
    const params = new Map<number, CborMap>([
      [2, descriptor(idOf(device, 'ada'))],
      [3, new Map([['id', utf8('eve')]])],
    ]);
    const before = device.contents();
    expect((await ask(device, 7, params)).status).toBe('CTAP1_ERR_INVALID_PARAMETER');
    expect(device.contents()).toBe(before);
  });

  it('answers to the byte of its prototype, too', async () => {
    const device = managed();
    device.grant(CM);
    expect((await ask(device, 1, undefined, 0x41)).status).toBe('CTAP2_OK');
    const info = (await device.send(0x04)).map;
    expect(info.get(1)).not.toContain('FIDO_2_1_PRE');
    expect((await managed({ previewCommands: true }).send(0x04)).map.get(1)).toContain('FIDO_2_1_PRE');
    expect((await managed({ pinUvAuthProtocols: [] }).send(0x0a, { 1: 1 })).status).toBe(
      'CTAP1_ERR_INVALID_COMMAND',
    );
  });
});

describe('the parameters of authenticatorCredentialManagement', () => {
  const param = new Uint8Array(32);
  const hash = byHash('a.example');
  const id = new Map<number, CborValue>([[2, descriptor(new Uint8Array(32))]]);
  it.each<[string, string, Record<number, CborValue>]>([
    ['no subCommand', 'CTAP2_ERR_MISSING_PARAMETER', { 3: 2, 4: param }],
    ['a text as subCommand', 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE', { 1: 'x' }],
    ['bytes as subCommandParams', 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE', { 1: 4, 2: param }],
    ['a text as pinUvAuthProtocol', 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE', { 1: 1, 3: '2' }],
    ['a text as pinUvAuthParam', 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE', { 1: 1, 4: 'x' }],
    ['an unknown subCommand', 'CTAP2_ERR_INVALID_SUBCOMMAND', { 1: 8 }],
    ['no pinUvAuthParam (1)', 'CTAP2_ERR_PUAT_REQUIRED', { 1: 1 }],
    ['no pinUvAuthParam (2)', 'CTAP2_ERR_PUAT_REQUIRED', { 1: 2 }],
    ['no pinUvAuthParam (4), nor anything', 'CTAP2_ERR_PUAT_REQUIRED', { 1: 4 }],
    ['no pinUvAuthParam (6)', 'CTAP2_ERR_PUAT_REQUIRED', { 1: 6, 2: id }],
    ['no pinUvAuthParam (7)', 'CTAP2_ERR_PUAT_REQUIRED', { 1: 7, 2: id }],
    ['no rpIDHash', 'CTAP2_ERR_MISSING_PARAMETER', { 1: 4, 3: 2, 4: param }],
    [
      'a short rpIDHash',
      'CTAP1_ERR_INVALID_LENGTH',
      { 1: 4, 2: new Map([[1, param.subarray(1)]]), 3: 2, 4: param },
    ],
    ['no credentialID', 'CTAP2_ERR_MISSING_PARAMETER', { 1: 6, 2: new Map(), 3: 2, 4: param }],
    ['no user', 'CTAP2_ERR_MISSING_PARAMETER', { 1: 7, 2: id, 3: 2, 4: param }],
    ['no pinUvAuthProtocol', 'CTAP2_ERR_MISSING_PARAMETER', { 1: 4, 2: hash, 4: param }],
    ['an unsupported pinUvAuthProtocol', 'CTAP1_ERR_INVALID_PARAMETER', { 1: 4, 2: hash, 3: 3, 4: param }],
    [
      'the protocol that the token is not of',
      'CTAP2_ERR_PIN_AUTH_INVALID',
      { 1: 4, 2: hash, 3: 1, 4: param },
    ],
    ['a wrong pinUvAuthParam', 'CTAP2_ERR_PIN_AUTH_INVALID', { 1: 4, 2: hash, 3: 2, 4: param }],
    ['an empty pinUvAuthParam', 'CTAP2_ERR_PIN_AUTH_INVALID', { 1: 1, 3: 2, 4: new Uint8Array() }],
  ])('%s: %s', async (_, status, members) => {
    const device = await filled();
    const before = device.contents();
    expect((await device.send(0x0a, members)).status).toBe(status);
    expect(device.contents()).toBe(before);
  });
});

describe('a token for authenticatorCredentialManagement', () => {
  const every = (device: Managed): [number, CborMap | undefined][] => [
    [1, undefined],
    [2, undefined],
    [4, byHash('a.example')],
    [6, new Map([[2, descriptor(idOf(device, 'ada'))]])],
    [
      7,
      new Map<number, CborMap>([
        [2, descriptor(idOf(device, 'ada'))],
        [3, new Map([['id', utf8('ada')]])],
      ]),
    ],
  ];

  it.each([
    ['of no permission', (device: Managed) => device.grant(0xff & ~CM)],
    ['not in use', (device: Managed) => device.device.session.token.stopUsing()],
    ['bound to another RP', (device: Managed) => device.grant(CM, 'b.example')],
    ['too old', (device: Managed) => device.clock.advance(30_001)],
  ])('%s changes and tells nothing', async (_, spoil) => {
    const device = await filled();
    spoil(device);
    const before = device.contents();
    for (const [subCommand, params] of every(device)) {
      expect(await ask(device, subCommand, params)).toEqual({
        status: 'CTAP2_ERR_PIN_AUTH_INVALID',
        map: new Map(),
      });
    }
    expect(device.contents()).toBe(before);
  });

  it('that is bound to an RP is good for its credentials only', async () => {
    const device = await filled();
    device.grant(CM, 'a.example');
    const statuses = [];
    for (const [subCommand, params] of every(device).reverse())
      statuses.push((await ask(device, subCommand, params)).status);
    expect(statuses).toEqual([
      'CTAP2_OK',
      'CTAP2_OK',
      'CTAP2_OK',
      'CTAP2_ERR_PIN_AUTH_INVALID',
      'CTAP2_ERR_PIN_AUTH_INVALID',
    ]);
    const unknown = new Map([[2, descriptor(new Uint8Array(32))]]);
    expect((await ask(device, 6, unknown)).status).toBe('CTAP2_ERR_PIN_AUTH_INVALID');
  });

  it.each([
    [
      'reads, and changes nothing, where it is persistent',
      true,
      ['CTAP2_OK', 'CTAP2_OK', 'CTAP2_OK', 'CTAP2_ERR_PIN_AUTH_INVALID', 'CTAP2_ERR_PIN_AUTH_INVALID'],
    ],
    [
      'is nothing where it is persistent and the policy has none',
      false,
      Array(5).fill('CTAP2_ERR_PIN_AUTH_INVALID'),
    ],
  ])('%s', async (_, perCredMgmtRO, expected) => {
    const device = managed({ perCredMgmtRO });
    await device.make('a.example', 'ada');
    const token = new Uint8Array(32).fill(9);
    device.state({ persistentPinUvAuthToken: token });
    const statuses = [];
    for (const [subCommand, params] of every(device)) {
      const message = concat(Uint8Array.of(subCommand), params ? encodeCbor(params) : new Uint8Array());
      const members = { 1: subCommand, 2: params, 3: 1, 4: authenticate(1, token, message) };
      statuses.push((await device.send(0x0a, members)).status);
    }
    expect(statuses).toEqual(expected);
  });
});
