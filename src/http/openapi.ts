/** The door's description, OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.0), made from the table that requests are served by. */
import type { JsonSchema } from '../base/json-schema.ts';
import { components } from './components.ts';
import type { Described, Route } from './route.ts';
import { ref } from './shapes.ts';

const json = (schema: JsonSchema): object => ({ 'application/json': { schema } });

const answer = ({ description, schema, media, headers }: Described): object => ({
  description,
  ...(headers && {
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, { description, ...schema }]) => [
        name,
        { ...(description !== undefined && { description }), schema },
      ]),
    ),
  }),
  ...(schema && { content: media === undefined ? json(schema) : { [media]: { schema } } }),
});

/** @param url where the door is, for `servers` */
export function describe(routes: readonly Route[], url: string, version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    paths[route.path] ??= {};
    (paths[route.path] as Record<string, object>)[route.method.toLowerCase()] = operation(route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'stuntkey',
      version,
      summary: 'A software FIDO2 authenticator for tests, and the WebAuthn client in front of it.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url }],
    security: [{ token: [] }],
    paths,
    components: {
      schemas: components,
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'Printed once, at the start.' },
        bridge: {
          type: 'http',
          scheme: 'bearer',
          description: 'For pages of the listed origins; printed once, too, where there are some.',
        },
      },
    },
  };
}

function operation(route: Route): object {
  const { method, path, summary, query = {}, body, responses, right, open, bridge } = route;
  const needed = right && `The token needs the right \`${right}\`.`;
  const description = [route.description, needed].filter((text) => text !== undefined).join(' ');
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const inQuery = Object.entries(query).map(
    ([
      name,
      {
        schema: { description, ...schema },
      },
    ]) => ({
      name,
      in: 'query',
      ...(description !== undefined && { description }),
      schema,
    }),
  );
  const parameters = [...inPath, ...inQuery];
  return {
    operationId: `${method.toLowerCase()}${path.replace(/[^\w]+(\w?)/g, (_, letter: string) => letter.toUpperCase())}`,
    summary,
    ...(description !== '' && { description }),
    ...(open && { security: [] }),
    ...(bridge && { security: [{ bridge: [] }] }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: true, content: json(ref(body)) } }),
    responses: {
      ...Object.fromEntries(Object.entries(responses).map(([status, one]) => [status, answer(one)])),
      default: { description: 'Not done; `error.code` says why.', content: json(ref('Error')) },
    },
  };
}
