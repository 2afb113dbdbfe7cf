import { describe, expect, it } from 'vitest';
import type { Policy } from '../../src/authenticator/policy/type.ts';
import type { CborMap, CborValue } from '../../src/cbor/cbor.ts';
import { authenticate } from '../../src/crypto/pin-uv-auth-protocol.ts';
import { CtapCommand, commandName } from '../../src/ctap/commands.ts';
import { type CtapLevel, knows } from '../../src/ctap/level.ts';
import { getInfoResponse } from '../../src/ctap/messages/get-info.ts';
import { commandSince, extensionSince, optionSince } from '../../src/ctap/registry.ts';
import { CtapError, type CtapStatusName } from '../../src/ctap/status.ts';
import { type Managed, managed } from './managed.ts';
import { bench, clientDataHash, nameOf, statusOf } from './platform.ts';

/** Everything that a policy can ask for. */
const EVERYTHING: Partial<Policy> = {
  userVerification: 'fingerprint',
  uvBioEnroll: true,
  uvAcfg: true,
  noMcGaPermissionsWithClientPin: true,
  perCredMgmtRO: true,
  enterpriseAttestation: true,
  alwaysUv: 'off',
  longTouchForReset: 'off',
  pinComplexityPolicy: 'off',
  pinComplexityPolicyUrl: 'https://example.com/pins',
  transportsForReset: ['usb'],
  certifications: { FIDO: 1 },
  discoverableCapacity: 10,
  vendorConfigCommands: [{ id: 1, run: () => {} }],
  extensions: Object.keys(extensionSince).filter((id) => id !== 'largeBlob'),
};
const LEVELS: CtapLevel[] = ['2.0', '2.1', '2.2', '2.3'];

/** Asks with an attestationFormatsPreference that is no list. */
async function makeWith(ctap: CtapLevel, attestationFormatsPreference: CborValue): Promise<void> {
  const { status } = await managed({ ctap }).send(0x01, {
    1: clientDataHash,
    2: new Map([['id', 'example.com']]),
    3: new Map([['id', new Uint8Array(4)]]),
    4: [
      new Map<string, CborValue>([
        ['alg', -7],
        ['type', 'public-key'],
      ]),
    ],
    7: new Map([['uv', true]]),
    11: attestationFormatsPreference,
  });
  if (status !== 'CTAP2_OK') throw new CtapError(status as CtapStatusName);
}

describe.each(LEVELS)('a device of CTAP %s', (ctap) => {
  it('tells of all it has, and of nothing newer', async () => {
    const info = await bench({ policy: { ...EVERYTHING, ctap } }).info();
    const told = getInfoResponse.members.filter(({ name }) => info[name] !== undefined);
    expect(told.filter(({ since }) => !knows(ctap, since)).map(({ name }) => name)).toEqual([]);
    const options = [...(info.options?.keys() ?? [])];
    expect(options.filter((id) => !knows(ctap, optionSince[id as keyof typeof optionSince]))).toEqual([]);
    expect(info.extensions?.filter((id) => !knows(ctap, extensionSince[id] as CtapLevel))).toEqual([]);
  });

  it('has its version strings', async () => {
    const { versions } = await bench({ policy: { ctap } }).info();
    const expected = {
      '2.0': ['U2F_V2', 'FIDO_2_0'],
      '2.1': ['U2F_V2', 'FIDO_2_0', 'FIDO_2_1'],
      '2.2': ['U2F_V2', 'FIDO_2_0', 'FIDO_2_1'],
      '2.3': ['U2F_V2', 'FIDO_2_0', 'FIDO_2_1', 'FIDO_2_3'],
    };
    expect(versions).toEqual(expected[ctap as keyof typeof expected]);
  });

  it.each(Object.values(CtapCommand).map((byte) => [commandName(byte) as string, byte] as const))(
    'has %s if that was known then',
    async (name, byte) => {
      const { authenticator } = bench({ policy: { ...EVERYTHING, ctap, previewCommands: false } });
      const response = await authenticator.transact(Uint8Array.of(byte));
      const since = byte >= 0x40 ? '2.1' : commandSince[name as keyof typeof commandSince];
      const known = knows(ctap, since);
      expect(nameOf(response) === 'CTAP1_ERR_INVALID_COMMAND').toBe(!known);
    },
  );

  it.each([
    [0x06, '2.1'],
    [0x07, '2.1'],
    [0x09, '2.1'],
    [0x08, undefined],
    [0x05, '2.0'],
  ] as const)('has subcommand %i of authenticatorClientPIN if that was known then', async (sub, since) => {
    const { status } = await managed({ ctap }).send(0x06, { 1: 1, 2: sub });
    const known = since !== undefined && knows(ctap, since);
    expect(status === 'CTAP2_ERR_INVALID_SUBCOMMAND').toBe(!known);
  });

  it('takes no notice of newer parameters, whatever is in them', async () => {
    const { make } = bench({ policy: { ctap } });
    const status = await statusOf(make({ enterpriseAttestation: 9 }));
    expect(status).toBe(knows(ctap, '2.1') ? 'CTAP1_ERR_INVALID_PARAMETER' : 'CTAP2_OK');
    expect(await statusOf(makeWith(ctap, 7))).toBe(
      knows(ctap, '2.2') ? 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE' : 'CTAP2_OK',
    );
  });
});

