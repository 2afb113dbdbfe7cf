import { describe, expect, it } from 'vitest';
import type { Policy } from '../../src/authenticator/policy/type.ts';
import { concat } from '../../src/base/bytes.ts';
import { type CborMap, type CborValue, encodeCbor } from '../../src/cbor/cbor.ts';
import type { UserPrompt } from '../../src/person/user.ts';
import { type Answer, type Managed, managed } from './managed.ts';

const ACFG = 0x20;

function ask(device: Managed, subCommand: number, params?: CborMap): Promise<Answer> {
  const tail = params === undefined ? new Uint8Array() : encodeCbor(params);
  const message = concat(new Uint8Array(32).fill(0xff), Uint8Array.of(0x0d, subCommand), tail);
  return device.send(0x0d, { 1: subCommand, 2: params, 3: 2, 4: device.mac(message) });
}

const vendor: { got?: CborMap } = {};

function ready(policy: Partial<Policy> = {}, permissions = ACFG): Managed {
  const device = managed({
    enterpriseAttestation: true,
    pinComplexityPolicy: 'off',
    vendorConfigCommands: [
      {
        id: 2n ** 63n,
        run: (parameters) => {
          vendor.got = parameters;
        },
      },
    ],
    ...policy,
  });
  device.grant(permissions);
  return device;
}

const info = async (device: Managed): Promise<CborMap> => (await device.send(0x04)).map;
const option = async (device: Managed, id: string): Promise<CborValue | undefined> =>
  ((await info(device)).get(4) as CborMap).get(id);
const withPin = { pinHash: new Uint8Array(16), pinCodePoints: 4 };
const params = (...entries: [number, CborValue][]): CborMap => new Map(entries);

