/** The playground's panes, judged by axe-core, in light and dark, wide and narrow. */
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { sharedBrowser, withoutChromium } from '../browser/chromium.ts';
import { eachWay, violations } from '../inspector/judged.ts';
import { Inspector } from '../inspector/page.ts';
import { named } from '../interop/debian.ts';
import { whyNoJudge } from '../judges/install.ts';
import { slow, withoutTime } from '../slow.ts';
import { playgroundFolder, type Site, serveFolder } from './site.ts';

const missing = withoutTime ?? withoutChromium ?? whyNoJudge('axe');

describe.skipIf(missing)(named('axe-core, of the playground', missing), () => {
  let browser: Browser;
  let site: Site;
  beforeAll(async () => {
    site = await serveFolder(playgroundFolder());
    browser = await sharedBrowser();
  });
  afterAll(() => site.close());

  /** What is to be seen in a pane before it is looked at. */
  const shown: Readonly<Record<string, (visitor: Inspector) => Promise<void>>> = {
    async Try(visitor) {
      await visitor.clickText('button', 'The person cancels');
      await visitor.says('CTAP2_ERR_OPERATION_DENIED');
    },
    async Audit(visitor) {
      const select = 'form[aria-labelledby="server-title"] select';
      await visitor.page.waitForSelector(select, { timeout: 0 });
      await visitor.page.select(select, 'overwrite');
      await visitor.clickText('button', 'Audit it');
      await visitor.says(/\d+ findings? in \d+ faults/);
      await visitor.page.evaluate(
        '{ for (const one of document.querySelectorAll(".pane details")) one.open = true }',
      );
    },
  };

  slow.each(Object.keys(shown))('finds nothing wrong in %s', async (pane) => {
    const visitor = await Inspector.openAt(browser, site.url);
    await visitor.ready();
    await visitor.pane(pane);
    await shown[pane]?.(visitor);
    await eachWay(visitor.page, async (way) => {
      expect([pane, way, await violations(visitor.page)]).toEqual([pane, way, []]);
      // Nothing is wider than the window.
      const wide =
        'document.documentElement.scrollWidth > innerWidth || document.querySelector("main").scrollWidth > innerWidth';
      expect([pane, way, await visitor.page.evaluate(wide)]).toEqual([pane, way, false]);
    });
    await visitor.close();
  });
});
