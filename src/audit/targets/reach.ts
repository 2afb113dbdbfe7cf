/** Where the requests of a description go: leave to audit a server is no leave to send requests to others. */
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import type { DescribedRequest, TargetDescription } from './description.ts';
import { isLoopback, shown } from './words.ts';

/** @throws StuntkeyError `bad-target` that names a request to another host, unless that is this machine, as a mailbox for tests is */
export function requireHere(description: TargetDescription, url: URL): void {
  for (const [place, { path }] of requestsOf(description)) requirePath(`${place}.path`, path, url);
}

/** @throws StuntkeyError `bad-target` for a path that leads to another host */
export function requirePath(place: string, path: string, url: URL): void {
  // A placeholder may stand for anything, but not for a host.
  const plain = path.replaceAll(/[{}]/g, '');
  const to = URL.canParse(plain, url.href) ? new URL(plain, url) : undefined;
  if (to !== undefined && (to.origin === url.origin || isLoopback(to))) return;
  throw new StuntkeyError(
    'bad-target',
    `${place}: expected a path of ${url.origin}, or a URL on this machine, got ${shown(path)}`,
  );
}

/** Every request of a description, by its place. */
export function requestsOf(description: TargetDescription): [place: string, request: DescribedRequest][] {
  const { before = [], account, csrf, registration, authentication, whoami, remove } = description;
  const steps = [
    ...before.map((step, at) => [`before[${at}]`, step] as const),
    ...(account?.create ?? []).map((step, at) => [`account.create[${at}]`, step] as const),
    ...(account?.enter ?? []).map((step, at) => [`account.enter[${at}]`, step] as const),
  ];
  const requests: [string, DescribedRequest | undefined][] = [
    ...steps.flatMap(([place, step]): [string, DescribedRequest | undefined][] => [
      [place, step],
      [`${place}.unless`, step.unless],
    ]),
    ['csrf.request', csrf?.request],
    ['registration.options', registration.options],
    ['registration.result', registration.result],
    ['authentication.options', authentication.options],
    ['authentication.result', authentication.result],
    ['whoami', whoami],
    ['remove', remove],
  ];
  return requests.flatMap(([place, request]) => (request === undefined ? [] : [[place, request]]));
}