describe('authenticatorConfig', () => {
  it.each<[string, Partial<Policy>, CborMap]>([
    ['the longest PIN that the device takes', { maxPinLength: 8 }, params([1, 8])],
    [
      'as many RP IDs as there is room for',
      { maxRpIdsForSetMinPinLength: 2, extensions: ['minPinLength'] },
      params([2, ['a.example', 'b.example']]),
    ],
    ['a length alone, on a device without the extension', { extensions: [] }, params([1, 6])],
    [
      'a length alone, on a device without complexity',
      { pinComplexityPolicy: 'unsupported' },
      params([1, 6]),
    ],
  ])('takes for the minimum length of a PIN %s', async (_, policy, given) => {
    expect((await ask(ready(policy), 3, given)).status).toBe('CTAP2_OK');
  });

  it('ends every token with a PIN that has to be changed, and only with that', async () => {
    const device = ready();
    device.state(withPin);
    device.grant(ACFG);
    expect((await ask(device, 3, params([1, 4]))).status).toBe('CTAP2_OK');
    expect((await ask(device, 3, params([1, 6]))).status).toBe('CTAP2_OK');
    expect(device.state().forcePinChange).toBe(true);
    expect((await ask(device, 3, params([1, 6]))).status).toBe('CTAP2_ERR_PIN_AUTH_INVALID');
  });

  it('tells which subcommands it has', async () => {
    expect((await info(ready())).get(0x1f)).toEqual([1, 2, 3, 4, 0xff]);
    expect((await info(ready({ vendorConfigCommands: [], clientPin: false }))).get(0x1f)).toEqual([1, 2, 4]);
    expect((await info(ready({ authenticatorConfig: false }))).has(0x1f)).toBe(false);
  });

  it('enables enterprise attestation, until a reset', async () => {
    const device = ready();
    expect(await option(device, 'ep')).toBe(false);
    expect((await ask(device, 1)).status).toBe('CTAP2_OK');
    expect((await ask(device, 1)).status).toBe('CTAP2_OK');
    expect(await option(device, 'ep')).toBe(true);
    await device.send(0x07);
    expect(await option(device, 'ep')).toBe(false);
  });

  it('turns alwaysUv on and off, and makeCredUvNotRqd with it', async () => {
    const device = ready();
    expect([await option(device, 'alwaysUv'), await option(device, 'makeCredUvNotRqd')]).toEqual([
      false,
      true,
    ]);
    await ask(device, 2);
    expect([await option(device, 'alwaysUv'), await option(device, 'makeCredUvNotRqd')]).toEqual([
      true,
      undefined,
    ]);
    await ask(device, 2);
    expect(await option(device, 'alwaysUv')).toBe(false);
  });

  it('does not turn alwaysUv off where that is forced', async () => {
    const device = ready({ alwaysUv: 'forced' });
    expect((await ask(device, 2)).status).toBe('CTAP2_ERR_OPERATION_DENIED');
    expect(await option(device, 'alwaysUv')).toBe(true);
  });

  it('lets a device without any verification out of alwaysUv, and nothing else, without a token', async () => {
    const device = ready({ userVerification: 'none', alwaysUv: 'on' });
    expect((await device.send(0x0d, { 1: 4 })).status).toBe('CTAP2_ERR_PUAT_REQUIRED');
    expect((await device.send(0x0d, { 1: 2 })).status).toBe('CTAP2_OK');
    expect((await device.send(0x0d, { 1: 4 })).status).toBe('CTAP2_OK');
  });

  it('asks for a long touch before a reset, from then on', async () => {
    const device = ready();
    expect((await info(device)).get(0x18)).toBe(false);
    await ask(device, 4);
    expect((await info(device)).get(0x18)).toBe(true);
    const prompts: UserPrompt[] = [];
    device.user.answer = (prompt) => {
      prompts.push(prompt);
      return 'approve';
    };
    await device.send(0x07);
    await device.send(0x07);
    expect(prompts.map(({ holdFor }) => holdFor)).toEqual([5000, undefined]);
  });

  it('passes vendor commands on, by ids of 64 bits', async () => {
    const device = ready();
    const sent = params([1, 2n ** 63n], [2, 'anything']);
    expect((await info(device)).get(0x15)).toEqual([2n ** 63n]);
    expect((await ask(device, 0xff, sent)).status).toBe('CTAP2_OK');
    expect(vendor.got).toEqual(sent);
    expect((await ask(device, 0xff, params([1, 7]))).status).toBe('CTAP2_ERR_INVALID_SUBCOMMAND');
    expect((await ask(device, 0xff)).status).toBe('CTAP2_ERR_MISSING_PARAMETER');
  });
});

