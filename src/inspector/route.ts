/** Where in the page someone is, as its URL's fragment has it; and the token that came there, once. */

const PANES: readonly string[] = [
  'authenticators',
  'credentials',
  'ceremonies',
  'person',
  'faults',
  'decode',
];

export interface Place {
  readonly pane: string;
  /** Of the ceremony that is open. */
  readonly number?: number;
}

/**
 * `#ceremonies/12`. What is none of the panes is the ceremonies: they are what most come for.
 *
 * @param more panes that a page has beside the inspector's; the first of them is what most come for there
 */
export function placeIn(fragment: string, more: readonly string[] = []): Place {
  const [, name = '', number] = /^#?([a-z]+)(?:\/(\d{1,15}))?$/.exec(fragment) ?? [];
  const pane = [...more, ...PANES].find((one) => one === name) ?? more[0] ?? 'ceremonies';
  return { pane, ...(pane === 'ceremonies' && number !== undefined && { number: Number(number) }) };
}

export function fragmentOf({ pane, number }: Place): string {
  return number === undefined ? `#${pane}` : `#${pane}/${number}`;
}

/** What `#token=…&pane=…` brings; undefined where there is no token. */
export function tokenIn(fragment: string): { readonly token: string; readonly pane: string } | undefined {
  const parameters = new URLSearchParams(fragment.replace(/^#/, ''));
  const token = parameters.get('token');
  return token === null || token === '' ? undefined : { token, pane: parameters.get('pane') ?? '' };
}
