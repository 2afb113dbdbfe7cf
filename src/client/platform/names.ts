/** Names on their way to a device (https://www.w3.org/TR/webauthn-3/#sctn-strings-truncation). */
import { utf8 } from '../../base/bytes.ts';

/** More than any device keeps, and little enough that three of them go into every device's message. Bytes. */
const LONGEST = 255;

/** A name, cut at a character where it is longer than any device would keep. */
export function cut(name: string): string {
  if (name.length * 3 <= LONGEST || utf8(name).length <= LONGEST) return name;
  let kept = '';
  let length = 0;
  for (const character of name) {
    length += utf8(character).length;
    if (length > LONGEST) break;
    kept += character;
  }
  return kept;
}
