/** The playground's panes, judged by axe-core, in light and dark, wide and narrow. */
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { type Served, serveFolder } from '../../docs/site/serve.js';
import { sharedBrowser, withoutChromium } from '../browser/chromium.ts';
import { eachWay, tooWide, violations } from '../inspector/judged.ts';
import { Inspector } from '../inspector/page.ts';
import { named } from '../interop/debian.ts';
import { whyNoJudge } from '../judges/install.ts';
import { slow, withoutTime } from '../slow.ts';
import { BELOW, playgroundFolder } from './site.ts';

const missing = withoutTime ?? withoutChromium ?? whyNoJudge('axe');

describe.skipIf(missing)(named('axe-core, of the playground', missing), () => {
  let browser: Browser;
  let site: Served;
  beforeAll(async () => {
    site = await serveFolder(playgroundFolder(), BELOW);
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
    Authenticators: (visitor) => visitor.says('AAGUID'),
    async Credentials(visitor) {
      await registered(visitor);
      await visitor.pane('Credentials');
      await visitor.click('gridcell', 'example.com');
      await visitor.says('ES256');
    },
    async Ceremonies(visitor) {
      await registered(visitor);
      await visitor.pane('Ceremonies');
      await visitor.clickText('option', 'example.com');
      await visitor.says('authenticatorMakeCredential');
    },
    Person: (visitor) => visitor.says('What the person does'),
    async Faults(visitor) {
      await visitor.clickText('option', 'sign-in');
      await visitor.says('what it gains');
    },
    Decode: (visitor) => visitor.fill('Base64url', '00'),
  };

  async function registered(visitor: Inspector): Promise<void> {
    await visitor.pane('Try');
    await visitor.clickText('button', 'Make a credential');
    await visitor.says('The server has a new credential.');
  }

  slow.each(Object.keys(shown))('finds nothing wrong in %s', async (pane) => {
    const visitor = await Inspector.openAt(browser, site.url);
    await visitor.ready();
    await visitor.pane(pane);
    await shown[pane]?.(visitor);
    await eachWay(visitor.page, async (way) => {
      expect([pane, way, await violations(visitor.page)]).toEqual([pane, way, []]);
      expect([pane, way, await tooWide(visitor.page)]).toEqual([pane, way, []]);
    });
    await visitor.close();
  });
});
