// JSON Schema of what is written in files, for editors: docs/*.schema.json, from the shapes that the same is checked by.
import { policyJsonShape } from '../build/authenticator/policy/schema.js';
import { jsonSchemaOf } from '../build/base/shape-schema.js';
import { descriptionSchema, resultSchema } from '../build/entries/audit.js';
import { userScriptJsonShape } from '../build/person/script.js';
import { policyMembers } from './policy-page.js';

const $schema = 'https://json-schema.org/draft/2020-12/schema';

function policySchema() {
  const { properties = {}, ...schema } = jsonSchemaOf(policyJsonShape);
  const comments = new Map(policyMembers());
  const described = Object.entries(properties).map(([name, property]) => {
    const description = comments.get(name);
    return [name, description === undefined ? property : { description, ...property }];
  });
  return {
    $schema,
    title: 'A policy of stuntkey: what the manufacturer of a device decided (stuntkey new --policy)',
    ...schema,
    properties: Object.fromEntries(described),
  };
}

function personSchema() {
  const title = 'A script of stuntkey: what the person in front of the device does';
  return { $schema, title, ...jsonSchemaOf(userScriptJsonShape) };
}

/** The files, by their names. @returns {Readonly<Record<string, string>>} */
export function schemaFiles() {
  const schemas = {
    'audit-result.schema.json': resultSchema,
    'audit-target.schema.json': descriptionSchema,
    'person.schema.json': personSchema(),
    'policy.schema.json': policySchema(),
  };
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, `${JSON.stringify(schema, undefined, 2)}\n`]),
  );
}
