/** What the manufacturer decided: everything about a device that is not state. */
import { StuntkeyError } from '../codec/stuntkey-error.ts';

/** How signature counters count (https://www.w3.org/TR/webauthn-3/#sctn-sign-counter). */
export type SignCounterPolicy = 'per-credential' | 'global' | 'zero';

/** A device's fixed properties. Give some of them to `new Authenticator({ policy })`; the rest is {@link defaultPolicy}. */
export interface Policy {
  /** 16 bytes that name the model. */
  readonly aaguid: Uint8Array;
  /** How clients reach it; "internal" makes it a platform authenticator. */
  readonly transports: readonly string[];
  /** COSE algorithm numbers it can make credentials for, preferred first. */
  readonly algorithms: readonly number[];
  /** Attestation statement formats it can make, preferred first; "none" is always understood and not listed. */
  readonly attestationFormats: readonly string[];
  /** How many discoverable credentials it holds; 0 makes it a device without them, Infinity one that is never full. */
  readonly discoverableCapacity: number;
  /** Whether it can have a PIN. */
  readonly clientPin: boolean;
  /** PIN/UV auth protocols it speaks, preferred first; none makes it a device without PIN and tokens. */
  readonly pinUvAuthProtocols: readonly (1 | 2)[];
  /** Whether a PIN gives no permission to make credentials and assertions. */
  readonly noMcGaPermissionsWithClientPin: boolean;
  /**
   * Whether it verifies its user by itself: not at all, with a method that is set up from the start, or with
   * fingerprints that have to be enrolled first.
   */
  readonly userVerification: 'none' | 'built-in' | 'fingerprint';
  /** Whether a credential that is not discoverable can be made without verification, though the device is protected. */
  readonly makeCredUvNotRqd: boolean;
  /** Identifiers of the extensions it has. */
  readonly extensions: readonly string[];
  /** How signature counters count. */
  readonly signCounter: SignCounterPolicy;
  /** Flags BE and BS of credentials it makes. BS without BE is refused. */
  readonly backup: { readonly eligible: boolean; readonly state: boolean };
  /** Length of credential IDs in bytes, 16 to 1023. */
  readonly credentialIdLength: number;
  /** Longest message it takes, command byte included: 1024 to 7609 bytes. */
  readonly maxMsgSize: number;
  /** Longest allowList and excludeList. */
  readonly maxCredentialCountInList: number;
  /** How long it waits for its user, milliseconds. */
  readonly userActionTimeout: number;
  /** Lifts the rule that authenticatorReset works only in the ten seconds after power-up. */
  readonly resetAnyTime: boolean;
}

/** A roaming CTAP 2.1 security key that verifies its user itself. */
export const defaultPolicy: Policy = {
  // "stuntkey test" and a version, in ASCII: nobody can take it for a product's.
  aaguid: Uint8Array.of(
    0x73,
    0x74,
    0x75,
    0x6e,
    0x74,
    0x6b,
    0x65,
    0x79,
    0x20,
    0x74,
    0x65,
    0x73,
    0x74,
    0x20,
    0x30,
    0x31,
  ),
  transports: ['usb'],
  algorithms: [-7, -8],
  attestationFormats: ['packed'],
  discoverableCapacity: Number.POSITIVE_INFINITY,
  clientPin: false,
  pinUvAuthProtocols: [],
  noMcGaPermissionsWithClientPin: false,
  userVerification: 'built-in',
  makeCredUvNotRqd: true,
  extensions: ['credProtect'],
  signCounter: 'per-credential',
  backup: { eligible: false, state: false },
  credentialIdLength: 32,
  maxMsgSize: 7609,
  maxCredentialCountInList: 64,
  userActionTimeout: 30_000,
  resetAnyTime: false,
};

function check(holds: boolean, member: string, expected: string, got: unknown): void {
  if (!holds)
    throw new StuntkeyError('bad-policy', `policy.${member}: expected ${expected}, got ${String(got)}`);
}

/**
 * Completes a policy with the defaults and checks it.
 *
 * @throws StuntkeyError `bad-policy` naming the member
 */
export function resolvePolicy(given: Partial<Policy> = {}): Policy {
  const policy: Policy = { ...defaultPolicy, ...given };
  const { aaguid, algorithms, backup, credentialIdLength, maxMsgSize, discoverableCapacity } = policy;
  check(aaguid instanceof Uint8Array && aaguid.length === 16, 'aaguid', '16 bytes', aaguid?.length);
  check(
    algorithms.length > 0 && algorithms.every(Number.isInteger),
    'algorithms',
    'COSE numbers, at least one',
    algorithms,
  );
  check(
    backup.eligible || !backup.state,
    'backup',
    'no backup state without eligibility',
    'state without eligible',
  );
  check(
    Number.isInteger(credentialIdLength) && credentialIdLength >= 16 && credentialIdLength <= 1023,
    'credentialIdLength',
    '16 to 1023',
    credentialIdLength,
  );
  check(
    Number.isInteger(maxMsgSize) && maxMsgSize >= 1024 && maxMsgSize <= 7609,
    'maxMsgSize',
    '1024 to 7609',
    maxMsgSize,
  );
  check(
    discoverableCapacity >= 0 && !Number.isNaN(discoverableCapacity),
    'discoverableCapacity',
    'a count',
    discoverableCapacity,
  );
  return policy;
}
