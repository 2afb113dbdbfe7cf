/**
 * remoteClientDataJSON (https://www.w3.org/TR/webauthn-3/#sctn-remote-client-data-json-extension): client data that another client
 * has made, for programs that carry ceremonies from one machine to another.
 */
import { utf8 } from '../base/bytes.ts';
import { webAuthnError } from '../webauthn/errors.ts';
import type { ClientContext } from './context.ts';

/** The values that replace the client's own checks. */
export interface RemoteClientData {
  readonly rpId: string;
  readonly bytes: Uint8Array;
}

/**
 * Reads the extension's input, if there is one.
 *
 * @throws DOMException NotAllowedError without the permission or an RP ID, EncodingError for a text that is not JSON
 */
export function remoteClientData(
  { permissions }: ClientContext,
  input: unknown,
  rpId: string | undefined,
): RemoteClientData | undefined {
  if (input === undefined) return undefined;
  if (!permissions.remoteClientData) {
    throw webAuthnError(
      'NotAllowedError',
      "The permission 'publickey-credentials-remote-client-data-json' is not granted.",
    );
  }
  if (rpId === undefined) throw webAuthnError('NotAllowedError', 'remoteClientDataJSON needs an RP ID.');
  const text = String(input);
  try {
    JSON.parse(text);
  } catch (cause) {
    throw webAuthnError('EncodingError', 'remoteClientDataJSON is no JSON.', cause);
  }
  return { rpId, bytes: utf8(text) };
}
