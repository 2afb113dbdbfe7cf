/**
 * Several authenticators and one ceremony. In a browser all of them blink, and the person touches one. Here they have their
 * turns, in the order in which they were given, those first that the page hinted at, and before all the one that the person
 * picks. The first that answers ends it.
 */
import { CtapError } from '../ctap/status.ts';
import { notAllowed } from '../webauthn/errors.ts';
import { type Cancellation, Ended } from './ceremony.ts';
import type { ClientContext } from './context.ts';
import { attachmentOf } from './platform/authenticator-choice.ts';
import type { DeviceLink } from './platform/device-link.ts';
import { Cancelled } from './platform/session.ts';

/** Statuses that say that the person wants the ceremony to end, on any authenticator. */
const ENDS: readonly string[] = ['CTAP2_ERR_OPERATION_DENIED', 'CTAP2_ERR_KEEPALIVE_CANCEL'];

/**
 * Gives each authenticator its turn.
 *
 * @throws DOMException: the one that an authenticator's turn ended with, or a NotAllowedError with the reasons as its cause
 */
export async function tryEach<T>(
  context: ClientContext,
  { hints }: { readonly hints: readonly string[] },
  cancel: Cancellation,
  attempt: (link: DeviceLink) => Promise<T>,
): Promise<T> {
  const { links } = context;
  const reasons: unknown[] = [];
  for (const link of links.length < 2 ? links : await picked(context, await hinted(links, hints, cancel))) {
    try {
      return await attempt(link);
    } catch (error) {
      if (error instanceof DOMException) throw error;
      reasons.push(error);
      if (error instanceof Cancelled || error instanceof Ended) break;
      if (error instanceof CtapError && ENDS.includes(error.code ?? '')) break;
    }
  }
  throw notAllowed(
    reasons.length === 1 ? reasons[0] : new AggregateError(reasons, 'no authenticator answered'),
  );
}

/** The authenticator that the person picks, then the others. @throws Cancelled */
async function picked({ user }: ClientContext, links: readonly DeviceLink[]): Promise<readonly DeviceLink[]> {
  let place: unknown;
  try {
    place = user?.chooseAuthenticator === undefined ? 0 : await user.chooseAuthenticator(links.length);
  } catch (cause) {
    throw notAllowed(cause);
  }
  const first = typeof place === 'number' ? links[place] : undefined;
  if (first === undefined) {
    throw notAllowed(
      new Cancelled(
        `expected one of ${links.length} authenticators to be picked, got ${typeof place === 'number' ? place : typeof place}`,
      ),
    );
  }
  return [first, ...links.filter((link) => link !== first)];
}

const ATTACHMENTS: ReadonlyMap<string, 'platform' | 'cross-platform'> = new Map([
  ['security-key', 'cross-platform'],
  ['client-device', 'platform'],
  ['hybrid', 'cross-platform'],
]);

/** The authenticators of the first known hint, then the others. */
async function hinted(
  links: readonly DeviceLink[],
  hints: readonly string[],
  cancel: Cancellation,
): Promise<DeviceLink[]> {
  if (hints.length === 0) return [...links];
  const attachment = hints.map((hint) => ATTACHMENTS.get(hint)).find((known) => known !== undefined);
  if (attachment === undefined) return [...links];
  const fitting: DeviceLink[] = [];
  const others: DeviceLink[] = [];
  for (const link of links) {
    const own = link.onlyU2f ? 'cross-platform' : await attachmentSaid(link, cancel);
    (own === attachment ? fitting : others).push(link);
  }
  return [...fitting, ...others];
}

/** Undefined for a device that does not say what it is; it fails in its turn. */
async function attachmentSaid(
  link: DeviceLink,
  cancel: Cancellation,
): Promise<ReturnType<typeof attachmentOf> | undefined> {
  try {
    return attachmentOf(await link.getInfo(cancel));
  } catch {
    return undefined;
  }
}
