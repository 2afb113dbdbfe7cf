/** What Chromium's device cannot do as ours does: reported at `attach`, by what was seen of Chromium's device. */
import type { Authenticator } from '../../authenticator/authenticator.ts';
import type { Policy } from '../../authenticator/policy/type.ts';
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import { chromiumSigns as signs } from '../../portable/formats/cdp.ts';
import { canVerify, isPortable, transportOf } from './options.ts';
import { SEEN } from './seen.ts';

/** A property of a device that pages do not see. */
export interface Loss {
  /** The name of a member of the policy or of a credential, or `credentials`. */
  readonly name: string;
  /** The index of the device among the attached ones. */
  readonly device: number;
  readonly message: string;
}

type Found = readonly [name: string, holds: boolean, message: string];

/** Why Chromium's device cannot replace ours: it would accept what ours refuses, or could hold none of its keys. */
async function obstacles(authenticator: Authenticator): Promise<string[]> {
  const { policy, ctap2 } = authenticator;
  const options = ctap2 ? (await authenticator.getInfo()).options : undefined;
  const found: [boolean, string][] = [
    [!policy.algorithms.some(signs), `algorithms: none of ${SEEN.algorithms.join(', ')}`],
    [
      options?.get('alwaysUv') === true,
      'alwaysUv: it signs without verification if a page does not ask for it',
    ],
  ];
  return found.filter(([holds]) => holds).map(([, why]) => why);
}

/** @throws StuntkeyError `mode-cannot`, which lists every reason */
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

/** Every loss of these devices, as they are now. */
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
    ['ctap', ctap === 'U2F', "ctap: in pages a U2F device is a device of CTAP 2.0 with U2F's limits"],
    ['ctap', ctap === '2.3', 'ctap: in pages a device of CTAP 2.3 is a device of CTAP 2.2'],
    ['aaguid', true, `aaguid: pages see Chromium's, ${aaguid}`],
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
      `transports: pages see ${presented.join(', ')}, not ${transports.join(', ')}`,
    ],
    [
      'discoverableCapacity',
      Number.isFinite(discoverableCapacity) && discoverableCapacity > 0,
      `discoverableCapacity: Chromium's device is never full; this device holds ${discoverableCapacity} credentials`,
    ],
    [
      'signCounter',
      signCounter === 'global',
      'signCounter: in a page each credential made there has its own counter; this device goes on with one counter from the highest',
    ],
    [
      'signCounter',
      signCounter === 'zero',
      `signCounter: credentials made in a page begin at ${SEEN.counters.registered} and count, in pages and on this device; credentials made on this device do not count`,
    ],
    [
      'credentialIdLength',
      credentialIdLength !== SEEN.credentialIdLength,
      `credentialIdLength: credentials made in a page have ${SEEN.credentialIdLength} bytes, not ${credentialIdLength}`,
    ],
    [
      'nonDiscoverable',
      policy.nonDiscoverable === 'wrapped',
      'nonDiscoverable: credentials that are wrapped in their IDs are not in the store, so pages do not have them; credentials made in a page are stored',
    ],
    ...untold.map((id): Found => [id, true, `${id}: Chromium's device does not have this extension`]),
    [
      'hmac-secret',
      policy.extensions.includes('hmac-secret'),
      'hmac-secret: the secrets of PRF are not copied: a page has only those of credentials made in it, and they differ from those of this device',
    ],
    [
      'credBlob',
      policy.extensions.includes('credBlob'),
      "credBlob: a page's blobs stay in that page, and this device's blobs do not come to pages",
    ],
    [
      'credProtect',
      policy.extensions.includes('credProtect'),
      'credProtect: Chromium does not report the level: a credential that a page protects is unprotected on this device and in other pages',
    ],
    [
      'largeBlobs',
      policy.extensions.includes('largeBlobKey'),
      "largeBlobs: a page's blobs are stored with the credential, not in the device's array, and the array's blobs do not come to pages",
    ],
  ];
}

/** Names that differ in WebAuthn. */
const SEEN_AS: Readonly<Record<string, string>> = { largeBlobKey: 'largeBlob' };

async function ofPerson(authenticator: Authenticator): Promise<Found[]> {
  const { policy, ctap2 } = authenticator;
  const options = ctap2 ? (await authenticator.getInfo()).options : undefined;
  const byPin = options?.get('clientPin');
  return [
    [
      'clientPin',
      byPin === true,
      'clientPin: setUserVerified decides whether Chromium’s person is verified; the person is not asked for the PIN',
    ],
    [
      'clientPin',
      byPin === false && !(await canVerify(authenticator)),
      'clientPin: a page that wants verification is refused, as no PIN is set; the person is not asked to set one',
    ],
    [
      'userVerification',
      policy.userVerification === 'fingerprint' && options?.get('uv') !== true,
      'userVerification: no fingerprint is enrolled, so pages see a device without user verification',
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
      `credentials: ${excluded} are not in pages, because they were made over U2F, or their algorithm is none of ${SEEN.algorithms.join(', ')}`,
    ],
    [
      'credProtect',
      protectedOnes > 0,
      `credProtect: ${protectedOnes} credentials that require verification, or an allow list, sign in pages without it`,
    ],
  ];
}
