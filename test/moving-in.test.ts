/** The programs of docs/moving-in.md, before and after, as they are printed there. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { withoutChromedriver, withoutChromium } from './browser/chromium.ts';
import { withoutSelenium } from './browser/selenium.ts';
import { named } from './interop/debian.ts';
import { besideSelenium, printed, promised } from './printed.ts';
import { withoutTime } from './slow.ts';

const page = readFileSync(new URL('../docs/moving-in.md', import.meta.url), 'utf8');
const programs = page
  .split(/^## /m)
  .slice(1)
  .flatMap((section) =>
    [...section.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code = ''], place) => ({
      from: section.slice(0, section.indexOf('\n')).replace('From ', ''),
      step: ['before', 'between', 'after'][place] as string,
      code,
    })),
  );

it('moving in is shown from three places, in three steps each', () => {
  expect(programs.map(({ step }) => step)).toEqual(
    Array.from({ length: 3 }, () => ['before', 'between', 'after']).flat(),
  );
});

describe.each(programs)('moving in from $from, $step', ({ from, code }) => {
  const overSelenium = from.includes('Selenium');
  const missing = withoutTime ?? (overSelenium ? (withoutSelenium ?? withoutChromedriver) : withoutChromium);
  it.skipIf(missing)(named('prints what it says', missing), async () => {
    const run = (folder?: string): Promise<string[]> => printed(code, folder);
    expect(await (overSelenium ? besideSelenium(run) : run())).toEqual(promised(code, 'whole'));
  });
});
