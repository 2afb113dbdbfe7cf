/** The servers that the playground begins with: a right one, and what the audit finds of each mistake. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  auditRelyingParty,
  catalogue,
  profiles,
  type RelyingPartyCallbacks,
} from '../../src/entries/audit.ts';
import { serversFrom } from '../../src/playground/servers/mistakes.ts';
import { LeapingClock } from '../audit/leaping-clock.ts';
import { PATIENCE } from '../patience.ts';
import { slow } from '../slow.ts';

const servers = serversFrom(
  readFileSync(new URL('../../src/playground/servers/right.js', import.meta.url), 'utf8'),
);
const faults = catalogue.filter((one) => profiles.passkey.includes(one));

/** What the audit has to find of each, at least. */
const FINDS: Readonly<Record<string, readonly string[]>> = {
  right: [],
  replay: ['authentication-challenge-reused'],
  origin: ['authentication-origin-suffix'],
  account: ['credential-of-other-user'],
  overwrite: ['credential-id-taken'],
  signature: ['signature-from-other-key'],
};

/** Runs a server's text in this process. */
async function relyingParty(text: string): Promise<RelyingPartyCallbacks> {
  const verify = new URL('../../dist/entries/verify.js', import.meta.url).href;
  const module = `data:text/javascript,${encodeURIComponent(text.replace("'stuntkey/verify'", JSON.stringify(verify)))}`;
  return (await import(/* @vite-ignore */ module)).relyingParty;
}

describe('the servers of the playground', () => {
  it('are a right one, and the same with one mistake each', () => {
    expect(servers.map(({ name }) => name)).toEqual(Object.keys(FINDS));
    expect(new Set(servers.map(({ text }) => text)).size).toBe(servers.length);
    expect(() => serversFrom('another text')).toThrow(RangeError);
  });

  slow.each(servers)('$title', async ({ name, text }) => {
    const { outcome, results } = await auditRelyingParty(await relyingParty(text), {
      faults,
      timeout: PATIENCE,
      clock: new LeapingClock(),
    });
    expect(outcome).toBe('complete');
    const found = results.filter(({ finding }) => finding).map(({ fault }) => fault.id);
    if (name === 'right') expect(found).toEqual([]);
    else expect(found).toEqual(expect.arrayContaining([...(FINDS[name] as string[])]));
  });
});
