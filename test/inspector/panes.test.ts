/** Each pane of the inspector does what it says, over a device that answers. */
import type { Browser } from 'puppeteer-core';
import { afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';
import { type HttpServer, serveHttp } from '../../src/entries/http.ts';
import { Authenticator, ScriptedUser } from '../../src/entries/index.ts';
import { sharedBrowser, withoutChromium } from '../browser/chromium.ts';
import { DoorClient } from '../http/client.ts';
import { named } from '../interop/debian.ts';
import { slow } from '../slow.ts';
import { Inspector } from './page.ts';

const origin = 'https://example.com';
const creation = (name: string, rpId = 'example.com') => ({
  rp: { name: 'Example', id: rpId },
  user: { id: Buffer.from(name.slice(0, 20)).toString('base64url'), name, displayName: name },
  challenge: 'Y2hhbGxlbmdl',
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  authenticatorSelection: { residentKey: 'required' },
});
const request = { challenge: 'Y2hhbGxlbmdl', rpId: 'example.com' };

describe.skipIf(withoutChromium)(named('the inspector', withoutChromium), () => {
  let browser: Browser;
  let device: Authenticator;
  let server: HttpServer;
  let client: DoorClient;
  let inspector: Inspector;
  beforeAll(async () => {
    browser = await sharedBrowser();
  });
  beforeEach(async () => {
    device = new Authenticator({ model: 'yubikey-bio', user: new ScriptedUser({ pin: '123456' }) });
    server = await serveHttp(device, { ui: true, tokenRights: ['keys'] });
    client = new DoorClient(server);
    inspector = await Inspector.open(browser, server);
  });
  afterEach(async () => {
    await inspector.close();
    await server.close(0);
  });

  const create = async (name: string, rpId?: string): Promise<string> =>
    (
      await client.call('POST', '/create', {
        origin: `https://${rpId ?? 'example.com'}`,
        options: creation(name, rpId),
      })
    ).json.id;

  slow('Authenticators: sets a PIN, enrolls a finger, unplugs and resets', async () => {
    await inspector.pane('Authenticators');
    await inspector.says('CTAP 2.1');
    await inspector.click('button', 'Set a PIN …');
    await inspector.fill('New PIN', '123456');
    await inspector.click('button', 'Set');
    await inspector.says('The PIN is set.');
    expect((await client.call('GET', '/pin')).json.set).toBe(true);
    await inspector.click('button', 'Enroll …');
    await inspector.fill('Name', 'left thumb');
    await inspector.click('button', 'Enroll');
    await inspector.says('left thumb');
    await inspector.click('button', 'Power-cycle');
    await inspector.says('unplugged and plugged in');
    await inspector.click('button', 'Reset …');
    await inspector.click('button', 'Reset');
    await inspector.says('as it left the factory');
    expect((await client.call('GET', '/pin')).json.set).toBe(false);
    await inspector.says('none is set');
  });

  slow('Credentials: are found, changed, deleted with undo, and go out and in as files', async () => {
    const ids = [await create('ada'), await create('grace'), await create('alan', 'other.example')];
    await inspector.pane('Credentials');
    await inspector.says('alan');
    await inspector.fill('Search credentials', 'other');
    await inspector.says('1 of 3');
    await inspector.click('gridcell', 'other.example');
    await inspector.fill('User name', 'turing');
    await inspector.click('button', 'Save');
    await inspector.says('The credential is changed.');
    expect((await client.call('GET', `/credentials/${ids[2]}`)).json.userName).toBe('turing');
    await inspector.click('button', 'Delete');
    await inspector.says('turing at other.example is deleted.');
    expect((await client.call('GET', `/credentials/${ids[2]}`)).status).toBe(404);
    inspector.known = /404/;
    await inspector.click('button', 'Undo');
    await inspector.says('is there again');
    expect((await client.call('GET', `/credentials/${ids[2]}`)).json.userName).toBe('turing');
    await inspector.click('button', 'Import …');
    await inspector.find('button', 'Import');
    const value = (await client.call('GET', `/credentials/${ids[0]}/export?format=stuntkey`)).json.value;
    await client.call('DELETE', `/credentials/${ids[0]}`);
    await inspector.choose('input[type=file]', 'ada.json', JSON.stringify(value));
    await inspector.click('button', 'Import');
    await inspector.says('1 imported.');
    expect((await client.call('GET', `/credentials/${ids[0]}`)).json.userName).toBe('ada');
  });

  slow('Credentials: a large backup goes in, and one that is too large is for the command', async () => {
    const id = await create('ada');
    const { value } = (await client.call('GET', `/credentials/${id}/export?format=stuntkey`)).json;
    await client.call('DELETE', `/credentials/${id}`);
    // (The page may have asked for it just then.)
    inspector.known = /404/;
    await inspector.pane('Credentials');
    await inspector.click('button', 'Import …');
    await inspector.choose('input[type=file]', 'huge.json', ' '.repeat(17 * 1024 * 1024));
    await inspector.says(
      'at most 16 MiB, got 17.0 MiB: import it in a shell: stuntkey credentials import FILE',
    );
    // (Of those that are not discoverable, a device holds any number.)
    const backup = Array.from({ length: 6000 }, (_, place) => {
      const own = Buffer.from(`number ${place}`).toString('base64url');
      return { ...value, discoverable: false, id: own };
    });
    expect(JSON.stringify(backup).length).toBeGreaterThan(2 * 1024 * 1024);
    await inspector.choose('input[type=file]', 'backup.json', JSON.stringify(backup));
    await inspector.click('button', 'Import');
    await inspector.says('6000 imported.');
    expect(device.credentials.list()).toHaveLength(6000);
  });

  slow(
    'Ceremonies: a refusal comes first, with its step, its reason and the way out, one click away',
    async () => {
      await create('ada');
      await client.call('POST', '/user/next', { presence: 'decline' });
      await client.call('POST', '/get', { origin, options: request });
      await inspector.pane('Ceremonies');
      await inspector.says('NotAllowedError');
      await inspector.clickText('option', 'NotAllowedError');
      await inspector.says('CTAP2_ERR_OPERATION_DENIED');
      await inspector.says('the person declined, or was not recognized: have them approve');
      await inspector.says('authenticatorGetAssertion');
      expect(inspector.page.url()).toMatch(/#ceremonies\/2$/);
      // It can be kept: saved here, opened elsewhere, the door's own answer and the page of one file alike.
      const saved = (await client.call('GET', '/traces/2')).json;
      const other = await serveHttp(new Authenticator(), { ui: true });
      const elsewhere = await Inspector.open(browser, other);
      await elsewhere.pane('Ceremonies');
      await elsewhere.choose('input[type=file]', 'saved.json', JSON.stringify(saved));
      await elsewhere.says('CTAP2_ERR_OPERATION_DENIED');
      for (const [text, problem] of [
        [JSON.stringify(saved).slice(0, 500), 'breaks off in the middle'],
        ['{"log":{}}', 'no trace of stuntkey'],
        [' '.repeat(17 * 1024 * 1024), 'at most 16 MiB'],
      ] as const) {
        await elsewhere.choose('input[type=file]', 'wrong.json', text);
        await elsewhere.says(problem);
      }
      await elsewhere.close();
      await other.close(0);
    },
  );

  slow('Ceremonies: a network’s error is below the refusal that it led to', async () => {
    const fetch = async (): Promise<never> => {
      throw new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND nowhere.example') });
    };
    const door = await serveHttp(new Authenticator(), { ui: true, fetch });
    await new DoorClient(door).call('POST', '/create', {
      origin,
      options: creation('ada', 'nowhere.example'),
    });
    const opened = await Inspector.open(browser, door);
    await opened.clickText('option', 'SecurityError');
    await opened.says('getaddrinfo ENOTFOUND');
    const refusal = (await opened.page.evaluate('document.querySelector(".refusal").innerText')) as string;
    const places = [
      'The relying party ID is not a registrable domain suffix of',
      'example.com or a suffix of it',
      '"nowhere.example"',
      'origin and RP ID (5.1.3, steps 6 to 8)',
      'use example.com or a suffix of it as RP ID',
      'Subsequently, an attempt to fetch',
      'https://nowhere.example/.well-known/webauthn was asked for',
      'getaddrinfo ENOTFOUND nowhere.example',
    ].map((part) => refusal.indexOf(part));
    expect([refusal, places]).toEqual([refusal, places.toSorted((a, b) => a - b)]);
    expect([refusal, places[0]]).toEqual([refusal, 0]);
    expect(await opened.page.evaluate('document.querySelector(".refusal a").href')).toBe(
      'https://www.w3.org/TR/webauthn-3/#sctn-createCredential',
    );
    await opened.close();
    await door.close(0);
  });

  slow('Person: declines for good or once, and touches the key by a click while a page waits', async () => {
    await create('ada');
    await inspector.pane('Person');
    await inspector.clickText('label', 'Decline');
    await inspector.click('button', 'From now on');
    await inspector.says('So the person does from now on.');
    expect((await client.call('POST', '/get', { origin, options: request })).status).toBe(403);
    await inspector.click('button', 'Approve everything again');
    await inspector.says('The person approves everything again.');
    await client.call('PUT', '/user', { presence: 'ask', pin: '123456' });
    const waiting = client.call('POST', '/get', { origin, options: request });
    await inspector.says('waits for a touch');
    await inspector.click('button', 'Touch');
    expect((await waiting).status).toBe(200);
    const declined = client.call('POST', '/get', { origin, options: request });
    await inspector.click('button', 'Decline');
    expect((await declined).json.error.reason).toContain('CTAP2_ERR_OPERATION_DENIED');
  });

  slow('Faults: one of the catalogue is in the next ceremony, and in no other', async () => {
    await create('ada');
    await inspector.pane('Faults');
    await inspector.fill('Search faults', 'signature-empty');
    await inspector.says('a signature of no bytes');
    await inspector.clickText('option', 'sign-in, signature');
    await inspector.clickText('button', 'The next sign-in has it');
    await inspector.says('1 of the next ceremonies is wrong.');
    const signature = async (): Promise<string> =>
      (await client.call('POST', '/get', { origin, options: request })).json.response.signature;
    expect(await signature()).toBe('');
    await inspector.says('The next ceremony is honest.');
    expect(await signature()).not.toBe('');
  });

  slow('Decode: says what was pasted, in the page alone', async () => {
    await inspector.pane('Decode');
    const area = await inspector.page.waitForSelector('textarea', { timeout: 0 });
    const before = inspector.asked.length;
    await area?.type('010203');
    await area?.evaluate((one) => (one as unknown as { select(): void }).select());
    await area?.type(Buffer.from(await device.transact(Uint8Array.of(4))).toString('hex'));
    await inspector.says('status 0x00 CTAP2_OK');
    await inspector.says('FIDO_2_1_PRE');
    expect(inspector.asked.slice(before)).toEqual([]);
  });

  slow('shows names harmlessly, whatever is in them', async () => {
    const names = [
      '<img src=x onerror="document.title=1"><script>document.title=1</script>',
      '\u202eadmin\u2066\u200b\ufeff',
      `enormous ${'x'.repeat(40)}`,
      '"\'`{{constructor.constructor("document.title=1")()}}',
    ];
    for (const name of names) await create(name);
    const title = await inspector.page.title();
    await inspector.pane('Credentials');
    await inspector.says('constructor.constructor');
    const text = await inspector.text();
    expect(text).toContain('<img src=x');
    expect(text).toContain('\\u{202e}admin');
    expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b]/);
    await inspector.pane('Ceremonies');
    await client.call('POST', '/get', {
      origin: 'https://example.org',
      options: { ...request, rpId: names[0] },
    });
    await inspector.says('Error');
    expect(await inspector.page.evaluate('document.querySelectorAll("img[src], main script").length')).toBe(
      0,
    );
    expect(await inspector.page.title()).toBe(title);
  });

  slow('can be used by the keyboard from end to end', async () => {
    await create('ada');
    await create('grace');
    await inspector.pane('Credentials');
    await inspector.says('grace');
    const grid = await inspector.find('grid', 'Credentials');
    await grid.focus();
    await inspector.page.keyboard.press('ArrowDown');
    await inspector.page.keyboard.press('Enter');
    await inspector.find('button', 'Delete');
    expect(await inspector.page.evaluate('document.activeElement.tagName !== "BODY"')).toBe(true);
    // Everything that can be clicked can have the focus, and is seen to have it.
    const seen = new Set<string>();
    for (let n = 0; n < 60; n++) {
      await inspector.page.keyboard.press('Tab');
      seen.add((await inspector.page.evaluate('document.activeElement.outerHTML.slice(0, 80)')) as string);
    }
    const buttons = (await inspector.page.evaluate(
      '[...document.querySelectorAll("button, input, select")].filter((one) => one.checkVisibility() && !one.disabled && one.tabIndex >= 0).map((one) => one.outerHTML.slice(0, 80))',
    )) as string[];
    expect(buttons.filter((one) => !seen.has(one))).toEqual([]);
  });
});
