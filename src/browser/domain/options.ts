/** VirtualAuthenticatorOptions, and our device for them. */
import type { Policy } from '../../authenticator/policy/type.ts';
import { CHROMIUM_ALGORITHMS } from '../../portable/formats/cdp.ts';

/** https://chromedevtools.github.io/devtools-protocol/tot/WebAuthn/#type-VirtualAuthenticatorOptions */
export interface VirtualAuthenticatorOptions {
  readonly protocol: string;
  readonly ctap2Version?: string;
  readonly transport: string;
  readonly hasResidentKey?: boolean;
  readonly hasUserVerification?: boolean;
  readonly hasLargeBlob?: boolean;
  readonly hasCredBlob?: boolean;
  readonly hasMinPinLength?: boolean;
  readonly hasPrf?: boolean;
  readonly hasHmacSecret?: boolean;
  readonly hasHmacSecretMc?: boolean;
  /** Its credentials have keys of the extension cmtgKey, which the domain's commands keep. Pages do not get them. */
  readonly hasCmtgKey?: boolean;
  readonly automaticPresenceSimulation?: boolean;
  readonly isUserVerified?: boolean;
  readonly defaultBackupEligibility?: boolean;
  readonly defaultBackupState?: boolean;
}

export const TRANSPORTS: Readonly<Record<string, string>> = {
  usb: 'usb',
  nfc: 'nfc',
  ble: 'ble',
  cable: 'hybrid',
  hybrid: 'hybrid',
  'smart-card': 'smart-card',
  internal: 'internal',
};

export const VERSIONS: Readonly<Record<string, '2.0' | '2.1' | '2.2'>> = {
  ctap2_0: '2.0',
  ctap2_1: '2.1',
  ctap2_2: '2.2',
};

/** Chromium's message for options that cannot be combined, in the order of its checks; undefined if they can. */
export function optionsFlaw(options: VirtualAuthenticatorOptions): string | undefined {
  const { protocol, transport, ctap2Version = 'ctap2_0' } = options;
  if (protocol !== 'u2f' && protocol !== 'ctap2') return 'The protocol is not valid';
  if (!Object.hasOwn(TRANSPORTS, transport)) return 'The transport is not valid';
  if (protocol === 'u2f') return undefined;
  if (!Object.hasOwn(VERSIONS, ctap2Version)) return 'Invalid CTAP version.';
  if (options.hasLargeBlob && !options.hasResidentKey)
    return 'Specified options require an authenticator with resident key support';
  const { hasLargeBlob, hasCredBlob, hasMinPinLength } = options;
  if (ctap2Version === 'ctap2_0' && (hasLargeBlob || hasCredBlob || hasMinPinLength))
    return 'Specified options require a CTAP 2.1 authenticator';
  return undefined;
}

/** The policy of a device with these options. For U2F it has the limits, but not the messages, because our client uses CTAP2. */
export function policyFor(options: VirtualAuthenticatorOptions): Partial<Policy> {
  const u2f = options.protocol === 'u2f';
  const hmacSecret = options.hasPrf || options.hasHmacSecret || options.hasHmacSecretMc;
  const hmacSecretMc = options.hasHmacSecretMc || options.hasPrf;
  return {
    ctap: u2f ? '2.0' : (VERSIONS[options.ctap2Version ?? 'ctap2_0'] as '2.0'),
    transports: [TRANSPORTS[options.transport] as string],
    algorithms: u2f ? [-7] : CHROMIUM_ALGORITHMS,
    discoverableCapacity: options.hasResidentKey && !u2f ? Number.POSITIVE_INFINITY : 0,
    userVerification: options.hasUserVerification && !u2f ? 'built-in' : 'none',
    // A device without a PIN has no rules for PINs.
    clientPin: options.hasMinPinLength ?? false,
    extensions: [
      'credProtect',
      ...(options.hasCredBlob ? ['credBlob'] : []),
      ...(options.hasLargeBlob ? ['largeBlobKey'] : []),
      ...(options.hasMinPinLength ? ['minPinLength'] : []),
      ...(hmacSecret ? ['hmac-secret'] : []),
      ...(hmacSecretMc ? ['hmac-secret-mc'] : []),
    ],
    largeBlobs: options.hasLargeBlob ?? false,
    backup: {
      eligible: options.defaultBackupEligibility || options.defaultBackupState || false,
      state: options.defaultBackupState ?? false,
    },
    // Without a touch, the key waits until the page gives up.
    userActionTimeout: 600_000,
  };
}
