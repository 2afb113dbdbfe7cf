/** What works with which driver in which mode: the table of docs/browsers.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { visit } from '../../examples/login-server/browser.js';
import type { AttachMode, Passkeys } from '../../src/browser/puppeteer.ts';
import { Authenticator, type AuthenticatorOptions, WebAuthnClient } from '../../src/entries/index.ts';
import { named } from '../interop/debian.ts';
import { withoutTime } from '../slow.ts';
import { type LoginServer, startHome } from './chromium.ts';
import { DRIVERS, type Driven, type DrivenPage, type Driver, type Launched } from './drivers.ts';

const DOCS = new URL('../../docs/browsers.md', import.meta.url);

interface Stage {
  readonly server: LoginServer;
  readonly page: DrivenPage;
  readonly authenticator: Authenticator;
  readonly passkeys: Passkeys;
  run(code: string, where?: Driven): Promise<unknown>;
}

interface Scenario {
  readonly name: string;
  readonly device?: AuthenticatorOptions;
  /** A second device. */
  readonly other?: AuthenticatorOptions;
  play(stage: Stage): Promise<unknown>;
  /** What it comes to where it works. */
  readonly comesTo: unknown;
}

const registerAndLogin = async ({ run }: Stage): Promise<unknown> => {
  await run('register("ada")');
  return ((await run('login()')) as { welcome: string }).welcome;
};

/** A frame of another site, and what the page's code comes to in it. */
async function inFrame({ server, page, run }: Stage, allow: string, code: string): Promise<unknown> {
  const { port } = new URL(server.origin);
  await run(`new Promise((loaded) => {
    const frame = document.createElement('iframe');
    Object.assign(frame, { src: 'http://frame.localhost:${port}/frame', allow: '${allow}', onload: loaded });
    document.body.append(frame);
  }).then(() => 0)`);
  return run(code, page.frames().at(-1));
}

const FRAME = `outcome(navigator.credentials.create(creation({ authenticatorSelection: { residentKey: "required" } }))
  .then(() => navigator.credentials.get(request())))`;

/** What a page can say of itself, and of the frames around it, all of it untrue. */
const LIES = `
  for (const [name, value] of [['origin', 'https://evil.example'], ['isSecureContext', true], ['crossOriginIsolated', true]])
    Object.defineProperty(self, name, { value });
  document.featurePolicy && Object.defineProperty(Object.getPrototypeOf(document.featurePolicy), 'allowsFeature', { value: () => true });
  Object.defineProperty(Document.prototype, 'featurePolicy', { get: () => ({ allowsFeature: () => true }), configurable: true });
  Object.defineProperty(Document.prototype, 'URL', { get: () => 'https://evil.example/', configurable: true });
  Object.defineProperty(Document.prototype, 'domain', { get: () => 'evil.example', configurable: true });
  Object.defineProperty(Element.prototype, 'getAttribute', { value: () => 'publickey-credentials-get *; publickey-credentials-create *' });
  Object.defineProperty(HTMLIFrameElement.prototype, 'allow', { get: () => 'publickey-credentials-get *', configurable: true });
  URL = class { origin = 'https://evil.example'; href = 'https://evil.example/'; };
  history.replaceState(null, '', '/evil.example');
`;

