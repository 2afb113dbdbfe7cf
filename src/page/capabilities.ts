/** getClientCapabilities() (https://www.w3.org/TR/webauthn-3/#sctn-getClientCapabilities): what this client can do now. */

import { systemClock } from '../base/clock.ts';
import { withinLimits } from '../client/ceremony.ts';
import { clientExtensionIds } from '../client/extensions/registry.ts';
import { attachmentOf, hasBuiltInUv } from '../client/platform/authenticator-choice.ts';
import type { GetInfoResponse } from '../ctap/messages/get-info.ts';
import type { PageClient } from './page-client.ts';

/** How long a device has to answer getInfo: milliseconds. */
const PATIENCE = 10_000;

/** The getInfo of all devices with CTAP2; a device that fails is left out. */
async function infosOf({ links }: PageClient): Promise<readonly GetInfoResponse[]> {
  const limits = { clock: systemClock, timeout: PATIENCE, signal: undefined };
  const asked = links
    .filter(({ onlyU2f }) => !onlyU2f)
    .map((link) => withinLimits(limits, (cancel) => link.getInfo(cancel)).catch(() => undefined));
  return (await Promise.all(asked)).filter((info) => info !== undefined);
}

function verifiesOnPlatform(infos: readonly GetInfoResponse[]): boolean {
  return infos.some((info) => attachmentOf(info) === 'platform' && hasBuiltInUv(info));
}

/** The capabilities, in the lexicographical order of their names. */
export async function clientCapabilities(client: PageClient): Promise<Record<string, boolean>> {
  const infos = await infosOf(client);
  const hybridTransport = infos.some(({ transports }) => transports?.includes('hybrid'));
  const userVerifyingPlatformAuthenticator = verifiesOnPlatform(infos);
  const signals = client.credentials.length > 0;
  const { payment = false, remoteClientData = false } = client.permissions;
  /** Capabilities that the page would be refused, or that would do nothing. */
  const refused = new Set([
    ...(payment ? [] : ['payment']),
    ...(remoteClientData ? [] : ['remoteClientDataJSON']),
  ]);
  return {
    conditionalCreate: true,
    conditionalGet: true,
    ...Object.fromEntries(clientExtensionIds.map((name) => [`extension:${name}`, !refused.has(name)])),
    hybridTransport,
    immediateGet: true,
    passkeyPlatformAuthenticator: userVerifyingPlatformAuthenticator || hybridTransport,
    relatedOrigins: client.fetch !== undefined,
    signalAllAcceptedCredentials: signals,
    signalCurrentUserDetails: signals,
    signalUnknownCredential: signals,
    userVerifyingPlatformAuthenticator,
  };
}
