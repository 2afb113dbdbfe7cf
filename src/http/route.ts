/** What the door can be asked: a table that requests are found in, checked by and described from. */
import type { JsonSchema } from '../base/json-schema.ts';
import { nearest } from '../base/nearest.ts';
import { problemOf } from '../base/shape.ts';
import { HttpError } from './error.ts';
import type { EventStream } from './event-stream.ts';
import type { FleetDoor } from './fleet.ts';
import type { TokenRight } from './gate.ts';
import type { House } from './house.ts';
import type { Registry } from './registry.ts';
import type { Parameter } from './requests/common.ts';
import type { bodies } from './requests.ts';
import type { Visit } from './visit.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What all devices behind a door share. */
export interface Shared {
  readonly registry: Registry;
  /** What the token is good for beyond the rest. */
  readonly rights: readonly TokenRight[];
  /** Makes a device with a name. */
  readonly furnish: (request: object) => House;
  readonly fleet: FleetDoor | undefined;
  /** Calls back when the door closes. @returns what ends that */
  readonly whenClosing: (callback: () => void) => () => void;
}

/** A request that was let in, its parts as its route wants them. */
export interface Asked {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | number | undefined>>;
  readonly body: unknown;
  /** The header Last-Event-ID. */
  readonly lastEvent: string | undefined;
  /** Aborted when the client goes away, the device is forgotten, or the door closes. */
  readonly visit: Visit;
  readonly shared: Shared;
  /** The origin of the page that asks, where a page does. */
  readonly page?: string | undefined;
}

/** A status without a schema has no body. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Instead of a body. */
  readonly stream?: EventStream;
}

/** How an answer of one status is described. */
export interface Described {
  readonly description: string;
  readonly schema?: JsonSchema;
  /** Default: application/json. */
  readonly media?: 'text/event-stream';
  readonly headers?: Readonly<Record<string, JsonSchema>>;
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
  /** What the token has to be good for, where that is more than to be let in. */
  readonly right?: TokenRight;
  /** Whether it needs no token. */
  readonly open?: true;
  /** Whether it is for pages of other origins, with the bridge's token, and for nothing else. */
  readonly bridge?: true;
  /** Whether it is of the device that the path names; set by the table. */
  readonly named?: true;
  /** What is answered, by status; errors that every route has are left out. */
  readonly responses: Readonly<Record<number, Described>>;
  handle(house: House, asked: Asked): Answer | Promise<Answer>;
}

/** Bytes of the longest body, where a route has no other. */
export const LONGEST_BODY: number = 64 * 1024;

/** Where a request goes. */
export interface Found {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

interface Entry {
  readonly route: Route;
  /** The parts of the path; a name where it varies. */
  readonly parts: readonly (string | { readonly name: string })[];
}

export class Router {
  /** Routes by how many parts their paths have. */
  readonly #byLength = new Map<number, Entry[]>();
  /** Those whose paths do not vary, by method and path. */
  readonly #fixed = new Map<string, Found>();

  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      const parts = route.path.split('/').map((part) => {
        const name = /^\{(\w+)\}$/.exec(part)?.[1];
        return name === undefined ? part : { name };
      });
      const some = this.#byLength.get(parts.length) ?? [];
      this.#byLength.set(parts.length, some);
      some.push({ route, parts });
      if (parts.every((part) => typeof part === 'string'))
        this.#fixed.set(`${route.method} ${route.path}`, { route, params: {} });
    }
  }

  #paths(): string[] {
    return [...this.#byLength.values()].flat().map(({ route }) => route.path);
  }

  /** Whether the path is one that needs no token. */
  isOpen(method: string, path: string): boolean {
    return this.#fixed.get(`${method} ${path}`)?.route.open === true;
  }

  /** Whether the path is one for pages of other origins. */
  isOfBridge(path: string): boolean {
    const fixed = this.#fixed.get(`POST ${path}`);
    if (fixed !== undefined) return fixed.route.bridge === true;
    const given = path.split('/');
    const some = this.#byLength.get(given.length) ?? [];
    return some.some(({ route, parts }) => route.bridge === true && paramsOf(parts, given) !== undefined);
  }

  /** @throws HttpError 404, or 405 with the methods that there are */
  find(method: string, path: string): Found {
    const fixed = this.#fixed.get(`${method} ${path}`);
    if (fixed !== undefined) return fixed;
    const allowed: string[] = [];
    const given = path.split('/');
    for (const { route, parts } of this.#byLength.get(given.length) ?? []) {
      const params = paramsOf(parts, given);
      if (params === undefined) continue;
      if (route.method === method) return { route, params };
      allowed.push(route.method);
    }
    if (allowed.length === 0) {
      const meant = nearest(path.slice(0, 80).replace(/\/+$/, ''), this.#paths());
      const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
      const message = `expected a path of /openapi.json, got ${path.slice(0, 80)}${hint}`;
      throw new HttpError(404, 'no-such-path', message);
    }
    const allow = allowed.join(', ');
    throw new HttpError(405, 'method-not-allowed', `expected ${allow}, got ${method}`, { allow });
  }
}

/** The values of the parts that vary; undefined for another path. */
function paramsOf(expected: Entry['parts'], given: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, part] of expected.entries()) {
    const text = given[index] as string;
    if (typeof part === 'string' ? part !== text : text === '') return undefined;
    if (typeof part !== 'string') params[part.name] = text;
  }
  return params;
}

const NO_QUERY: Asked['query'] = {};

/** The query as the route wants it. @throws HttpError 400 */
export function readQuery({ query }: Route, search: string): Asked['query'] {
  if (query === undefined && search === '') return NO_QUERY;
  return queryOf(query ?? {}, search);
}

function queryOf(query: NonNullable<Route['query']>, search: string): Asked['query'] {
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
    const value = schema.type === 'integer' && /^\d{1,15}$/.test(text) ? Number(text) : text;
    const problem = problemOf(shape, value, `query.${name}`);
    if (typeof problem === 'string') throw new HttpError(400, 'bad-query', problem);
    read[name] = value;
  }
  return read;
}

/** A part of the path that is a number. @throws HttpError 400 */
export function numberIn({ params }: Asked, name: string): number {
  const text = params[name] ?? '';
  if (/^\d{1,16}$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new HttpError(
    400,
    'bad-path',
    `${name}: expected a whole number from 0 to ${Number.MAX_SAFE_INTEGER}, got ${text.slice(0, 80)}`,
  );
}
