/** What Chromium's virtual authenticator can be of a device of ours. */
import type { Authenticator } from '../../authenticator/authenticator.ts';
import type { Policy } from '../../authenticator/policy/type.ts';
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import type { CredentialRecord } from '../../store/record.ts';

/** Keys that the WebAuthn domain takes: of P-256, Ed25519 and RSA. */
const PORTABLE: readonly number[] = [-7, -8, -257];

export function isPortable({ algorithm, rpId }: CredentialRecord): boolean {
  return rpId !== undefined && PORTABLE.includes(algorithm);
}

/** Why Chromium's device cannot stand for ours; empty if it can. */
async function obstacles(authenticator: Authenticator): Promise<string[]> {
  const { policy, credentials } = authenticator;
  const options = authenticator.ctap2 ? (await authenticator.getInfo()).options : undefined;
  const strange = credentials.list().filter((record) => !isPortable(record)).length;
  const found: [boolean, string][] = [
    [policy.ctap === 'U2F', 'ctap: U2F knows no RP IDs, which its credentials need there'],
    [!policy.algorithms.some((id) => PORTABLE.includes(id)), `algorithms: none of ${PORTABLE.join(', ')}`],
    [policy.nonDiscoverable === 'wrapped', 'nonDiscoverable: wrapped keys are not in the store'],
    [
      policy.signCounter !== 'per-credential',
      `signCounter: ${policy.signCounter}, where it counts by credential`,
    ],
    [
      policy.packedAttestation === 'basic' || policy.attestationFormats.some((format) => format !== 'packed'),
      'attestation: it attests with a certificate of its own, in the format packed',
    ],
    [options?.get('clientPin') === true, 'clientPin: a PIN is set, and it has none'],
    [options?.get('alwaysUv') === true, 'alwaysUv: it cannot insist on verification'],
    [
      strange > 0,
      `credentials: ${strange} of U2F, or with an algorithm that is none of ${PORTABLE.join(', ')}`,
    ],
  ];
  return found.filter(([holds]) => holds).map(([, why]) => why);
}

/** @throws StuntkeyError `mode-cannot`, saying everything that stands in the way */
export async function checkPortable(devices: readonly Authenticator[]): Promise<void> {
  for (const authenticator of devices) {
    if (authenticator.policy === undefined || authenticator.credentials === undefined) {
      throw new StuntkeyError(
        'mode-cannot',
        'mode cdp: expected an Authenticator in process, got another device',
      );
    }
    const found = await obstacles(authenticator);
    if (found.length > 0) {
      throw new StuntkeyError(
        'mode-cannot',
        `mode cdp: Chromium's device cannot be this one: ${found.join('; ')}; mode page can`,
      );
    }
  }
  if (devices.filter(({ policy }) => policy.transports.includes('internal')).length > 1)
    throw new StuntkeyError('mode-cannot', 'mode cdp: Chromium takes one internal device, got several');
}

const VERSIONS: Readonly<Record<string, string>> = { '2.0': 'ctap2_0', '2.1': 'ctap2_1' };

/** https://chromedevtools.github.io/devtools-protocol/tot/WebAuthn/#type-VirtualAuthenticatorOptions */
export function virtualAuthenticatorOptions(policy: Policy): Record<string, unknown> {
  const [transport = 'usb'] = policy.transports;
  return {
    protocol: 'ctap2',
    ctap2Version: VERSIONS[policy.ctap] ?? 'ctap2_2',
    transport: policy.transports.includes('internal') ? 'internal' : transport,
    hasResidentKey: policy.discoverableCapacity > 0,
    hasUserVerification: policy.userVerification !== 'none',
    isUserVerified: policy.userVerification !== 'none',
    automaticPresenceSimulation: true,
    defaultBackupEligibility: policy.backup.eligible,
    defaultBackupState: policy.backup.state,
  };
}
