/** The request that shows a finding, as a line for a shell. */
import type { Exchange } from '../exchange.ts';

/** The longest body that is worth a line. */
const LONGEST = 4_000;

/** A line for curl; undefined for what was no request. */
export function curlLine({ method, url, headers = {}, body }: Exchange): string | undefined {
  if (!/^https?:/.test(url)) return undefined;
  const given = Object.entries(headers).flatMap(([name, value]) => ['-H', quoted(`${name}: ${value}`)]);
  const data = body === undefined ? [] : ['--data-raw', quoted(body.slice(0, LONGEST))];
  return ['curl', '-i', '-X', method, quoted(url), ...given, ...data].join(' ');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
