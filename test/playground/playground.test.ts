/** The playground, used as a visitor does, in Chromium and in Firefox: device, client and server are in the page. */
import puppeteer, { type Browser } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';
import { type Served, serveFolder } from '../../docs/site/serve.js';
import { Authenticator, WebAuthnClient } from '../../src/entries/index.ts';
import { PATIENT, sharedBrowser, withoutChromium, withoutFirefox } from '../browser/chromium.ts';
import { Inspector } from '../inspector/page.ts';
import { named } from '../interop/debian.ts';
import { slow, withoutTime } from '../slow.ts';
import { BELOW, playgroundFolder } from './site.ts';

interface Kind {
  readonly name: string;
  readonly missing: string | undefined;
  open(): Promise<Browser>;
  close(browser: Browser): Promise<void>;
}

const kinds: readonly Kind[] = [
  {
    name: 'Chromium',
    missing: withoutTime ?? withoutChromium,
    open: sharedBrowser,
    close: async () => {},
  },
  {
    name: 'Firefox',
    missing: withoutTime ?? withoutFirefox,
    open: () =>
      puppeteer.launch({
        ...PATIENT,
        headless: true,
        browser: 'firefox',
        executablePath: '/usr/bin/firefox-esr',
      }),
    close: (browser) => browser.close(),
  },
];

/** What each button of `Break something` leads to; neighbors differ, so that what is waited for is new. */
const SITUATIONS: readonly (readonly [button: string, ...says: (string | RegExp)[]])[] = [
  ['The person cancels', 'NotAllowedError', 'CTAP2_ERR_OPERATION_DENIED'],
  ['A page of another site asks', 'SecurityError', 'example.com.evil.example or a suffix of it'],
  ['The person is not recognized', 'NotAllowedError', 'CTAP2_ERR_OPERATION_DENIED'],
  ['A wrong RP ID', 'SecurityError', 'example.com or a suffix of it'],
  ['The same account again', 'InvalidStateError', 'CTAP2_ERR_CREDENTIAL_EXCLUDED'],
  ['An account without a credential here', 'NotAllowedError', 'CTAP2_ERR_NO_CREDENTIALS'],
  ['A forged signature', 'the server refuses it: authentication.signature'],
  ['A second account', /Signed in as\s+\S?grace/],
];

