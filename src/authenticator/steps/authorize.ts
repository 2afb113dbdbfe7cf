/** How the commands that manage a device check that they may: the same steps in each, CTAP 2.3 sections 6.7 to 6.11. */
import { concat } from '../../base/bytes.ts';
import { type CborMap, encodeCbor } from '../../cbor/cbor.ts';
import { CborError } from '../../cbor/error.ts';
import { CtapError } from '../../ctap/status.ts';
import type { Struct } from '../../ctap/struct.ts';
import type { Device } from '../device.ts';
import type { PinUvAuthToken } from '../pin-uv-auth-token.ts';
import { verifyWithToken } from '../token-verification.ts';
import { requireSupportedProtocol } from './parameters.ts';

/** The members that every such request has. */
export interface Authorized {
  readonly pinUvAuthParam?: Uint8Array;
  readonly pinUvAuthProtocol?: number;
}

/** The first step: without a pinUvAuthParam nothing else matters. @throws CtapError CTAP2_ERR_PUAT_REQUIRED */
export function requirePinUvAuthParam(request: Authorized): void {
  if (request.pinUvAuthParam === undefined) {
    throw new CtapError('CTAP2_ERR_PUAT_REQUIRED', 'pinUvAuthParam is missing');
  }
}

/**
 * Checks that the platform holds a token with the permission: parameter missing, protocol missing, protocol unsupported,
 * verification, permission, in that order.
 *
 * @param message what pinUvAuthParam must have been made over
 * @returns the token, for its RP ID
 * @throws CtapError CTAP2_ERR_PUAT_REQUIRED, CTAP2_ERR_MISSING_PARAMETER, CTAP1_ERR_INVALID_PARAMETER, and twice
 *   CTAP2_ERR_PIN_AUTH_INVALID
 */
export function authorize(
  device: Device,
  request: Authorized,
  permission: number,
  message: Uint8Array,
): PinUvAuthToken {
  requirePinUvAuthParam(request);
  requireSupportedProtocol(device, request);
  const token = verifyWithToken(device, request, message);
  if (!token.has(permission)) throw refused('the token lacks the permission');
  return token;
}

/** A token that is not what it takes. */
export function refused(why: string): CtapError {
  return new CtapError('CTAP2_ERR_PIN_AUTH_INVALID', why);
}

/**
 * What the parameter of a subcommand is made over: fixed bytes, then subCommandParams as received. (Only canonical CBOR
 * is read, so encoding it again gives the bytes that came.)
 */
export function subCommandMessage(head: Uint8Array, subCommandParams: CborMap | undefined): Uint8Array {
  if (subCommandParams === undefined) return head;
  try {
    return concat(head, encodeCbor(subCommandParams));
  } catch (error) {
    if (!(error instanceof CborError)) throw error;
    throw new CtapError('CTAP2_ERR_INVALID_CBOR', `subCommandParams: ${error.message}`, { cause: error });
  }
}

/** Reads subCommandParams; where there are none, every member that must be there is missing. */
export function readParams<T>(params: Struct<T>, request: { readonly subCommandParams?: CborMap }): T {
  return params.read(request.subCommandParams ?? new Map(), 'subCommandParams');
}
