/** Bytes that a request spells in base64url. */
import { fromBase64url, isBase64url } from '../base/base64url.ts';
import { HttpError } from './error.ts';
import type { Unsaid } from './requests/credentials.ts';

/** @param at where the value is: `id` in the path, `query.…` or `body.…`. @throws HttpError 400 */
export function bytesOf(value: string, at: string): Uint8Array {
  if (isBase64url(value)) return fromBase64url(value);
  const code = at.startsWith('body.') ? 'bad-body' : at.startsWith('query.') ? 'bad-query' : 'bad-path';
  throw new HttpError(400, code, `${at}: expected base64url, got ${value.slice(0, 80)}`);
}

/** What a value in a format does not say. @throws HttpError 400 */
export function knownOf({ id, userId, ...rest }: Unsaid): object {
  return {
    ...rest,
    ...(id !== undefined && { id: bytesOf(id, 'body.id') }),
    ...(userId !== undefined && { userId: bytesOf(userId, 'body.userId'), discoverable: true }),
  };
}
