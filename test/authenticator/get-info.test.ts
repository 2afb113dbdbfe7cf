import { createDecipheriv, hkdfSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Policy } from '../../src/authenticator/policy/type.ts';
import { equal, hex, utf8 } from '../../src/base/bytes.ts';
import type { CborMap, CborValue } from '../../src/cbor/cbor.ts';
import { type Managed, managed } from './managed.ts';
import { bench } from './platform.ts';

const member = async (policy: Partial<Policy>, key: number): Promise<CborValue | undefined> =>
  (await managed(policy).send(0x04)).map.get(key);

describe('getInfo', () => {
  it.each<[string, number, Partial<Policy>, CborValue | undefined]>([
    ['firmwareVersion', 0x0e, { firmwareVersion: 77 }, 77],
    [
      'certifications',
      0x13,
      { certifications: { FIDO: 2, 'CC-EAL': 5 } },
      new Map(Object.entries({ FIDO: 2, 'CC-EAL': 5 })),
    ],
    ['no certifications', 0x13, {}, undefined],
    ['uvModality of a fingerprint', 0x12, { userVerification: 'fingerprint' }, 2],
    ['uvModality of a passcode', 0x12, {}, 4],
    ['uvModality as told', 0x12, { uvModality: 0x10 }, 0x10],
    ['no uvModality without built-in verification', 0x12, { userVerification: 'none' }, undefined],
    ['preferredPlatformUvAttempts', 0x11, { preferredPlatformUvAttempts: 3 }, 3],
    ['transportsForReset', 0x1a, { transportsForReset: ['usb'] }, ['usb']],
    ['pinComplexityPolicy', 0x1b, { pinComplexityPolicy: 'on' }, true],
    [
      'pinComplexityPolicyURL',
      0x1c,
      { pinComplexityPolicy: 'on', pinComplexityPolicyUrl: 'https://example.com/' },
      utf8('https://example.com/'),
    ],
    ['no URL where none is set', 0x1c, { pinComplexityPolicy: 'on' }, undefined],
    ['no URL without the policy', 0x1c, { pinComplexityPolicyUrl: 'https://example.com/' }, undefined],
    ['longTouchForReset', 0x18, { longTouchForReset: 'on' }, true],
    ['maxPINLength', 0x1d, { maxPinLength: 20 }, 20],
    ['attestationFormats', 0x16, {}, ['packed']],
    ['remainingDiscoverableCredentials', 0x14, { discoverableCapacity: 25 }, 25],
    ['uvCountSinceLastPinEntry, only with a PIN', 0x17, {}, undefined],
    [
      'uvAcfg',
      0x04,
      {
        uvAcfg: true,
        alwaysUv: 'unsupported',
        makeCredUvNotRqd: false,
        perCredMgmtRO: false,
        largeBlobs: false,
        extensions: [],
      },
      new Map(
        Object.entries({
          rk: true,
          up: true,
          uv: true,
          plat: false,
          uvAcfg: true,
          credMgmt: true,
          authnrCfg: true,
          clientPin: false,
          pinUvAuthToken: true,
          setMinPINLength: true,
        }),
      ),
    ],
  ])('tells %s', async (_, key, policy, expected) => {
    expect(await member(policy, key)).toEqual(expected);
  });

  it('has uvBioEnroll where fingerprints can be enrolled', async () => {
    const options = (await member({ uvBioEnroll: true, userVerification: 'fingerprint' }, 4)) as CborMap;
    expect([options.get('bioEnroll'), options.get('uvBioEnroll')]).toEqual([false, true]);
    expect(((await member({ uvBioEnroll: true }, 4)) as CborMap).has('uvBioEnroll')).toBe(false);
  });

  it('has no pinUvAuthToken where it has no protocol, though it verifies its user', async () => {
    const options = (await member(
      { pinUvAuthProtocols: [], clientPin: false, credentialManagement: false },
      4,
    )) as CborMap;
    expect([options.get('uv'), options.has('pinUvAuthToken')]).toEqual([true, false]);
  });

  it('counts built-in verifications since the PIN was entered', async () => {
    const device = managed();
    device.state({ pinHash: new Uint8Array(16), pinCodePoints: 4 });
    await device.make('example.com', 'ada');
    await device.make('example.com', 'eve');
    expect((await device.send(0x04)).map.get(0x17)).toBe(2);
  });

  it('of the default policy says what CTAP 2.3 asks of who says FIDO_2_3', async () => {
    const info = await bench().info();
    expect(info.versions).toContain('FIDO_2_3');
    expect(info.extensions).toEqual(expect.arrayContaining(['hmac-secret', 'credProtect', 'minPinLength']));
    expect(info.pinUvAuthProtocols).toContain(2);
    expect(Object.fromEntries(info.options ?? [])).toMatchObject({
      clientPin: false,
      uv: true,
      credMgmt: true,
      pinUvAuthToken: true,
    });
  });
});

