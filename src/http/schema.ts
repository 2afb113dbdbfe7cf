/**
 * The part of JSON Schema (draft 2020-12) that the door's description is written in, and a check of values by it: one table says
 * what a request has to be, to programs and to us.
 */

type TypeName = 'object' | 'array' | 'string' | 'integer' | 'boolean' | 'null';

export interface Schema {
  readonly $ref?: string;
  readonly description?: string;
  readonly type?: TypeName;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly items?: Schema;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: string | number;
  readonly anyOf?: readonly Schema[];
}

/** Schemas by name, for `$ref`. */
export type Components = Readonly<Record<string, Schema>>;

const PREFIX = '#/components/schemas/';

/** The schema of that name. */
export function ref(name: string): Schema {
  return { $ref: PREFIX + name };
}

/** No value of use has more levels; what has is refused before anything walks through it. */
const MOST_LEVELS = 32;

/** Whether a value has so many levels that it is better left alone. */
export function isTooDeep(value: unknown, level = 0): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (level >= MOST_LEVELS) return true;
  return Object.values(value).some((member) => isTooDeep(member, level + 1));
}

/**
 * Holds a value against a schema.
 *
 * @param at how the value is called in the answer
 * @returns what is wrong with it, in words; undefined where nothing is
 */
export function problemOf(
  schema: Schema,
  value: unknown,
  components: Components,
  at: string,
): string | undefined {
  const { $ref, anyOf } = schema;
  if ($ref !== undefined) {
    const target = components[$ref.slice(PREFIX.length)];
    return target === undefined ? `${at}: no schema ${$ref}` : problemOf(target, value, components, at);
  }
  return (
    problemOfType(schema, value, at) ??
    problemOfText(schema, value, at) ??
    problemOfNumber(schema, value, at) ??
    problemOfElements(schema, value, components, at) ??
    problemOfMembers(schema, value, components, at) ??
    (anyOf && problemOfChoice(anyOf, value, components, at))
  );
}

function problemOfType({ type }: Schema, value: unknown, at: string): string | undefined {
  if (type === undefined || type === typeOf(value)) return undefined;
  return `${at}: expected ${type}, got ${shown(value)}`;
}

function problemOfText(schema: Schema, value: unknown, at: string): string | undefined {
  if (typeof value !== 'string') return undefined;
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern } = schema;
  if (schema.enum !== undefined && !schema.enum.includes(value))
    return `${at}: expected one of ${schema.enum.join(', ')}, got ${shown(value)}`;
  // JSON Schema counts code points.
  const length = [...value].length;
  if (length < minLength || length > maxLength)
    return `${at}: expected ${minLength} to ${maxLength} characters, got ${length}`;
  if (pattern !== undefined && !new RegExp(pattern, 'u').test(value))
    return `${at}: expected a text like ${pattern}, got ${shown(value)}`;
  return undefined;
}

function problemOfNumber({ minimum, maximum }: Schema, value: unknown, at: string): string | undefined {
  if (typeof value !== 'number') return undefined;
  if ((minimum === undefined || value >= minimum) && (maximum === undefined || value <= maximum))
    return undefined;
  return `${at}: expected ${minimum ?? 'anything'} to ${maximum ?? 'anything'}, got ${value}`;
}

function problemOfElements(
  { items }: Schema,
  value: unknown,
  components: Components,
  at: string,
): string | undefined {
  if (items === undefined || !Array.isArray(value)) return undefined;
  for (const [index, element] of value.entries()) {
    const problem = problemOf(items, element, components, `${at}[${index}]`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function problemOfMembers(
  { properties = {}, required = [], additionalProperties = true }: Schema,
  value: unknown,
  components: Components,
  at: string,
): string | undefined {
  if (typeOf(value) !== 'object') return undefined;
  // A name that is misspelt explains why another is missing.
  for (const [name, member] of Object.entries(value as object)) {
    const schema = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (schema === undefined && !additionalProperties)
      return `${at}: expected only ${Object.keys(properties).join(', ')}, got ${shown(name)}`;
    const problem = schema && problemOf(schema, member, components, `${at}.${name}`);
    if (problem !== undefined) return problem;
  }
  const missing = required.find((name) => !Object.hasOwn(value as object, name));
  if (missing !== undefined) return `${at}.${missing}: expected a value, got none`;
  return undefined;
}

function problemOfChoice(
  choices: readonly Schema[],
  value: unknown,
  components: Components,
  at: string,
): string | undefined {
  const problems = choices.map((choice) => problemOf(choice, value, components, at));
  return problems.includes(undefined) ? undefined : [...new Set(problems)].join(', or ');
}

function typeOf(value: unknown): TypeName | 'number' {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value as 'object' | 'string' | 'boolean';
}

/** A value in a message: short, and of its kind only where it is large. */
function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null) return typeOf(value);
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
