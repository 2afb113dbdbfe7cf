/** What an authenticator can do, as far as the choice of one depends on it. */
import type { GetInfoResponse } from '../ctap/messages/get-info.ts';

/** `platform` if it is built into the client's machine. */
export function attachmentOf(info: GetInfoResponse): 'platform' | 'cross-platform' {
  const platform = info.options?.get('plat') ?? info.transports?.includes('internal') ?? false;
  return platform ? 'platform' : 'cross-platform';
}

/** Whether it can make discoverable credentials. */
export function hasDiscoverable(info: GetInfoResponse): boolean {
  return info.options?.get('rk') ?? false;
}

/** Whether it can verify its user now. */
export function canVerify(info: GetInfoResponse): boolean {
  return info.options?.get('uv') ?? false;
}

/** requireUserVerification, for this authenticator: "preferred" (and what is unknown) asks for it where it can be had. */
export function wantsVerification(userVerification: string | undefined, info: GetInfoResponse): boolean {
  return userVerification !== 'discouraged' && canVerify(info);
}

/** Whether it makes no credential of that kind without verifying its user, whatever the RP thinks of that. */
export function insistsOnVerification(info: GetInfoResponse, discoverable: boolean): boolean {
  const { options } = info;
  if (options?.get('alwaysUv') === true) return true;
  return canVerify(info) && (discoverable || options?.get('makeCredUvNotRqd') !== true);
}