describe('a device of U2F alone', () => {
  it.each(Object.values(CtapCommand))('does not have command %i', async (byte) => {
    const { authenticator } = bench({ policy: { ctap: 'U2F' } });
    expect(authenticator.ctap2).toBe(false);
    expect(nameOf(await authenticator.transact(Uint8Array.of(byte)))).toBe('CTAP1_ERR_INVALID_COMMAND');
  });

  it('answers U2F', async () => {
    const { authenticator } = bench({ policy: { ctap: 'U2F', u2f: false } });
    expect(await authenticator.transactU2f?.(Uint8Array.of(0, 3, 0, 0))).toHaveLength(8);
  });
});

describe('a policy', () => {
  it.each([['2.4'], [''], [2.1]])('of level %s is refused', (ctap) => {
    expect(() => bench({ policy: { ctap: ctap as CtapLevel } })).toThrow('policy.ctap');
  });
});

describe('CTAP 2.0', () => {
  const old = (policy: Partial<Policy> = {}): Managed =>
    managed({ ctap: '2.0', userVerification: 'none', ...policy });
  const withPin = { pinHash: new Uint8Array(16), pinCodePoints: 4 };
  const rp = new Map([['id', 'example.com']]);
  const user = new Map<string, CborValue>([['id', new Uint8Array(4)]]);
  const params = [
    new Map<string, CborValue>([
      ['alg', -7],
      ['type', 'public-key'],
    ]),
  ];
  const make = (
    device: Managed,
    more: Record<number, CborValue> = {},
  ): Promise<{ status: string | undefined }> =>
    device.send(0x01, { 1: clientDataHash, 2: rp, 3: user, 4: params, ...more });
  const get = (device: Managed, more: Record<number, CborValue> = {}): ReturnType<Managed['send']> =>
    device.send(0x02, { 1: 'example.com', 2: clientDataHash, ...more });

  it('asks for a touch before it says that there is no credential', async () => {
    const device = old();
    let touches = 0;
    device.user.answer = () => {
      touches++;
      return 'approve';
    };
    expect((await get(device)).status).toBe('CTAP2_ERR_NO_CREDENTIALS');
    expect(touches).toBe(1);
  });

  it('wants a PIN that is set for every credential, and for no assertion', async () => {
    const device = old();
    expect((await make(device, { 7: new Map([['rk', true]]) })).status).toBe('CTAP2_OK');
    device.state(withPin);
    expect((await make(device)).status).toBe('CTAP2_ERR_PUAT_REQUIRED');
    expect((await get(device)).status).toBe('CTAP2_OK');
  });

  it('has a token that lasts until the power goes, for every RP', async () => {
    const device = old();
    device.state(withPin);
    device.grant(0x0f);
    device.device.session.tokenProtocol = 1;
    const param = authenticate(1, device.device.session.token.value, clientDataHash);
    const auth = { 8: param, 9: 1 };
    expect((await make(device, auth)).status).toBe('CTAP2_OK');
    device.clock.advance(3_600_000);
    expect((await make(device, { ...auth, 2: new Map([['id', 'example.org']]) })).status).toBe('CTAP2_OK');
  });

  it.each([
    ['uv where there is none', { uv: true }, 'CTAP2_ERR_UNSUPPORTED_OPTION'],
    ['up', { up: true }, 'CTAP2_ERR_INVALID_OPTION'],
    ['up: false', { up: false }, 'CTAP2_ERR_INVALID_OPTION'],
  ])('refuses a credential with %s', async (_, options, status) => {
    expect((await make(old(), { 7: new Map(Object.entries(options)) as CborMap })).status).toBe(status);
  });

  it('refuses an assertion with rk, and one with uv where there is none', async () => {
    expect((await get(old(), { 5: new Map([['rk', true]]) })).status).toBe('CTAP2_ERR_INVALID_OPTION');
    expect((await get(old(), { 5: new Map([['uv', true]]) })).status).toBe('CTAP2_ERR_UNSUPPORTED_OPTION');
  });

  it('refuses a pinAuth of another protocol, and one where no PIN is set', async () => {
    expect((await make(old(), { 8: new Uint8Array(16), 9: 2 })).status).toBe('CTAP2_ERR_PIN_AUTH_INVALID');
    expect((await make(old(), { 8: new Uint8Array(16), 9: 1 })).status).toBe('CTAP2_ERR_PIN_NOT_SET');
    expect((await get(old(), { 6: new Uint8Array(16), 7: 1 })).status).toBe('CTAP2_ERR_PIN_NOT_SET');
  });

  it('has credential management and credProtect where the prototypes are there', async () => {
    const device = old({ previewCommands: true });
    device.state(withPin);
    const info = (await device.send(0x04)).map;
    expect(info.get(1)).toEqual(['U2F_V2', 'FIDO_2_0', 'FIDO_2_1_PRE']);
    expect(info.get(2)).toEqual(['credProtect', 'hmac-secret']);
    expect([...(info.get(4) as CborMap)]).toEqual([
      ['rk', true],
      ['up', true],
      ['plat', false],
      ['clientPin', true],
      ['credentialMgmtPreview', true],
    ]);
    expect((await device.send(0x0a, { 1: 1 })).status).toBe('CTAP1_ERR_INVALID_COMMAND');
    device.grant(0x0f);
    device.device.session.tokenProtocol = 1;
    const param = authenticate(1, device.device.session.token.value, Uint8Array.of(1));
    const { status, map } = await device.send(0x41, { 1: 1, 3: 1, 4: param });
    expect([status, map.get(1)]).toEqual(['CTAP2_OK', 0]);
  });
});

