/** Placeholders: a description names them where a value goes, and the values are taken from answers. */
import type { HttpAnswer } from './answer.ts';
import { pointed } from './pointer.ts';

/** The values of placeholders, by name. */
export type Values = Readonly<Record<string, unknown>>;

/** A name, and a JSON Pointer into its value where only a part is meant: `{response/response/signature}`. */
const PLACEHOLDER = /\{(\w+)((?:\/[\w.~-]+)*)\}/g;
const WHOLE = new RegExp(`^${PLACEHOLDER.source}$`);

/** JSON with values for placeholders. A text that is nothing but one becomes its value; members without a value are left out. */
export function filled(
  template: unknown,
  values: Values,
  spell: (text: string) => string = (text) => text,
): unknown {
  if (typeof template === 'string') {
    const [, whole, part = ''] = WHOLE.exec(template) ?? [];
    if (whole !== undefined && spell('{') === '{') return pointed(values[whole], part);
    return template.replaceAll(PLACEHOLDER, (text, name: string, pointer: string) => {
      const value = pointed(values[name], pointer);
      return value === undefined ? text : spell(String(value));
    });
  }
  if (Array.isArray(template)) return template.map((one) => filled(one, values, spell));
  if (typeof template !== 'object' || template === null) return template;
  const members = Object.entries(template).map(
    ([name, value]) => [name, filled(value, values, spell)] as const,
  );
  return Object.fromEntries(members.filter(([, value]) => value !== undefined));
}

/** Whether a template names a placeholder. */
export function names(template: unknown, placeholder: string): boolean {
  return (JSON.stringify(template) ?? '').includes(`{${placeholder}}`);
}

/** The names of the placeholders of a text; of a text that may hold braces of its own, only if it is nothing but a placeholder. */
export function namesIn(text: string, own: boolean): string[] {
  return own
    ? [WHOLE.exec(text)?.[1] ?? []].flat()
    : [...text.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
}

/** Headers whose placeholders all have a value: half of a token is none. */
export function filledHeaders(
  headers: Readonly<Record<string, string>>,
  values: Values,
): Record<string, string> {
  const known = Object.entries(headers).filter(([, text]) =>
    namesIn(text, false).every((name) => values[name] !== undefined),
  );
  return filled(Object.fromEntries(known), values) as Record<string, string>;
}

/** A value of an answer: at a JSON Pointer, in a header or cookie, in a field of a form, or by a regular expression. */
export function taken(
  where: string,
  answer: HttpAnswer,
  cookie: (name: string) => string | undefined,
): unknown {
  if (where.startsWith('/')) return pointed(answer.json, where);
  const kind = where.slice(0, where.indexOf(':'));
  const name = where.slice(kind.length + 1);
  if (kind === 'header') return answer.headers.get(name) ?? undefined;
  if (kind === 'cookie') return cookie(name);
  if (kind === 'field') return fieldOf(answer.text, name);
  return new RegExp(name).exec(answer.text)?.[1];
}

/** The value of an input of that name in HTML. */
function fieldOf(html: string, name: string): string | undefined {
  for (const [tag] of html.slice(0, 1 << 20).matchAll(/<(?:input|meta)\b[^>]{0,2000}>/gi)) {
    if (attribute(tag, 'name') !== name) continue;
    return attribute(tag, 'value') ?? attribute(tag, 'content');
  }
  return undefined;
}

function attribute(tag: string, name: string): string | undefined {
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(tag);
  return (found?.[1] ?? found?.[2] ?? found?.[3])
    ?.replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
