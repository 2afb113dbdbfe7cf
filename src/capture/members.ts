/** Members of CTAP2 messages by their places, to be replaced: what must not be kept, and what is never the same twice. */
import { isBytes, utf8 } from '../base/bytes.ts';
import { type CborKey, type CborMap, type CborValue, decodeCbor, encodeBehind } from '../cbor/cbor.ts';
import { CtapCommand } from '../ctap/commands.ts';

/** Where a member is: keys of maps, one inside the other; `*` is every element of an array. */
export type Place = readonly CborKey[];

/** Places by command byte. */
export type Places = ReadonlyMap<number, readonly Place[]>;

const DEPTH = 8;

/**
 * A message whose body is edited, written canonically; the message itself where that changes nothing. The first byte stays.
 *
 * @throws CborError when it cannot be read
 */
export function edited(message: Uint8Array, edit: (body: CborValue) => CborValue): Uint8Array {
  if (message.length < 2) return message;
  const before = decodeCbor(message.subarray(1), DEPTH);
  const after = edit(before);
  if (after === before) return message;
  const bytes = encodeBehind(1, after);
  bytes[0] = message[0] as number;
  return bytes;
}

/** A value with the members at some places replaced. */
export function replaced(
  value: CborValue,
  places: readonly Place[],
  replace: (value: CborValue) => CborValue,
): CborValue {
  return places.reduce((value, place) => withReplaced(value, place, replace), value);
}

/** A value with the member at a place replaced, where it has one there. */
function withReplaced(value: CborValue, place: Place, replace: (value: CborValue) => CborValue): CborValue {
  const [key, ...rest] = place;
  if (key === undefined) return replace(value);
  if (key === '*' && Array.isArray(value))
    return value.map((element) => withReplaced(element, rest, replace));
  if (!(value instanceof Map)) return value;
  const member: CborValue | undefined = (value as CborMap).get(key);
  if (member === undefined) return value;
  const other = withReplaced(member, rest, replace);
  return other === member ? value : new Map(value as CborMap).set(key, other);
}

/** The same length, and nothing of what it said: bytes are zeros, a text is crosses. */
export function blank(value: CborValue): CborValue {
  if (typeof value === 'string') return 'x'.repeat(utf8(value).length);
  if (isBytes(value)) return new Uint8Array(value.length);
  if (Array.isArray(value)) return value.map(blank);
  if (value instanceof Map)
    return new Map([...(value as CborMap)].map(([key, member]) => [key, blank(member)]));
  return value;
}

/** The members of a user that say who it is. */
const NAMES: readonly CborKey[] = ['name', 'displayName', 'icon'];
const namesAt = (...place: Place): Place[] => NAMES.map((name) => [...place, name]);

/** The encrypted salts of hmac-secret, and what authenticates them. */
const salts = (...place: Place): Place[] => [
  [...place, 2],
  [...place, 3],
];

const {
  authenticatorMakeCredential: MAKE_CREDENTIAL,
  authenticatorGetAssertion: GET_ASSERTION,
  authenticatorGetNextAssertion: GET_NEXT_ASSERTION,
  authenticatorClientPIN: CLIENT_PIN,
  authenticatorBioEnrollment: BIO,
  authenticatorBioEnrollmentPreview: BIO_PREVIEW,
  authenticatorCredentialManagement: CREDENTIALS,
  authenticatorCredentialManagementPreview: CREDENTIALS_PREVIEW,
  authenticatorLargeBlobs: LARGE_BLOBS,
  authenticatorConfig: CONFIG,
} = CtapCommand;

/** In requests: what is made of a PIN or a token, encrypted salts, names, and what an RP stores. */
export const PRIVATE_IN_REQUESTS: Places = new Map<number, readonly Place[]>([
  [MAKE_CREDENTIAL, [...namesAt(3), [6, 'credBlob'], ...salts(6, 'hmac-secret-mc'), [8]]],
  [GET_ASSERTION, [...salts(4, 'hmac-secret'), [4, 'largeBlob'], [6]]],
  [CLIENT_PIN, [[4], [5], [6]]],
  [BIO, [[3, 2], [5]]],
  [BIO_PREVIEW, [[3, 2], [5]]],
  [CREDENTIALS, [...namesAt(2, 3), [4]]],
  [CREDENTIALS_PREVIEW, [...namesAt(2, 3), [4]]],
  [LARGE_BLOBS, [[5]]],
  [CONFIG, [[4]]],
]);

const USER_AND_KEY: readonly Place[] = [...namesAt(4), [7], [8, 'largeBlob']];

/** In responses: tokens, names, keys of blobs. */
export const PRIVATE_IN_RESPONSES: Places = new Map<number, readonly Place[]>([
  [MAKE_CREDENTIAL, [[5]]],
  [GET_ASSERTION, USER_AND_KEY],
  [GET_NEXT_ASSERTION, USER_AND_KEY],
  [CLIENT_PIN, [[2]]],
  [BIO, [[7, '*', 2]]],
  [BIO_PREVIEW, [[7, '*', 2]]],
  [CREDENTIALS, [...namesAt(6), [0x0b]]],
  [CREDENTIALS_PREVIEW, [...namesAt(6), [0x0b]]],
]);

const platformKeyAndSalts = (...place: Place): Place[] => [[...place, 1], ...salts(...place)];

/** In requests: what is new each time, or follows from it. */
export const FRESH_IN_REQUESTS: Places = new Map<number, readonly Place[]>([
  [MAKE_CREDENTIAL, [[1], ...platformKeyAndSalts(6, 'hmac-secret-mc'), [8]]],
  [GET_ASSERTION, [[2], ...platformKeyAndSalts(4, 'hmac-secret'), [6]]],
  [CLIENT_PIN, [[3], [4], [5], [6]]],
  [BIO, [[5]]],
  [BIO_PREVIEW, [[5]]],
  [CREDENTIALS, [[4]]],
  [CREDENTIALS_PREVIEW, [[4]]],
  [LARGE_BLOBS, [[5]]],
  [CONFIG, [[4]]],
]);
