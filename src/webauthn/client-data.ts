/** CollectedClientData and its bytes (https://www.w3.org/TR/webauthn-3/#clientdatajson-serialization). */
import { utf8 } from '../base/bytes.ts';

/** What the client says in every ceremony of a page. */
export interface PageClientData {
  /** ASCII serialization of the caller's origin. */
  readonly origin: string;
  readonly crossOrigin: boolean;
  /** Only in a frame whose ancestors are not all of the same origin. */
  readonly topOrigin?: string;
  /** Members that future versions, and clients that test their servers, add behind the known ones. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/**
 * The UTF-8 bytes of clientDataJSON, in the one order and spelling that limited verifiers can compare.
 *
 * @param type `webauthn.create`, `webauthn.get`, `payment.get`
 * @param challenge base64url without padding
 */
export function serializeClientData(
  type: string,
  challenge: string,
  { origin, crossOrigin, topOrigin, extra }: PageClientData,
): Uint8Array {
  // 1. to 5. The known members, in this order.
  let json = `{"type":${ccdToString(type)}`;
  json += `,"challenge":${ccdToString(challenge)}`;
  json += `,"origin":${ccdToString(origin)}`;
  json += `,"crossOrigin":${crossOrigin ? 'true' : 'false'}`;
  // 6. topOrigin, if present.
  if (topOrigin !== undefined) json += `,"topOrigin":${ccdToString(topOrigin)}`;
  // 7. to 11. The remaining members, as JSON serializes them, joined by a comma.
  const rest = extra === undefined ? '{}' : JSON.stringify(extra);
  json += rest === '{}' ? '}' : `,${rest.slice(1)}`;
  return utf8(json);
}

const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7f]*$/;

/** CCDToString: only the quote, the backslash and control characters are escaped, the latter always as \u and four digits. */
function ccdToString(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  let encoded = '"';
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    if (code === 0x22) encoded += '\\"';
    else if (code === 0x5c) encoded += '\\\\';
    else if (code < 0x20 || (code >= 0xd800 && code <= 0xdfff)) {
      encoded += `\\u${code.toString(16).padStart(4, '0')}`;
    } else encoded += character;
  }
  return `${encoded}"`;
}
