/** Where in the page someone is, as its URL's fragment has it; and the token that came there, once. */

export const panes = ['authenticators', 'credentials', 'ceremonies', 'person', 'faults', 'decode'] as const;
export type Pane = (typeof panes)[number];

export interface Place {
  readonly pane: Pane;
  /** Of the ceremony that is open. */
  readonly number?: number;
}

/** `#ceremonies/12`. What is none of the panes is the ceremonies: they are what most come for. */
export function placeIn(fragment: string): Place {
  const [, name = '', number] = /^#?([a-z]+)(?:\/(\d{1,15}))?$/.exec(fragment) ?? [];
  const pane = panes.find((one) => one === name) ?? 'ceremonies';
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
