/** What scripts do to a page's realm: the same comes of a call as in Chromium with its own device. */
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { named } from '../interop/debian.ts';
import { judgesFile, whyNoJudge } from '../judges/install.ts';
import { slow, withoutTime } from '../slow.ts';
import { inKit, Visits } from './as-they-are.ts';
import { withoutChromium } from './chromium.ts';

const withoutJudge = withoutTime ?? withoutChromium ?? whyNoJudge('page-realms');

/** Scripts of others, by the path they are served under. */
const SCRIPTS = {
  '/zone.js': 'zone.js/bundles/zone.umd.min.js',
  '/core-js.js': 'core-js-bundle/minified.js',
  '/ses.js': 'ses/dist/ses.umd.min.js',
} as const;

const SCRIPT = (path: string, more = ''): string =>
  `<!doctype html><title>page</title><script src="${path}"></script><script>${more}</script>`;

/** As Prototype.js 1.6 has it, which brought its own toJSON, bind, map and find to everything. */
const PROTOTYPE = `
  Object.extend = (on, from) => { for (const key in from) on[key] = from[key]; return on; };
  const each = function (act) { for (let i = 0; i < this.length; i++) act(this[i], i); return this; };
  Object.extend(Array.prototype, { each, clone() { return this.slice(); }, first() { return this[0]; }, without() { return []; },
    map(act) { const made = []; this.each((one) => made.push(act(one))); return made; },
    find(act) { return this.filter(act).first() ?? null; },
    inject(memo, act) { this.each((one) => { memo = act(memo, one); }); return memo; },
    toJSON() { return '[' + this.join(', ') + ']'; } });
  Object.extend(String.prototype, { toJSON() { return '"' + this + '"'; }, strip() { return this; }, startsWith() { return false; } });
  Object.extend(Number.prototype, { toJSON() { return String(this); } });
  Object.extend(Function.prototype, { bind(self) { const act = this; return function () { return act.apply(self, arguments); }; },
    wrap(act) { return act; }, argumentNames() { return []; }, defer() {} });
  Object.extend(Object.prototype, { inspect() { return ''; }, keys() { return []; }, clone() { return this; } });
  Object.extend(Date.prototype, { toJSON() { return ''; } });
  document.getElementsByClassName = (name) => Array.from(document.querySelectorAll('.' + name));
`;

/** A password manager that wraps the browser's own functions, and hands everything on. */
const MANAGER = `
  globalThis.passed = [];
  const { create, get } = navigator.credentials;
  const wrapped = { create: create.bind(navigator.credentials), get: get.bind(navigator.credentials) };
  navigator.credentials.create = async (options) => { passed.push('create'); return wrapped.create(options); };
  navigator.credentials.get = async (options) => { passed.push('get'); return wrapped.get(options); };
`;
/** One that does so for all containers. */
const ON_PROTOTYPE = `
  globalThis.passed = [];
  for (const name of ['create', 'get']) {
    const wrapped = CredentialsContainer.prototype[name];
    CredentialsContainer.prototype[name] = function (...args) { passed.push(name); return Reflect.apply(wrapped, this, args); };
  }
`;
/** One with an object of its own in place of the container. */
const ANOTHER_CONTAINER = `
  globalThis.passed = [];
  const own = navigator.credentials;
  Object.defineProperty(navigator, 'credentials', { configurable: true, value: {
    create: (options) => (passed.push('create'), own.create(options)), get: (options) => (passed.push('get'), own.get(options)) } });
`;

/** What a page's script does to its realm first. */
const DONE: readonly (readonly [what: string, code: string, notOverPlaywright: boolean])[] = [
  ['wraps navigator.credentials, as a password manager does', MANAGER, false],
  [
    'freezes navigator, navigator.credentials and their prototypes',
    `
    for (const one of [navigator, navigator.credentials, Navigator.prototype, CredentialsContainer.prototype, Credential,
      PublicKeyCredential, PublicKeyCredential.prototype, AuthenticatorAttestationResponse.prototype]) Object.freeze(one)`,
    false,
  ],
  // What pages hand to Playwright passes through its own script, which uses such methods as it finds them.
  ['brings what Prototype.js brought to every prototype', PROTOTYPE, true],
  ['wraps CredentialsContainer.prototype', ON_PROTOTYPE, false],
  ['puts another container in the place of navigator.credentials', ANOTHER_CONTAINER, false],
  [
    'freezes every intrinsic',
    `
    for (const name of Object.getOwnPropertyNames(globalThis)) { const one = globalThis[name];
      if (typeof one === 'function') { Object.freeze(one); if (one.prototype) Object.freeze(one.prototype); } }`,
    false,
  ],
  [
    'replaces Promise, as a polyfill does',
    `
    globalThis.Promise = class Promise { static resolve(value) { return { then: (act) => act(value) }; } then() { return this; } }`,
    true,
  ],
];

