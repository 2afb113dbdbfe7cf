/** HTML of our own, as against text that has to be escaped first. */
import { escapeMarkup } from './xml.ts';

export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A value in a template. */
export type Part = string | number | Markup | readonly Part[] | undefined;

const rendered = (part: Part): string => {
  if (part === undefined) return '';
  if (part instanceof Markup) return part.text;
  return typeof part === 'object' ? part.map(rendered).join('') : escapeMarkup(String(part));
};

/** A template: what is put into it is escaped, unless it is markup. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Markup {
  return new Markup(strings.map((text, at) => text + rendered(parts[at])).join(''));
}