describe('CTAP 2.0', () => {
  const icon = 'https://example.com/ada.png';
  const user = { id: new Uint8Array(4), name: 'ada', displayName: 'Ada', icon };

  it('keeps the icon of a user, and tells it to a verified user who has to choose', async () => {
    const { make, authenticator } = bench({ policy: { ctap: '2.0' } });
    const options = { rk: true, uv: true };
    await make({ options, user });
    await make({ options, user: { ...user, id: new Uint8Array(5) } });
    const asserted = await authenticator.getAssertion({
      rpId: 'example.com',
      clientDataHash,
      options: { uv: true },
    });
    expect(asserted.user).toEqual({ ...user, id: new Uint8Array(5) });
  });

  it('checks that an icon is a text, where newer devices do not look at it', async () => {
    for (const [ctap, status] of [
      ['2.0', 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE'],
      ['2.1', 'CTAP2_OK'],
      ['2.3', 'CTAP2_OK'],
    ] as const) {
      for (const member of [2, 3]) {
        const entity = (place: number, id: CborValue): CborMap =>
          new Map<string, CborValue>([['id', id], ...(place === member ? [['icon', 1] as const] : [])]);
        const answer = await managed({ ctap }).send(0x01, {
          1: clientDataHash,
          2: entity(2, 'example.com'),
          3: entity(3, new Uint8Array(4)),
          4: [
            new Map<string, CborValue>([
              ['alg', -7],
              ['type', 'public-key'],
            ]),
          ],
          7: new Map([['uv', true]]),
        });
        expect([ctap, member, answer.status]).toEqual([ctap, member, status]);
      }
    }
  });

  it('keeps no icon in a newer device', async () => {
    const { make, store } = bench();
    await make({ options: { rk: true, uv: true }, user });
    expect(store.read((reader) => [...reader.all()].map(({ userIcon }) => userIcon))).toEqual([undefined]);
  });

  it('expects a protocol in a question for the PIN attempts that are left', async () => {
    const old = managed({ ctap: '2.0' });
    expect((await old.send(0x06, { 2: 1 })).status).toBe('CTAP2_ERR_MISSING_PARAMETER');
    expect((await old.send(0x06, { 1: 1, 2: 1 })).map.get(3)).toBe(8);
    expect((await managed({ ctap: '2.1' }).send(0x06, { 2: 1 })).map.get(3)).toBe(8);
  });
});
