/** What someone has pasted or dropped, read for the page: what it is, its tree, and its bytes where it has any. */
import { fromBase64url, isBase64url } from '../base/base64url.ts';
import { fromHex, isBytes } from '../base/bytes.ts';
import type { CtapCommandName } from '../ctap/commands.ts';
import { CtapCommand } from '../ctap/commands.ts';
import { type DecodedKind, decode } from '../decode/decode.ts';
import { type Place, type PlacedKind, placesOf } from '../decode/places.ts';
import type { Tree } from './answers.ts';

export interface Shown {
  readonly kind: DecodedKind;
  readonly value: Tree;
  /** For people, a member a line. */
  readonly text: string;
  /** Tree and bytes side by side; absent for JSON. */
  readonly placed?: { readonly place: Place; readonly bytes: Uint8Array };
}

export interface DecodedAs {
  readonly as?: DecodedKind;
  readonly command?: CtapCommandName;
}

const PLACED: ReadonlySet<string> = new Set<PlacedKind>([
  'CTAP request',
  'CTAP response',
  'authenticator data',
  'attestation object',
  'COSE key',
  'CBOR',
]);

/** What is no such thing, as far as it can be read; undefined where no kind was named, or it has no bytes. */
export function brokenOf(input: string | Uint8Array, { as, command }: DecodedAs): Shown['placed'] {
  const [bytes] = readings(input);
  if (as === undefined || bytes === undefined || !PLACED.has(as)) return undefined;
  return { bytes, place: placesOf(bytes, as as PlacedKind, command && CtapCommand[command]) };
}

/** @throws DecodeError that says what it is not */
export function shownOf(input: string | Uint8Array, as: DecodedAs): Shown {
  const decoded = decode(input, as);
  const { kind } = decoded;
  const shown = { kind, value: decoded.value as Tree, text: String(decoded) };
  if (!PLACED.has(kind)) return shown;
  const place = readings(input)
    .map((bytes) => ({
      bytes,
      place: placesOf(bytes, kind as PlacedKind, as.command && CtapCommand[as.command]),
    }))
    .find(({ place }) => !hasProblem(place));
  return place === undefined ? shown : { ...shown, placed: place };
}

/** The ways in which a text can be bytes, in the order in which decode() tries them. */
function readings(input: string | Uint8Array): Uint8Array[] {
  if (isBytes(input)) return [input];
  const compact = input.trim().replace(/[\s:]/g, '');
  const url = input.replace(/\s/g, '').replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  return [
    ...(/^(?:[0-9a-f]{2})+$/i.test(compact) ? [fromHex(compact)] : []),
    ...(url !== '' && isBase64url(url) ? [fromBase64url(url)] : []),
  ];
}

function hasProblem({ problem, members }: Place): boolean {
  return problem !== undefined || members.some(hasProblem);
}
