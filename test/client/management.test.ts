import { describe, expect, it } from 'vitest';
import { Authenticator, type AuthenticatorOptions } from '../../src/authenticator/authenticator.ts';
import { DeviceManager } from '../../src/client/platform/management.ts';
import { ScriptedUser } from '../../src/person/user.ts';
import { statusOf } from '../authenticator/platform.ts';

function managed(options: AuthenticatorOptions = {}, pin = '123456') {
  const person = new ScriptedUser();
  const device = new Authenticator({ user: person, seed: 'managed', ...options });
  // A manager's person is asked for the PIN only; touches are the device's own business.
  return { device, person, manager: new DeviceManager(device, { user: { enterPin: () => pin } }) };
}

describe('a manager of a device', () => {
  it.each([1, 2] as const)('sets, verifies and changes the PIN over protocol %i', async (version) => {
    const { manager } = managed({ policy: { pinUvAuthProtocols: [version] } });
    await manager.setPin('123456');
    await manager.verifyPin('123456');
    await manager.changePin('123456', 'pässwörter');
    await manager.verifyPin('pässwörter'.normalize('NFD'));
    expect(await statusOf(manager.verifyPin('123456'))).toBe('CTAP2_ERR_PIN_INVALID');
    expect(await manager.retries()).toEqual({ pin: 7, uv: 5 });
    await expect(manager.changePin('000000', '123456')).rejects.toThrow('6 attempts left');
  });

  it('verifies a PIN of CTAP 2.0, and one that gives no permission for ceremonies', async () => {
    const old = managed({ model: 'yubikey-5-nfc-ctap20' });
    await old.manager.setPin('123456');
    await old.manager.verifyPin('123456');
    const strict = managed({ policy: { noMcGaPermissionsWithClientPin: true } });
    await strict.manager.setPin('123456');
    await strict.manager.verifyPin('123456');
  });

  it('configures with a token, and without one only what is not protected', async () => {
    const bare = managed({ policy: { userVerification: 'none' } });
    await bare.manager.toggleAlwaysUv();
    expect((await bare.manager.info()).options?.get('alwaysUv')).toBe(true);

    const { manager } = managed({ policy: { enterpriseAttestation: true } });
    expect(await statusOf(manager.toggleAlwaysUv())).toBe('CTAP2_ERR_PUAT_REQUIRED');
    await manager.setPin('123456');
    await manager.toggleAlwaysUv();
    await manager.enableEnterpriseAttestation();
    await manager.enableLongTouchForReset();
    await manager.setMinPinLength({ newMinPINLength: 6, minPinLengthRPIDs: ['example.com'] });
    const { options, minPINLength, longTouchForReset } = await manager.info();
    expect([options?.get('alwaysUv'), options?.get('ep'), minPINLength, longTouchForReset]).toEqual([
      true,
      true,
      6,
      true,
    ]);
  });

  it('enrolls a fingerprint sample by sample, and tells of poor ones', async () => {
    const { manager, person } = managed({ model: 'yubikey-bio' });
    await manager.setPin('123456');
    expect(await manager.fingerprints()).toEqual([]);
    person.next({ sample: 'too-fast' });
    const samples: (readonly [number, number])[] = [];
    const templateId = await manager.enroll((status, remaining) => samples.push([status, remaining]));
    expect(samples).toEqual([
      [0x05, 5],
      [0, 4],
      [0, 3],
      [0, 2],
      [0, 1],
      [0, 0],
    ]);
    await manager.renameFingerprint(templateId, 'left thumb');
    expect(await manager.fingerprints()).toEqual([{ templateId, name: 'left thumb' }]);
    await manager.removeFingerprint(templateId);
    expect(await manager.fingerprints()).toEqual([]);
  });

  it('passes on what the device says when the PIN is wrong', async () => {
    const { manager } = managed({ model: 'yubikey-bio' }, '000000');
    await manager.setPin('123456');
    expect(await statusOf(manager.fingerprints())).toBe('CTAP2_ERR_PIN_AUTH_BLOCKED');
  });
});
