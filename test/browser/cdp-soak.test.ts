/**
 * A soak of mode cdp: sessions of strangers come and go on the pages of four contexts, which register and sign in meanwhile. From a seed;
 * `STUNTKEY_SOAK=1000` is how many sessions there are.
 */
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attach } from '../../src/browser/puppeteer.ts';
import { seededRandom } from '../../src/crypto/random.ts';
import { Authenticator } from '../../src/entries/index.ts';
import { named } from '../interop/debian.ts';
import { withoutTime } from '../slow.ts';
import { type LoginServer, launch, startHome, withoutChromium } from './chromium.ts';

const SESSIONS = Number(process.env.STUNTKEY_SOAK ?? 200);
const CONTEXTS = 4;

const MAKE = `navigator.credentials.create(creation({ authenticatorSelection: { residentKey: 'required' },
  user: { id: crypto.getRandomValues(new Uint8Array(8)), name: 'n', displayName: 'N' } }))
  .then((made) => [made.id, new DataView(made.response.getAuthenticatorData()).getUint32(33)], (error) => [error.name])`;
const USE = `navigator.credentials.get(request())
  .then((used) => [used.id, new DataView(used.response.authenticatorData).getUint32(33)], (error) => [error.name])`;

/** A credential, and what its counter was. */
type Use = readonly [id: string, counter: number];

/** What a page was answered. */
interface Told {
  readonly uses: readonly Use[];
  readonly wrong: readonly string[];
  readonly ended: number;
}

/** Uses whose credential had a counter as high before. */
function repeated(uses: readonly Use[]): string[] {
  const last = new Map<string, number>();
  return uses.flatMap(([id, counter]) => {
    const before = last.get(id) ?? 0;
    last.set(id, counter);
    return counter > before ? [] : [`${id}: ${counter} after ${before}`];
  });
}

/** Which uses an event reported, and which none did: each event reports one. */
function told(
  uses: readonly Use[],
  heard: readonly Use[],
): { readonly known: Use[]; readonly untold: Use[] } {
  const events = heard.map(String);
  const known: Use[] = [];
  const untold: Use[] = [];
  for (const use of uses) {
    const place = events.indexOf(String(use));
    if (place >= 0) events.splice(place, 1);
    (place >= 0 ? known : untold).push(use);
  }
  return { known, untold };
}

