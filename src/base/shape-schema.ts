/**
 * Shapes as JSON Schema (draft 2020-12): for editors, and for the HTTP door's description. What a shape checks by a function of its own
 * says beside it what that is in JSON Schema; one that does not has no form in JSON, and is refused here.
 */
import type { JsonSchema } from './json-schema.ts';
import type { Shape } from './shape.ts';

/** What valibot's schemas are made of, as far as shapes use it. */
interface Node {
  readonly type: string;
  readonly pipe?: readonly Node[];
  readonly entries?: Readonly<Record<string, Node>>;
  readonly wrapped?: Node;
  readonly item?: Node;
  readonly value?: Node;
  readonly options?: readonly unknown[];
  readonly requirement?: unknown;
  readonly metadata?: JsonSchema;
}

/** @throws TypeError for a shape that JSON cannot have: one with a function in it, or bytes */
export function jsonSchemaOf(shape: Shape<unknown>): JsonSchema {
  return schemaOf(shape.schema as Node);
}

function schemaOf(node: Node): JsonSchema {
  if (node.pipe === undefined) return bareSchemaOf(node);
  const [first, ...more] = node.pipe as readonly [Node, ...Node[]];
  const said = more.map(factOf);
  // (A check of our own has its words behind it.)
  const whole = said.some(({ type, anyOf }) => type !== undefined || anyOf !== undefined);
  return Object.assign({}, first.type === 'custom' && whole ? {} : schemaOf(first), ...said);
}

/** What a step of a pipe adds. */
function factOf({ type, requirement, metadata }: Node): JsonSchema {
  switch (type) {
    case 'metadata':
      return metadata as JsonSchema;
    case 'integer':
      return { type: 'integer' };
    case 'min_value':
      return { minimum: requirement as number };
    case 'max_value':
      return Number.isFinite(requirement) ? { maximum: requirement as number } : {};
    case 'min_length':
      return requirement === 0 ? {} : { minItems: requirement as number };
    default:
      return {};
  }
}

function bareSchemaOf(node: Node): JsonSchema {
  const { type, entries = {}, options = [] } = node;
  switch (type) {
    case 'strict_object':
      return {
        type: 'object',
        properties: Object.fromEntries(Object.entries(entries).map(([name, one]) => [name, schemaOf(one)])),
        ...required(entries),
        additionalProperties: false,
      };
    case 'record':
      return { type: 'object', additionalProperties: schemaOf(node.value as Node) };
    case 'array':
      return { type: 'array', items: schemaOf(node.item as Node) };
    case 'optional':
      return schemaOf(node.wrapped as Node);
    case 'picklist': {
      const values = options as readonly (string | number)[];
      return { ...(typeof values[0] === 'string' && { type: 'string' }), enum: values };
    }
    case 'union':
      return { anyOf: options.map((one) => schemaOf(one as Node)) };
    case 'string':
    case 'number':
    case 'boolean':
    case 'null':
      return { type };
    case 'unknown':
      return {};
    default:
      throw new TypeError(`expected a shape that JSON can have, got one of the type ${type}`);
  }
}

function required(entries: Readonly<Record<string, Node>>): JsonSchema {
  const names = Object.keys(entries).filter((name) => entries[name]?.type !== 'optional');
  return names.length === 0 ? {} : { required: names };
}
