import { describe, expect, it } from 'vitest';
import { Permission } from '../../src/authenticator/pin-uv-auth-token.ts';
import type { Policy } from '../../src/authenticator/policy/type.ts';
import { concat } from '../../src/base/bytes.ts';
import { encodeCbor } from '../../src/cbor/cbor.ts';
import { authenticate, encrypt } from '../../src/crypto/pin-uv-auth-protocol.ts';
import { type ClientPinRequest, ClientPinSubCommand as Sub } from '../../src/ctap/messages/client-pin.ts';
import type { UserPrompt } from '../../src/person/user.ts';
import type { DeviceState } from '../../src/store/device-state.ts';
import type { MemoryStore } from '../../src/store/memory.ts';
import { hashOf, padded, random, setUp } from './pin-platform.ts';
import { nameOf, statusOf } from './platform.ts';

const BY_PIN = Sub.getPinUvAuthTokenUsingPinWithPermissions;
const BY_UV = Sub.getPinUvAuthTokenUsingUvWithPermissions;
const MC = Permission.makeCredential;
const CM = Permission.credentialManagement;
const OFF_CURVE = new Map<number, number | Uint8Array>([
  [1, 2],
  [3, -25],
  [-1, 1],
  [-2, new Uint8Array(32)],
  [-3, new Uint8Array(32)],
]);

type PinDevice = ReturnType<typeof setUp>;

async function withPin(policy: Partial<Policy> = {}, pin = '1234'): Promise<PinDevice> {
  const one = setUp(2, policy);
  await one.setPin(padded(pin));
  return one;
}

function change(store: MemoryStore, changes: Partial<DeviceState>): void {
  store.transaction((transaction) =>
    transaction.putDevice({ ...(transaction.device() as DeviceState), ...changes }),
  );
}

/** Another process, with the same store, does something before one of the transactions to come. */
function meanwhile(store: MemoryStore, which: number, changes: Partial<DeviceState>): void {
  const transaction = store.transaction.bind(store);
  let left = which;
  store.transaction = (work) => {
    if (--left === 0)
      transaction((other) => other.putDevice({ ...(other.device() as DeviceState), ...changes }));
    return transaction(work);
  };
}

const stateOf = (store: MemoryStore): DeviceState => store.read((reader) => reader.device()) as DeviceState;

describe('a new PIN', () => {
  const set = async (one: PinDevice, newPinEnc: Uint8Array | undefined, wrong = 0) => {
    const { sharedSecret, ...common } = await one.agree();
    const enciphered = newPinEnc ?? encrypt(2, sharedSecret, padded('1234'), random);
    const pinUvAuthParam = authenticate(2, sharedSecret, enciphered);
    pinUvAuthParam[0] = (pinUvAuthParam[0] as number) ^ wrong;
    return one.send({ ...common, subCommand: Sub.setPIN, newPinEnc: enciphered, pinUvAuthParam });
  };

  it('is refused with a pinUvAuthParam that does not verify, and one that cannot be decrypted', async () => {
    const one = setUp(2);
    await one.info();
    const before = one.contents();
    expect(await statusOf(set(one, undefined, 1))).toBe('CTAP2_ERR_PIN_AUTH_INVALID');
    expect(await statusOf(set(one, new Uint8Array(17)))).toBe('CTAP2_ERR_PIN_AUTH_INVALID');
    expect(one.contents()).toEqual(before);
    expect(await statusOf(set(one, undefined))).toBe('CTAP2_OK');
  });

  it('is not looked at where there is a PIN, and does not replace one that came meanwhile', async () => {
    expect(await statusOf((await withPin()).setPin(padded('1')))).toBe('CTAP2_ERR_PIN_AUTH_INVALID');
    const one = setUp(2);
    await one.info();
    const pinHash = new Uint8Array(16).fill(9);
    meanwhile(one.store, 1, { pinHash });
    expect(await statusOf(one.setPin(padded('1234')))).toBe('CTAP2_ERR_PIN_AUTH_INVALID');
    expect(stateOf(one.store).pinHash).toEqual(pinHash);
  });

  it.each<[string, Partial<Policy>, string, string]>([
    ['of few characters and 64 bytes', {}, '😀'.repeat(16), 'CTAP2_ERR_PIN_POLICY_VIOLATION'],
    ['of few characters and 60 bytes', {}, '😀'.repeat(15), 'CTAP2_OK'],
    ['longer than the device takes', { maxPinLength: 8 }, '123456789', 'CTAP2_ERR_PIN_POLICY_VIOLATION'],
    ['as long as the device takes', { maxPinLength: 8 }, '12345678', 'CTAP2_OK'],
    [
      'of one character under a policy',
      { pinComplexityPolicy: 'on' },
      '1111',
      'CTAP2_ERR_PIN_POLICY_VIOLATION',
    ],
    ['of two characters under a policy', { pinComplexityPolicy: 'on' }, '1112', 'CTAP2_OK'],
    ['of one character without a policy', {}, '1111', 'CTAP2_OK'],
    ['of nothing', {}, '', 'CTAP2_ERR_PIN_POLICY_VIOLATION'],
  ])('%s', async (_, policy, pin, status) => {
    expect(await statusOf(setUp(2, policy).setPin(padded(pin)))).toBe(status);
  });
});

