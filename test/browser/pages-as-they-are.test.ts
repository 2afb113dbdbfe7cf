/** Documents as they are: policies, frames, popups, and a service worker's. The same comes of a call as in Chromium with its own device. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { named } from '../interop/debian.ts';
import { slow } from '../slow.ts';
import { ASKING, arrived, inKit, KIT, type Served, Visits } from './as-they-are.ts';
import { withoutChromium } from './chromium.ts';

const text = JSON.stringify;

/** A service worker that answers for the whole site. */
const WORKER = `
  addEventListener('install', () => skipWaiting());
  addEventListener('activate', (event) => event.waitUntil(clients.claim()));
  addEventListener('fetch', (event) => {
    if (event.request.mode === 'navigate')
      event.respondWith(new Response('<!doctype html><title>by the worker</title>', { headers: { 'content-type': 'text/html' } }));
  });
`;

const PAGES: Readonly<Record<string, Served>> = {
  '/strict': {
    headers: {
      'content-security-policy':
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    },
  },
  '/sandboxed': { headers: { 'content-security-policy': 'sandbox allow-scripts' } },
  '/sandboxed-at-home': { headers: { 'content-security-policy': 'sandbox allow-scripts allow-same-origin' } },
  '/isolated': {
    headers: {
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-site',
    },
  },
  '/denied': {
    headers: { 'permissions-policy': 'publickey-credentials-create=(), publickey-credentials-get=()' },
  },
  '/asking': { body: ASKING, headers: { 'cross-origin-embedder-policy': 'require-corp' } },
  '/worker.js': { body: WORKER, type: 'text/javascript' },
};