for (const { name, missing, open, close } of kinds)
  describe.skipIf(missing)(named(`the playground in ${name}`, missing), () => {
    let browser: Browser;
    let site: Served;
    let visitor: Inspector;
    beforeAll(async () => {
      site = await serveFolder(playgroundFolder(), BELOW);
      browser = await open();
    });
    afterAll(async () => {
      await site.close();
      await close(browser);
    });
    beforeEach(async () => {
      visitor = await Inspector.openAt(browser, site.url);
      await visitor.ready();
    });
    afterEach(() => visitor.close());

    /** Puts a text into a labeled field, as pasting does. */
    async function paste(label: string, text: string): Promise<void> {
      await visitor.page.evaluate(`{
        const field = [...document.querySelectorAll('label')].find((one) => one.textContent.includes(${JSON.stringify(label)})).control;
        const { set } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value');
        set.call(field, ${JSON.stringify(text)});
        field.dispatchEvent(new Event('input', { bubbles: true }));
      }`);
    }

    async function chooseServer(name: string): Promise<void> {
      await visitor.pane('Audit');
      await visitor.page.waitForSelector('form[aria-labelledby="server-title"] select', { timeout: 0 });
      await visitor.page.select('form[aria-labelledby="server-title"] select', name);
    }

    slow('makes a credential and signs in, and asks for nothing but its own files', async () => {
      await visitor.says('Nothing yet');
      await visitor.clickText('button', 'Make a credential');
      await visitor.says('The server has a new credential.');
      await visitor.clickText('button', 'Sign in');
      await visitor.says('The server lets the visitor in.');
      await visitor.says(/Signed in as\s+\S?ada/);
      // The messages, with their bytes beside them.
      await visitor.says('authenticatorGetAssertion');
      expect(await visitor.page.evaluate('document.querySelectorAll(".lit .byte").length')).toBeGreaterThan(
        100,
      );
      await visitor.pane('Ceremonies');
      await visitor.says(/Registered\s+\S?example\.com/);
      await visitor.pane('Credentials');
      await visitor.says('example.com');
      const elsewhere = visitor.asked.filter(
        (url) => !url.startsWith(site.url) && !/^(?:data|blob):/.test(url),
      );
      expect(elsewhere).toEqual([]);
    });

    slow('plays what goes wrong, and says why it was refused', async () => {
      for (const [button, ...says] of SITUATIONS) {
        await visitor.clickText('button', button);
        for (const text of says) await visitor.says(text);
      }
    });

    slow('has other devices, by model and policy, and says what is wrong about a policy', async () => {
      await visitor.page.select('form[aria-labelledby="model-title"] select', 'yubikey-5-nfc');
      await paste('Policy', '{ "algorithmz": [-7] }');
      await visitor.clickText('button', 'Plug it in');
      await visitor.says('algorithmz');
      expect(await visitor.text()).not.toContain('YubiKey 5 NFC, firmware 5.7 ');
      await paste('Policy', '{ "algorithms": [-7] }');
      await visitor.clickText('button', 'Plug it in');
      await visitor.says('Another device is plugged in');
      await visitor.clickText('button', 'Make a credential');
      await visitor.says('The server has a new credential.');
      await visitor.pane('Credentials');
      await visitor.clickText('gridcell', 'example.com');
      await visitor.says('ES256');
      await visitor.pane('Authenticators');
      await visitor.says('YubiKey 5 NFC, firmware 5.7');
    });

    slow('gives the next ceremony a fault of the catalogue', async () => {
      await visitor.clickText('button', 'Make a credential');
      await visitor.says('The server has a new credential.');
      await visitor.pane('Faults');
      await visitor.fill('Search faults', 'signature-empty');
      await visitor.clickText('option', 'sign-in, signature');
      await visitor.clickText('button', 'The next sign-in has it');
      await visitor.says('1 of the next ceremonies is wrong.');
      await visitor.pane('Try');
      await visitor.clickText('button', 'Sign in');
      await visitor.says('the server refuses it: authentication.signature');
      await visitor.clickText('button', 'Sign in');
      await visitor.says('The server lets the visitor in.');
    });

    slow('waits for a click where the person answers here, and can be aborted', async () => {
      await visitor.clickText('button', 'Make a credential');
      await visitor.says('The server has a new credential.');
      await visitor.pane('Person');
      await visitor.clickText('label', 'I answer here');
      await visitor.click('button', 'From now on');
      await visitor.says('So the person does from now on.');
      await visitor.pane('Try');
      // (No verification, so that it is a touch that is waited for.)
      await visitor.clickText('label', 'Discouraged');
      await visitor.clickText('button', 'Sign in');
      await visitor.says('The device waits for a touch');
      await visitor.clickText('button', 'Abort');
      await visitor.says('AbortError');
      await visitor.clickText('button', 'Sign in');
      await visitor.says('The device waits for a touch');
      await visitor.clickText('button', 'Touch');
      await visitor.says('The server lets the visitor in.');
    });

    slow('decodes what is pasted, whatever it is', async () => {
      const client = new WebAuthnClient({
        origin: 'https://example.com',
        authenticator: new Authenticator(),
      });
      const { response } = await client.create({
        rp: { name: 'Example', id: 'example.com' },
        user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
        challenge: 'Y2hhbGxlbmdl',
        pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
      });
      await visitor.pane('Decode');
      await visitor.page.waitForSelector('textarea', { timeout: 0 });
      await paste('Base64url', response.attestationObject);
      await visitor.says('attestation object');
      await visitor.says('authData');
      const title = await visitor.page.title();
      const hostile = [
        '<img src=x onerror="document.title=1"><script>document.title=1</script>',
        '{"a":"\u202eadmin\u2066\u200b","__proto__":{"x":1}}',
        '['.repeat(5000),
        'ff'.repeat(20_000),
      ];
      for (const text of hostile) {
        await paste('Base64url', text);
        await visitor.page.waitForFunction(
          '!document.querySelector("[aria-label=\\"What is in it\\"]").innerText.includes("authData")',
          { timeout: 0 },
        );
      }
      expect(await visitor.page.evaluate('document.querySelectorAll("img[src], main script").length')).toBe(
        0,
      );
      expect(await visitor.page.title()).toBe(title);
      expect(await visitor.text()).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b]/);
    });

    slow('audits a right server and finds nothing, and finds a weak one’s mistake', async () => {
      await visitor.pane('Audit');
      await visitor.clickText('button', 'Audit it');
      await visitor.says(/No finding in \d+ faults/);
      await chooseServer('signature');
      await visitor.clickText('button', 'Audit it');
      await visitor.says(/\d+ findings? in \d+ faults/);
      await visitor.says('Signatures are not checked');
      // The page signs in to the same server, which lets a forged signature in.
      await visitor.pane('Try');
      await visitor.clickText('button', 'A forged signature');
      await visitor.says('The server lets the visitor in.');
    });

    slow('says what is wrong with a server’s text, ends one that loops, and lets none out', async () => {
      await visitor.pane('Audit');
      await visitor.page.waitForSelector('textarea', { timeout: 0 });
      const wrong: readonly (readonly [text: string, says: string | RegExp])[] = [
        ['export const relyingParty = {', /SyntaxError/],
        ['export const another = 1;', 'expected export const relyingParty'],
        [
          'export const relyingParty = { origin: "https://example.com", registration: {} };',
          'relyingParty.registration.options: expected a function, got undefined',
        ],
        ["import { nothing } from 'stuntkey/verify';", /nothing/],
        ['throw new Error("<img src=x onerror=alert(1)>");', '<img src=x'],
      ];
      for (const [text, says] of wrong) {
        await paste('Its text', text);
        await visitor.clickText('button', 'Audit it');
        await visitor.says(says);
      }
      const withOptions = (options: string): string => `
        const ceremony = { options: ${options}, verify: () => true };
        export const relyingParty = { origin: 'https://example.com', registration: ceremony, authentication: ceremony };`;
      await paste(
        'Its text',
        withOptions(`async () => { await fetch(${JSON.stringify(site.url)}); return {}; }`),
      );
      await visitor.clickText('button', 'Audit it');
      await visitor.says(/No verdict: an honest registration did not pass/);
      expect(await visitor.text()).toMatch(/fetch|NetworkError/i);
      visitor.known = /Content.Security.Policy|content security policy|Refused to connect|violates/i;
      await paste('Its text', withOptions('() => { for (;;); }'));
      await visitor.clickText('button', 'Audit it');
      await visitor.says('the server did not answer within 10 seconds, and was ended');
      // The page goes on.
      await chooseServer('right');
      await visitor.pane('Try');
      await visitor.clickText('button', 'Make a credential');
      await visitor.says('The server has a new credential.');
    });

    slow('can be used by the keyboard', async () => {
      const { page } = visitor;
      for (const pane of ['Try', 'Audit']) {
        await visitor.pane(pane);
        await visitor.says(pane === 'Try' ? 'Break something' : 'The verdict');
        const all = (await page.evaluate(
          '[...document.querySelectorAll("button, input, select, textarea")].filter((one) => one.checkVisibility() && !one.disabled && one.tabIndex >= 0 && (one.type !== "radio" || one.checked)).map((one) => one.outerHTML.slice(0, 120))',
        )) as string[];
        const seen = new Set<string>();
        for (let n = 0; n < 50; n++) {
          await page.keyboard.press('Tab');
          seen.add((await page.evaluate('document.activeElement.outerHTML.slice(0, 120)')) as string);
        }
        expect(all.length).toBeGreaterThan(2);
        expect(all.filter((one) => !seen.has(one))).toEqual([]);
      }
      await visitor.pane('Try');
      const field = await page.waitForSelector('form[aria-labelledby="page-title"] input', { timeout: 0 });
      await field?.focus();
      await page.keyboard.press('Enter');
      await visitor.says('The server has a new credential.');
    });
  });