describe('a change of the PIN', () => {
  it('is refused with a pinUvAuthParam that does not verify, and costs no attempt', async () => {
    const one = await withPin();
    const before = one.contents();
    const { sharedSecret, ...common } = await one.agree();
    const newPinEnc = encrypt(2, sharedSecret, padded('5678'), random);
    const pinHashEnc = encrypt(2, sharedSecret, hashOf('1234'), random);
    const pinUvAuthParam = authenticate(2, sharedSecret, concat(pinHashEnc, newPinEnc));
    const request = { ...common, subCommand: Sub.changePIN, newPinEnc, pinHashEnc, pinUvAuthParam };
    expect(await statusOf(one.send(request))).toBe('CTAP2_ERR_PIN_AUTH_INVALID');
    expect(one.contents()).toEqual(before);
  });

  it('may be to the same PIN, unless it has to be changed', async () => {
    const one = await withPin();
    expect(await statusOf(one.changePin('1234', '1234'))).toBe('CTAP2_OK');
    change(one.store, { forcePinChange: true });
    expect(await statusOf(one.changePin('1234', '1234'))).toBe('CTAP2_ERR_PIN_POLICY_VIOLATION');
    expect(await statusOf(one.changePin('1234', '1235'))).toBe('CTAP2_OK');
    expect(stateOf(one.store).forcePinChange).toBe(false);
  });

  it.each([1, 2, 3])('does not go over one that came meanwhile, before transaction %i', async (which) => {
    const one = await withPin();
    const pinHash = new Uint8Array(16).fill(9);
    meanwhile(one.store, which, { pinHash });
    expect(await statusOf(one.changePin('1234', '5678'))).toBe('CTAP2_ERR_PIN_INVALID');
    expect(stateOf(one.store).pinHash).toEqual(pinHash);
  });
});

describe('a PIN that is tried', () => {
  const token = (one: PinDevice, pin = '1234'): Promise<string> => statusOf(one.tokenFor(pin, CM));

  it('costs an attempt where it cannot be decrypted', async () => {
    const one = await withPin();
    const { sharedSecret: _, ...common } = await one.agree();
    const request = { ...common, subCommand: BY_PIN, permissions: CM, pinHashEnc: new Uint8Array(15) };
    expect(await statusOf(one.send(request))).toBe('CTAP2_ERR_PIN_INVALID');
    expect(await one.retries()).toBe(7);
  });

  it('has no attempt where another process had the last meanwhile, and none where it took the PIN away', async () => {
    const one = await withPin();
    change(one.store, { pinRetries: 1 });
    meanwhile(one.store, 1, { pinRetries: 0 });
    expect(await token(one)).toBe('CTAP2_ERR_PIN_BLOCKED');
    expect(stateOf(one.store).pinRetries).toBe(0);
    for (const which of [1, 2]) {
      const other = await withPin();
      const state = stateOf(other.store);
      const { pinHash: _, ...without } = state;
      const transaction = other.store.transaction.bind(other.store);
      let left = which;
      other.store.transaction = (work) => {
        if (--left === 0) transaction((one) => one.putDevice(without as DeviceState));
        return transaction(work);
      };
      expect(await token(other)).toBe('CTAP2_ERR_PIN_INVALID');
    }
  });

  it('is refused before the key is looked at, where no attempts are left', async () => {
    const one = await withPin();
    const request = {
      subCommand: BY_PIN,
      pinUvAuthProtocol: 2,
      keyAgreement: OFF_CURVE,
      pinHashEnc: new Uint8Array(32),
      permissions: CM,
    };
    expect(await statusOf(one.send(request))).toBe('CTAP1_ERR_INVALID_PARAMETER');
    change(one.store, { pinRetries: 0 });
    expect(await statusOf(one.send(request))).toBe('CTAP2_ERR_PIN_BLOCKED');
  });

  it('has as many attempts as getPINRetries says, which tells of a power cycle only when it helps', async () => {
    const one = await withPin();
    expect(await one.send({ subCommand: Sub.getPINRetries })).toEqual({ pinRetries: 8 });
    for (let i = 0; i < 2; i++) await token(one, '0000');
    expect(await one.send({ subCommand: Sub.getPINRetries })).toEqual({ pinRetries: 6 });
    await token(one, '0000');
    expect(await one.send({ subCommand: Sub.getPINRetries })).toEqual({
      pinRetries: 5,
      powerCycleState: true,
    });
  });
});

