/** What pages of other origins ask, through the bridge: what `navigator.credentials` and `PublicKeyCredential` do there. */
import { WebAuthnClient } from '../../client/client.ts';
import { clientCapabilities } from '../../page/capabilities.ts';
import { PageClient } from '../../page/page-client.ts';
import { applySignal } from '../../page/signals.ts';
import { PageRefusal } from '../error.ts';
import type { House } from '../house.ts';
import type { CeremonyRequest, PageRequest, SignalRequest } from '../requests/ceremonies.ts';
import type { Asked, Route } from '../route.ts';
import { anyObject, ref } from '../shapes.ts';
import { ASSERTED, ceremony, REFUSED, runs } from './ceremonies.ts';

const ORIGIN =
  'For pages of the listed origins, with the bridge’s token; the origin is the one that their browser sends as Origin.';

export const page: readonly Route[] = [
  {
    method: 'POST',
    path: '/page/create',
    summary: 'Registers for the page that asks',
    description: ORIGIN,
    bridge: true,
    body: 'PageCreateRequest',
    responses: {
      200: { description: 'RegistrationResponseJSON.', schema: ref('RegistrationResponse') },
      403: REFUSED,
    },
    handle: (house, asked) => ceremony(house, requestOf(asked), asked.visit, runs.create, 'page'),
  },
  {
    method: 'POST',
    path: '/page/get',
    summary: 'Signs in at the page that asks',
    description: ORIGIN,
    bridge: true,
    body: 'PageGetRequest',
    responses: { 200: ASSERTED, 403: REFUSED },
    handle: (house, asked) => ceremony(house, requestOf(asked), asked.visit, runs.get, 'page'),
  },
  {
    method: 'POST',
    path: '/page/capabilities',
    summary: 'Says what the client can do, as getClientCapabilities() does',
    description: ORIGIN,
    bridge: true,
    body: 'PageCapabilitiesRequest',
    responses: { 200: { description: 'The capabilities by their names.', schema: anyObject } },
    async handle(house, asked) {
      return { status: 200, body: await clientCapabilities(clientOf(house, asked)) };
    },
  },
  {
    method: 'POST',
    path: '/page/signal',
    summary: 'Takes what a server reports of its credentials, as the signal methods do',
    description: ORIGIN,
    bridge: true,
    body: 'PageSignalRequest',
    responses: {
      200: {
        description: 'Null: a page does not learn whether anything was changed.',
        schema: { type: 'null' },
      },
      403: REFUSED,
    },
    async handle(house, asked) {
      const { signal, options } = asked.body as SignalRequest;
      try {
        await applySignal(signal, options, clientOf(house, asked));
      } catch (error) {
        throw error instanceof DOMException || error instanceof TypeError ? new PageRefusal(error) : error;
      }
      return { status: 200, body: null };
    },
  },
];

const requestOf = ({ body, page = '' }: Asked): CeremonyRequest => ({
  ...(body as PageRequest),
  origin: page,
});

/** The client at the page's origin, as capabilities and signals see it. */
function clientOf({ authenticator, clock, fetch }: House, { page = '' }: Asked): PageClient {
  const client = new WebAuthnClient({ origin: page, authenticator, clock, ...(fetch && { fetch }) });
  return new PageClient(page, [authenticator], client, fetch);
}
