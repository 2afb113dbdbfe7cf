/** The options of a virtual authenticator of Chromium that match our device. */
import type { Authenticator } from '../../authenticator/authenticator.ts';
import type { Policy } from '../../authenticator/policy/type.ts';
import { unusableInChromium } from '../../portable/formats/cdp.ts';
import type { CredentialRecord } from '../../store/record.ts';

/** Why Chromium's device cannot have a credential; undefined if it can. */
export function whyExcluded({ algorithm, rpId }: CredentialRecord): string | undefined {
  if (rpId === undefined)
    return 'it was made over U2F, which knows no RP ID, and Chromium takes no credential without';
  return unusableInChromium({ algorithm })?.why;
}

export function isPortable(record: CredentialRecord): boolean {
  return whyExcluded(record) === undefined;
}

const VERSIONS: Readonly<Record<string, string>> = { '2.0': 'ctap2_0', U2F: 'ctap2_0', '2.1': 'ctap2_1' };

/** VirtualAuthenticatorOptions: https://chromedevtools.github.io/devtools-protocol/tot/WebAuthn/#type-VirtualAuthenticatorOptions */
export interface VirtualAuthenticatorOptions {
  readonly protocol: 'ctap2';
  readonly ctap2Version: string;
  readonly transport: string;
  readonly hasResidentKey: boolean;
  readonly hasUserVerification: boolean;
  readonly isUserVerified: boolean;
  readonly automaticPresenceSimulation: boolean;
  readonly hasLargeBlob?: boolean;
  readonly hasCredBlob?: boolean;
  readonly hasMinPinLength?: boolean;
  readonly hasHmacSecret?: boolean;
  readonly hasHmacSecretMc?: boolean;
  readonly defaultBackupEligibility: boolean;
  readonly defaultBackupState: boolean;
}

/** Its transport: internal, or the first transport of a roaming device. */
export function transportOf({ transports }: Policy): string {
  return transports.includes('internal') ? 'internal' : (transports[0] ?? 'usb');
}

/** Whether the device can verify its user now: by itself, or by its PIN. */
export async function canVerify(authenticator: Authenticator): Promise<boolean> {
  if (!authenticator.ctap2) return false;
  const { options } = await authenticator.getInfo();
  return options?.get('uv') === true || options?.get('clientPin') === true;
}

export async function virtualAuthenticatorOptions(
  authenticator: Authenticator,
): Promise<VirtualAuthenticatorOptions> {
  const { policy } = authenticator;
  const verifies = await canVerify(authenticator);
  const resident = policy.discoverableCapacity > 0;
  const has = (id: string): boolean => policy.extensions.includes(id);
  const ctap2Version = VERSIONS[policy.ctap] ?? 'ctap2_2';
  const later = ctap2Version !== 'ctap2_0';
  return {
    protocol: 'ctap2',
    ctap2Version,
    transport: transportOf(policy),
    hasResidentKey: resident,
    hasUserVerification: verifies,
    isUserVerified: verifies,
    automaticPresenceSimulation: true,
    ...(later && resident && (has('largeBlob') || has('largeBlobKey')) && { hasLargeBlob: true }),
    ...(later && has('credBlob') && { hasCredBlob: true }),
    ...(later && has('minPinLength') && { hasMinPinLength: true }),
    ...(has('hmac-secret') && { hasHmacSecret: true }),
    ...(has('hmac-secret-mc') && { hasHmacSecretMc: true }),
    defaultBackupEligibility: policy.backup.eligible,
    defaultBackupState: policy.backup.state,
  };
}
