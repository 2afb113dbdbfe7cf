/** What of a device Chromium's cannot be: said at `attach`, by what was seen of Chromium's. */
import type { Authenticator } from '../../authenticator/authenticator.ts';
import type { Policy } from '../../authenticator/policy/type.ts';
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import { chromiumSigns as signs } from '../../portable/formats/cdp.ts';
import { canVerify, isPortable, transportOf } from './options.ts';
import { SEEN } from './seen.ts';

/** Something of a device that pages do not see, though the device has it. */
export interface Loss {
  /** A member of the policy, of a credential, or `credentials`. */
  readonly name: string;
  /** The place of the device among those attached. */
  readonly device: number;
  readonly message: string;
}

type Found = readonly [name: string, holds: boolean, message: string];

/** Where Chromium's device would say yes and ours says no, or would have none of its keys. */
async function obstacles(authenticator: Authenticator): Promise<string[]> {
  const { policy, ctap2 } = authenticator;
  const options = ctap2 ? (await authenticator.getInfo()).options : undefined;
  const found: [boolean, string][] = [
    [!policy.algorithms.some(signs), `algorithms: none of ${SEEN.algorithms.join(', ')}`],
    [options?.get('alwaysUv') === true, 'alwaysUv: it signs without verification where a page wants none'],
  ];
  return found.filter(([holds]) => holds).map(([, why]) => why);
}

/** @throws StuntkeyError `mode-cannot`, saying everything that stands in the way */
export async function checkPortable(devices: readonly Authenticator[]): Promise<void> {
  for (const authenticator of devices) {
    if (authenticator?.policy === undefined || authenticator.credentials === undefined) {
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

/** Everything that is lost of these devices, as they are now. */
export async function lossesOf(devices: readonly Authenticator[]): Promise<Loss[]> {
  const all = await Promise.all(
    devices.map(async (authenticator, device) => {
      const found = [
        ...ofPolicy(authenticator.policy),
        ...(await ofPerson(authenticator)),
        ...ofCredentials(authenticator),
      ];
      return found.filter(([, holds]) => holds).map(([name, , message]): Loss => ({ name, device, message }));
    }),
  );
  return all.flat();
}

function ofPolicy(policy: Policy): Found[] {
  const { aaguid, format } = SEEN.attestation;
  const { algorithms, ctap, transports, discoverableCapacity, signCounter, credentialIdLength } = policy;
  const presented = SEEN.transports[transportOf(policy)] ?? [];
  const more = SEEN.algorithms.filter((id) => !algorithms.some((own) => own === id));
  const fewer = algorithms.filter((id) => !signs(id));
  const untold = policy.extensions.filter((id) => !SEEN.extensions.includes(SEEN_AS[id] ?? id));
  return [
    ['ctap', ctap === 'U2F', 'ctap: a device of U2F is one of CTAP 2.0 with its limits there'],
    ['ctap', ctap === '2.3', 'ctap: a device of CTAP 2.3 is one of 2.2 there'],
    ['aaguid', true, `aaguid: pages are told Chromium's, ${aaguid}`],
    [
      'attestation',
      true,
      `attestation: pages get the format ${format}, with a certificate of Chromium's, whatever attestationFormats says`,
    ],
    ['algorithms', fewer.length > 0, `algorithms: pages get no keys of ${fewer.join(', ')}`],
    [
      'algorithms',
      more.length > 0,
      `algorithms: pages that ask for ${more.join(', ')} get keys that this device does not make`,
    ],
    [
      'transports',
      transports.join() !== presented.join(),
      `transports: pages are told ${presented.join(', ')}, not ${transports.join(', ')}`,
    ],
    [
      'discoverableCapacity',
      Number.isFinite(discoverableCapacity) && discoverableCapacity > 0,
      `discoverableCapacity: Chromium's device is never full; ${discoverableCapacity} credentials fit here`,
    ],
    [
      'signCounter',
      signCounter === 'global',
      'signCounter: credentials made in a page count for themselves there; here one counter goes on from the highest',
    ],
    [
      'signCounter',
      signCounter === 'zero',
      `signCounter: credentials made in a page begin at ${SEEN.counters.registered} and count, there and here; those made here do not`,
    ],
    [
      'credentialIdLength',
      credentialIdLength !== SEEN.credentialIdLength,
      `credentialIdLength: credentials made in a page have ${SEEN.credentialIdLength} bytes, not ${credentialIdLength}`,
    ],
    [
      'nonDiscoverable',
      policy.nonDiscoverable === 'wrapped',
      'nonDiscoverable: credentials that are wrapped in their IDs are not in the store, and pages do not have them; what a page makes is stored',
    ],
    ...untold.map((id): Found => [id, true, `${id}: Chromium's device does not have this extension`]),
    [
      'hmac-secret',
      policy.extensions.includes('hmac-secret'),
      "hmac-secret: the secrets of PRF do not travel: a page's are of credentials made in that page, and others than here",
    ],
    [
      'credBlob',
      policy.extensions.includes('credBlob'),
      'credBlob: what a page keeps with a credential stays in that page, and what is kept here does not come there',
    ],
    [
      'credProtect',
      policy.extensions.includes('credProtect'),
      'credProtect: Chromium tells no level: a credential that a page protects is unprotected here, and in other pages',
    ],
    [
      'largeBlobs',
      policy.extensions.includes('largeBlobKey'),
      "largeBlobs: what a page writes is kept with the credential, not in the device's array, and what is in that does not come there",
    ],
  ];
}

/** What is called otherwise in WebAuthn. */
const SEEN_AS: Readonly<Record<string, string>> = { largeBlobKey: 'largeBlob' };

async function ofPerson(authenticator: Authenticator): Promise<Found[]> {
  const { policy, ctap2 } = authenticator;
  const options = ctap2 ? (await authenticator.getInfo()).options : undefined;
  const byPin = options?.get('clientPin');
  return [
    [
      'clientPin',
      byPin === true,
      'clientPin: Chromium’s person is verified, or not, as setUserVerified says; nobody is asked for the PIN',
    ],
    [
      'clientPin',
      byPin === false && !(await canVerify(authenticator)),
      'clientPin: a page that wants verification is refused, as no PIN is set; nobody is asked to set one',
    ],
    [
      'userVerification',
      policy.userVerification === 'fingerprint' && options?.get('uv') !== true,
      'userVerification: no fingerprint is enrolled, so pages find a device that does not verify',
    ],
  ];
}

function ofCredentials({ credentials }: Authenticator): Found[] {
  const records = credentials.list();
  const excluded = records.filter((record) => !isPortable(record)).length;
  const protectedOnes = records.filter(({ credProtect }) => credProtect > 1).length;
  return [
    [
      'credentials',
      excluded > 0,
      `credentials: ${excluded} are not there, as they are of U2F, or their algorithm is none of ${SEEN.algorithms.join(', ')}`,
    ],
    [
      'credProtect',
      protectedOnes > 0,
      `credProtect: ${protectedOnes} credentials that want verification, or an allow list, sign without there`,
    ],
  ];
}
