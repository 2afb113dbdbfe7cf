/** One key's folder behind three doors at once: a page, HTTP, and the command. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { attach, type Passkeys } from '../../src/browser/puppeteer.ts';
import { Authenticator } from '../../src/entries/index.ts';
import { type LmdbStore, openStore } from '../../src/entries/store.ts';
import { Staying } from '../cli/staying.ts';
import { named } from '../interop/debian.ts';
import { withoutTime } from '../slow.ts';
import { type LoginServer, patient, sharedBrowser, startHome, withoutChromium } from './chromium.ts';

const missing = withoutTime ?? withoutChromium;
const MAKE = `navigator.credentials.create(creation({ authenticatorSelection: { residentKey: 'required' } })).then(({ id }) => id)`;
const USE = `navigator.credentials.get(request()).then(
  ({ id, response }) => [id, new DataView(response.authenticatorData).getUint32(33)], ({ name }) => [name])`;
const counterIn = (data: string): number => Buffer.from(data, 'base64url').readUInt32BE(33);

/** A credential and its counter, or the name of the error. */
type Outcome = readonly [idOrError: string, counter?: number];

describe.skipIf(missing).each(['page', 'cdp'] as const)(
  named('a page in mode %s, HTTP and the command on one folder', missing),
  (mode) => {
    let folder: string;
    let store: LmdbStore;
    let passkeys: Passkeys;
    let page: Page;
    let home: LoginServer;
    let serving: Staying;
    let door: { readonly url: string; readonly token: string };
    const path = (): string => join(folder, 'key');

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'stuntkey-'));
      home = await startHome();
      store = await openStore({ path: path() });
      page = patient(await (await (await sharedBrowser()).createBrowserContext()).newPage());
      await page.goto(home.origin);
      passkeys = await attach(page, new Authenticator({ store }), { mode });
      serving = new Staying(['serve', '--store', path(), '--http', '--json']);
      door = JSON.parse(await serving.line());
    });
    afterEach(async () => {
      serving.signal('SIGTERM');
      await serving.end();
      await passkeys.detach();
      await page.browserContext().close();
      await store.close();
      await home.close();
      await rm(folder, { recursive: true });
    });

    const options = { challenge: 'Y2hhbGxlbmdl', rpId: 'localhost' };
    const inPage = async (): Promise<Outcome> => {
      await passkeys.settled();
      const outcome = (await page.evaluate(USE)) as Outcome;
      await passkeys.settled();
      return outcome;
    };
    const overHttp = async (): Promise<Outcome> => {
      const response = await fetch(`${door.url}/get`, {
        method: 'POST',
        headers: { authorization: `Bearer ${door.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ origin: home.origin, options }),
      });
      const {
        id,
        response: made,
        error,
      } = (await response.json()) as {
        id: string;
        response?: { authenticatorData: string };
        error?: { name: string };
      };
      return made === undefined ? [error?.name ?? 'no answer'] : [id, counterIn(made.authenticatorData)];
    };
    /** @param behind what may begin with a hyphen, as an ID may */
    const command = async (
      args: readonly string[],
      ...behind: string[]
    ): Promise<{ readonly lines: string[]; readonly code: unknown }> => {
      const one = new Staying([...args, '--store', path(), '--json', '--', ...behind]);
      let text = '';
      one.child.stdout.on('data', (chunk) => {
        text += chunk;
      });
      const code = await one.end();
      return { lines: text.trim().split('\n'), code };
    };
    const byCommand = async (): Promise<Outcome> => {
      const { lines, code } = await command(['get', '--origin', home.origin], JSON.stringify(options));
      if (code !== 0) return [`ended with ${code}`];
      const { id, response } = JSON.parse(lines.join('\n'));
      return [id, counterIn(response.authenticatorData)];
    };

    it('counts on for every signer, and no counter comes twice', async () => {
      const id = (await page.evaluate(MAKE)) as string;
      await passkeys.settled();
      const counters: Outcome[] = [];
      for (const sign of [inPage, overHttp, byCommand, inPage, byCommand, overHttp, inPage])
        counters.push(await sign());
      expect(counters).toEqual(
        Array.from({ length: 7 }, (_, place) => [id, place + 1 + counterAtFirst(mode)]),
      );
      // All at once: in mode cdp, where Chromium's device counts for itself, the page waits its turn (docs/browsers.md).
      const pages = mode === 'page' ? [inPage, inPage] : [];
      const crowd = await Promise.all(
        [...pages, overHttp, byCommand, overHttp, byCommand].map((sign) => sign()),
      );
      // (A page has one request at a time; the second is told so.)
      const signed = crowd
        .filter(([, counter]) => counter !== undefined)
        .map(([, counter]) => counter as number);
      expect(new Set(signed).size).toBe(signed.length);
      expect(signed.length).toBeGreaterThanOrEqual(4);
      const [, last = 0] = await inPage();
      expect(last).toBe(Math.max(...signed) + 1);
    });

    it('knows at every door what one of them made, and signs nowhere with what one deleted', async () => {
      await page.evaluate(MAKE);
      await passkeys.settled();
      const other = await fetch(`${door.url}/create`, {
        method: 'POST',
        headers: { authorization: `Bearer ${door.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          origin: home.origin,
          options: {
            rp: { name: 'Home', id: 'localhost' },
            user: { id: 'Z3JhY2U', name: 'grace', displayName: 'Grace' },
            challenge: 'Y2hhbGxlbmdl',
            pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
            authenticatorSelection: { residentKey: 'required' },
          },
        }),
      });
      const { id } = (await other.json()) as { id: string };
      const listed = `navigator.credentials.get(request({ allowCredentials: [{ type: 'public-key',
        id: Uint8Array.from(atob(${JSON.stringify(Buffer.from(id, 'base64url').toString('base64'))}), (c) => c.charCodeAt(0)) }] }))
        .then((used) => used.id, ({ name }) => name)`;
      await expect.poll(() => page.evaluate(listed)).toBe(id);
      await passkeys.settled();
      expect((await command(['credentials', 'delete', '--yes'], id)).code).toBe(0);
      await expect.poll(() => page.evaluate(listed)).toBe('NotAllowedError');
      const [stays] = await overHttp();
      expect(stays).not.toBe(id);
      const { lines } = await command(['credentials', 'list']);
      expect(lines.map((line) => JSON.parse(line).id)).toEqual([stays]);
    });
  },
);

/** What Chromium's device has counted when a credential is made: registering counts, too. */
function counterAtFirst(mode: 'page' | 'cdp'): number {
  return mode === 'cdp' ? 1 : 0;
}