describe('setMinPINLength', () => {
  it('raises the minimum, and forces a shorter PIN to be changed, which ends the token', async () => {
    const device = ready();
    device.state(withPin);
    device.grant(ACFG);
    expect((await ask(device, 3, params([1, 4]))).status).toBe('CTAP2_OK');
    expect(device.state().forcePinChange).toBe(false);
    expect((await ask(device, 3, params([1, 5]))).status).toBe('CTAP2_OK');
    expect(device.state()).toMatchObject({ minPinLength: 5, forcePinChange: true });
    expect((await ask(device, 3, params([1, 6]))).status).toBe('CTAP2_ERR_PIN_AUTH_INVALID');
  });

  it('replaces the list of the RP IDs that may learn it', async () => {
    const device = ready();
    await ask(device, 3, params([2, ['a.example', 'b.example']]));
    await ask(device, 3, params([2, ['c.example']]));
    await ask(device, 3, params([1, 6]));
    expect(device.state()).toMatchObject({
      minPinLength: 6,
      minPinLengthRpIds: ['c.example'],
      forcePinChange: false,
    });
  });

  it('forces a change of the PIN when told to, and turns the complexity policy on but not off', async () => {
    const device = ready();
    device.state(withPin);
    device.grant(ACFG);
    expect((await ask(device, 3, params([3, true]))).status).toBe('CTAP2_OK');
    expect(device.state().forcePinChange).toBe(true);
    device.state({ forcePinChange: false });
    device.grant(ACFG);
    await ask(device, 3, params([4, true]));
    expect(device.state()).toMatchObject({ pinComplexityPolicy: true, forcePinChange: true });
    device.state({ forcePinChange: false });
    device.grant(ACFG);
    await ask(device, 3, params([4, false]));
    expect((await info(device)).get(0x1b)).toBe(true);
  });

  it.each<[string, string, CborMap | undefined, Partial<Policy>?]>([
    ['no parameters', 'CTAP2_ERR_MISSING_PARAMETER', undefined],
    ['a shorter minimum', 'CTAP2_ERR_PIN_POLICY_VIOLATION', params([1, 3])],
    ['a minimum above the maximum', 'CTAP2_ERR_PIN_POLICY_VIOLATION', params([1, 64])],
    ['a change of no PIN', 'CTAP2_ERR_PIN_NOT_SET', params([3, true])],
    ['too many RP IDs', 'CTAP2_ERR_KEY_STORE_FULL', params([2, Array.from({ length: 9 }, (_, i) => `${i}`)])],
    [
      'RP IDs for an extension that is not there',
      'CTAP1_ERR_INVALID_PARAMETER',
      params([2, ['a']]),
      { extensions: [] },
    ],
    [
      'a policy it has not',
      'CTAP1_ERR_INVALID_PARAMETER',
      params([4, true]),
      { pinComplexityPolicy: 'unsupported' },
    ],
    ['a text as minimum', 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE', params([1, 'x'])],
    ['a text as list', 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE', params([2, 'x'])],
    ['a number in the list', 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE', params([2, [1]])],
    ['a number as forceChangePin', 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE', params([3, 1])],
    ['a number as pinComplexityPolicy', 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE', params([4, 1])],
  ])('refuses %s: %s', async (_, status, given, policy) => {
    const device = ready(policy);
    const before = device.contents();
    expect((await ask(device, 3, given)).status).toBe(status);
    expect(device.contents()).toBe(before);
  });
});

describe('the parameters of authenticatorConfig', () => {
  const param = new Uint8Array(32);
  it.each<[string, string, Record<number, CborValue>]>([
    ['no subCommand', 'CTAP2_ERR_MISSING_PARAMETER', {}],
    ['a text as subCommand', 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE', { 1: 'x' }],
    ['bytes as subCommandParams', 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE', { 1: 1, 2: param }],
    ['a text as pinUvAuthProtocol', 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE', { 1: 1, 3: 'x' }],
    ['a text as pinUvAuthParam', 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE', { 1: 1, 4: 'x' }],
    ['an unknown subCommand', 'CTAP1_ERR_INVALID_PARAMETER', { 1: 9 }],
    ['no pinUvAuthParam', 'CTAP2_ERR_PUAT_REQUIRED', { 1: 2 }],
    ['no pinUvAuthProtocol', 'CTAP2_ERR_MISSING_PARAMETER', { 1: 2, 4: param }],
    ['protocol three', 'CTAP1_ERR_INVALID_PARAMETER', { 1: 2, 3: 3, 4: param }],
    ['a wrong pinUvAuthParam', 'CTAP2_ERR_PIN_AUTH_INVALID', { 1: 2, 3: 2, 4: param }],
  ])('%s: %s', async (_, status, members) => {
    const device = ready();
    const before = device.contents();
    expect((await device.send(0x0d, members)).status).toBe(status);
    expect(device.contents()).toBe(before);
  });

  it.each([
    ['without the permission', (device: Managed) => device.grant(0xff & ~ACFG)],
    ['that is not in use', (device: Managed) => device.device.session.token.stopUsing()],
  ])('change nothing with a token %s', async (_, spoil) => {
    const device = ready();
    spoil(device);
    const before = device.contents();
    for (const subCommand of [1, 2, 3, 4, 0xff]) {
      expect((await ask(device, subCommand)).status).toBe('CTAP2_ERR_PIN_AUTH_INVALID');
    }
    expect(device.contents()).toBe(before);
  });
});