describe('a permission', () => {
  const fingerprints = { userVerification: 'fingerprint' } as const;
  it.each<[string, number, Partial<Policy>, boolean, boolean]>([
    ['mc', MC, {}, true, true],
    ['mc, which a PIN does not give', MC, { noMcGaPermissionsWithClientPin: true }, false, true],
    ['cm', CM, { credentialManagement: true, perCredMgmtRO: false }, true, true],
    ['cm of a device without', CM, { credentialManagement: false }, false, false],
    ['lbw', Permission.largeBlobWrite, { largeBlobs: true }, true, true],
    ['lbw of a device without', Permission.largeBlobWrite, { largeBlobs: false }, false, false],
    ['be, which only a PIN gives', Permission.bioEnrollment, { uvBioEnroll: false }, true, false],
    ['be, which both give', Permission.bioEnrollment, { uvBioEnroll: true }, true, true],
    [
      'be of a device without a sensor',
      Permission.bioEnrollment,
      { uvBioEnroll: true, userVerification: 'built-in' },
      false,
      false,
    ],
    ['acfg, which only a PIN gives', Permission.authenticatorConfiguration, { uvAcfg: false }, true, false],
    ['acfg, which both give', Permission.authenticatorConfiguration, { uvAcfg: true }, true, true],
    [
      'acfg of a device without',
      Permission.authenticatorConfiguration,
      { uvAcfg: true, authenticatorConfig: false },
      false,
      false,
    ],
  ])('is had by PIN and by fingerprint as the policy says: %s', async (_, permissions, policy, pin, uv) => {
    const one = await withPin({ ...fingerprints, ...policy });
    change(one.store, { fingerprints: [{ templateId: Uint8Array.of(1) }] });
    const wanted = { permissions, ...(permissions === MC && { rpId: 'example.com' }) };
    const status = (had: boolean): string => (had ? 'CTAP2_OK' : 'CTAP2_ERR_UNAUTHORIZED_PERMISSION');
    expect(await statusOf(one.tokenBy(BY_PIN, '1234', wanted))).toBe(status(pin));
    expect(await statusOf(one.tokenBy(BY_UV, undefined, wanted))).toBe(status(uv));
  });

  it('has to be asked for, and getPinToken asks for none and for no RP', async () => {
    const one = await withPin();
    expect(await statusOf(one.tokenBy(BY_PIN, '1234', { permissions: 0 }))).toBe(
      'CTAP1_ERR_INVALID_PARAMETER',
    );
    for (const rest of [
      { permissions: CM },
      { rpId: 'example.com' },
      { permissions: CM, rpId: 'example.com' },
    ])
      expect(await statusOf(one.tokenBy(Sub.getPinToken, '1234', rest))).toBe('CTAP1_ERR_INVALID_PARAMETER');
    expect(await one.tokenBy(Sub.getPinToken, '1234')).toHaveLength(32);
  });
});

