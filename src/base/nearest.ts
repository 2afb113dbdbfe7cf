/** The word that was probably meant. */

/** Other words for yes and no, and for what else is called by several names. */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  decline: ['deny', 'denied', 'reject', 'refuse', 'cancel', 'no', 'false'],
  approve: ['accept', 'allow', 'confirm', 'grant', 'succeed', 'success', 'ok', 'yes', 'true'],
  ignore: ['timeout', 'wait', 'none', 'null'],
  fail: ['failure', 'mismatch'],
  ble: ['bluetooth'],
  'smart-card': ['smartcard', 'ccid'],
  internal: ['platform'],
  usb: ['hid', 'cross-platform'],
  presence: ['up', 'touch', 'tap', 'userPresence'],
  verification: ['uv', 'userVerification', 'biometrics'],
  user: ['person', 'script'],
  userId: ['userHandle', 'user_id', 'handle'],
  userHandle: ['userId', 'user_id', 'handle'],
  id: ['credentialId', 'rawId'],
  rpId: ['relyingPartyId', 'rp', 'domain'],
  signCount: ['counter', 'signatureCounter'],
  discoverable: ['resident', 'rk', 'isResidentCredential'],
  discoverableCapacity: ['maxCredentials', 'capacity'],
  userVerification: ['uv', 'hasUserVerification', 'isUserVerified'],
  registered: ['created', 'create', 'credentialAdded'],
  authenticated: ['asserted', 'get', 'credentialAsserted', 'signed-in'],
};

/** The known word that a given one is a slip or another name of; undefined where none is near. */
export function nearest(given: unknown, known: readonly string[]): string | undefined {
  const word = String(given).toLowerCase();
  const synonym = known.find((one) =>
    SYNONYMS[one]?.some((other) => other.toLowerCase() === word.replaceAll('_', '-')),
  );
  if (synonym !== undefined) return synonym;
  if (typeof given !== 'string' || word.length > 40) return undefined;
  let best: string | undefined;
  // Of a short word two letters are most of it.
  let least = word.length < 5 ? 1 : 2;
  for (const one of known) {
    const distance = editDistance(word, one.toLowerCase());
    if (distance < least || (distance === least && best === undefined)) [best, least] = [one, distance];
  }
  return best;
}

/** How many letters were left out, put in, exchanged for another or with their neighbor (Damerau, Levenshtein). */
function editDistance(a: string, b: string): number {
  let [before, above]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(at(above, j) + 1, at(row, j - 1) + 1, at(above, j - 1) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, at(before, j - 2) + 1);
      row.push(cost);
    }
    [before, above] = [above, row];
  }
  return at(above, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] as number;
}
