// `npm run docs:shots`: the pictures of docs/inspector.md, of a key and ceremonies that are the same in every run: viewport, clock, seed and fonts
// are fixed. Chromium of another version draws other pixels, so no test compares them.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import puppeteer from 'puppeteer-core';
import { Authenticator, ScriptedUser, systemClock, TracedClient } from 'stuntkey';
import { serveHttp } from 'stuntkey/http';
import { traceTo } from 'stuntkey/trace';

/** @typedef {import('puppeteer-core').Page} Page */

const CHROMIUM = '/usr/bin/chromium';
const FONTS = ['fonts-dejavu-core', 'fonts-noto-color-emoji'];
/** 2026-06-01, noon in UTC; every look at the clock is 900 ms later. */
let now = Date.UTC(2026, 5, 1, 12);
const clock = { ...systemClock, wall: () => (now += 900) };
const TOKEN = 'the-token-of-the-pictures';
const folder = fileURLToPath(new URL('../docs/inspector/', import.meta.url));
const origin = 'https://example.com';

installFonts();
mkdirSync(folder, { recursive: true });
const temporary = mkdtempSync(join(tmpdir(), 'stuntkey-shots-'));
const user = new ScriptedUser();
const device = new Authenticator({ seed: 'pictures', model: 'yubikey-bio', user, clock });
const server = await serveHttp(device, { ui: true, token: TOKEN, clock });
const browser = await puppeteer.launch({
  executablePath: CHROMIUM,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--font-render-hinting=none',
    '--disable-lcd-text',
    '--force-color-profile=srgb',
    '--lang=en-US',
  ],
  env: { ...process.env, TZ: 'UTC', LANG: 'en_US.UTF-8' },
});
try {
  await play();
  for (const pane of ['authenticators', 'credentials', 'ceremonies', 'person', 'faults', 'decode'])
    await shoot(pane, pane);
  await shoot('dark', 'ceremonies', { dark: true });
  await shoot('narrow', 'credentials', { width: 420, height: 800 });
  const page = await opened(pathToFileURL(await failed()).href, {});
  await settled(page);
  await save(page, 'trace');
} finally {
  await browser.close();
  await server.close(0);
  rmSync(temporary, { recursive: true });
}

/** What happened to the key before the pictures are taken. */
async function play() {
  await ask('PUT', '/pin', { newPin: '271828' });
  await ask('PUT', '/user', { pin: '271828' });
  await ask('POST', '/fingerprints', { name: 'left thumb' });
  const people = [
    ['example.com', 'Example', 'ada', 'Ada Lovelace'],
    ['example.com', 'Example', 'grace', 'Grace Hopper'],
    ['shop.example', 'A shop', 'ada@shop.example', 'Ada'],
    ['bank.example', 'A bank', 'alan', 'Alan Turing'],
    ['mail.example', 'Mail', 'katherine', 'Katherine Johnson'],
  ];
  for (const [rpId = '', name = '', userName = '', displayName = ''] of people)
    await ask('POST', '/create', {
      origin: `https://${rpId}`,
      options: {
        rp: { id: rpId, name },
        user: { id: Buffer.from(userName).toString('base64url'), name: userName, displayName },
        challenge: 'cGljdHVyZXM',
        pubKeyCredParams: [
          { type: 'public-key', alg: -8 },
          { type: 'public-key', alg: -7 },
        ],
        authenticatorSelection: { residentKey: 'required', userVerification: 'preferred' },
      },
    });
  const request = { challenge: 'cGljdHVyZXM', rpId: 'example.com' };
  await ask('POST', '/get', { origin, options: request });
  await ask('POST', '/get', { origin: 'https://login.example.com', options: request });
  await ask('POST', '/get', { origin: 'https://example.org', options: request });
  await ask('POST', '/user/next', { presence: 'decline' });
  await ask('POST', '/get', { origin, options: request });
}

/** @param {string} method @param {string} path @param {object} body what is refused is part of the picture */
async function ask(method, path, body) {
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
  const response = await fetch(server.url + path, { method, headers, body: JSON.stringify(body) });
  if (!response.ok && response.status !== 403) throw new Error(`${method} ${path}: ${await response.text()}`);
  await response.arrayBuffer();
}

/** The page of a test that failed. */
async function failed() {
  const file = join(temporary, 'trace.html');
  const client = new TracedClient({
    origin,
    authenticator: device,
    clock,
    trace: traceTo(file, 'a visitor signs in', clock),
  });
  const request = { challenge: 'cGljdHVyZXM', rpId: 'example.com', userVerification: 'required' };
  await client.get(request);
  user.next({ presence: 'decline' });
  await client.get(request).catch(() => undefined);
  return file;
}

/** @param {string} name @param {string} pane @param {{ dark?: boolean, width?: number, height?: number }} [how] */
async function shoot(name, pane, how = {}) {
  const page = await opened(`${server.page}&pane=${pane}`, how);
  await settled(page);
  if (pane === 'decode') await decodeSomething(page);
  if (pane === 'ceremonies') await clickIn(page, '[role=option]');
  await settled(page);
  await save(page, name);
  await page.close();
}

/** @param {string} address @param {{ dark?: boolean, width?: number, height?: number }} how */
async function opened(address, { dark = false, width = 1280, height = 800 }) {
  const page = await browser.newPage();
  await page.setViewport({ width, height, deviceScaleFactor: 1 });
  await page.emulateMediaFeatures([
    { name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' },
    { name: 'prefers-reduced-motion', value: 'reduce' },
  ]);
  await page.evaluateOnNewDocument(`{
    const Own = Date, at = ${now + 60_000};
    globalThis.Date = class extends Own { constructor(...given) { super(...(given.length === 0 ? [at] : given)); } static now() { return at; } };
  }`);
  await page.goto(address);
  return page;
}

/** @param {Page} page */
async function settled(page) {
  await page.evaluate('document.fonts.ready.then(() => 0)');
  await page.waitForNetworkIdle({ idleTime: 500, concurrency: 1 });
}

/** @param {Page} page @param {string} selector */
async function clickIn(page, selector) {
  await (await page.waitForSelector(selector))?.click();
}

/** @param {Page} page */
async function decodeSomething(page) {
  const response = await device.transact(Uint8Array.of(0x04));
  await page.type('textarea', Buffer.from(response).toString('hex'));
}

/** @param {Page} page @param {string} name */
async function save(page, name) {
  await page.screenshot({ path: `${folder}${name}.webp`, type: 'webp', quality: 80 });
}

function installFonts() {
  const there = () =>
    FONTS.every((name) => spawnSync('dpkg', ['-s', name], { stdio: 'ignore' }).status === 0);
  if (!existsSync('/etc/debian_version') || there()) return;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['-qq', 'install', '-y', '--no-install-recommends', ...FONTS];
  spawnSync('apt-get', install, { stdio: 'inherit', env });
  if (there()) return;
  spawnSync('apt-get', ['-qq', 'update'], { stdio: 'inherit', env });
  spawnSync('apt-get', install, { stdio: 'inherit', env });
  if (!there()) throw new Error(`expected ${FONTS.join(' and ')}, which apt-get did not install`);
}
