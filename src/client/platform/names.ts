/**
 * Names that are longer than a device accepts. A client may cut them, to 64 bytes of UTF-8 at least, and never inside a character
 * (https://www.w3.org/TR/webauthn-3/#sctn-strings-truncation-client).
 */
import { utf8 } from '../../base/bytes.ts';
import type { MakeCredentialRequest } from '../../ctap/messages/make-credential.ts';

/** The shortest that a client may cut to, in bytes. */
const LEAST = 64;
/** How much of a name is read, in code units: finding characters takes time with the square of a text's length. */
const LOOKED_AT = 256;

/** A request with its names as short as they may be made. */
export function withShortNames(request: MakeCredentialRequest): MakeCredentialRequest {
  const { rp, user } = request;
  return {
    ...request,
    rp: { ...rp, ...(rp.name !== undefined && { name: shortened(rp.name) }) },
    user: {
      ...user,
      ...(user.name !== undefined && { name: shortened(user.name) }),
      ...(user.displayName !== undefined && { displayName: shortened(user.displayName) }),
    },
  };
}

/** The longest beginning of at most 64 bytes that ends where a character does. */
function shortened(name: string): string {
  if (utf8(name).length <= LEAST) return name;
  let length = 0;
  let end = 0;
  for (const character of charactersOf(name.slice(0, LOOKED_AT))) {
    length += utf8(character).length;
    if (length > LEAST) break;
    end += character.length;
  }
  // (One character of more than 64 bytes, such as a letter under a hundred accents, is cut between two code points.)
  return end > 0 ? name.slice(0, end) : cutAtCodePoint(name.slice(0, LOOKED_AT));
}

/** The characters that a reader sees; code points in a realm without a segmenter. */
function charactersOf(name: string): Iterable<string> {
  if (typeof Intl !== 'object' || Intl.Segmenter === undefined) return name;
  return Array.from(new Intl.Segmenter('und').segment(name), ({ segment }) => segment);
}

function cutAtCodePoint(name: string): string {
  let kept = '';
  for (const codePoint of name) {
    if (utf8(kept + codePoint).length > LEAST) break;
    kept += codePoint;
  }
  return kept;
}
