/** Whether, and how, a device is protected by user verification. */
import { CtapError } from '../../ctap/status.ts';
import type { Device } from '../device.ts';
import { deviceState } from '../state.ts';

/** What the option IDs "clientPin" and "uv" of getInfo tell, and what follows from them. */
export interface Protection {
  /** Whether the device can have a PIN, and has one. */
  readonly clientPin: 'unsupported' | 'not-set' | 'set';
  /** Whether the device can recognize its user, and is set up to. */
  readonly builtInUv: 'unsupported' | 'not-enabled' | 'enabled';
  /** "Protected by some form of user verification", CTAP 2.3 section 6.1.2. */
  readonly isProtected: boolean;
  readonly alwaysUv: boolean;
  /** The option ID makeCredUvNotRqd, which alwaysUv overrules. */
  readonly makeCredUvNotRqd: boolean;
}

/** Reads how the device is protected now. */
export function protectionOf(device: Device): Protection {
  const { policy } = device;
  const state = device.store.read(deviceState);
  const clientPin = !policy.clientPin ? 'unsupported' : state.pinHash === undefined ? 'not-set' : 'set';
  const builtInUv =
    policy.userVerification === 'none'
      ? 'unsupported'
      : policy.userVerification === 'fingerprint' && state.fingerprints.length === 0
        ? 'not-enabled'
        : 'enabled';
  return {
    clientPin,
    builtInUv,
    isProtected: clientPin === 'set' || builtInUv === 'enabled',
    alwaysUv: state.alwaysUv,
    makeCredUvNotRqd: policy.makeCredUvNotRqd && !state.alwaysUv,
  };
}

/**
 * The error for a command that needs user verification and came without: it tells the platform whether asking for the
 * PIN can help.
 *
 * @param pinHelps whether it does: where the device is protected, a PIN must be set; where it is not, it must be possible to set one
 */
export function verificationRequired(device: Device, pinHelps: boolean): CtapError {
  return pinHelps && !device.policy.noMcGaPermissionsWithClientPin
    ? new CtapError('CTAP2_ERR_PUAT_REQUIRED', 'user verification is required')
    : new CtapError('CTAP2_ERR_OPERATION_DENIED', 'user verification is required, and a PIN cannot give it');
}
