/** Takes out of CTAP2 messages what a file that is handed on must not have: PINs, tokens, names, what RPs store. */
import { isBytes } from '../base/bytes.ts';
import { type CborValue, decodeCbor, encodeCbor } from '../cbor/cbor.ts';
import { CtapCommand } from '../ctap/commands.ts';
import { blank, edited, type Place, PRIVATE_IN_REQUESTS, PRIVATE_IN_RESPONSES, replaced } from './members.ts';

/** A request without what is private, as long as it was. */
export function redactRequest(request: Uint8Array): Uint8Array {
  return redacted(request, PRIVATE_IN_REQUESTS.get(request[0] as number));
}

/** A response without what is private, as long as it was. @param command the command byte that it answers */
export function redactResponse(response: Uint8Array, command: number | undefined): Uint8Array {
  return redacted(response, PRIVATE_IN_RESPONSES.get(command ?? 0), ASSERTIONS.includes(command ?? 0));
}

const ASSERTIONS: readonly number[] = [
  CtapCommand.authenticatorGetAssertion,
  CtapCommand.authenticatorGetNextAssertion,
];

/** What cannot be read may hold anything: nothing is left of it but its length and its first byte. */
function redacted(message: Uint8Array, places: readonly Place[] | undefined, assertion = false): Uint8Array {
  if (places === undefined) return message;
  try {
    return edited(message, (body) => {
      const rest = replaced(body, places, blank);
      return assertion ? replaced(rest, AUTHENTICATOR_DATA, withoutBlob) : rest;
    });
  } catch {
    const nothing = new Uint8Array(message.length);
    nothing.set(message.subarray(0, 1));
    return nothing;
  }
}

const AUTHENTICATOR_DATA: readonly Place[] = [[2]];
/** Where extensions begin in authenticator data without a credential, and the flags that say so. */
const EXTENSIONS = 37;
const FLAGS_AT = 32;
const ED = 0x80;
const AT = 0x40;

/** credBlob is in the signed authenticator data of an assertion: the signature is over what it was. */
function withoutBlob(authData: CborValue): CborValue {
  if (!isBytes(authData) || ((authData[FLAGS_AT] as number) & (ED | AT)) !== ED) return authData;
  const extensions = decodeCbor(authData.subarray(EXTENSIONS), 4);
  const changed = authData.slice();
  changed.set(encodeCbor(replaced(extensions, [['credBlob']], blank)), EXTENSIONS);
  return changed;
}