describe.skipIf(withoutChromium ?? withoutTime)(
  named('soaking mode cdp', withoutChromium ?? withoutTime),
  () => {
    let browser: Browser;
    let server: LoginServer;
    beforeAll(async () => {
      [browser, server] = await Promise.all([launch(), startHome()]);
    }, 60_000);
    afterAll(async () => {
      await browser?.close();
      await server?.close();
    });
    const fresh = async (): Promise<Page> => {
      const page = await (await browser.createBrowserContext()).newPage();
      await page.goto(`${server.origin}/`);
      return page;
    };

    it(`ends with every counter right and no page waiting, after ${SESSIONS} sessions of strangers`, async () => {
      let left = SESSIONS;
      async function strangers(page: Page, chance: () => number): Promise<void> {
        while (left-- > 0) {
          // (Of the target: these do not wait for the devices when they end.)
          const session = await page.target().createCDPSession();
          if (chance() < 64) {
            await session.send('WebAuthn.enable');
            await session.send('WebAuthn.disable');
          }
          await session.detach();
          // As many again of the page's own calls come through.
          await page.evaluate('new Promise((resolve) => setTimeout(resolve, 20))');
        }
      }
      async function visitor(page: Page, chance: () => number): Promise<Told> {
        const uses: Use[] = [];
        const wrong: string[] = [];
        let ended = 0;
        while (left > 0) {
          const registering = uses.length === 0 || chance() < 64;
          const [id, counter] = (await page.evaluate(registering ? MAKE : USE)) as [string, number?];
          if (counter === undefined) {
            ended++;
            if (!/^(?:AbortError|NotAllowedError)$/.test(id)) wrong.push(id);
            continue;
          }
          uses.push([id, counter]);
        }
        return { uses, wrong, ended };
      }

      const contexts = await Promise.all(
        Array.from({ length: CONTEXTS }, async (_, place) => {
          const authenticator = new Authenticator();
          const page = await fresh();
          const passkeys = await attach(page, authenticator, { mode: 'cdp' });
          const random = seededRandom(`soak ${place}`);
          const heard: Use[] = [];
          for (const name of ['registered', 'authenticated'] as const)
            passkeys.on(name, ({ id, signCount = 0 }) => void heard.push([id, signCount]));
          const drops = { count: 0 };
          passkeys.on('restored', () => void drops.count++);
          const chance = (): number => random(1, 'soak')[0] as number;
          return { page, authenticator, passkeys, heard, drops, chance };
        }),
      );
      const outcomes = await Promise.all(
        contexts.map(async ({ page, chance }) => {
          const [outcome] = await Promise.all([visitor(page, chance), strangers(page, chance)]);
          return outcome;
        }),
      );
      for (const [place, { page, authenticator, passkeys, heard, drops }] of contexts.entries()) {
        const { uses, wrong, ended } = outcomes[place] as Told;
        await passkeys.settled();
        const records = authenticator.credentials.list();
        const kept = new Map(
          records.map(({ id, signCount }) => [Buffer.from(id).toString('base64url'), signCount]),
        );
        // What a page is answered in the moment in which Chromium drops its device, no event tells of (docs/browsers.md).
        const { known, untold } = told(uses, heard);
        console.log(
          `${uses.length} answered, ${untold.length} of them untold, ${ended} ended, ${drops.count} drops, ${records.length} credentials`,
        );
        expect(untold.length).toBeLessThanOrEqual(drops.count);
        // No call ended otherwise than by AbortError or NotAllowedError, and no counter that was reported came twice.
        expect(wrong).toEqual([]);
        expect(repeated(heard)).toEqual([]);
        expect(repeated(known)).toEqual([]);
        expect(uses.length).toBeGreaterThan(untold.length);
        // All that Chromium told is in the store, and nothing else.
        expect(kept).toEqual(new Map(heard));
        expect(await page.evaluate(USE)).toEqual([expect.any(String), expect.any(Number)]);
        const next = await page.browserContext().newPage();
        await next.goto(`${server.origin}/`);
        expect(await next.evaluate(USE)).toEqual([expect.any(String), expect.any(Number)]);
        await passkeys.detach();
        await page.browserContext().close();
      }
      // No page of the browser is held any more.
      const page = await fresh();
      await page.browserContext().close();
    }, 900_000);

    it('bears a stranger that adds and removes credentials as fast as it can', async () => {
      const page = await fresh();
      const authenticator = new Authenticator();
      const passkeys = await attach(page, authenticator, { mode: 'cdp' });
      const session = await page.createCDPSession();
      await session.send('WebAuthn.enable');
      const options = { protocol: 'ctap2', transport: 'nfc', hasResidentKey: true } as const;
      const [id] = (await page.evaluate(MAKE)) as [string];
      const hostile = async (): Promise<void> => {
        const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', { options });
        const key = (await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign']))
          .privateKey;
        const privateKey = Buffer.from(await crypto.subtle.exportKey('pkcs8', key)).toString('base64');
        for (let i = 0; i < 300; i++) {
          const credentialId = Buffer.from([i & 0xff, i >> 8]).toString('base64');
          const credential = {
            credentialId,
            isResidentCredential: false,
            rpId: 'localhost',
            privateKey,
            signCount: 0,
          };
          await session.send('WebAuthn.addCredential', { authenticatorId, credential });
          await session.send('WebAuthn.removeCredential', { authenticatorId, credentialId });
        }
        await session.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId });
      };
      await hostile();
      await passkeys.settled();
      expect(await page.evaluate(USE)).toEqual([id, 2]);
      await passkeys.settled();
      expect(authenticator.credentials.list()).toMatchObject([{ signCount: 2 }]);
      await passkeys.detach();
      await page.browserContext().close();
    }, 120_000);
  },
);
