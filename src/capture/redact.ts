/** Takes out of CTAP2 messages what a file that is handed on must not have: PINs, tokens, names, what RPs store. */
import { decodeCbor, encodeCbor } from '../cbor/cbor.ts';
import { CtapCommand } from '../ctap/commands.ts';
import {
  blank,
  type Place,
  PRIVATE_IN_REQUESTS,
  PRIVATE_IN_RESPONSES,
  replaced,
  withReplaced,
} from './members.ts';

/** A request without what is private, as long as it was. */
export function redactRequest(request: Uint8Array): Uint8Array {
  return redacted(request, PRIVATE_IN_REQUESTS.get(request[0] as number));
}

/** A response without what is private, as long as it was. @param command the command byte that it answers */
export function redactResponse(response: Uint8Array, command: number | undefined): Uint8Array {
  const known = redacted(response, PRIVATE_IN_RESPONSES.get(command ?? 0));
  if (
    command !== CtapCommand.authenticatorGetAssertion &&
    command !== CtapCommand.authenticatorGetNextAssertion
  )
    return known;
  return withoutBlob(known);
}

/** What cannot be read may hold anything: nothing is left of it but its length and its first byte. */
function redacted(message: Uint8Array, places: readonly Place[] | undefined): Uint8Array {
  if (places === undefined) return message;
  try {
    return replaced(message, places, blank);
  } catch {
    const nothing = new Uint8Array(message.length);
    nothing.set(message.subarray(0, 1));
    return nothing;
  }
}

/** Where extensions begin in authenticator data without a credential, and the flag that says so. */
const EXTENSIONS = 37;
const FLAG_AT = 32;
const ED = 0x80;
const AT = 0x40;

/** credBlob is in the signed authenticator data of an assertion: the signature is over what it was. */
function withoutBlob(response: Uint8Array): Uint8Array {
  try {
    return replaced(response, [[2]], (authData) => {
      if (!(authData instanceof Uint8Array)) return authData;
      const flags = authData[FLAG_AT] as number;
      if ((flags & ED) === 0 || (flags & AT) !== 0) return authData;
      const extensions = decodeCbor(authData.subarray(EXTENSIONS), 4);
      const changed = authData.slice();
      changed.set(encodeCbor(withReplaced(extensions, ['credBlob'], blank)), EXTENSIONS);
      return changed;
    });
  } catch {
    return response;
  }
}
