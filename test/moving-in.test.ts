/** The programs of docs/guides, before, between and after, as they are printed there. */
import { describe, expect, it } from 'vitest';
import { withoutChromedriver, withoutChromium } from './browser/chromium.ts';
import { withoutSelenium } from './browser/selenium.ts';
import { GUIDES, textOf } from './documents.ts';
import { named } from './interop/debian.ts';
import { whyNoJudge } from './judges/install.ts';
import { beside, besideSelenium, printed, promised } from './printed.ts';
import { withoutTime } from './slow.ts';

const STEPS = ['Before', 'Between', 'After'];

/** The programs of a guide: the first block of `js` below each of its steps. */
const programs = GUIDES.flatMap((path) =>
  textOf(path)
    .split(/^## /m)
    .map((section) => ({
      from: path.slice(path.lastIndexOf('from-') + 'from-'.length, -'.md'.length),
      step: section.slice(0, section.indexOf('\n')),
      code: /```js\n([\s\S]*?)```/.exec(section)?.[1] ?? '',
    }))
    .filter(({ code }) => code !== ''),
);

it('moving in is shown from four places, in three steps each', () => {
  const guides = [...new Set(programs.map(({ from }) => from))];
  expect(guides).toHaveLength(4);
  for (const guide of guides)
    expect(
      programs.filter(({ from }) => from === guide).map(({ step }) => step),
      guide,
    ).toEqual(STEPS);
});

/** What runs the programs of a guide, and why it cannot. */
const RUNNERS: Readonly<
  Record<string, readonly [missing: string | undefined, run: (code: string) => Promise<string[]>]>
> = {
  selenium: [
    withoutSelenium ?? withoutChromedriver,
    (code) => besideSelenium((folder) => printed(code, folder)),
  ],
  'nid-webauthn-emulator': [
    withoutTime ?? whyNoJudge('nid-webauthn-emulator'),
    (code) => beside('nid-webauthn-emulator', 'nid-webauthn-emulator', (folder) => printed(code, folder)),
  ],
};

describe.each(programs)('moving in from $from, $step', ({ from, code }) => {
  const [without, run] = RUNNERS[from] ?? [withoutChromium, (code: string) => printed(code)];
  const missing = withoutTime ?? without;
  it.skipIf(missing)(named('prints what it says', missing), async () => {
    expect(await run(code)).toEqual(promised(code, 'whole'));
  });
});
