/** In which format a file of credentials seems to be: what a person drops has no label. */
import type { PortableFormat } from '../portable/convert.ts';

/** What a file has, as an import takes it. */
export interface Guess {
  /** Undefined where it looks like none of them. */
  readonly format: PortableFormat | undefined;
  readonly value: unknown;
}

/** How a file of `stuntkey export` begins. */
const WHOLE_KEY = /^\{[^\n]*"format":"stuntkey store export"/;

/** @throws SyntaxError for what is neither PEM nor JSON, a value in a whole or a line each */
export function guessFormat(text: string): Guess {
  const trimmed = text.trim();
  if (WHOLE_KEY.test(trimmed))
    throw new SyntaxError(
      'it is a whole key, which becomes one in a shell: stuntkey import FILE --store FOLDER',
    );
  if (trimmed.startsWith('-----BEGIN')) return { format: 'pem', value: text };
  const value = parsed(trimmed);
  return { format: formatOf(value), value };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    if (lines.length < 2) throw error;
    return lines.map((line) => JSON.parse(line));
  }
}

/** Members that no other format has together, the surest first. */
const SIGNS: readonly (readonly [PortableFormat, readonly string[]])[] = [
  ['jwk', ['kty']],
  ['bitwarden', ['encrypted', 'items']],
  ['bitwarden', ['keyValue', 'keyType']],
  ['cxf', ['accounts', 'version']],
  ['cxf', ['id', 'credentials']],
  ['cxf', ['collections', 'items']],
  ['playwright', ['cookies', 'origins']],
  ['keepassxc', ['relyingParty', 'privateKey']],
  ['cdp', ['isResidentCredential', 'credentialId']],
  ['playwright', ['id', 'rpId', 'privateKey', 'publicKey']],
];

function formatOf(value: unknown): PortableFormat | undefined {
  const one: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof one === 'string') return one.trim().startsWith('-----BEGIN') ? 'pem' : undefined;
  if (typeof one !== 'object' || one === null) return undefined;
  const { format, privateKey } = one as { readonly format?: unknown; readonly privateKey?: unknown };
  if (format === 'stuntkey-credential') return 'stuntkey';
  const found = SIGNS.find(([, members]) => members.every((name) => Object.hasOwn(one, name)))?.[0];
  // Chromium's domain and WebDriver have the same members, and spell bytes in base64 and base64url.
  return found === 'cdp' && typeof privateKey === 'string' && /[-_]/.test(privateKey) ? 'webdriver' : found;
}
