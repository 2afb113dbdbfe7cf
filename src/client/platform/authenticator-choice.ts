/** The properties of an authenticator that its choice depends on. */
import type { GetInfoResponse } from '../../ctap/messages/get-info.ts';

/** `platform` if it is built into the client's machine. */
export function attachmentOf(info: GetInfoResponse): 'platform' | 'cross-platform' {
  const platform = info.options?.get('plat') ?? info.transports?.includes('internal') ?? false;
  return platform ? 'platform' : 'cross-platform';
}

/** Whether it can make discoverable credentials. */
export function hasDiscoverable(info: GetInfoResponse): boolean {
  return info.options?.get('rk') ?? false;
}

/** Whether it recognizes its user by itself, and is set up to. */
export function hasBuiltInUv(info: GetInfoResponse): boolean {
  return info.options?.get('uv') ?? false;
}

/** Whether a PIN is set, and gives permission for ceremonies. */
export function hasPin(info: GetInfoResponse): boolean {
  return (
    info.options?.get('clientPin') === true && info.options.get('noMcGaPermissionsWithClientPin') !== true
  );
}

/** Whether a PIN could be set. */
export function lacksPin(info: GetInfoResponse): boolean {
  return info.options?.get('clientPin') === false;
}

/** Whether it verifies its user for every credential of that kind, also if the RP does not ask for it. */
export function insistsOnVerification(info: GetInfoResponse, discoverable: boolean): boolean {
  const { options } = info;
  if (options?.get('alwaysUv') === true) return true;
  const isProtected = hasBuiltInUv(info) || options?.get('clientPin') === true;
  return isProtected && (discoverable || options?.get('makeCredUvNotRqd') !== true);
}
