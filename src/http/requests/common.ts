/** What shapes of requests have in common. */
import type { JsonSchema } from '../../base/json-schema.ts';
import { anything, described, oneOf, recordOf, type Shape, text } from '../../base/shape.ts';
import { jsonSchemaOf } from '../../base/shape-schema.ts';
import { PORTABLE_FORMATS, type PortableFormat } from '../../portable/convert.ts';

export const format: Shape<PortableFormat> = described(oneOf(PORTABLE_FORMATS), { default: 'stuntkey' });

/** What a text of bytes looks like. */
export const BASE64URL: RegExp = /^[A-Za-z0-9_-]*$/;

/** Bytes in base64url. */
export function base64urlText(least = 0, most?: number): Shape<string> {
  return text({ pattern: BASE64URL, what: 'base64url', least, ...(most !== undefined && { most }) });
}

/** Any object: its members are others' to look at. */
export const object: Shape<Record<string, unknown>> = recordOf(anything, 'an object');

/** What is asked for behind the `?`. */
export interface Parameter {
  readonly shape: Shape<unknown>;
  readonly schema: JsonSchema;
}

export function parameter(shape: Shape<unknown>): Parameter {
  return { shape, schema: jsonSchemaOf(shape) };
}
