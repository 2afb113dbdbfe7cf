import { describe, expect, it } from 'vitest';
import { Permission } from '../../src/authenticator/pin-uv-auth-token.ts';
import { decodeAuthenticatorData } from '../../src/ctap/authenticator-data.ts';
import { type ClientPinRequest, ClientPinSubCommand as Sub } from '../../src/ctap/messages/client-pin.ts';
import { padded, setUp } from './pin-platform.ts';
import { statusOf } from './platform.ts';

const MC = Permission.makeCredential;
const GA = Permission.getAssertion;
const CM = Permission.credentialManagement;

describe.each([1, 2] as const)('authenticatorClientPIN over protocol %i', (version) => {
  it('sets a PIN once, tells so, and changes it for a user who knows it', async () => {
    const { info, setPin, changePin, tokenFor } = setUp(version);
    expect((await info()).options?.get('clientPin')).toBe(false);
    await setPin(padded('1234'));
    expect((await info()).options?.get('clientPin')).toBe(true);
    expect(await statusOf(setPin(padded('5678')))).toBe('CTAP2_ERR_PIN_AUTH_INVALID');
    await changePin('1234', 'пароль');
    expect(await statusOf(tokenFor('1234', CM))).toBe('CTAP2_ERR_PIN_INVALID');
    expect(await tokenFor('пароль', CM)).toHaveLength(32);
  });

  it.each<[string, Uint8Array, string]>([
    ['of three code points', padded('123'), 'CTAP2_ERR_PIN_POLICY_VIOLATION'],
    ['of three code points in twelve bytes', padded('😀😀😀'), 'CTAP2_ERR_PIN_POLICY_VIOLATION'],
    ['of four code points', padded('😀😀😀😀'), 'CTAP2_OK'],
    ['of 63 bytes', padded('x'.repeat(63)), 'CTAP2_OK'],
    ['of 64 bytes', padded('x'.repeat(64)), 'CTAP2_ERR_PIN_POLICY_VIOLATION'],
    ['that is no UTF-8', padded(new Uint8Array(8).fill(0xff)), 'CTAP2_ERR_PIN_POLICY_VIOLATION'],
    ['padded to 80 bytes', padded('1234', 80), 'CTAP1_ERR_INVALID_PARAMETER'],
    ['padded to 48 bytes', padded('1234', 48), 'CTAP1_ERR_INVALID_PARAMETER'],
    ['that is empty', padded(''), 'CTAP2_ERR_PIN_POLICY_VIOLATION'],
  ])('answers a new PIN %s', async (_, pin, expected) => {
    const { setPin, contents, info } = setUp(version);
    await info();
    const before = contents();
    expect(await statusOf(setPin(pin))).toBe(expected);
    if (expected !== 'CTAP2_OK') expect(contents()).toEqual(before);
  });

  it('counts down at every wrong PIN, blocks after three in a row until a power cycle, and for good after eight', async () => {
    const { authenticator, send, setPin, tokenFor, retries } = setUp(version);
    await setPin(padded('1234'));
    expect(await retries()).toBe(8);
    const wrong = (): Promise<string> => statusOf(tokenFor('0000', CM));
    expect([await wrong(), await wrong(), await wrong()]).toEqual([
      'CTAP2_ERR_PIN_INVALID',
      'CTAP2_ERR_PIN_INVALID',
      'CTAP2_ERR_PIN_AUTH_BLOCKED',
    ]);
    expect(await statusOf(tokenFor('1234', CM))).toBe('CTAP2_ERR_PIN_AUTH_BLOCKED');
    expect(await send({ subCommand: Sub.getPINRetries })).toEqual({ pinRetries: 5, powerCycleState: true });
    authenticator.powerCycle();
    expect(await statusOf(tokenFor('1234', CM))).toBe('CTAP2_OK');
    expect(await retries()).toBe(8);
    for (let i = 0; i < 7; i++) {
      await wrong();
      authenticator.powerCycle();
    }
    expect(await wrong()).toBe('CTAP2_ERR_PIN_BLOCKED');
    authenticator.powerCycle();
    expect(await statusOf(tokenFor('1234', CM))).toBe('CTAP2_ERR_PIN_BLOCKED');
    await authenticator.reset();
    expect(await statusOf(tokenFor('1234', CM))).toBe('CTAP2_ERR_PIN_NOT_SET');
  });

  it('takes another key agreement key after a wrong PIN, and changes nothing else but the count', async () => {
    const { agree, setPin, tokenFor, contents, send } = setUp(version);
    await setPin(padded('1234'));
    const keyOf = async () =>
      (await send({ pinUvAuthProtocol: version, subCommand: Sub.getKeyAgreement })).keyAgreement;
    const key = await keyOf();
    await agree();
    expect(await keyOf()).toEqual(key);
    const before = contents() as { device: object };
    await statusOf(tokenFor('0000', CM));
    expect(await keyOf()).not.toEqual(key);
    expect(contents()).toEqual({ ...before, device: { ...before.device, pinRetries: 7 } });
  });

  it('has stored that an attempt was made before it judges it', async () => {
    const { setPin, tokenFor, store, retries } = setUp(version);
    await setPin(padded('1234'));
    const { transaction } = store;
    let left = 1;
    // The power fails right after the first write.
    store.transaction = (work) => {
      if (left-- === 0) throw new Error('power failure');
      return transaction.call(store, work) as never;
    };
    await statusOf(tokenFor('1234', CM)).catch(() => {});
    store.transaction = transaction;
    expect(await retries()).toBe(7);
  });

  it.each<[string, Partial<ClientPinRequest>, string]>([
    ['an unknown subcommand', { subCommand: 0x08 }, 'CTAP2_ERR_INVALID_SUBCOMMAND'],
    ['built-in verification that is not there', { subCommand: 0x06 }, 'CTAP2_ERR_INVALID_SUBCOMMAND'],
    ['its retries', { subCommand: 0x07 }, 'CTAP2_ERR_INVALID_SUBCOMMAND'],
    ['getKeyAgreement without a protocol', { subCommand: 0x02 }, 'CTAP2_ERR_MISSING_PARAMETER'],
    [
      'getKeyAgreement with protocol 3',
      { subCommand: 0x02, pinUvAuthProtocol: 3 },
      'CTAP1_ERR_INVALID_PARAMETER',
    ],
    ['setPIN without anything', { subCommand: 0x03 }, 'CTAP2_ERR_MISSING_PARAMETER'],
    [
      'setPIN without newPinEnc',
      { subCommand: 0x03, pinUvAuthProtocol: 2, keyAgreement: new Map() },
      'CTAP2_ERR_MISSING_PARAMETER',
    ],
    ['changePIN without anything', { subCommand: 0x04 }, 'CTAP2_ERR_MISSING_PARAMETER'],
    ['getPinToken without anything', { subCommand: 0x05 }, 'CTAP2_ERR_MISSING_PARAMETER'],
    [
      'getPinToken with permissions',
      {
        subCommand: 0x05,
        pinUvAuthProtocol: 2,
        keyAgreement: new Map(),
        pinHashEnc: new Uint8Array(32),
        permissions: 1,
      },
      'CTAP1_ERR_INVALID_PARAMETER',
    ],
    [
      'a token without permissions',
      { subCommand: 0x09, pinUvAuthProtocol: 2, keyAgreement: new Map(), pinHashEnc: new Uint8Array(32) },
      'CTAP2_ERR_MISSING_PARAMETER',
    ],
    [
      'a token with no permission set',
      {
        subCommand: 0x09,
        pinUvAuthProtocol: 2,
        keyAgreement: new Map(),
        pinHashEnc: new Uint8Array(32),
        permissions: 0,
      },
      'CTAP1_ERR_INVALID_PARAMETER',
    ],
    [
      'a token for fingerprints where there are none',
      {
        subCommand: 0x09,
        pinUvAuthProtocol: 2,
        keyAgreement: new Map(),
        pinHashEnc: new Uint8Array(32),
        permissions: 8,
      },
      'CTAP2_ERR_UNAUTHORIZED_PERMISSION',
    ],
    [
      'a token for credentials without an RP ID',
      {
        subCommand: 0x09,
        pinUvAuthProtocol: 2,
        keyAgreement: new Map(),
        pinHashEnc: new Uint8Array(32),
        permissions: 1,
      },
      'CTAP2_ERR_MISSING_PARAMETER',
    ],
    [
      'a key agreement key that is none',
      {
        subCommand: 0x09,
        pinUvAuthProtocol: 2,
        keyAgreement: new Map(),
        pinHashEnc: new Uint8Array(32),
        permissions: 4,
      },
      'CTAP1_ERR_INVALID_PARAMETER',
    ],
  ])('answers %s', async (_, request, expected) => {
    const { send, setPin, contents } = setUp(version);
    await setPin(padded('1234'));
    const before = contents();
    expect(await statusOf(send(request as ClientPinRequest))).toBe(expected);
    expect(contents()).toEqual(before);
  });

  it('makes a PIN that has to be changed good for nothing but changing it', async () => {
    const { authenticator, setPin, changePin, tokenBy, tokenFor, store, info } = setUp(version);
    await setPin(padded('1234'));
    store.transaction((transaction) =>
      transaction.putDevice({ ...transaction.device(), forcePinChange: true } as never),
    );
    authenticator.powerCycle();
    expect((await info()).forcePINChange).toBe(true);
    expect(await statusOf(tokenFor('1234', CM))).toBe('CTAP2_ERR_PIN_POLICY_VIOLATION');
    expect(await statusOf(tokenBy(Sub.getPinToken, '1234'))).toBe('CTAP2_ERR_PIN_INVALID');
    expect(await statusOf(changePin('1234', '1234'))).toBe('CTAP2_ERR_PIN_POLICY_VIOLATION');
    await changePin('1234', '5678');
    expect(await statusOf(tokenFor('5678', CM))).toBe('CTAP2_OK');
  });

  describe('a token', () => {
    it('verifies the user of one ceremony of its RP, and is used up by it', async () => {
      const { setPin, tokenFor, make, assert, param } = setUp(version);
      await setPin(padded('1234'));
      const token = await tokenFor('1234', MC | GA, 'example.com');
      const made = await make({ ...param(token), options: { rk: true } });
      expect(decodeAuthenticatorData(made.authData).flags).toBe(0x45);
      expect(await statusOf(assert(param(token)))).toBe('CTAP2_ERR_PIN_AUTH_INVALID');
      expect(
        decodeAuthenticatorData((await assert(param(await tokenFor('1234', GA, 'example.com')))).authData)
          .flags,
      ).toBe(0x05);
    });

    it('is refused for another RP, without the permission, over other data, and when another was given since', async () => {
      const { setPin, tokenFor, make, assert, param } = setUp(version);
      await setPin(padded('1234'));
      const other = await tokenFor('1234', MC, 'example.org');
      expect(await statusOf(make(param(other)))).toBe('CTAP2_ERR_PIN_AUTH_INVALID');
      const forMaking = await tokenFor('1234', MC, 'example.com');
      expect(await statusOf(assert(param(forMaking)))).toBe('CTAP2_ERR_PIN_AUTH_INVALID');
      expect(await statusOf(make({ ...param(forMaking), clientDataHash: new Uint8Array(32) }))).toBe(
        'CTAP2_ERR_PIN_AUTH_INVALID',
      );
      await tokenFor('1234', CM);
      expect(await statusOf(make(param(forMaking)))).toBe('CTAP2_ERR_PIN_AUTH_INVALID');
    });

    it('is bound to the first RP it is used for when it is of the old kind', async () => {
      const { setPin, tokenBy, make, assert, param } = setUp(version);
      for (const id of ['example.com', 'example.org']) await make({ rp: { id }, options: { rk: true } });
      await setPin(padded('1234'));
      const token = await tokenBy(Sub.getPinToken, '1234');
      // Without a test of presence no permission is used up: what is refused is the other RP, and nothing else.
      const silently = { ...param(token), options: { up: false } };
      expect(await statusOf(assert(silently))).toBe('CTAP2_OK');
      expect(await statusOf(assert({ ...silently, rpId: 'example.org' }))).toBe('CTAP2_ERR_PIN_AUTH_INVALID');
      expect(await statusOf(assert(silently))).toBe('CTAP2_OK');
    });

    it('ends when it is not used within 30 seconds, and at a power cycle', async () => {
      const { authenticator, clock, setPin, tokenFor, make, param } = setUp(version);
      await setPin(padded('1234'));
      const late = await tokenFor('1234', MC, 'example.com');
      clock.advance(30_001);
      expect(await statusOf(make(param(late)))).toBe('CTAP2_ERR_PIN_AUTH_INVALID');
      const lost = await tokenFor('1234', MC, 'example.com');
      authenticator.powerCycle();
      expect(await statusOf(make(param(lost)))).toBe('CTAP2_ERR_PIN_AUTH_INVALID');
    });

    it('can be had with a built-in method, which is evidence of presence too', async () => {
      const { tokenBy, make, param, user } = setUp(version, { userVerification: 'built-in' });
      const permissions = { permissions: MC, rpId: 'example.com' };
      const token = await tokenBy(Sub.getPinUvAuthTokenUsingUvWithPermissions, undefined, permissions);
      user.use({ presence: 'decline' }); // the person is not asked again
      expect(decodeAuthenticatorData((await make(param(token))).authData).flags).toBe(0x45);
      expect(
        await statusOf(tokenBy(Sub.getPinUvAuthTokenUsingUvWithPermissions, undefined, permissions)),
      ).toBe('CTAP2_ERR_OPERATION_DENIED');
      user.use({ presence: 'approve', verification: 'fail' });
      expect(
        await statusOf(tokenBy(Sub.getPinUvAuthTokenUsingUvWithPermissions, undefined, permissions)),
      ).toBe('CTAP2_ERR_UV_INVALID');
      expect(
        await statusOf(tokenBy(Sub.getPinUvAuthTokenUsingUvWithPermissions, undefined, permissions)),
      ).toBe('CTAP2_ERR_UV_BLOCKED');
    });
  });

  it('that is right gives the attempts of built-in verification back, and starts their count again', async () => {
    const { setPin, tokenFor, tokenBy, send, make, info, user } = setUp(version, {
      userVerification: 'built-in',
    });
    const attempts = async () => (await send({ subCommand: Sub.getUVRetries })).uvRetries;
    await setPin(padded('1234'));
    const most = await attempts();
    expect(await statusOf(make({ options: { uv: true } }))).toBe('CTAP2_OK');
    expect((await info()).uvCountSinceLastPinEntry).toBe(1);
    user.use({ verification: 'fail' });
    const byItself = { permissions: MC, rpId: 'example.com' };
    await statusOf(tokenBy(Sub.getPinUvAuthTokenUsingUvWithPermissions, undefined, byItself));
    expect(await attempts()).toBeLessThan(most as number);
    await tokenFor('1234', CM);
    expect(await attempts()).toBe(most);
    expect((await info()).uvCountSinceLastPinEntry).toBe(0);
  });

  it('makes a PIN protect: no credential without it, and an empty pinUvAuthParam tells that it is set', async () => {
    const { setPin, make } = setUp(version, { makeCredUvNotRqd: false });
    expect(await statusOf(make())).toBe('CTAP2_OK');
    expect(await statusOf(make({ pinUvAuthParam: new Uint8Array() }))).toBe('CTAP2_ERR_PIN_NOT_SET');
    await setPin(padded('1234'));
    expect(await statusOf(make())).toBe('CTAP2_ERR_PUAT_REQUIRED');
    expect(await statusOf(make({ pinUvAuthParam: new Uint8Array() }))).toBe('CTAP2_ERR_PIN_INVALID');
  });

  it('gives no persistent token where the policy has none', async () => {
    const { setPin, tokenFor } = setUp(version, { perCredMgmtRO: false });
    await setPin(padded('1234'));
    expect(await statusOf(tokenFor('1234', Permission.persistentCredentialManagementReadOnly))).toBe(
      'CTAP2_ERR_UNAUTHORIZED_PERMISSION',
    );
  });

  it('gives a persistent token that outlives a power cycle, and not a change of the PIN', async () => {
    const { authenticator, setPin, changePin, tokenFor } = setUp(version, { perCredMgmtRO: true });
    await setPin(padded('1234'));
    const persistent = Permission.persistentCredentialManagementReadOnly;
    expect(await statusOf(tokenFor('1234', persistent | CM))).toBe('CTAP2_ERR_UNAUTHORIZED_PERMISSION');
    const token = await tokenFor('1234', persistent);
    authenticator.powerCycle();
    expect(await tokenFor('1234', persistent)).toEqual(token);
    await changePin('1234', '5678');
    expect(await tokenFor('5678', persistent)).not.toEqual(token);
  });
});
