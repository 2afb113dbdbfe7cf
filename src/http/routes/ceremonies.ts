/** `POST /create` and `POST /get`: what `navigator.credentials` does in a page. */

import type { CeremonyOptions, WebAuthnClient } from '../../client/client.ts';
import { KnownCeremony } from '../../client/options.ts';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '../../webauthn/types.ts';
import { CeremonyError } from '../error.ts';
import type { House } from '../house.ts';
import type { CeremonyRequest } from '../requests/ceremonies.ts';
import type { Answer, Described, Route } from '../route.ts';
import { ref } from '../shapes.ts';
import type { CeremonySource } from '../traces.ts';
import type { Visit } from '../visit.ts';

export const REFUSED: Described = { description: 'Refused, as a page would be.', schema: ref('Error') };

/** A ceremony of a client. */
type Run = (client: WebAuthnClient, options: object, call: CeremonyOptions) => Promise<unknown>;

export const runs: Readonly<Record<'create' | 'get', Run>> = {
  create: (client, options, call) => client.create(options as PublicKeyCredentialCreationOptionsJSON, call),
  get: (client, options, call) => client.get(options as PublicKeyCredentialRequestOptionsJSON, call),
};

export const ASSERTED: Described = {
  description: 'AuthenticationResponseJSON; null where mediation is silent.',
  schema: { anyOf: [ref('AuthenticationResponse'), { type: 'null' }] },
};

export const ceremonies: readonly Route[] = [
  {
    method: 'POST',
    path: '/create',
    summary: 'Registers: a new credential for a server that asked for it',
    body: 'CreateRequest',
    responses: {
      200: { description: 'RegistrationResponseJSON.', schema: ref('RegistrationResponse') },
      403: REFUSED,
    },
    handle: (house, { body, visit }) => ceremony(house, body as CeremonyRequest, visit, runs.create),
  },
  {
    method: 'POST',
    path: '/get',
    summary: 'Signs in: an assertion by a credential of the server',
    body: 'GetRequest',
    responses: {
      200: ASSERTED,
      403: REFUSED,
    },
    handle: (house, { body, visit }) => ceremony(house, body as CeremonyRequest, visit, runs.get),
  },
];

/** @throws CeremonyError that says where it was refused, and why */
export async function ceremony(
  house: House,
  { options, publicKey, mediation, uiMode, ...page }: CeremonyRequest,
  visit: Visit,
  run: Run,
  source: CeremonySource = 'http',
): Promise<Answer> {
  const client = house.clients.of(page, house.device, source);
  try {
    // (A client asks of a signal only what a visit has, too.)
    const signal = visit as object as AbortSignal;
    const call = new KnownCeremony({ signal, mediation, uiMode }) as CeremonyOptions;
    const credential = await run(client, options ?? publicKey ?? {}, call);
    return { status: 200, body: credential };
  } catch (error) {
    if (visit.aborted && error === visit.reason) throw error;
    const refused = house.clients.refusalBy(error);
    if (refused === undefined) throw error;
    throw new CeremonyError(error as Error, refused.refusal, refused.trace);
  }
}
