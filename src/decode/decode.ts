/** decode(): says what a blob is, and shows what is in it. */
import { fromBase64url, isBase64url } from '../base/base64url.ts';
import { fromHex, isBytes, utf8 } from '../base/bytes.ts';
import { decodeCbor } from '../cbor/cbor.ts';
import type { CtapCommandName } from '../ctap/commands.ts';
import { coseTree, isCoseKey } from './cose.ts';
import { isRequest, isResponse, readMessage, requestTree, responseTree } from './ctap.ts';
import { DecodeError } from './error.ts';
import { type JsonKind, jsonTree, kindOfJson, parseJson } from './json.ts';
import { attestationObjectTree, authenticatorDataTree } from './structures.ts';
import { render, type Tree, toTree } from './tree.ts';

/** What a blob can be. */
export type DecodedKind =
  | 'authenticator data'
  | 'attestation object'
  | 'COSE key'
  | 'CTAP request'
  | 'CTAP response'
  | 'CBOR'
  | JsonKind;

/** What a blob is, and what is in it. */
export interface Decoded {
  readonly kind: DecodedKind;
  /** Plain objects, arrays, texts and numbers. Bytes are h'hexadecimal', or b64'base64url' for IDs. */
  readonly value: Tree;
  /** The kind and the tree, one line for each member. */
  toString(): string;
}

/** What is known about a blob beforehand. */
export interface DecodeOptions {
  /** The kind of the blob, where several are possible. Default: the likeliest. */
  readonly as?: DecodedKind;
  /** The command that a CTAP response answers. */
  readonly command?: CtapCommandName;
}

/** Bytes, a text (hexadecimal, base64url, base64 or JSON), or parsed JSON. */
export type DecodeInput = Uint8Array | ArrayBuffer | string | object;

/** Of an input that no reading fits. */
const FORMS =
  'the input has none of its forms, which are bytes, hexadecimal, base64url or base64 of them, and JSON (an object, or its text)';

/** In bytes; nothing in WebAuthn is longer. */
const LONGEST = 1 << 20;
/** An attestation object may nest whole statements. */
const DEPTH = 8;

/**
 * Says what a blob is: authenticator data, an attestation object, client data, a COSE key, a CTAP request or response, a whole
 * credential or options as JSON; given as bytes, hexadecimal, base64url, base64, or JSON, parsed or not.
 *
 * @throws DecodeError for anything else
 *
 * @example
 * ```ts
 * import { decode } from 'stuntkey';
 * console.log(String(decode('o3mm9u6vuaVeN4wRgDTidR5oL6ufLTCrE9ISVYbOGUcFAAAAAQ')));
 * // authenticator data
 * //   rpIdHash: h'a379a6f6eeafb9a55e378c118034e2751e682fab9f2d30ab13d2125586ce1947'
 * //   flags: UP UV (0x05)
 * //   signCount: 1
 * ```
 */
export function decode(input: DecodeInput, options: DecodeOptions = {}): Decoded {
  try {
    const problems: string[] = [];
    for (const candidate of candidates(input)) {
      const decoded = attempt(candidate, options, problems);
      if (decoded !== undefined) return decoded;
    }
    const what = options.as ?? 'something of WebAuthn or CTAP2';
    const why = [...new Set(problems)].slice(0, 6).join('; ');
    throw new DecodeError(
      options.as === undefined ? 'unrecognized' : 'mismatch',
      `expected ${what}: ${why || FORMS}`,
    );
  } catch (error) {
    if (error instanceof DecodeError) throw error;
    // A foreign object may throw whatever it likes when it is looked at.
    throw new DecodeError('unrecognized', 'expected bytes, text or an object that can be read', {
      cause: error,
    });
  }
}

/** The possible readings of an input, the likeliest first: bytes, or parsed JSON. */
function* candidates(input: DecodeInput): Generator<Uint8Array | { json: unknown }> {
  if (typeof input === 'string') yield* spelled(input);
  else if (isBytes(input)) yield limited(input);
  else if (ArrayBuffer.isView(input)) {
    const { buffer, byteOffset, byteLength } = input as DataView;
    yield limited(new Uint8Array(buffer, byteOffset, byteLength));
  } else if (Object.prototype.toString.call(input) === '[object ArrayBuffer]') {
    yield limited(new Uint8Array(input as ArrayBuffer));
  } else {
    const { toJSON, publicKey } = input as { toJSON?: unknown; publicKey?: unknown };
    const json = typeof toJSON === 'function' ? toJSON.call(input) : input;
    yield { json };
    if (typeof publicKey === 'object') yield { json: publicKey };
  }
}

