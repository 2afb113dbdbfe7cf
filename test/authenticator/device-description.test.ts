import { describe, expect, it } from 'vitest';
import type { Policy } from '../../src/authenticator/policy/type.ts';
import type { CborMap } from '../../src/cbor/cbor.ts';
import { type Managed, managed } from './managed.ts';

const info = async (device: Managed): Promise<CborMap> => (await device.send(0x04)).map;
const optionsIn = (map: CborMap): object => Object.fromEntries(map.get(4) as Map<string, boolean>);

/** A device that has next to nothing. */
const BARE: Partial<Policy> = {
  userVerification: 'none',
  clientPin: false,
  pinUvAuthProtocols: [],
  discoverableCapacity: 0,
  extensions: [],
  attestationFormats: [],
  u2f: false,
  authenticatorConfig: false,
  largeBlobs: false,
  credentialManagement: false,
};
const SENSOR: Partial<Policy> = {
  userVerification: 'fingerprint',
  uvBioEnroll: true,
  previewCommands: true,
  largeBlobs: true,
  u2f: true,
  extensions: ['credBlob'],
};

const PIN: Partial<Policy> = {
  userVerification: 'none',
  noMcGaPermissionsWithClientPin: true,
  perCredMgmtRO: true,
  uvAcfg: true,
  discoverableCapacity: 3,
};
const LESS: Partial<Policy> = {
  ...SENSOR,
  uvBioEnroll: false,
  previewCommands: false,
  largeBlobs: false,
  authenticatorConfig: false,
  uvAcfg: true,
  longTouchForReset: 'unsupported',
};

describe('what a device tells of itself', () => {
  it.each<[string, Partial<Policy>, Record<string, boolean>]>([
    ['that has next to nothing', BARE, { rk: false, up: true, plat: false, makeCredUvNotRqd: true }],
    [
      'that has a PIN, though not for ceremonies',
      PIN,
      {
        rk: true,
        up: true,
        plat: false,
        alwaysUv: false,
        credMgmt: true,
        authnrCfg: true,
        clientPin: false,
        largeBlobs: true,
        perCredMgmtRO: true,
        pinUvAuthToken: true,
        setMinPINLength: true,
        makeCredUvNotRqd: true,
        noMcGaPermissionsWithClientPin: true,
      },
    ],
    [
      'that verifies by itself, and has no PIN',
      { clientPin: false, uvAcfg: true, perCredMgmtRO: false },
      {
        rk: true,
        up: true,
        uv: true,
        plat: false,
        uvAcfg: true,
        alwaysUv: false,
        credMgmt: true,
        authnrCfg: true,
        largeBlobs: true,
        pinUvAuthToken: true,
        makeCredUvNotRqd: true,
      },
    ],
    [
      'that has a sensor, and nothing enrolled',
      SENSOR,
      {
        rk: true,
        up: true,
        uv: false,
        plat: false,
        alwaysUv: false,
        credMgmt: true,
        authnrCfg: true,
        bioEnroll: false,
        clientPin: false,
        largeBlobs: true,
        uvBioEnroll: true,
        perCredMgmtRO: true,
        pinUvAuthToken: true,
        setMinPINLength: true,
        makeCredUvNotRqd: true,
        credentialMgmtPreview: true,
        userVerificationMgmtPreview: false,
      },
    ],
    [
      'that has a sensor, and cannot be configured',
      LESS,
      {
        rk: true,
        up: true,
        uv: false,
        plat: false,
        credMgmt: true,
        bioEnroll: false,
        clientPin: false,
        perCredMgmtRO: true,
        pinUvAuthToken: true,
        makeCredUvNotRqd: true,
      },
    ],
    [
      'that has neither a PIN nor verification, and a protocol for neither',
      { ...BARE, pinUvAuthProtocols: [2] },
      { rk: false, up: true, plat: false, makeCredUvNotRqd: true },
    ],
  ])('is every option it has: one %s', async (_, policy, options) => {
    expect(optionsIn(await info(managed(policy)))).toEqual(options);
  });

  it('is what it has enrolled, and what is on', async () => {
    const device = managed({ ...SENSOR, alwaysUv: 'on' });
    device.state({ fingerprints: [{ templateId: Uint8Array.of(1) }], pinHash: new Uint8Array(16) });
    const map = await info(device);
    expect(optionsIn(map)).toMatchObject({
      uv: true,
      alwaysUv: true,
      bioEnroll: true,
      clientPin: true,
      userVerificationMgmtPreview: true,
    });
    expect(optionsIn(map)).not.toHaveProperty('makeCredUvNotRqd');
    // U2F knows no verification.
    expect(map.get(1)).toEqual(['FIDO_2_0', 'FIDO_2_1_PRE', 'FIDO_2_1', 'FIDO_2_3']);
    expect(map.get(0x17)).toBe(0);
  });

  it.each<[string, Partial<Policy>, number[]]>([
    ['next to nothing', BARE, [1, 3, 4, 5, 7, 8, 9, 10, 14]],
    ['a PIN', PIN, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 20, 22, 24, 29, 31]],
    ['no PIN', { clientPin: false }, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 15, 17, 18, 22, 24, 31]],
    ['nothing to configure', LESS, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 15, 17, 18, 22, 29]],
    [
      'no credBlob',
      { ...LESS, extensions: ['hmac-secret'] },
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 17, 18, 22, 29],
    ],
  ])('is every member it has: with %s', async (_, policy, members) => {
    expect([...(await info(managed(policy))).keys()]).toEqual(members);
  });

  it('is how much it holds', async () => {
    const device = managed({ ...PIN, maxSerializedLargeBlobArray: 2048, maxRpIdsForSetMinPinLength: 5 });
    await device.make('example.com', 'ada', undefined, false);
    device.state({ pinHash: new Uint8Array(16) });
    const map = await info(device);
    expect([map.get(0x0b), map.get(0x0f), map.get(0x10), map.get(0x14)]).toEqual([2048, 32, 5, 3]);
    const full = managed({ discoverableCapacity: 3 });
    await full.make('example.com', 'ada');
    expect((await info(full)).get(0x14)).toBe(2);
  });

  it('is the longest credential ID: its own, or those that may come from elsewhere', async () => {
    const longest = async (policy: Partial<Policy>): Promise<unknown> => (await info(managed(policy))).get(8);
    expect(await longest({ credentialIdLength: 16 })).toBe(64);
    expect(await longest({ credentialIdLength: 100 })).toBe(100);
    expect(await longest({ credentialIdLength: 16, nonDiscoverable: 'wrapped' })).toBeGreaterThan(64);
  });
});
