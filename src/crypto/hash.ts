/** SHA-256, which every ceremony needs. */
import { platform } from '#platform';
import { utf8 } from '../codec/bytes.ts';

/** 32 bytes. */
export function sha256(data: Uint8Array): Uint8Array {
  return platform.hash('SHA-256', data);
}

/** SHA-256 of a text's UTF-8 bytes: for an RP ID, the rpIdHash. 32 bytes. */
export function sha256OfText(text: string): Uint8Array {
  return sha256(utf8(text));
}