function* spelled(text: string): Generator<Uint8Array | { json: unknown }> {
  if (text.length > 2 * LONGEST) throw tooLarge(text.length);
  const trimmed = text.trim();
  if (trimmed.startsWith('{')) {
    const json = parseJson(utf8(trimmed)) as { publicKey?: unknown };
    yield { json };
    yield { json: json.publicKey };
    return;
  }
  const compact = trimmed.replace(/[\s:]/g, '');
  if (/^(?:[0-9a-f]{2})+$/i.test(compact)) yield limited(fromHex(compact));
  const url = trimmed.replace(/\s/g, '').replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  if (url !== '' && isBase64url(url)) yield limited(fromBase64url(url));
}

function limited(bytes: Uint8Array): Uint8Array {
  if (bytes.length > LONGEST) throw tooLarge(bytes.length);
  return bytes;
}

function tooLarge(length: number): DecodeError {
  return new DecodeError('too-large', `expected at most ${LONGEST} bytes, got ${length}`);
}

type Reader = (bytes: Uint8Array, options: DecodeOptions) => [DecodedKind, Tree] | undefined;

/** In this order: each kind has a form that the later ones hardly ever have by chance. */
const READERS: readonly [readonly DecodedKind[], Reader][] = [
  [
    [
      'client data',
      'registration response',
      'authentication response',
      'creation options',
      'request options',
    ],
    (bytes) => (bytes[0] === 0x7b ? fromJson(parseJson(bytes)) : undefined),
  ],
  [['attestation object'], (bytes) => ['attestation object', attestationObjectTree(bytes)]],
  [
    ['COSE key'],
    (bytes) => {
      const map = decodeCbor(bytes, DEPTH);
      return map instanceof Map && isCoseKey(map) ? ['COSE key', coseTree(map)] : undefined;
    },
  ],
  [
    ['CTAP request', 'CTAP response'],
    (bytes, { as, command }) => {
      const message = readMessage(bytes);
      const request = as === undefined ? command === undefined && isRequest(message) : as === 'CTAP request';
      if (request) return ['CTAP request', requestTree(message)];
      const response = as === 'CTAP response' || command !== undefined || isResponse(message);
      return response ? ['CTAP response', responseTree(message, command)] : undefined;
    },
  ],
  [['authenticator data'], (bytes) => ['authenticator data', authenticatorDataTree(bytes)]],
  [
    ['CBOR'],
    (bytes) => {
      const value = decodeCbor(bytes, DEPTH);
      // A lone number or text is more likely no CBOR at all.
      return value instanceof Map || Array.isArray(value) ? ['CBOR', toTree(value)] : undefined;
    },
  ],
];

function attempt(
  candidate: Uint8Array | { json: unknown },
  options: DecodeOptions,
  problems: string[],
): Decoded | undefined {
  const { as } = options;
  if (!isBytes(candidate)) {
    const found = fromJson(candidate.json);
    return found === undefined || (as !== undefined && as !== found[0]) ? undefined : decoded(...found);
  }
  for (const [kinds, read] of READERS) {
    if (as !== undefined && !kinds.includes(as)) continue;
    try {
      const found = read(candidate, options);
      if (found !== undefined && (as === undefined || as === found[0])) return decoded(...found);
    } catch (error) {
      problems.push(`no ${kinds.length > 2 ? 'JSON' : kinds.join(' or ')}: ${(error as Error).message}`);
    }
  }
  return undefined;
}

function fromJson(json: unknown): [JsonKind, Tree] | undefined {
  const kind = kindOfJson(json);
  return kind && [kind, jsonTree(kind, json)];
}

function decoded(kind: DecodedKind, value: Tree): Decoded {
  const result = { kind, value };
  Object.defineProperty(result, 'toString', { value: () => `${kind}\n${render(value, '  ')}`.trimEnd() });
  return result;
}
