/** What to do about a refusal that is only a status of the device. */
import { CtapStatus, type CtapStatusName } from './status.ts';

const WAYS_OUT: Readonly<Partial<Record<CtapStatusName, string>>> = {
  CTAP1_ERR_INVALID_COMMAND:
    'the device does not have this command: see its getInfo, or use a model that has it (yubikey-bio has fingerprints)',
  CTAP2_ERR_CREDENTIAL_EXCLUDED:
    'the device has a credential of excludeCredentials: sign in with it, or delete it first',
  CTAP2_ERR_UNSUPPORTED_ALGORITHM:
    'the device has none of the algorithms in pubKeyCredParams: list -7 (ES256), or use a model that can',
  CTAP2_ERR_OPERATION_DENIED: 'the person declined, or was not recognized: have them approve',
  CTAP2_ERR_KEY_STORE_FULL:
    'the device has no room for another discoverable credential: delete some, or raise discoverableCapacity in the policy',
  CTAP2_ERR_UNSUPPORTED_OPTION:
    'the device cannot do what was required: ask for less (user verification, a discoverable credential), or use a model that can',
  CTAP2_ERR_NO_CREDENTIALS:
    'the device has no credential for this RP ID (or none of allowCredentials): register first (a discoverable credential, if there is no list), or compare RP ID and credential IDs',
  CTAP2_ERR_USER_ACTION_TIMEOUT:
    'the person did not come in time: have them approve, or give the ceremony a longer timeout',
  CTAP2_ERR_PIN_INVALID: 'the PIN was wrong: have the person enter the one that is set',
  CTAP2_ERR_PIN_POLICY_VIOLATION:
    'the PIN is too short, too long or too simple, or has to be another one: see minPINLength in getInfo',
  CTAP2_ERR_PIN_AUTH_BLOCKED:
    'three wrong PINs in a row: power-cycle the device (unplug it and plug it in, or powerCycle()), then try again',
  CTAP2_ERR_PIN_BLOCKED:
    'no attempts at the PIN are left: only a reset helps, which removes every credential',
  CTAP2_ERR_PIN_NOT_SET: 'the device has no PIN: set one, or use a model with built-in user verification',
  CTAP2_ERR_PUAT_REQUIRED:
    'the device requires user verification: have the person enter the PIN, or ask for userVerification',
  CTAP2_ERR_UV_BLOCKED: 'too many failed verifications: have the person enter the PIN',
  CTAP2_ERR_LIMIT_EXCEEDED: 'something in the request is longer than the device accepts: see its getInfo',
};

/** @param status a CTAP status byte */
export function wayOutOf(status: unknown): string | undefined {
  const [name] = Object.entries(CtapStatus).find(([, byte]) => byte === status) ?? [];
  return name === undefined ? undefined : WAYS_OUT[name as CtapStatusName];
}

/** States that outlast the command: the caller needs more than the name of the status. */
const LASTING: readonly number[] = [CtapStatus.CTAP2_ERR_PIN_AUTH_BLOCKED, CtapStatus.CTAP2_ERR_PIN_BLOCKED];

/** The text of an error for these states, where a device sends only a byte. */
export function detailOf(status: number): string | undefined {
  return LASTING.includes(status) ? wayOutOf(status) : undefined;
}
