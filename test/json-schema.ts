/** Values by JSON Schema, as ajv judges them: a checker of others, since ours is made of shapes. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { JsonSchema } from '../src/base/json-schema.ts';

type Components = Readonly<Record<string, JsonSchema>>;

const judges = new Map<string, (value: unknown) => string | undefined>();

/**
 * What ajv has against a value; undefined for nothing.
 *
 * @param components what `$ref` may name
 */
export function judgedByAjv(
  schema: JsonSchema,
  value: unknown,
  components: Components = {},
): string | undefined {
  const schemas = named(schema, components);
  const whole = { ...schema, ...(Object.keys(schemas).length > 0 && { components: { schemas } }) };
  const key = JSON.stringify(whole);
  let judge = judges.get(key);
  if (judge === undefined) {
    // The two formats are said by patterns, too.
    const formats = { uri: true, 'json-pointer': true } as const;
    const ajv = new Ajv2020({ strictRequired: false, strictTypes: false, formats });
    ajv.addVocabulary(['components']);
    const validate = ajv.compile(whole);
    judge = (one) => (validate(one) ? undefined : ajv.errorsText(validate.errors));
    judges.set(key, judge);
  }
  return judge(value);
}

/** Those of the components that a schema names, and that these name. */
function named(schema: JsonSchema, components: Components): Components {
  const found = new Map<string, JsonSchema>();
  const walk = (one: JsonSchema): void => {
    for (const [, name = ''] of JSON.stringify(one).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      const component = components[name];
      if (component === undefined || found.has(name)) continue;
      found.set(name, component);
      walk(component);
    }
  };
  walk(schema);
  return Object.fromEntries(found);
}
