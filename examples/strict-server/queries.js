// Queries by what a body says, as a database takes them that is asked without care.

/**
 * The first of some texts that a query matches: itself, or whatever operators of MongoDB match.
 *
 * @param {readonly string[]} texts
 * @param {unknown} query
 */
export function firstMatch(texts, query) {
  if (typeof query !== 'object' || query === null) return texts.find((text) => text === query);
  const operators = Object.entries(query);
  return texts.find((text) => operators.every(([name, value]) => OPERATORS[name]?.(text, value) === true));
}

/** @type {Record<string, (text: string, value: any) => boolean>} */
const OPERATORS = {
  $eq: (text, value) => text === value,
  $ne: (text, value) => text !== value,
  $in: (text, value) => value.includes(text),
  $gte: (text, value) => text >= value,
  $lte: (text, value) => text <= value,
  $regex: (text, value) => new RegExp(value).test(text),
};

/**
 * A response whose ID or user handle is a query: what that finds first, and whose it is; undefined for any other.
 *
 * @param {any} sent
 * @param {{
 *   credentials: ReadonlyMap<string, import('./strict-server.js').Stored>,
 *   handles: ReadonlyMap<string, string>,
 * }} stored
 * @returns {{ body: any, owner: string | undefined } | undefined}
 */
export function queriedBy(sent, { credentials, handles }) {
  const { id, rawId, response } = sent ?? {};
  const { userHandle } = response ?? {};
  if (typeof id === 'object' && id !== null) {
    const found = firstMatch([...credentials.keys()], id);
    const key = typeof rawId === 'string' ? rawId : found;
    return {
      body: { ...sent, id: key, rawId: key },
      owner: found === undefined ? undefined : credentials.get(found)?.username,
    };
  }
  if (typeof userHandle !== 'object' || userHandle === null) return undefined;
  const found = firstMatch([...handles.values()], userHandle);
  const own = credentials.get(id)?.credential.userHandle;
  return {
    body: { ...sent, response: { ...response, userHandle: own } },
    owner: [...handles].find(([, handle]) => handle === found)?.[0],
  };
}
