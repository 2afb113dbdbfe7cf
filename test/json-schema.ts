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
  const whole = {
    ...schema,
    ...(Object.keys(components).length > 0 && { components: { schemas: components } }),
  };
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
