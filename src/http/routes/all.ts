/** Everything that the door can be asked. */
import { describe } from '../openapi.ts';
import type { Route } from '../route.ts';
import { version } from '../version.ts';
import { ceremonies } from './ceremonies.ts';
import { credentials } from './credentials.ts';
import { device } from './device.ts';
import { user } from './user.ts';

/** @param url where the door is */
export function routesAt(url: string): readonly Route[] {
  const routes: readonly Route[] = [
    ...ceremonies,
    ...credentials,
    ...user,
    ...device,
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
