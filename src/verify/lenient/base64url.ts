/** Base64 as lenient decoders read it: either alphabet, padding or not, anything else passed over. */
import { fromBase64url, isBase64url } from '../../base/base64url.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The bytes of a text that is base64url, or nearly. */
export function looseBase64(text: string): Uint8Array {
  if (isBase64url(text)) return fromBase64url(text);
  const digits = text
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/[^A-Za-z0-9_-]/g, '');
  const whole = digits.length % 4 === 1 ? digits.slice(0, -1) : digits;
  return fromBase64url(whole.slice(0, -1) + lastDigit(whole));
}

/** The last digit, its bits that belong to no byte cleared. */
function lastDigit(digits: string): string {
  const last = digits.at(-1) ?? '';
  const kept = [0x3f, 0x3f, 0x30, 0x3c][digits.length % 4] as number;
  return last === '' ? '' : (ALPHABET[ALPHABET.indexOf(last) & kept] as string);
}
