// Where pages may be that a response comes from.

/**
 * Those that are configured; and what the request says of itself, where that is believed.
 *
 * @param {{ origins: readonly string[], off: ReadonlySet<string> }} server
 * @param {import('./guards.js').Ceremony} ceremony
 * @param {Readonly<Record<string, string | string[] | undefined>>} headers
 */
export function believedOrigins({ origins, off }, ceremony, headers) {
  const scheme = new URL(origins[0] ?? 'https://localhost').protocol;
  const { origin, host, 'x-forwarded-host': forwarded } = headers;
  const said = {
    origin,
    host: host && `${scheme}//${host}`,
    'forwarded-host': forwarded && `${scheme}//${forwarded}`,
  };
  const believed = Object.entries(said).filter(([name]) => off.has(`${ceremony}.origin.configured.${name}`));
  return [...origins, ...believed.flatMap(([, one]) => (one === undefined ? [] : [String(one)]))];
}
