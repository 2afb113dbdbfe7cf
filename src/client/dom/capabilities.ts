/** getClientCapabilities() (https://www.w3.org/TR/webauthn-3/#sctn-getClientCapabilities): what this client can do now. */
import { attachmentOf, canVerify } from '../authenticator-choice.ts';
import type { PageClient } from './page-client.ts';

/** Kinds of mediation, and related origins. */
export const CLIENT_FEATURES: Readonly<
  Record<'conditionalCreate' | 'conditionalGet' | 'relatedOrigins', boolean>
> = {
  conditionalCreate: false,
  conditionalGet: false,
  relatedOrigins: false,
};

/** Extensions with client processing of ours. */
const EXTENSIONS: readonly string[] = ['credProps'];

/** Whether a device that is built in verifies its user. */
export async function hasVerifyingPlatformAuthenticator(client: PageClient): Promise<boolean> {
  const info = await client.link.getInfo();
  return attachmentOf(info) === 'platform' && canVerify(info);
}

/** The capabilities, in the lexicographical order of their names. */
export async function clientCapabilities(client: PageClient): Promise<Record<string, boolean>> {
  const info = await client.link.getInfo();
  const hybridTransport = info.transports?.includes('hybrid') ?? false;
  const userVerifyingPlatformAuthenticator = await hasVerifyingPlatformAuthenticator(client);
  const signals = client.credentials !== undefined;
  return {
    ...CLIENT_FEATURES,
    ...Object.fromEntries(EXTENSIONS.map((name) => [`extension:${name}`, true])),
    hybridTransport,
    passkeyPlatformAuthenticator: userVerifyingPlatformAuthenticator || hybridTransport,
    signalAllAcceptedCredentials: signals,
    signalCurrentUserDetails: signals,
    signalUnknownCredential: signals,
    userVerifyingPlatformAuthenticator,
  };
}
