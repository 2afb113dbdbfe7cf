/** The page, in a real browser. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { playedTests } from '../../../src/audit/fido/played.ts';
import { htmlReport } from '../../../src/audit/reports/html.ts';
import { patient, sharedBrowser, withoutChromium } from '../../browser/chromium.ts';
import { named } from '../../interop/debian.ts';
import { HOSTILE, sample } from './sample.ts';

describe.skipIf(withoutChromium)(named('the page of an audit', withoutChromium), () => {
  let page: Page;
  const folder = mkdtempSync(join(tmpdir(), 'stuntkey-report-'));
  const asked: string[] = [];
  const complaints: string[] = [];
  beforeAll(async () => {
    const file = join(folder, 'report.html');
    writeFileSync(file, htmlReport({ ...sample, tests: playedTests(sample) }, '1.2.3'));
    const context = await (await sharedBrowser()).createBrowserContext();
    page = patient(await context.newPage());
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => complaints.push(message.text()));
    page.on('dialog', (dialog) => {
      complaints.push(dialog.message());
      void dialog.dismiss();
    });
    await page.goto(pathToFileURL(file).href);
  });
  afterAll(async () => {
    await page?.browserContext().close();
    rmSync(folder, { recursive: true, force: true });
  });

  const shown = (): Promise<(string | null)[]> =>
    page.$$eval('.all details', (all) =>
      all.filter((one) => one.checkVisibility()).map((one) => one.getAttribute('id')),
    );

  it('loads nothing but itself, and nothing complains', () => {
    expect(asked).toHaveLength(1);
    expect(complaints).toEqual([]);
  });

  it('shows what a server answers as text', async () => {
    const text = await page.$eval('.card.medium', (card) => card.textContent ?? '');
    expect(text).toContain(HOSTILE.slice(0, 30));
    expect(await page.$$('script')).toHaveLength(0);
  });

  it('has a card a finding, and a cell a fault that leads to it', async () => {
    expect(await page.$$('.card')).toHaveLength(4);
    const targets = await page.$$eval('.map a.cell', (cells) =>
      cells.map((cell) => cell.getAttribute('href')),
    );
    expect(targets.map((target) => target?.slice(1)).toSorted()).toEqual(
      sample.results.map(({ fault }) => fault.id).toSorted(),
    );
    for (const target of targets) expect(await page.$(String(target))).not.toBeNull();
  });

  it('shows all faults, or those that are asked for', async () => {
    expect(await shown()).toHaveLength(sample.results.length);
    await page.click('label:has([value=finding])');
    expect(await shown()).toHaveLength(4);
    await page.click('label:has([value=without])');
    expect(await shown()).toEqual(['registration-attestation-expired']);
  });

  it("has FIDO's tests by their IDs, folded by groups", async () => {
    expect(await page.$$('.tests')).toHaveLength(17);
    expect(await page.$$('.tests li')).toHaveLength(173);
    expect(await page.$$eval('.tests li', (all) => all.filter((one) => one.checkVisibility()))).toEqual([]);
  });

  it('on paper has what is wrong, and not every fault', async () => {
    const seen = (selector: string): Promise<boolean> => page.$eval(selector, (one) => one.checkVisibility());
    await page.emulateMediaType('print');
    expect([await seen('.card'), await seen('.all')]).toEqual([true, false]);
    await page.emulateMediaType('screen');
    expect(await seen('.all')).toBe(true);
  });

  it.each([360, 1_280])('does not have to be moved sideways at a width of %i', async (width) => {
    await page.setViewport({ width, height: 800 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  });
});
