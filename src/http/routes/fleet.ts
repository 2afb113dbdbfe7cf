/** People by number: load tools in any language sign in as any of them, and nothing is stored. */
import { bytesOf } from '../bytes.ts';
import { HttpError, toldOfRefusal } from '../error.ts';
import type { FleetDoor } from '../fleet.ts';
import type { FleetRequest } from '../requests/ceremonies.ts';
import { type Answer, type Asked, numberIn, type Route } from '../route.ts';
import { ref } from '../shapes.ts';

const REFUSED = { description: 'Refused, as a page would be.', schema: ref('Error') };
const NO_FLEET = { description: 'The door was opened without a fleet.', schema: ref('Error') };

export const fleet: readonly Route[] = [
  {
    method: 'POST',
    path: '/fleet/{index}/create',
    summary: 'Registers a person of the fleet, by number',
    body: 'FleetCreateRequest',
    responses: {
      200: { description: 'RegistrationResponseJSON.', schema: ref('RegistrationResponse') },
      403: REFUSED,
      409: NO_FLEET,
    },
    handle: (_house, asked) => ceremony(asked, 'register'),
  },
  {
    method: 'POST',
    path: '/fleet/{index}/get',
    summary: 'Signs in as a person of the fleet, by number; wrong, as often as the door was told to',
    body: 'FleetGetRequest',
    responses: {
      200: {
        description: 'AuthenticationResponseJSON.',
        schema: ref('AuthenticationResponse'),
        headers: {
          'stuntkey-fault': {
            type: 'string',
            description:
              'The fault that this sign-in has, and a right server refuses; absent for an honest one.',
          },
        },
      },
      403: REFUSED,
      409: NO_FLEET,
    },
    handle: (_house, asked) => ceremony(asked, 'sign-in'),
  },
];

async function ceremony(asked: Asked, kind: 'register' | 'sign-in'): Promise<Answer> {
  const people = fleetOf(asked);
  const index = numberIn(asked, 'index');
  const { options, publicKey, userHandle } = asked.body as FleetRequest;
  const one = {
    kind,
    index,
    options: options ?? publicKey ?? {},
    ...(userHandle !== undefined && { userHandle: bytesOf(userHandle, 'body.userHandle') }),
  };
  const fault = kind === 'sign-in' ? people.nextFault() : undefined;
  const ended = fault === undefined ? await people.honest(one) : await people.wrong(fault, one);
  if ('response' in ended)
    return { status: 200, body: ended.response, ...(fault && { headers: { 'stuntkey-fault': fault.id } }) };
  const { status, error } = toldOfRefusal(ended.refused);
  return { status, body: { error } };
}

/** @throws HttpError 409 */
function fleetOf({ shared }: Asked): FleetDoor {
  if (shared.fleet !== undefined) return shared.fleet;
  throw new HttpError(
    409,
    'no-fleet',
    'expected a door that was opened with a fleet, got one without: --fleet-rp-id and --fleet-seed-file (fleet: { rpId, seed })',
  );
}
