/**
 * A device behind HTTP on loopback, for tests in any language.
 *
 * @example
 * ```js
 * import { Authenticator } from 'stuntkey';
 * import { serveHttp } from 'stuntkey/http';
 *
 * const door = await serveHttp(new Authenticator());
 * const headers = { authorization: `Bearer ${door.token}` };
 * const response = await fetch(`${door.url}/credentials`, { headers });
 * console.log(response.status); // 200
 * await door.close();
 * ```
 * @module stuntkey/http
 */

export type { FleetDoorOptions } from '../http/fleet-options.ts';
export type { TokenRight, tokenRights } from '../http/gate.ts';
export type { HttpOptions } from '../http/options.ts';
export { type HttpServer, serveHttp } from '../http/serve.ts';
export type { CeremonySource, ceremonySources } from '../http/traces.ts';