const SCENARIOS: readonly Scenario[] = [
  { name: 'register and sign in, by @simplewebauthn/browser', play: registerAndLogin, comesTo: 'ada' },
  {
    name: 'sign in again in Node, with the counter going on',
    async play(stage) {
      await registerAndLogin(stage);
      await stage.passkeys.settled();
      const { post } = visit(stage.server.url);
      const { origin } = stage.server;
      const client = new WebAuthnClient({ origin, authenticator: stage.authenticator });
      await post('/login/verify', await client.get(await post('/login/options')));
      return ((await stage.run('login()')) as { welcome: string }).welcome;
    },
    comesTo: 'ada',
  },
  {
    name: 'after a navigation',
    async play({ run, page, server }) {
      await run('register("ada")');
      await page.goto(`${server.origin}/other`);
      return ((await run('login()')) as { welcome: string }).welcome;
    },
    comesTo: 'ada',
  },
  {
    name: 'in a popup',
    async play({ run, page, passkeys }) {
      await run('register("ada")');
      const popup = new Promise<DrivenPage>((resolve) => {
        page.once('popup', resolve);
      });
      await run('void window.open("/other")');
      const opened = await popup;
      await opened.waitForFunction('typeof login === "function"');
      // By Playwright, mode cdp enters a popup only once its context tells of it.
      await passkeys.settled();
      return ((await run('login()', opened)) as { welcome: string }).welcome;
    },
    comesTo: 'ada',
  },
  {
    name: 'in a frame of another site, with permission',
    play: (stage) => inFrame(stage, 'publickey-credentials-get; publickey-credentials-create', FRAME),
    comesTo: 'ok',
  },
  {
    name: 'in a frame of another site, without: NotAllowedError',
    play: (stage) => inFrame(stage, '', FRAME),
    comesTo: 'NotAllowedError',
  },
  {
    name: 'an RP ID of another site: SecurityError',
    play: ({ run }) =>
      run('outcome(navigator.credentials.create(creation({ rp: { id: "example.com", name: "E" } })))'),
    comesTo: 'SecurityError',
  },
  {
    name: 'the page aborts',
    async play({ run, passkeys, authenticator }) {
      if (passkeys.mode === 'cdp') await passkeys.setPresence(false);
      else (authenticator.user as unknown as { use(script: object): void }).use({ presence: 'ignore' });
      return run(
        'outcome(navigator.credentials.create({ ...creation(), signal: AbortSignal.timeout(100) }))',
      );
    },
    comesTo: 'TimeoutError',
  },
  {
    name: 'the person declines: NotAllowedError',
    async play({ run, passkeys, authenticator }) {
      if (passkeys.mode === 'cdp')
        throw new Error('Chromium’s person can stay away or fail to be verified, and not decline');
      (authenticator.user as unknown as { next(script: object): void }).next({ presence: 'decline' });
      return run('outcome(navigator.credentials.create(creation()))');
    },
    comesTo: 'NotAllowedError',
  },
  {
    name: 'the person is not recognized: NotAllowedError',
    device: { policy: { userVerification: 'built-in', clientPin: false } },
    async play({ run, passkeys, authenticator }) {
      if (passkeys.mode === 'cdp') await passkeys.setUserVerified(false);
      else (authenticator.user as unknown as { use(script: object): void }).use({ verification: 'fail' });
      const required = 'authenticatorSelection: { userVerification: "required" }';
      return run(`outcome(navigator.credentials.create(creation({ ${required} })))`);
    },
    comesTo: 'NotAllowedError',
  },
  {
    name: 'a conditional sign-in',
    async play({ run, passkeys }) {
      await run(
        `outcome(navigator.credentials.create(creation({ authenticatorSelection: { residentKey: "required" } })))`,
      );
      const came = await run(
        'outcome(navigator.credentials.get({ ...request(), mediation: "conditional" }))',
      );
      if (passkeys.mode === 'proxy' && came === 'NotAllowedError')
        throw new Error('Chromium refuses it: NotAllowedError');
      return came;
    },
    comesTo: 'ok',
  },
  {
    name: 'a page that lies about itself is known all the same',
    async play(stage) {
      const told = await stage.run(`(async () => {
        ${LIES}
        const made = await navigator.credentials.create(creation());
        return JSON.parse(new TextDecoder().decode(made.response.clientDataJSON)).origin;
      })()`);
      const refused = await inFrame(stage, '', `(() => { ${LIES} return ${FRAME}; })()`);
      return [told === stage.server.origin, refused];
    },
    comesTo: [true, 'NotAllowedError'],
  },
  {
    name: 'two devices, one of them built in',
    other: { policy: { transports: ['internal'] } },
    play: ({ run }) =>
      run(
        'navigator.credentials.create(creation({ authenticatorSelection: { authenticatorAttachment: "platform" } })).then((made) => made.authenticatorAttachment)',
      ),
    comesTo: 'platform',
  },
  {
    name: 'the device’s own AAGUID',
    async play({ run }) {
      const code =
        'navigator.credentials.create(creation()).then(({ response }) => String.fromCharCode(...new Uint8Array(response.getAuthenticatorData()).slice(37, 53)))';
      const name = await run(code);
      return name === 'stuntkey test 01' ? name : Promise.reject(new Error('it is Chromium’s'));
    },
    comesTo: 'stuntkey test 01',
  },
  ...(
    [
      [
        'a passkey provider: no counter, backed up',
        { policy: { signCounter: 'zero', transports: ['internal'] } },
        'signCounter',
      ],
      ['attestation as a TPM', { policy: { attestationFormats: ['tpm'], algorithms: [-7] } }, 'attestation'],
      ['ES384 only', { policy: { algorithms: [-35] } }, 'algorithms'],
      ['credentials wrapped into their IDs', { policy: { nonDiscoverable: 'wrapped' } }, 'nonDiscoverable'],
    ] as const
  ).map(
    ([name, device, about]): Scenario => ({
      name,
      device,
      async play({ run, passkeys }) {
        const parameters = 'pubKeyCredParams: [-7, -8, -35].map((alg) => ({ type: "public-key", alg }))';
        const came = await run(
          `outcome(navigator.credentials.create(creation({ attestation: "direct", ${parameters} })))`,
        );
        // A page that gets a credential has not got what the row is about, where that is lost.
        const loss = passkeys.losses.find((one) => one.name === about);
        if (came === 'ok' && loss !== undefined) throw new Error(`lost: ${loss.message}`);
        return came;
      },
      comesTo: 'ok',
    }),
  ),
];

