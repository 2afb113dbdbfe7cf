/** Debian's Chromium through puppeteer-core, and a login server with pages in it. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import puppeteer, { type Browser, type LaunchOptions } from 'puppeteer-core';
import { startLoginServer } from '../../examples/login-server/server.js';
import { runs, whyNot } from '../interop/debian.ts';
import { withoutTime } from '../slow.ts';

export const withoutChromium: string | undefined = whyNot(['chromium'], () => runs('chromium', '--version'));

export const withoutChromedriver: string | undefined =
  withoutChromium ?? whyNot(['chromium-driver'], () => runs('chromedriver', '--version'));

export const withoutFirefox: string | undefined = whyNot(['firefox-esr'], () =>
  runs('firefox-esr', '--version'),
);

export const CHROMIUM_ARGUMENTS: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-features=SpareRendererForSitePerProcess',
];

/** What a driver's own limits are where a busy machine must not be judged: none. */
export const PATIENT = { timeout: 0, protocolTimeout: 0 } as const;

export function launch(options: LaunchOptions = {}): Promise<Browser> {
  const executablePath = '/usr/bin/chromium';
  return puppeteer.launch({ executablePath, ...PATIENT, ...options, args: [...CHROMIUM_ARGUMENTS] });
}

const SHELL = '/usr/bin/chromium-headless-shell';
const withoutShell =
  withoutChromium ??
  (withoutTime === undefined
    ? 'SLOW has the whole browser'
    : whyNot(['chromium-headless-shell'], () => runs(SHELL, '--version')));

/** What the shared browsers are: Chromium, or in a quick run its headless shell, which opens a page with a third of the work. */
export const SHARED = withoutShell === undefined ? SHELL : '/usr/bin/chromium';

let shared: Promise<Browser> | undefined;

/**
 * The Chromium that a worker's files share: a launch costs more than most of what is asked of it. Each file opens contexts of its own and
 * closes them. It is on a pipe, so that it ends when the worker does, however that ends.
 */
export async function sharedBrowser(): Promise<Browser> {
  const running = await shared;
  if (running?.connected !== true) shared = launchShared({ pipe: true });
  return shared as Promise<Browser>;
}

/** Another one like it, for what ends a browser or looks at all of its pages. */
export const launchShared = (options: LaunchOptions = {}): Promise<Browser> =>
  launch({ executablePath: SHARED, headless: SHARED === SHELL ? 'shell' : true, ...options });

/** The same page, whose driver waits as long as it takes. */
export function patient<P extends { setDefaultTimeout(milliseconds: number): void }>(page: P): P {
  page.setDefaultTimeout(0);
  return page;
}

const require = createRequire(import.meta.url);
const library = readFileSync(
  require
    .resolve('@simplewebauthn/browser')
    .replace(/\/(?:esm|script|dist)\/.*$/, '/dist/bundle/index.umd.min.js'),
  'utf8',
);

const HOME = `<!doctype html><title>home</title><script>${library}</script><script>
const post = async (path, body = {}) => {
  const response = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
};
const register = async (username) => post('/register/verify',
  await SimpleWebAuthnBrowser.startRegistration({ optionsJSON: await post('/register/options', { username }) }));
const login = async () => post('/login/verify',
  await SimpleWebAuthnBrowser.startAuthentication({ optionsJSON: await post('/login/options') }));
const creation = (more = {}) => ({ publicKey: {
  rp: { name: 'Home' }, user: { id: new Uint8Array([1, 2]), name: 'ada', displayName: 'Ada' },
  challenge: new Uint8Array(32), pubKeyCredParams: [{ type: 'public-key', alg: -7 }], ...more } });
const request = (more = {}) => ({ publicKey: { challenge: new Uint8Array(32), ...more } });
const outcome = (promise) => promise.then((value) => value && value.id ? 'ok' : String(value), (error) => error.name);
</script>`;

export type LoginServer = Awaited<ReturnType<typeof startLoginServer>>;

/** The login server, with the same page everywhere; what it calls is in {@link HOME}. */
export function startHome(): Promise<LoginServer> {
  const asking = 'window.eager = outcome(navigator.credentials.create(creation()))';
  const eager = `${HOME}<script>${asking}; eager.then((told) => parent.postMessage(told, '*'))</script>`;
  return startLoginServer({ pages: { '/': HOME, '/other': HOME, '/frame': HOME, '/eager': eager } });
}
