/** Bodies as a header says that they are. */

/** JSON, or the fields of a form, as `qs` and PHP name those of nested objects: `response[signature]`. */
export function encodedAs(type: string | undefined, body: unknown): string {
  return type?.startsWith('application/x-www-form-urlencoded') === true
    ? new URLSearchParams(fieldsOf('', body)).toString()
    : JSON.stringify(body);
}

function fieldsOf(name: string, value: unknown): [string, string][] {
  if (typeof value !== 'object' || value === null) return [[name, String(value)]];
  return Object.entries(value).flatMap(([key, inner]) =>
    fieldsOf(name === '' ? key : `${name}[${key}]`, inner),
  );
}
