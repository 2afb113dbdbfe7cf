/** A page of a browser's extension: the same comes of its calls as in Chromium with its own device. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attach } from '../../src/browser/puppeteer.ts';
import { Authenticator } from '../../src/entries/index.ts';
import { named } from '../interop/debian.ts';
import { withoutTime } from '../slow.ts';
import { inKit, withOwnDevice } from './as-they-are.ts';
import { CHROMIUM_ARGUMENTS, PATIENT, withoutChromium } from './chromium.ts';

const without = withoutTime ?? withoutChromium;

const MANIFEST = {
  manifest_version: 3,
  name: 'stuntkey test',
  version: '1.0',
  host_permissions: ['https://allowed.test/*', 'https://*.co.uk/*', 'http://plain.test/*'],
};

describe.skipIf(without)(named('a page of an extension', without), () => {
  let browser: Browser;
  let home: string;
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stuntkey-extension-'));
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(MANIFEST));
    writeFileSync(join(folder, 'page.html'), '<!doctype html><title>page</title>');
    browser = await puppeteer.launch({
      executablePath: '/usr/bin/chromium',
      ...PATIENT,
      pipe: true,
      enableExtensions: true,
      args: [...CHROMIUM_ARGUMENTS],
    });
    home = `chrome-extension://${await browser.installExtension(folder)}`;
  });
  afterAll(() => browser?.close());

  const open = async (): Promise<Page> => {
    const page = await browser.newPage();
    page.setDefaultTimeout(0);
    await page.goto(`${home}/page.html`);
    return page;
  };
  /** Whose credential is made, and the hash of its RP ID. */
  const asking = (id: string | undefined): string =>
    inKit(
      `(async () => {
        const options = { ...creation().publicKey, rp: ${JSON.stringify({ name: 'x', id })} };
        const made = await navigator.credentials.create({ publicKey: options }).catch((error) => error.name);
        return typeof made === 'string' ? made : [whose(made), ...new Uint8Array(made.response.getAuthenticatorData(), 0, 32)].join();
      })()`,
    );

  it('has its own origin, and the RP IDs that its manifest has permissions for', async () => {
    const theirs = await withOwnDevice(await open());
    const id = new URL(home).host;
    const calls = [
      undefined,
      id,
      home,
      'allowed.test',
      'sub.allowed.test',
      'plain.test',
      'other.test',
      'co.uk',
    ];
    const ends = async (page: Page): Promise<unknown[]> => {
      await page.bringToFront();
      const all: unknown[] = [];
      for (const rpId of calls) all.push([rpId, await page.evaluate(asking(rpId))]);
      return all;
    };
    const there = await ends(theirs);
    const ours = await open();
    const passkeys = await attach(ours, new Authenticator());
    expect(await ends(ours)).toEqual(there);
    await passkeys.detach();
  });
});
