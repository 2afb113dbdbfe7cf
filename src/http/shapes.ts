/** JSON Schema in few words, for what is answered. */
import type { JsonSchema } from '../base/json-schema.ts';
import { BASE64URL } from './requests/common.ts';

/** Schemas by name, for `$ref`. */
export type Components = Readonly<Record<string, JsonSchema>>;

/** The schema of that name. */
export function ref(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

export const base64url: JsonSchema = { type: 'string', pattern: BASE64URL.source };
export const anyText: JsonSchema = { type: 'string' };
export const boolean: JsonSchema = { type: 'boolean' };
export const anyObject: JsonSchema = { type: 'object' };
export const whole: JsonSchema = { type: 'integer', minimum: 0 };
export const time: JsonSchema = { type: 'number', description: 'Milliseconds since 1970.' };

/** An object of just these members. */
export function just(properties: Readonly<Record<string, JsonSchema>>, ...required: string[]): JsonSchema {
  return { type: 'object', properties, required, additionalProperties: false };
}

export function array(items: JsonSchema): JsonSchema {
  return { type: 'array', items };
}
