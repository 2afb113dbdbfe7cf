/** Placeholders: a description names them where a value goes, and the values are taken from answers. */
import type { HttpAnswer } from './answer.ts';
import { pointed } from './pointer.ts';

/** The values of placeholders, by name. */
export type Values = Readonly<Record<string, unknown>>;

const PLACEHOLDER = /\{(\w+)\}/g;

/** JSON with values for placeholders. A text that is nothing but one becomes its value; members without a value are left out. */
export function filled(
  template: unknown,
  values: Values,
  spell: (text: string) => string = (text) => text,
): unknown {
  if (typeof template === 'string') {
    const [, whole] = /^\{(\w+)\}$/.exec(template) ?? [];
    if (whole !== undefined && spell('{') === '{') return values[whole];
    return template.replaceAll(PLACEHOLDER, (text, name: string) =>
      values[name] === undefined ? text : spell(String(values[name])),
    );
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
