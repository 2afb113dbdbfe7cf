/** Pages, judged by axe-core: in light and dark, wide and narrow. */
import { readFileSync } from 'node:fs';
import type { Page } from 'puppeteer-core';
import { judgesFile } from '../judges/install.ts';

interface Violation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** What axe finds, in a line each. */
export async function violations(page: Page): Promise<string[]> {
  const source = readFileSync(judgesFile('axe', 'axe-core/axe.min.js'), 'utf8');
  await page.evaluate(source);
  const { violations } = (await page.evaluate('axe.run(document)')) as { violations: Violation[] };
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}: ${html.slice(0, 200)} (${failureSummary})`),
  );
}

/** The parts of the page that do not fit into the window's width: what is in them is out of sight. */
export async function tooWide(page: Page): Promise<string[]> {
  return (await page.evaluate(
    '["html", ".top", ".panes", "main", ".pane"].filter((part) => { const one = document.querySelector(part); return one.scrollWidth > one.clientWidth; })',
  )) as string[];
}

/** Looks at a page in every way in which it is drawn. */
export async function eachWay(page: Page, look: (way: string) => Promise<void>): Promise<void> {
  for (const scheme of ['light', 'dark'])
    for (const width of [1280, 400]) {
      await page.setViewport({ width, height: 800 });
      await page.emulateMediaFeatures([
        { name: 'prefers-color-scheme', value: scheme },
        { name: 'prefers-reduced-motion', value: 'reduce' },
      ]);
      await look(`${scheme}, ${width} pixels`);
    }
}