describe('the encrypted identifiers', () => {
  const token = new Uint8Array(32).fill(3);
  const issued = (policy: Partial<Policy> = {}): Managed => {
    const device = managed({ perCredMgmtRO: true, ...policy });
    device.state({ persistentPinUvAuthToken: token });
    return device;
  };
  const open = (value: CborValue | undefined, info: string): string => {
    const bytes = value as Uint8Array;
    expect(bytes).toHaveLength(32);
    const key = new Uint8Array(hkdfSync('sha256', token, new Uint8Array(32), utf8(info), 16));
    const decipher = createDecipheriv('aes-128-cbc', key, bytes.slice(0, 16)).setAutoPadding(false);
    return hex(decipher.update(bytes.slice(16))) + hex(decipher.final());
  };

  it('are absent before a persistent token was given', async () => {
    const { map } = await managed().send(0x04);
    expect([map.has(0x19), map.has(0x1e)]).toEqual([false, false]);
  });

  it('never look the same, and open to the same under the token', async () => {
    const device = issued();
    const [first, second] = [(await device.send(0x04)).map, (await device.send(0x04)).map];
    for (const [key, info] of [
      [0x19, 'encIdentifier'],
      [0x1e, 'encCredStoreState'],
    ] as const) {
      expect(equal(first.get(key) as Uint8Array, second.get(key) as Uint8Array)).toBe(false);
      expect(open(first.get(key), info)).toBe(open(second.get(key), info));
    }
    expect(open(first.get(0x19), 'encIdentifier')).toBe(hex(device.state().deviceIdentifier));
  });

  it('tell that a discoverable credential came, and nothing of others', async () => {
    const device = issued();
    const state = async (): Promise<string> =>
      open((await device.send(0x04)).map.get(0x1e), 'encCredStoreState');
    const before = await state();
    await device.make('example.com', 'ada', undefined, false);
    expect(await state()).toBe(before);
    await device.make('example.com', 'ada');
    expect(await state()).not.toBe(before);
  });

  it('change with a reset', async () => {
    const device = issued();
    const before = device.state().deviceIdentifier;
    await device.send(0x07);
    expect((await device.send(0x04)).map.has(0x19)).toBe(false);
    expect(equal(device.state().deviceIdentifier, before)).toBe(false);
  });

  it('came with CTAP 2.2, the second with 2.3', async () => {
    const { map } = await issued({ ctap: '2.2' }).send(0x04);
    expect([map.has(0x19), map.has(0x1e)]).toEqual([true, false]);
  });
});

describe('transportsForReset', () => {
  it('lets a device be reset over those, and over no other', async () => {
    const device = managed({ transports: ['usb', 'nfc'], transportsForReset: ['nfc'] });
    expect((await device.send(0x07)).status).toBe('CTAP2_ERR_NOT_ALLOWED');
    expect((await device.send(0x07, {}, { transport: 'usb' })).status).toBe('CTAP2_ERR_NOT_ALLOWED');
    expect((await device.send(0x07, {}, { transport: 'nfc' })).status).toBe('CTAP2_OK');
  });
});
