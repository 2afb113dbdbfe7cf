/** FIDO's tests of client data, which are the same for both ceremonies. */
import type { CeremonyName } from '../fault.ts';
import { group, type PublishedTest } from './published.ts';

const TOKEN_BINDING = { beyond: 'Level 3 has no tokenBinding any more' } as const;

export function clientDataTests(name: string, ceremony: CeremonyName): PublishedTest[] {
  const of = (...ids: readonly string[]): string => ids.map((id) => `${ceremony}-${id}`).join(' ');
  return group(name, [
    ['F-1', 'client data without type', of('type-missing')],
    ['F-2', 'a type that is no text', of('type-null', 'type-array')],
    ['F-3', 'an empty type', of('type-empty')],
    ['F-4', 'another type', of('type-nonsense')],
    ['F-5', 'the type of the other ceremony', of('type-swapped')],
    ['F-6', 'client data without challenge', of('challenge-missing')],
    ['F-7', 'a challenge that is no text', of('challenge-null', 'challenge-array')],
    ['F-8', 'an empty challenge', of('challenge-empty')],
    ['F-9', 'a challenge that is no base64url', of('challenge-padded')],
    ['F-10', 'another challenge', of('challenge-other')],
    ['F-11', 'client data without origin', of('origin-missing')],
    ['F-12', 'an origin that is no text', of('origin-json-null', 'origin-array')],
    ['F-13', 'an empty origin', of('origin-empty')],
    ['F-14', 'another origin', of('origin-other-site')],
    ['F-15', 'a tokenBinding that is no object', of('fido-token-binding-text'), TOKEN_BINDING],
    ['F-16', 'a tokenBinding without status', of('fido-token-binding-empty'), TOKEN_BINDING],
    ['F-17', 'a status that there is not', of('fido-token-binding-status'), TOKEN_BINDING],
  ]);
}
