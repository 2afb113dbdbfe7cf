import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { relyingPartyId } from '../../src/client/caller.ts';
import { parseOrigin } from '../../src/webauthn/origin.ts';

/**
 * The Public Suffix List's own test data (https://github.com/publicsuffix/list, tests/tests.txt, in the public domain): a host, and
 * its registrable domain or null.
 */
const DATA: readonly (readonly [host: string, registrable: string | null])[] = readFileSync(
  new URL('./public-suffix/tests.txt', import.meta.url),
  'utf8',
)
  .split('\n')
  .map((line) => /^\s*(?:checkPublicSuffix\()?'?([^\s',/]+)'?[\s,]+'?([^\s',)]+)/.exec(line))
  .flatMap((match) => (match === null ? [] : [[match[1] as string, match[2] as string] as const]))
  // "null" asks of no host, and a leading dot of no host either.
  .filter(([host]) => host !== 'null' && !host.startsWith('.'))
  .map(([host, registrable]) => [ascii(host), registrable === 'null' ? null : ascii(registrable)]);

function ascii(host: string): string {
  return new URL(`https://${host}/`).hostname;
}

async function isAllowed(host: string, rpId: string): Promise<boolean> {
  try {
    return (await relyingPartyId(parseOrigin(`https://${host}`), rpId)) === rpId;
  } catch {
    return false;
  }
}

/** What the data say of a page at the host: its own RP ID, or one between its registrable domain and itself. */
function expected(host: string, registrable: string | null, rpId: string): boolean {
  if (rpId === host) return true;
  if (!host.endsWith(`.${rpId}`) || registrable === null) return false;
  return rpId === registrable || rpId.endsWith(`.${registrable}`);
}

describe("the Public Suffix List's own test data", () => {
  it('are many', () => {
    expect(DATA.length).toBeGreaterThan(70);
    expect(DATA.filter(([, registrable]) => registrable === null).length).toBeGreaterThan(15);
  });

  it.each(DATA)('a page at %s can have the RP IDs down to %s', async (host, registrable) => {
    const labels = host.split('.');
    for (const at of labels.keys()) {
      const rpId = labels.slice(at).join('.');
      expect([rpId, await isAllowed(host, rpId)]).toEqual([rpId, expected(host, registrable, rpId)]);
    }
  });

  it('are agreed with by any origin and RP ID made of them', async () => {
    const label = fc.stringMatching(/^[a-z0-9]{1,8}$/);
    const entry = fc.constantFrom(...DATA);
    await fc.assert(
      fc.asyncProperty(
        entry,
        fc.array(label, { maxLength: 2 }),
        entry,
        fc.array(label, { maxLength: 1 }),
        fc.boolean(),
        async ([known, registrable], before, [other], further, same) => {
          // Labels before a host with a registrable domain change nothing about it.
          const host = registrable === null ? known : [...before, known].join('.');
          const rpId = [...further, same ? (registrable ?? known) : other].join('.');
          expect(await isAllowed(host, rpId)).toBe(expected(host, registrable, rpId));
        },
      ),
      { seed: 1, numRuns: 2000 },
    );
  });
});
