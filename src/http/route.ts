/** What the door can be asked: a table that requests are found in, checked by and described from. */
import type { Authenticator } from '../authenticator/authenticator.ts';
import type { Clock } from '../base/clock.ts';
import type { JsonSchema } from '../base/json-schema.ts';
import { nearest } from '../base/nearest.ts';
import { problemOf } from '../base/shape.ts';
import type { ScriptedUser } from '../person/user.ts';
import type { Fetch } from '../webauthn/related-origins.ts';
import { HttpError } from './error.ts';
import type { bodies, Parameter } from './requests.ts';
import type { Traces } from './traces.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What is behind the door. */
export interface House {
  readonly authenticator: Authenticator;
  /** The person, where it is one that can be told what to do. */
  readonly user: ScriptedUser | undefined;
  readonly traces: Traces;
  readonly clock: Clock;
  readonly fetch: Fetch | undefined;
}

/** A request that was let in, its parts as its route wants them. */
export interface Asked {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | number | undefined>>;
  readonly body: unknown;
  /** Aborted when the client goes away, or the door closes. */
  readonly signal: AbortSignal;
}

/** A status without a schema has no body. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

export interface Route {
  readonly method: Method;
  /** With `{name}` for a part that varies. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly query?: Readonly<Record<string, Parameter>>;
  /** What it carries, by its name in the description. */
  readonly body?: keyof typeof bodies;
  /** Bytes of the longest body. Default: 64 KiB. */
  readonly longestBody?: number;
  /** Schemas of what is answered, by status; errors that every route has are left out. */
  readonly responses: Readonly<
    Record<number, { readonly description: string; readonly schema?: JsonSchema }>
  >;
  handle(house: House, asked: Asked): Answer | Promise<Answer>;
}

/** Bytes of the longest body, where a route has no other. */
export const LONGEST_BODY: number = 64 * 1024;

/** @throws HttpError 404, or 405 with the methods that there are */
export function findRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): { readonly route: Route; readonly params: Readonly<Record<string, string>> } {
  const allowed: string[] = [];
  for (const route of routes) {
    const params = paramsOf(route.path, path);
    if (params === undefined) continue;
    if (route.method === method) return { route, params };
    allowed.push(route.method);
  }
  if (allowed.length === 0)
    throw new HttpError(404, 'no-such-path', `expected a path of /openapi.json, got ${path.slice(0, 80)}`);
  const allow = allowed.join(', ');
  throw new HttpError(405, 'method-not-allowed', `expected ${allow}, got ${method}`, { allow });
}

/** The values of the parts in braces; undefined for another path. */
function paramsOf(template: string, path: string): Record<string, string> | undefined {
  const [expected, got] = [template.split('/'), path.split('/')];
  if (expected.length !== got.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of expected.entries()) {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    const given = got[index] as string;
    if (name === undefined ? part !== given : given === '') return undefined;
    if (name !== undefined) params[name] = given;
  }
  return params;
}

/** The query as the route wants it. @throws HttpError 400 */
export function readQuery({ query = {} }: Route, search: string): Asked['query'] {
  const read: Record<string, string | number | undefined> = {};
  for (const [name, { schema }] of Object.entries(query)) read[name] = schema.default as string | number;
  const names = Object.keys(query);
  const seen = new Set<string>();
  for (const [name, text] of new URLSearchParams(search)) {
    const { shape, schema } = (Object.hasOwn(query, name) && query[name]) || {};
    if (shape === undefined || schema === undefined || seen.has(name)) {
      const meant = seen.has(name) ? undefined : nearest(name, names);
      const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
      throw new HttpError(
        400,
        'bad-query',
        `query: expected ${names.join(', ') || 'none'}, once each, got ${name.slice(0, 60)}${hint}`,
      );
    }
    seen.add(name);
    const value = schema.type === 'integer' && /^\d{1,9}$/.test(text) ? Number(text) : text;
    const problem = problemOf(shape, value, `query.${name}`);
    if (typeof problem === 'string') throw new HttpError(400, 'bad-query', problem);
    read[name] = value;
  }
  return read;
}
