/** Options as servers send them, and what is to be known before anything is verified. */
import { isBase64url } from '../base/base64url.ts';
import { StuntkeyError } from '../base/stuntkey-error.ts';
import { type AnyOptions, isObject } from './context.ts';
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
