/** Devices by name, for suites whose tests run at once: each has a store and a person of its own. */
import type { House } from '../house.ts';
import type { AuthenticatorRequest } from '../requests/device.ts';
import type { Route } from '../route.ts';
import { array, just, ref } from '../shapes.ts';

export const authenticators: readonly Route[] = [
  {
    method: 'POST',
    path: '/authenticators',
    summary: 'Makes an authenticator with a name, a person and a store of its own, which is in memory',
    description:
      'Its paths are those of the table behind /authenticators/{name}. One that nothing uses is forgotten after half an hour, if nothing else was said at the start.',
    body: 'AuthenticatorRequest',
    responses: {
      201: { description: 'It is there.', schema: ref('Authenticator') },
      409: { description: 'There is one of that name.', schema: ref('Error') },
      429: {
        description: 'There are as many as there may be; the message says how many.',
        schema: ref('Error'),
      },
    },
    handle(_house, { body, shared }) {
      const { name: given, ...request } = body as AuthenticatorRequest;
      const { registry } = shared;
      const name = registry.make(given, () => shared.furnish(request));
      return { status: 201, body: shown(name, undefined, 0) };
    },
  },
  {
    method: 'GET',
    path: '/authenticators',
    summary: 'Lists the authenticators that have names',
    responses: {
      200: {
        description: 'All of them.',
        schema: just({ authenticators: array(ref('Authenticator')) }, 'authenticators'),
      },
    },
    handle(_house, { shared }) {
      const authenticators = shared.registry
        .list()
        .map(({ name, house, requests }) => shown(name, house, requests));
      return { status: 200, body: { authenticators } };
    },
  },
  {
    method: 'DELETE',
    path: '/authenticators/{name}',
    summary: 'Forgets an authenticator; what it has under way ends',
    responses: {
      204: { description: 'It is gone.' },
      404: { description: 'There is none of that name.', schema: ref('Error') },
    },
    handle(_house, { params, shared }) {
      shared.registry.forget(params.name ?? '');
      return { status: 204 };
    },
  },
];

function shown(name: string, house: House | undefined, requests: number): object {
  const credentials = house?.authenticator.credentials.read((reader) => reader.countDiscoverable()) ?? 0;
  return { name, path: `/authenticators/${name}`, credentials, requests };
}
