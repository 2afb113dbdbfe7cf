/** The device itself, and what it was last used for. */
import { described, whole } from '../../base/shape.ts';
import { decode } from '../../decode/decode.ts';
import type { Tree } from '../../decode/tree.ts';
import { parameter } from '../requests.ts';
import type { Route } from '../route.ts';
import { array, just, ref } from '../shapes.ts';
import { version } from '../version.ts';

export const device: readonly Route[] = [
  {
    method: 'GET',
    path: '/info',
    summary: 'Says what device this is',
    responses: { 200: { description: 'It.', schema: ref('Info') } },
    async handle({ authenticator, user }) {
      const { ctap2, transactU2f, credentials } = authenticator;
      const response = ctap2 ? await authenticator.transact(Uint8Array.of(0x04)) : undefined;
      const tree =
        response && decode(response, { as: 'CTAP response', command: 'authenticatorGetInfo' }).value;
      const info = (tree as { readonly members?: Tree } | undefined)?.members;
      const discoverableCredentials = credentials.read((reader) => reader.countDiscoverable());
      return {
        status: 200,
        body: {
          name: 'stuntkey',
          version,
          ctap2,
          u2f: transactU2f !== undefined,
          discoverableCredentials,
          scriptedUser: user !== undefined,
          ...(info !== undefined && { authenticatorGetInfo: info }),
        },
      };
    },
  },
  {
    method: 'POST',
    path: '/reset',
    summary:
      'Plugs the device in anew and resets it (authenticatorReset): credentials, PIN and settings are gone',
    description: 'The person has to touch it, as always. What /user said, and /trace has, stays.',
    responses: {
      204: { description: 'It is as it left the factory.' },
      403: { description: 'The device refused, or the person did.', schema: ref('Error') },
    },
    async handle({ authenticator }, { signal }) {
      authenticator.powerCycle();
      await authenticator.reset({ signal });
      return { status: 204 };
    },
  },
  {
    method: 'GET',
    path: '/trace',
    summary: 'Tells the last ceremonies, the newest first',
    query: { limit: parameter(described(whole(1, 1000), { default: 10 })) },
    responses: {
      200: {
        description: 'So many of them, or all that are kept.',
        schema: just({ ceremonies: array(ref('Ceremony')) }, 'ceremonies'),
      },
    },
    handle: ({ traces }, { query }) => ({
      status: 200,
      body: { ceremonies: traces.last(Number(query.limit)) },
    }),
  },
  {
    method: 'DELETE',
    path: '/trace',
    summary: 'Forgets them',
    responses: { 204: { description: 'Done.' } },
    handle({ traces }) {
      traces.clear();
      return { status: 204 };
    },
  },
];
