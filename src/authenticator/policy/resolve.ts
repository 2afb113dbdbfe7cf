/** A policy, completed and checked. */
import { check } from '../../base/shape.ts';
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import { type CtapLevel, knows } from '../../ctap/level.ts';
import { extensionSince } from '../../ctap/registry.ts';
import { defaultPolicy } from './default.ts';
import { policyShape } from './schema.ts';
import type { Policy } from './type.ts';

/** Policies that came out of here: they are complete, checked and frozen, and many devices may have the same. */
const resolved = new WeakSet<Partial<Policy>>();

let ofNothing: Policy | undefined;

/**
 * Completes a policy with the defaults, takes out what its level does not know, and checks it.
 *
 * @param model what is under the given members, instead of the defaults alone
 * @throws StuntkeyError `bad-policy` naming the member
 */
export function resolvePolicy(given?: Partial<Policy>, model?: Partial<Policy>): Policy {
  if (given === undefined && model === undefined) {
    ofNothing ??= resolve({});
    return ofNothing;
  }
  if (given !== undefined && model === undefined && resolved.has(given)) return given as Policy;
  return resolve({ ...model, ...(given !== undefined && check(policyShape, given, 'bad-policy', 'policy')) });
}

function resolve(given: Partial<Policy>): Policy {
  const policy = Object.freeze(fitted({ ...defaultPolicy, ...given }));
  checkTogether(policy);
  resolved.add(policy);
  return policy;
}

/** U2F is for keys that are carried around. */
const U2F_TRANSPORTS: readonly string[] = ['usb', 'nfc', 'ble'];

/** What a member is in a device of an older level than the one that it came with. */
interface Since<T> {
  readonly since: CtapLevel;
  readonly before: T;
}

/**
 * Members that came with a level, and what they are before it. docs/policy.md is made from this, too.
 *
 * @public by scripts/policy-page.js
 */
export const policySince: { readonly [M in keyof Policy]?: Since<Policy[M]> } = {
  clientPin: { since: '2.0', before: false },
  discoverableCapacity: { since: '2.0', before: 0 },
  previewCommands: { since: '2.0', before: false },
  noMcGaPermissionsWithClientPin: { since: '2.1', before: false },
  makeCredUvNotRqd: { since: '2.1', before: false },
  largeBlobs: { since: '2.1', before: false },
  authenticatorConfig: { since: '2.1', before: false },
  alwaysUv: { since: '2.1', before: 'unsupported' },
  enterpriseAttestation: { since: '2.1', before: false },
  preferredPlatformUvAttempts: { since: '2.1', before: 1 },
  perCredMgmtRO: { since: '2.2', before: false },
  longTouchForReset: { since: '2.2', before: 'unsupported' },
  pinComplexityPolicy: { since: '2.2', before: 'unsupported' },
  maxPinLength: { since: '2.2', before: 63 },
};

/** A policy as its level lets it be. */
function fitted(policy: Policy): Policy {
  const { ctap } = policy;
  const older = (since: CtapLevel): boolean => !knows(ctap, since);
  const before = Object.entries(policySince)
    .filter(([, { since }]) => older(since))
    .map(([member, { before }]) => [member, before]);
  return {
    ...policy,
    u2f:
      (policy.u2f || ctap === 'U2F') &&
      policy.transports.some((transport) => U2F_TRANSPORTS.includes(transport)),
    extensions: policy.extensions.filter((id) => knows(ctap, extensionLevel(id, policy))),
    ...(older('2.1') && {
      pinUvAuthProtocols: policy.pinUvAuthProtocols.filter((version) => version === 1 && !older('2.0')),
      credentialManagement: policy.credentialManagement && policy.previewCommands && !older('2.0'),
    }),
    ...Object.fromEntries(before),
  };
}

/** The level at which an extension can be had; credProtect came with the prototypes, between two of them. */
function extensionLevel(id: string, { previewCommands }: Policy): CtapLevel {
  if (id === 'credProtect' && previewCommands) return '2.0';
  return extensionSince[id] ?? '2.0';
}

/** What goes only with something else. */
function checkTogether({ attestationFormats, extensions, largeBlobs }: Policy): void {
  demand(
    !attestationFormats.includes('compound') || attestationFormats.length > 2,
    'attestationFormats',
    'two formats or more beside compound',
    attestationFormats,
  );
  demand(
    !extensions.includes('largeBlob') || !(largeBlobs || extensions.includes('largeBlobKey')),
    'extensions',
    'either largeBlob or largeBlobKey with largeBlobs',
    extensions,
  );
  demand(
    !extensions.includes('hmac-secret-mc') || extensions.includes('hmac-secret'),
    'extensions',
    'no hmac-secret-mc without hmac-secret',
    extensions,
  );
}

function demand(holds: boolean, member: string, expected: string, got: readonly string[]): void {
  if (!holds)
    throw new StuntkeyError('bad-policy', `policy.${member}: expected ${expected}, got ${got.join(', ')}`);
}