/** Registers and signs in, and says what passed a wrapper on the way. */
const BOTH = '[await ask(), await again(), globalThis.passed ?? []]';

describe.skipIf(withoutChromium)(named('a page', withoutChromium), () => {
  let visits: Visits;
  let both: readonly string[];
  beforeAll(async () => {
    const scripts = Object.entries(SCRIPTS).map(([path, file]) => [
      path,
      {
        type: 'text/javascript; charset=utf-8',
        body: withoutJudge === undefined ? readFileSync(judgesFile('page-realms', file), 'utf8') : '',
      },
    ]);
    visits = await Visits.start({
      ...Object.fromEntries(scripts),
      '/with/zone': { body: SCRIPT('/zone.js') },
      '/with/core-js': { body: SCRIPT('/core-js.js') },
      '/with/ses': { body: SCRIPT('/ses.js', 'lockdown()') },
      '/with/ses-harden': {
        body: SCRIPT('/ses.js', 'lockdown(); harden(CredentialsContainer); harden(PublicKeyCredential)'),
      },
    });
    both = [`webauthn.create ${visits.home} at home`, `webauthn.get ${visits.home} at home`];
  }, 60_000);
  afterEach(() => visits.leave());
  afterAll(() => visits?.close());

  it.each(DONE.slice(0, withoutTime === undefined ? undefined : 1))(
    'that %s registers and signs in',
    async (_, code, notOverPlaywright) => {
      const end = await visits.run('/', `(() => { ${code} })(), ${BOTH}`, { notOverPlaywright });
      const [created, got, passed] = end as unknown[];
      expect([created, got]).toEqual(both);
      expect(passed).toEqual(code.includes('passed') ? ['create', 'get'] : []);
    },
  );

  it.skipIf(withoutJudge).each([
    [
      'zone',
      `[Zone.current.name, navigator.credentials.get({ publicKey: { challenge: bytes(1) }, signal: AbortSignal.abort() }).catch(() => 0) instanceof Promise]`,
      ['<root>', true],
    ],
    ['core-js', `[typeof Iterator.from, typeof Array.fromAsync]`, ['function', 'function']],
    ['ses', `[Object.isFrozen(Promise.prototype), Object.isFrozen(Array.prototype)]`, [true, true]],
    [
      'ses-harden',
      `[Object.isFrozen(CredentialsContainer.prototype), Object.isFrozen(PublicKeyCredential)]`,
      [true, true],
    ],
  ] as const)(named('with %s registers and signs in', withoutJudge), async (name, seen, like) => {
    expect(await visits.run(`/with/${name}`, `[${seen}, await ask(), await again()]`)).toEqual([
      like,
      ...both,
    ]);
  });

  it.skipIf(withoutJudge)(
    named('in a zone of zone.js gets what comes of a call in that zone', withoutJudge),
    async () => {
      const code = `Zone.current.fork({ name: 'inner' }).run(() =>
      navigator.credentials.create(creation()).then((made) => [Zone.current.name, whose(made)]))`;
      expect(await visits.run('/with/zone', code)).toEqual(['inner', both[0]]);
    },
  );

  /** A script that ran before us has bound the browser's own functions, which nothing answers: what it put over them is taken off. */
  slow.each([MANAGER, ON_PROTOTYPE, ANOTHER_CONTAINER])(
    'that a password manager came to before us is answered by us',
    async (manager) => {
      const script = `if (navigator.credentials) { ${manager} }`;
      expect(await visits.run('/', '[await ask(), await again()]', { script })).toEqual(both);
    },
  );

  slow('whose wrapper outlives us asks the browser again, and keeps its wrapper', async () => {
    const end = await visits.alike(async (way) => {
      const page = await way.open();
      await page.goto(visits.home);
      await page.evaluate(`(() => { ${ON_PROTOTYPE} })()`);
      const before = await page.evaluate(inKit('ask()'));
      await way.detach();
      // What no authenticator has to answer is told apart from what nothing answers.
      const after = await page.evaluate(
        inKit(
          `[await end(navigator.credentials.create({ publicKey: { ...creation().publicKey, rp: { id: 'example.com', name: 'x' } } })), passed]`,
        ),
      );
      return [before, after];
    });
    expect(end).toEqual([both[0], ['SecurityError', ['create', 'create']]]);
  });
});
