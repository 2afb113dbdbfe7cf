/** Everything that the door can be asked. */
import { describe } from '../openapi.ts';
import type { Route } from '../route.ts';
import { version } from '../version.ts';
import { audit } from './audit.ts';
import { authenticators } from './authenticators.ts';
import { ceremonies } from './ceremonies.ts';
import { credentials } from './credentials.ts';
import { device } from './device.ts';
import { events } from './events.ts';
import { catalogueRoutes, faults } from './faults.ts';
import { fingerprints } from './fingerprints.ts';
import { fleet } from './fleet.ts';
import { health } from './health.ts';
import { page } from './page.ts';
import { pin } from './pin.ts';
import { prompts } from './prompts.ts';
import { tools } from './tools.ts';
import { traces } from './traces.ts';
import { user } from './user.ts';

/** What every device has, the default one and those with names. */
const ofDevice: readonly Route[] = [
  ...ceremonies,
  ...credentials,
  ...user,
  ...prompts,
  ...faults,
  ...pin,
  ...fingerprints,
  ...device,
  ...traces,
  ...events,
  ...page,
];

/** The same, of a device that the path names. */
const named: readonly Route[] = ofDevice.map((route) => ({
  ...route,
  path: `/authenticators/{name}${route.path}`,
  named: true,
}));

/** @param url where the door is */
export function routesAt(url: string): readonly Route[] {
  const routes: readonly Route[] = [
    ...ofDevice,
    ...authenticators,
    ...named,
    ...catalogueRoutes,
    ...tools,
    ...audit,
    ...fleet,
    ...health,
    {
      method: 'GET',
      path: '/openapi.json',
      summary: 'Describes all this: OpenAPI 3.1',
      responses: { 200: { description: 'The description.', schema: { type: 'object' } } },
      handle: () => ({ status: 200, body: description }),
    },
  ];
  const description = describe(routes, url, version);
  return routes;
}
