/** Options as servers send them, and what is to be known before anything is verified. */
import { isBase64url } from '../base/base64url.ts';
import { StuntkeyError } from '../base/stuntkey-error.ts';
import { type AnyOptions, isObject, type JsonObject } from './context.ts';
import type { Expected, Wrapped } from './expected.ts';
import { shown } from './guard.ts';

/** Misuse: what was expected, and what came. */
function misuse(member: string, expected: string, got: unknown): StuntkeyError {
  return new StuntkeyError('bad-expectation', `${member}: expected ${expected}, got ${shown(got)}`);
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
