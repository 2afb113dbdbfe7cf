/** All models, by the names that `new Authenticator({ model })` takes. */
import { equal } from '../../base/bytes.ts';
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import type { Policy } from '../policy/type.ts';
import type { Model } from './model.ts';
import {
  applePasswords,
  bitwarden,
  googlePasswordManager,
  microsoftPasswordManager,
  onePassword,
} from './passkey-providers.ts';
import { androidDeviceBound, windowsHello } from './platforms.ts';
import {
  postQuantumKey,
  securityKeyCtap20,
  securityKeyWithFingerprint,
  securityKeyWithPin,
  u2fKey,
} from './security-keys.ts';

/** The name of a model. */
export type ModelName =
  | 'yubikey-5-nfc'
  | 'yubikey-bio'
  | 'yubikey-5-nfc-ctap20'
  | 'u2f-key'
  | 'apple-passwords'
  | 'google-password-manager'
  | 'microsoft-password-manager'
  | '1password'
  | 'bitwarden'
  | 'windows-hello'
  | 'android-device-bound'
  | 'post-quantum-key';

/** Every model, by its name. */
export const models: Readonly<Record<ModelName, Model>> = {
  'yubikey-5-nfc': securityKeyWithPin,
  'yubikey-bio': securityKeyWithFingerprint,
  'yubikey-5-nfc-ctap20': securityKeyCtap20,
  'u2f-key': u2fKey,
  'apple-passwords': applePasswords,
  'google-password-manager': googlePasswordManager,
  'microsoft-password-manager': microsoftPasswordManager,
  '1password': onePassword,
  bitwarden,
  'windows-hello': windowsHello,
  'android-device-bound': androidDeviceBound,
  'post-quantum-key': postQuantumKey,
};

/** A model's policy. @throws StuntkeyError `bad-options` for an unknown name */
export function policyOf(name: ModelName | undefined): Partial<Policy> {
  if (name === undefined) return {};
  if (!Object.hasOwn(models, name)) {
    const known = Object.keys(models).join(', ');
    throw new StuntkeyError('bad-options', `model: expected one of ${known}, got ${String(name)}`);
  }
  return models[name].policy;
}

/** The model that a policy is of: the first with its AAGUID and its edition of CTAP. */
export function modelOf({ aaguid, ctap }: Policy): Model | undefined {
  return Object.values(models).find(
    ({ policy }) => policy.aaguid !== undefined && policy.ctap === ctap && equal(policy.aaguid, aaguid),
  );
}
