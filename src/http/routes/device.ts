/** The device itself. */
import type { Authenticator } from '../../authenticator/authenticator.ts';
import { modelOf } from '../../authenticator/models/registry.ts';
import { decode } from '../../decode/decode.ts';
import type { Tree } from '../../decode/tree.ts';
import type { Route } from '../route.ts';
import { ref } from '../shapes.ts';
import { version } from '../version.ts';

export const device: readonly Route[] = [
  {
    method: 'GET',
    path: '/info',
    summary: 'Says what device this is',
    responses: { 200: { description: 'It.', schema: ref('Info') } },
    async handle({ authenticator, user }, { shared }) {
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
          device: deviceOf(authenticator, discoverableCredentials),
          rights: shared.rights,
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
    description: 'The person has to touch it, as always. What /user said, and /traces has, stays.',
    responses: {
      204: { description: 'It is as it left the factory.' },
      403: { description: 'The device refused, or the person did.', schema: ref('Error') },
    },
    async handle({ authenticator, events }, { visit }) {
      authenticator.powerCycle();
      await authenticator.reset({ signal: visit.signal });
      events.add('device', { change: 'reset' });
      return { status: 204 };
    },
  },
  {
    method: 'POST',
    path: '/power-cycle',
    summary:
      'Unplugs the device and plugs it in again: what it held in memory is gone, what it stored is not',
    responses: { 204: { description: 'It is plugged in.' } },
    handle({ authenticator, events }) {
      authenticator.powerCycle();
      events.add('device', { change: 'power-cycle' });
      return { status: 204 };
    },
  },
];

function deviceOf({ policy }: Authenticator, used: number): object {
  const { ctap, transports, userVerification, discoverableCapacity } = policy;
  const model = modelOf(policy);
  return {
    ...(model !== undefined && { model: model.title }),
    edition: ctap,
    transports,
    verification: userVerification,
    ...(Number.isFinite(discoverableCapacity) && {
      capacity: discoverableCapacity,
      capacityLeft: Math.max(0, discoverableCapacity - used),
    }),
  };
}