const launched = new Map<Driver, Promise<Launched>>();
afterAll(async () => {
  for (const one of launched.values()) await (await one.catch(() => undefined))?.close();
});

async function outcome(scenario: Scenario, driver: Driver, mode: AttachMode): Promise<string> {
  const { device, other, play, comesTo } = scenario;
  const launching = launched.get(driver) ?? driver.launch();
  launched.set(driver, launching);
  const server = await startHome();
  const { page, attach, close } = await (await launching).visit();
  try {
    await page.goto(`${server.origin}/`);
    const authenticator = new Authenticator(device);
    const devices = other === undefined ? authenticator : [authenticator, new Authenticator(other)];
    const passkeys = await attach(devices, mode);
    const run: Stage['run'] = (code, where = page) => where.evaluate(code);
    expect(await play({ server, page, authenticator, passkeys, run })).toEqual(comesTo);
    await passkeys.detach();
    return 'works';
  } catch (error) {
    const { message, code } = error as { message: string; code?: string };
    return code === 'mode-cannot' ? `refused: ${message.replace(/.*cannot be this one: /, '')}` : message;
  } finally {
    await close();
    await server.close();
  }
}

const COLUMNS = DRIVERS.flatMap((driver) => driver.modes.map((mode) => ({ driver, mode })));
const cells = (row: string): string[] =>
  row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
const TABLE = /(<!-- scenarios -->\n)([\s\S]*)(<!-- end -->)/;

describe('what docs/browsers.md says of drivers and modes', () => {
  const docs = readFileSync(DOCS, 'utf8');
  const before = (TABLE.exec(docs)?.[2] ?? '').trim().split('\n').slice(2).map(cells);

  describe.each(COLUMNS.map((column, place) => ({ ...column, place })))(
    'of $driver.name, $mode',
    ({ driver, mode, place }) => {
      const skipped = withoutTime ?? driver.missing;
      it.skipIf(skipped)(named('is what comes out', skipped), async () => {
        const column: string[] = [];
        for (const scenario of SCENARIOS) {
          // Refused whatever the device: said once.
          const refused = column[0]?.startsWith('refused: mode') ?? false;
          column.push(refused ? '–' : await outcome(scenario, driver, mode));
        }
        if (process.env.STUNTKEY_WRITE_DOCS === undefined) {
          expect(column).toEqual(before.map((row) => row[place + 1]));
          return;
        }
        const old = readFileSync(DOCS, 'utf8');
        const rows = (TABLE.exec(old)?.[2] ?? '').trim().split('\n').slice(2).map(cells);
        const table = SCENARIOS.map(({ name }, row) => {
          const kept = rows.find(([first]) => first === name) ?? [];
          const line = COLUMNS.map((_, at) => (at === place ? column[row] : (kept[at + 1] ?? '')));
          return `| ${[name, ...line].join(' | ')} |`;
        });
        const head = [
          `|  | ${COLUMNS.map((one) => `${one.driver.name} \`${one.mode}\``).join(' | ')} |`,
          `| --- |${COLUMNS.map(() => ' --- |').join('')}`,
        ];
        const text = [...head, ...table].join('\n');
        writeFileSync(
          DOCS,
          old.replace(TABLE, (_, from: string, __: string, to: string) => `${from}${text}\n${to}`),
        );
      });
    },
  );

  it('is of these scenarios', () => {
    expect(before.map(([name]) => name)).toEqual(SCENARIOS.map(({ name }) => name));
  });
});
