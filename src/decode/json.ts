/** JSON as trees: client data, credentials with everything inside them, options. */
import { fromBase64url, isBase64url } from '../base/base64url.ts';
import { fromUtf8 } from '../base/bytes.ts';
import { algorithm } from './cose.ts';
import { attestationObjectTree, authenticatorDataTree } from './structures.ts';
import { hexBytes, type Tree, toTree } from './tree.ts';

type Json = Readonly<Record<string, unknown>>;

/** A kind of JSON that is recognized. */
export type JsonKind =
  | 'client data'
  | 'registration response'
  | 'authentication response'
  | 'creation options'
  | 'request options';

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What an object is, by its members. */
export function kindOfJson(value: unknown): JsonKind | undefined {
  if (!isObject(value)) return undefined;
  if (isObject(value.response)) {
    if (typeof value.response.attestationObject === 'string') return 'registration response';
    if (typeof value.response.signature === 'string') return 'authentication response';
  }
  if (typeof value.challenge !== 'string') return undefined;
  if (typeof value.type === 'string' && typeof value.origin === 'string') return 'client data';
  return isObject(value.rp) && isObject(value.user) ? 'creation options' : 'request options';
}

/** An object of that kind, with what is inside its blobs. */
export function jsonTree(kind: JsonKind, value: unknown): Tree {
  if (kind === 'registration response' || kind === 'authentication response')
    return credentialTree(value as Json);
  return toTree(value, (name, member) =>
    name === 'alg' && typeof member === 'number' ? algorithm(member) : undefined,
  );
}

/** JSON in UTF-8. @throws TypeError, SyntaxError */
export function parseJson(bytes: Uint8Array): unknown {
  return JSON.parse(fromUtf8(bytes));
}

const BLOBS: Readonly<Record<string, (bytes: Uint8Array) => Tree>> = {
  clientDataJSON: (bytes) => toTree(parseJson(bytes)),
  attestationObject: attestationObjectTree,
  authenticatorData: authenticatorDataTree,
  signature: hexBytes,
  publicKey: hexBytes,
};

function credentialTree(credential: Json): Tree {
  const { response, ...rest } = credential;
  return { ...(toTree(rest) as object), response: toTree(response, blob) };
}

/** A decoded blob; a blob that cannot be decoded stays as it is, with the problem. */
function blob(name: string, value: unknown): Tree | undefined {
  if (name === 'publicKeyAlgorithm' && typeof value === 'number') return algorithm(value);
  const read = Object.hasOwn(BLOBS, name) ? BLOBS[name] : undefined;
  if (read === undefined || typeof value !== 'string') return undefined;
  if (!isBase64url(value)) return { problem: 'expected base64url without padding', text: value };
  try {
    return read(fromBase64url(value));
  } catch (error) {
    return { problem: (error as Error).message, text: value };
  }
}
