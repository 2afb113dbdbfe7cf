/** The first steps of makeCredential and getAssertion: what can be refused without looking at any state. */
import type { CredentialDescriptor, CredentialParameters } from '../../ctap/entities.ts';
import { knows } from '../../ctap/level.ts';
import { CtapError } from '../../ctap/status.ts';
import type { Device } from '../device.ts';
import type { Protection } from './protection.ts';

interface PinUvAuthMembers {
  readonly pinUvAuthParam?: Uint8Array;
  readonly pinUvAuthProtocol?: number;
}

/** Step 2: where there is a pinUvAuthParam there must be a protocol, and one that is supported. */
export function requireSupportedProtocol(device: Device, request: PinUvAuthMembers): void {
  if (request.pinUvAuthParam === undefined) return;
  if (request.pinUvAuthProtocol === undefined) {
    throw new CtapError('CTAP2_ERR_MISSING_PARAMETER', 'pinUvAuthParam without pinUvAuthProtocol');
  }
  const supported: readonly number[] = device.policy.pinUvAuthProtocols;
  if (!supported.includes(request.pinUvAuthProtocol)) {
    throw new CtapError(
      // CTAP 2.0, sections 5.1 and 5.2, has the other status.
      knows(device.policy.ctap, '2.1') ? 'CTAP1_ERR_INVALID_PARAMETER' : 'CTAP2_ERR_PIN_AUTH_INVALID',
      `pinUvAuthProtocol: expected one of ${supported.join(', ') || 'none'}, got ${request.pinUvAuthProtocol}`,
    );
  }
}

/**
 * The option "uv" is true: the device must be able to verify its user, and set up to.
 *
 * @throws CtapError CTAP2_ERR_INVALID_OPTION; of CTAP 2.0, CTAP2_ERR_UNSUPPORTED_OPTION
 */
export function requireBuiltInUv(device: Device, protection: Protection): void {
  if (protection.builtInUv === 'enabled') return;
  throw new CtapError(
    knows(device.policy.ctap, '2.1') ? 'CTAP2_ERR_INVALID_OPTION' : 'CTAP2_ERR_UNSUPPORTED_OPTION',
    `uv: built-in user verification is ${protection.builtInUv}`,
  );
}

/** maxCredentialCountInList of getInfo is not only information. */
export function requireListWithinLimit(
  device: Device,
  name: string,
  list: readonly CredentialDescriptor[] | undefined,
): void {
  const limit = device.policy.maxCredentialCountInList;
  if (list !== undefined && list.length > limit) {
    throw new CtapError(
      'CTAP2_ERR_LIMIT_EXCEEDED',
      `${name}: expected at most ${limit} entries, got ${list.length}`,
    );
  }
}

/** Step 3 of makeCredential: the first algorithm of the RP's list that the device has. */
export function chooseAlgorithm(device: Device, params: readonly CredentialParameters[]): number {
  const chosen = params.find(
    ({ alg, type }) => type === 'public-key' && device.policy.algorithms.includes(alg),
  );
  if (chosen === undefined) {
    throw new CtapError(
      'CTAP2_ERR_UNSUPPORTED_ALGORITHM',
      `none of ${params.map(({ alg }) => alg).join(', ') || 'no algorithms'} is supported`,
    );
  }
  return chosen.alg;
}