describe('a token', () => {
  it('by PIN does not count as a touch', async () => {
    const one = await withPin();
    one.user.use({ presence: 'decline' });
    const tokens = [
      () => one.tokenFor('1234', MC, 'example.com'),
      () => one.tokenBy(Sub.getPinToken, '1234'),
    ];
    for (const token of tokens)
      expect(await statusOf(one.make(one.param(await token())))).toBe('CTAP2_ERR_OPERATION_DENIED');
  });

  it('of the old kind is good for ceremonies, and for nothing else since CTAP 2.1', async () => {
    const one = await withPin();
    const metadata = (token: Uint8Array): Promise<string | undefined> => {
      const param = authenticate(2, token, Uint8Array.of(1));
      const request = new Map<number, number | Uint8Array>([
        [1, 1],
        [3, 2],
        [4, param],
      ]);
      return one.authenticator.transact(concat(Uint8Array.of(0x0a), encodeCbor(request))).then(nameOf);
    };
    expect(await metadata(await one.tokenFor('1234', CM))).toBe('CTAP2_OK');
    expect(await metadata(await one.tokenBy(Sub.getPinToken, '1234'))).toBe('CTAP2_ERR_PIN_AUTH_INVALID');
  });

  it('of CTAP 2.0 is the same until the power ends', async () => {
    const one = setUp(1, { ctap: '2.0', pinUvAuthProtocols: [1] });
    await one.setPin(padded('1234'));
    const token = await one.tokenBy(Sub.getPinToken, '1234');
    expect(await one.tokenBy(Sub.getPinToken, '1234')).toEqual(token);
    one.authenticator.powerCycle();
    expect(await one.tokenBy(Sub.getPinToken, '1234')).not.toEqual(token);
  });

  it('of CTAP 2.0 opens everything until the power ends, and asks for every touch', async () => {
    const old = setUp(1, { ctap: '2.0', pinUvAuthProtocols: [1] });
    await old.setPin(padded('1234'));
    const token = await old.tokenBy(Sub.getPinToken, '1234');
    for (let i = 0; i < 2; i++) expect(await statusOf(old.make(old.param(token)))).toBe('CTAP2_OK');
    old.user.use({ presence: 'decline' });
    expect(await statusOf(old.make(old.param(token)))).toBe('CTAP2_ERR_OPERATION_DENIED');
    for (const subCommand of [BY_PIN, BY_UV, Sub.getUVRetries])
      expect(await statusOf(old.send({ subCommand }))).toBe('CTAP2_ERR_INVALID_SUBCOMMAND');
    expect(await statusOf(old.send({ subCommand: Sub.getPINRetries }))).toBe('CTAP2_ERR_MISSING_PARAMETER');
    expect((await old.send({ subCommand: Sub.getPINRetries, pinUvAuthProtocol: 1 })).pinRetries).toBe(8);
  });
});

describe('a token by verification of the device’s own', () => {
  const wanted = { permissions: MC, rpId: 'example.com' };

  /** A device with such verification, and its prompts. */
  function verifying(policy: Partial<Policy> = {}) {
    const one = setUp(2, { userVerification: 'built-in', ...policy });
    const asked: UserPrompt[] = [];
    const answer = one.user.answer.bind(one.user);
    one.user.answer = (prompt) => {
      asked.push(prompt);
      return answer(prompt);
    };
    return { ...one, asked, token: () => one.tokenBy(BY_UV, undefined, wanted) };
  }

  it('is not allowed where nothing is enrolled', async () => {
    const one = verifying({ userVerification: 'fingerprint' });
    expect(await statusOf(one.token())).toBe('CTAP2_ERR_NOT_ALLOWED');
    expect(one.asked).toEqual([]);
  });

  it('is tried once in a command where the platform counts, and three times where the device does', async () => {
    for (const [preferredPlatformUvAttempts, times] of [
      [1, 3],
      [2, 1],
    ] as const) {
      const one = verifying({ preferredPlatformUvAttempts });
      one.user.use({ verification: 'fail' });
      expect(await statusOf(one.token())).toBe('CTAP2_ERR_UV_INVALID');
      expect(one.asked).toHaveLength(times);
      expect(one.asked[0]).toEqual({ kind: 'verification', command: 6, attempt: 0, rpId: 'example.com' });
    }
  });

  it('is blocked where no attempts are left, before the key is looked at', async () => {
    const one = verifying();
    await one.info();
    const request: ClientPinRequest = {
      subCommand: BY_UV,
      pinUvAuthProtocol: 2,
      keyAgreement: OFF_CURVE,
      ...wanted,
    };
    expect(await statusOf(one.send(request))).toBe('CTAP1_ERR_INVALID_PARAMETER');
    change(one.store, { uvRetries: 0 });
    expect(await statusOf(one.send(request))).toBe('CTAP2_ERR_UV_BLOCKED');
    expect(one.asked).toEqual([]);
  });

  it('times out where no person comes', async () => {
    const one = verifying();
    one.user.use({ verification: 'ignore' });
    const answer = statusOf(one.token());
    while (one.asked.length === 0) await new Promise(setImmediate);
    one.clock.advance(one.authenticator.policy.userActionTimeout);
    expect(await answer).toBe('CTAP2_ERR_USER_ACTION_TIMEOUT');
    expect(stateOf(one.store).uvRetries).toBe(5);
  });
});
