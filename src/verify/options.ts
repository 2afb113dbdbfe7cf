/** Options as servers send them, and what is to be known before anything is verified. */
import { isBase64url } from '../base/base64url.ts';
import { nearest } from '../base/nearest.ts';
import { StuntkeyError } from '../base/stuntkey-error.ts';
import { type AnyOptions, isObject, type JsonObject } from './context.ts';
import type {
  AttestationPolicy,
  Expected,
  ExpectedAuthentication,
  ExpectedRegistration,
  Wrapped,
} from './expected.ts';
import { shown } from './guard.ts';

/** Misuse: what was expected, and what came. */
function misuse(member: string, expected: string, got: unknown): StuntkeyError {
  return new StuntkeyError('bad-expectation', `${member}: expected ${expected}, got ${shown(got)}`);
}

/** What a member has to be, where another type would leave out a check. */
type Kinds<T> = { readonly [Member in keyof Required<T>]: 'flag' | 'list' | 'any' };

const EXPECTED: Kinds<Expected> = {
  origins: 'any',
  rpId: 'any',
  crossOrigin: 'flag',
  topOrigins: 'list',
  userVerification: 'flag',
  off: 'list',
};

const REGISTRATION: Kinds<ExpectedRegistration> = {
  options: 'any',
  ...EXPECTED,
  mediation: 'any',
  backupEligible: 'flag',
  backupState: 'flag',
  isRegistered: 'any',
  attestation: 'any',
};

const AUTHENTICATION: Kinds<ExpectedAuthentication> = {
  options: 'any',
  ...EXPECTED,
  credential: 'any',
  user: 'any',
};

const ATTESTATION: Kinds<AttestationPolicy> = {
  trustAnchors: 'list',
  none: 'flag',
  self: 'flag',
  aaguids: 'list',
  statuses: 'any',
  revocationLists: 'list',
  androidHardware: 'flag',
  clock: 'any',
};

/** @throws StuntkeyError `bad-expectation` that names the member: what is misspelled would be a check that is not made */
export function checkRegistration(expected: ExpectedRegistration): void {
  checkMembers(expected, REGISTRATION);
  const { attestation, isRegistered } = expected;
  if (attestation !== undefined) checkMembers(attestation, ATTESTATION, 'attestation');
  if (isRegistered !== undefined && typeof isRegistered !== 'function')
    throw misuse('isRegistered', 'a function', isRegistered);
}

/** The same of a sign-in. */
export function checkAuthentication(expected: ExpectedAuthentication): void {
  checkMembers(expected, AUTHENTICATION);
  const { user } = expected;
  const isUser =
    user === undefined || user === 'from-response' || (isObject(user) && typeof user.handle === 'string');
  if (!isUser) throw misuse('user', "{ handle: … } or 'from-response'", user);
}

function checkMembers<T extends object>(given: T, kinds: Kinds<T>, at?: string): void {
  if (!isObject(given))
    throw misuse(at ?? 'expected', at === undefined ? '{ options, origins, … }' : 'an object', given);
  for (const [name, value] of Object.entries(given)) {
    const path = at === undefined ? name : `${at}.${name}`;
    const kind = Object.hasOwn(kinds, name) ? kinds[name as keyof T] : undefined;
    if (kind === undefined) throw noSuch(path, name, Object.keys(kinds));
    if (value === undefined || kind === 'any') continue;
    if (kind === 'flag' && typeof value !== 'boolean') throw misuse(path, 'true or false', value);
    if (kind === 'list' && !isList(value)) throw misuse(path, 'an array', value);
  }
}

/** (A text is one of letters.) */
const isList = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Symbol.iterator in value;

function noSuch(path: string, name: string, known: readonly string[]): StuntkeyError {
  const meant = nearest(name, known);
  const hint = meant === undefined ? '' : ` did you mean ${meant}?`;
  return new StuntkeyError(
    'bad-expectation',
    `${path}: there is no such member;${hint} expected one of ${known.join(', ')}`,
  );
}

/** The options themselves. @throws StuntkeyError `bad-expectation` */
export function unwrapOptions<T extends AnyOptions>(options: Wrapped<T>): T {
  const inner: unknown = isObject(options) && 'publicKey' in options ? options.publicKey : options;
  if (!isObject(inner)) throw misuse('options', 'an object', inner);
  const { challenge } = inner;
  if (typeof challenge !== 'string' || challenge === '' || !isBase64url(challenge)) {
    throw misuse('options.challenge', 'base64url without padding', challenge);
  }
  return inner as unknown as T;
}

/** What a registration's checks read of its options. @throws StuntkeyError `bad-expectation` */
export function checkCreation({ pubKeyCredParams, user }: JsonObject): void {
  if (!areObjects(pubKeyCredParams))
    throw misuse(
      'options.pubKeyCredParams',
      'an array such as [{"type":"public-key","alg":-7}]',
      pubKeyCredParams,
    );
  if (!isObject(user) || typeof user.id !== 'string')
    throw misuse('options.user', 'an object with the user handle as its id', user);
}

/** What an authentication's checks read of its options. @throws StuntkeyError `bad-expectation` */
export function checkRequest({ allowCredentials }: JsonObject): void {
  if (allowCredentials !== undefined && allowCredentials !== null && !areObjects(allowCredentials))
    throw misuse('options.allowCredentials', 'an array of credentials, or none', allowCredentials);
}

function areObjects(list: unknown): boolean {
  return Array.isArray(list) && list.every(isObject);
}

/** The RP ID by which a response is judged. @throws StuntkeyError `bad-expectation` */
export function expectedRpId(expected: Expected, fromOptions: string | undefined): string {
  const { origins, rpId } = expected;
  if (!Array.isArray(origins) || origins.length === 0 || origins.some((one) => typeof one !== 'string')) {
    throw misuse('origins', 'one origin or more', origins);
  }
  const id = rpId ?? fromOptions ?? hostOf(origins[0] as string);
  if (typeof id !== 'string' || id === '') throw misuse('rpId', 'an RP ID', id);
  return id;
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).hostname : undefined;
}
