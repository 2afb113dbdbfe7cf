/** Whether each placeholder of a description can have a value: a misspelled one would be sent as it is, or left out in silence. */
import { nearest } from '../../base/nearest.ts';
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import type { DescribedCeremony, DescribedRequest, TargetDescription } from './description.ts';
import { namesIn } from './placeholders.ts';
import { requestsOf } from './reach.ts';

const ALWAYS: readonly string[] = [
  ...['username', 'displayName', 'userVerification', 'residentKey', 'attestation', 'extensions'],
  ...['challenge', 'response', 'responseText', 'credentialId', 'csrf'],
];

/** @throws StuntkeyError `bad-target` that names the text, and the placeholders that there are */
export function requireKnown(description: TargetDescription): void {
  const requests = requestsOf(description);
  const known = new Set([
    ...ALWAYS,
    ...requests.flatMap(([, { take = {} }]) => Object.keys(take)),
    ...(description.accounts ?? []).flatMap((account) => Object.keys(account)),
  ]);
  for (const [place, request] of requests) {
    const { path, headers = {}, form = {}, body } = request;
    look({ [`${place}.path`]: path }, known, false);
    look(under(`${place}.headers`, headers), known, false);
    look(under(`${place}.form`, form), known, false);
    // JSON may have braces of its own, as GraphQL has.
    look(under(`${place}.body`, body), known, true);
    const { as } = request as DescribedCeremony['options'] & DescribedRequest;
    look(under(`${place}.as`, as), new Set([...known, 'answer']), true);
  }
  look(under('headers', description.headers), known, false);
}

/** The texts of JSON, by their places. */
function under(place: string, json: unknown): Record<string, string> {
  if (typeof json === 'string') return { [place]: json };
  if (typeof json !== 'object' || json === null) return {};
  const isList = Array.isArray(json);
  return Object.assign(
    {},
    ...Object.entries(json).map(([name, value]) =>
      under(isList ? `${place}[${name}]` : `${place}.${name}`, value),
    ),
  );
}

function look(texts: Readonly<Record<string, string>>, known: ReadonlySet<string>, own: boolean): void {
  for (const [place, text] of Object.entries(texts)) {
    const strange = namesIn(text, own).find((name) => !known.has(name));
    if (strange === undefined) continue;
    const meant = nearest(strange, [...known]);
    throw new StuntkeyError(
      'bad-target',
      `${place}: there is no placeholder {${strange}}; ${meant === undefined ? '' : `did you mean {${meant}}? `}There are: ${[...known].join(', ')}`,
    );
  }
}
