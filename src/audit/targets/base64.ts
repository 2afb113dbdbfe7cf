/** Bytes in base64 with padding, as `btoa` spells them: what many pages send, where WebAuthn's own JSON has base64url. */
import { isBase64url } from '../../base/base64url.ts';

/** From base64, padded or not, to base64url; anything else as it is. */
export function fromBase64(text: string): string {
  return text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** From base64url to base64 with padding. What is no base64url is a fault's doing, and stays. */
export function toBase64(text: string): string {
  if (!isBase64url(text)) return text;
  const plain = text.replaceAll('-', '+').replaceAll('_', '/');
  return plain.padEnd(Math.ceil(plain.length / 4) * 4, '=');
}

/** The members of options and responses that are bytes, wherever they are; `id` of a response is a text of WebAuthn's own. */
const BYTES: readonly string[] = [
  'challenge',
  'rawId',
  'clientDataJSON',
  'attestationObject',
  'authenticatorData',
  'publicKey',
  'signature',
  'userHandle',
];
/** Objects whose `id` is bytes. */
const IDENTIFIED: readonly string[] = ['user', 'excludeCredentials', 'allowCredentials'];

/** The same JSON with its bytes spelled otherwise. */
export function withBytes(json: unknown, spell: (text: string) => string, parent = ''): unknown {
  if (Array.isArray(json)) return json.map((one) => withBytes(one, spell, parent));
  if (typeof json !== 'object' || json === null) return json;
  const members = Object.entries(json).map(([name, value]) => {
    const isBytes = BYTES.includes(name) || (name === 'id' && IDENTIFIED.includes(parent));
    return [name, isBytes && typeof value === 'string' ? spell(value) : withBytes(value, spell, name)];
  });
  return Object.fromEntries(members);
}