describe.skipIf(withoutChromium)(named('a document', withoutChromium), () => {
  let visits: Visits;
  beforeAll(async () => {
    visits = await Visits.start(PAGES);
  }, 60_000);
  afterEach(() => visits.leave());
  afterAll(() => visits?.close());
  const created = (): string => `webauthn.create ${visits.home} at home`;

  it('that may load nothing and make no script registers and signs in', async () => {
    expect(await visits.run('/strict', '[await ask(), await again()]')).toEqual([
      created(),
      `webauthn.get ${visits.home} at home`,
    ]);
  });

  slow('apart from all others (COOP, COEP) registers, and its frames do', async () => {
    const code = `[crossOriginIsolated, await ask(), (await frame({ src: '/isolated' }), await ask(frames[0]))]`;
    expect(await visits.run('/isolated', code)).toEqual([true, created(), created()]);
  });

  slow('whose policy denies it is refused, and so are frames without an address in it', async () => {
    const code = `[await ask(), await again(), (await frame({ srcdoc: '<p>' }), await ask(frames[0]))]`;
    expect(await visits.run('/denied', code)).toEqual([
      'NotAllowedError',
      'NotAllowedError',
      'NotAllowedError',
    ]);
  });

  slow('in a sandbox of its response is refused, unless it keeps its origin', async () => {
    expect(await visits.run('/sandboxed', '[origin, await ask()]')).toEqual(['null', 'NotAllowedError']);
    expect(await visits.run('/sandboxed-at-home', 'ask()')).toBe(created());
  });

  /** In a frame of the page's own, which is asked from outside. */
  slow.each<[what: string, code: string]>([
    ['with its own address', `frame({ src: '/' })`],
    ['of srcdoc', `frame({ srcdoc: '<p>' })`],
    ['of about:blank', `frame({ src: 'about:blank' })`],
    ['without an address', 'frame({})'],
    ['of a blob', `frame({ src: URL.createObjectURL(new Blob(['<p>'], { type: 'text/html' })) })`],
    [
      'that a script writes',
      `frame({}).then((made) => (made.contentDocument.write('<p>'), made.contentDocument.close(), made))`,
    ],
    ['in a sandbox with its origin', `frame({ src: '/', sandbox: 'allow-scripts allow-same-origin' })`],
    [
      'of srcdoc in a frame of srcdoc',
      `frame({ srcdoc: '<iframe srcdoc="<p>"></iframe>' }).then((made) => ({ contentWindow: made.contentWindow[0] }))`,
    ],
  ])('in a frame %s is at the page’s origin', async (_, code) => {
    expect(await visits.run('/', `ask((await ${code}).contentWindow)`)).toBe(created());
  });

  slow.each(['', 'publickey-credentials-create *'])(
    'in a frame of data: has no credentials container (allowed: “%s”)',
    async (allow) => {
      const attributes = text({ src: `data:text/html,${encodeURIComponent(ASKING)}`, allow });
      const code = `(await Promise.all([told(), frame(${attributes})]))[0]`;
      expect(await visits.run('/', code)).toBe('nothing there');
    },
  );

  /** A frame with an origin of its own, or none: it asks by itself, and tells. */
  slow.each<[what: string, attributes: () => string]>([
    ['in a sandbox', () => text({ src: '/asking', sandbox: 'allow-scripts' })],
    ['of srcdoc in a sandbox', () => text({ srcdoc: ASKING, sandbox: 'allow-scripts' })],
    [
      'of a blob in a sandbox',
      () =>
        `{ src: URL.createObjectURL(new Blob([${text(ASKING)}], { type: 'text/html' })), sandbox: 'allow-scripts' }`,
    ],
    ['of another site', () => text({ src: `${visits.elsewhere}/asking` })],
    [
      'of another site, which has not been touched',
      () => text({ src: `${visits.elsewhere}/asking`, allow: 'publickey-credentials-create *' }),
    ],
  ])('in a frame %s is refused', async (_, attributes) => {
    const code = `(await Promise.all([told(), frame(${attributes()})]))[0]`;
    expect(await visits.run('/', code)).toBe('NotAllowedError');
  });

  /** What a popup opens with, and who is at home there. */
  slow.each<[what: string, code: string, address: () => string, home?: () => string]>([
    ['without an address', `open('about:blank')`, () => 'about:blank'],
    ['without an address or an opener', `open('about:blank', '', 'noopener')`, () => 'about:blank'],
    ['of its own site', `open('/')`, () => visits.home],
    ['of its own site without an opener', `open('/', '', 'noopener')`, () => visits.home],
    [
      'of a blob',
      `open(URL.createObjectURL(new Blob(['<p>'], { type: 'text/html' })))`,
      () => `blob:${visits.home}`,
    ],
    ['of another site', `open(elsewhere + '/')`, () => visits.elsewhere, () => visits.elsewhere],
  ])('in a popup %s is where its address says', async (_, code, address, home = () => visits.home) => {
    const end = await visits.alike(async (way) => {
      const page = await way.open();
      await page.goto(visits.home);
      const popup = await way.popup(page, `elsewhere = ${text(visits.elsewhere)}; void ${code}`);
      await arrived(popup, address());
      return popup.evaluate(inKit('ask()'));
    });
    expect(end).toBe(`webauthn.create ${home()} at home`);
  });

  slow('in a popup that a frame in a sandbox opens is refused', async () => {
    const opening = `<script>open('/asking2')</script>`;
    const end = await visits.alike(async (way) => {
      const page = await way.open();
      await page.goto(visits.home);
      const attributes = text({
        srcdoc: opening,
        sandbox: 'allow-scripts allow-popups',
      });
      const popup = await way.popup(page, `(async () => { ${KIT} await frame(${attributes}); })()`);
      await arrived(popup, `${visits.home}/asking2`);
      return popup.evaluate(inKit('ask()'));
    });
    expect(end).toBe('NotAllowedError');
  });

  slow('that comes back from the browser’s cache registers', async () => {
    const end = await visits.alike(async (way) => {
      const page = await way.open();
      await page.goto(visits.home);
      await page.evaluate(
        `addEventListener('pageshow', ({ persisted }) => { globalThis.came = persisted; }); globalThis.kept = 7;`,
      );
      const before = await page.evaluate(inKit('ask()'));
      await page.goto(`${visits.elsewhere}/`);
      await page.goBack();
      return [before, await page.evaluate(inKit('[globalThis.kept, await ask(), await again()]'))];
      // Playwright's Chromium keeps no page.
    }, true);
    expect(end).toEqual([created(), [7, created(), `webauthn.get ${visits.home} at home`]]);
  });

  slow('that a service worker serves and controls registers and signs in', async () => {
    const end = await visits.alike(async (way) => {
      const page = await way.open();
      await page.goto(visits.home);
      await page.evaluate(
        `navigator.serviceWorker.register('/worker.js').then(() => navigator.serviceWorker.ready).then(() => 0)`,
      );
      await page.goto(`${visits.home}/anywhere`);
      return page.evaluate(
        inKit('[document.title, navigator.serviceWorker.controller !== null, await ask(), await again()]'),
      );
    });
    expect(end).toEqual(['by the worker', true, created(), `webauthn.get ${visits.home} at home`]);
  });
});
