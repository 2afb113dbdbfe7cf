/** The scripts of `stuntkey/inject` in pages of Chromium. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';
import { type HttpServer, serveHttp } from '../../src/entries/http.ts';
import { Authenticator, ScriptedUser } from '../../src/entries/index.ts';
import { bridgeScript, deviceScript, type PageState } from '../../src/entries/inject.ts';
import { type LoginServer, patient, sharedBrowser, startHome, withoutChromium } from '../browser/chromium.ts';
import { named } from '../interop/debian.ts';
import { slow, withoutTime } from '../slow.ts';

const missing = withoutTime ?? withoutChromium;

describe.skipIf(missing)(named('a script in a page of Chromium', missing), () => {
  let server: LoginServer;
  let context: BrowserContext;
  let page: Page;
  beforeAll(async () => {
    server = await startHome();
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    context = await (await sharedBrowser()).createBrowserContext();
    page = patient(await context.newPage());
  });
  afterEach(() => context.close());

  const outcome = (call: string): Promise<unknown> => page.evaluate(`outcome(navigator.credentials.${call})`);
  /** Name and message of what a promise is refused with. */
  const refusal = (call: string): Promise<unknown> =>
    page.evaluate(
      `navigator.credentials.${call}.then(() => undefined, ({ name, message }) => ({ name, message }))`,
    );

  describe('that has a device', () => {
    const inState = async (state: PageState, path = '/'): Promise<void> => {
      await page.evaluateOnNewDocument(deviceScript({ state }));
      await page.goto(server.origin + path);
    };

    slow('registers and signs in at a server, with objects of the browser’s own classes', async () => {
      await page.evaluateOnNewDocument(deviceScript({ keep: 'tab' }));
      await page.goto(server.origin);
      await page.evaluate('register("ada")');
      // What the tab keeps is there in its next document.
      await page.goto(`${server.origin}/other`);
      expect(await page.evaluate('login()')).toMatchObject({ welcome: 'ada' });
      const native = await page.evaluate(`navigator.credentials.create(creation()).then((made) => [
        made instanceof PublicKeyCredential,
        made.response instanceof AuthenticatorAttestationResponse,
        Function.prototype.toString.call(navigator.credentials.create),
        Object.getOwnPropertyNames(window).filter((name) => /stuntkey|way/i.test(name)),
      ])`);
      expect(native).toEqual([true, true, 'function () { [native code] }', []]);
    });

    slow('shows a prompt that the person closes', async () => {
      await inState('cancelled');
      expect([await outcome('create(creation())'), await outcome('get(request())')]).toEqual([
        'NotAllowedError',
        'NotAllowedError',
      ]);
    });

    slow('shows a prompt that waits, until the page aborts', async () => {
      await inState('waiting');
      const told = await page.evaluate(`(() => {
        const controller = new AbortController();
        const pending = navigator.credentials.get({ ...request({ userVerification: 'required' }), signal: controller.signal });
        return Promise.race([pending.then(() => 'ended', () => 'ended'), new Promise((resolve) => setTimeout(resolve, 300, 'waits'))])
          .then((first) => { controller.abort(); return pending.catch(({ name }) => [first, name]); });
      })()`);
      expect(told).toEqual(['waits', 'AbortError']);
    });

    slow('shows a sign-in with a passkey that the server does not know', async () => {
      await inState('wrongAccount');
      expect(await outcome('create(creation({ authenticatorSelection: { residentKey: "required" } }))')).toBe(
        'ok',
      );
      const id = await page.evaluate(`navigator.credentials.get(request()).then(({ id, response }) =>
        [id.length > 20, new TextDecoder().decode(response.userHandle)])`);
      expect(id).toEqual([true, 'stuntkey-wrong-account']);
      await expect(page.evaluate('login()')).rejects.toThrow();
      expect(await outcome('get(request({ rpId: "example.org" }))')).toBe('SecurityError');
    });

    slow('shows a device that is locked: what needs its user’s verification is refused', async () => {
      await inState('locked');
      expect(await outcome('get(request({ userVerification: "required" }))')).toBe('NotAllowedError');
      expect(
        await outcome('create(creation({ authenticatorSelection: { userVerification: "required" } }))'),
      ).toBe('NotAllowedError');
    });

    slow('is there once, though a tool adds it twice, and not in an insecure page', async () => {
      await page.evaluateOnNewDocument(deviceScript());
      await page.evaluateOnNewDocument(deviceScript({ state: 'cancelled' }));
      await page.goto(server.origin);
      expect(await outcome('create(creation())')).toBe('ok');
      await page.goto('data:text/html,<p>');
      expect(await page.evaluate('[isSecureContext, typeof navigator.credentials]')).toEqual([
        false,
        'undefined',
      ]);
    });
  });

  describe('that is a bridge', () => {
    let door: HttpServer;
    let elsewhere: Server;
    const user = new ScriptedUser();
    const authenticator = new Authenticator({ user });
    beforeAll(async () => {
      door = await serveHttp(authenticator, { allowOrigins: [server.origin] });
      elsewhere = createServer((request, response) => {
        response.setHeader('content-type', 'text/html');
        if (request.url === '/strict')
          response.setHeader('content-security-policy', "connect-src 'self'; script-src 'unsafe-inline'");
        response.end('<!doctype html><title>elsewhere</title>');
      });
      await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    });
    afterAll(async () => {
      await door.close(0);
      elsewhere.close();
    });
    beforeEach(async () => {
      user.reset();
      await page.evaluateOnNewDocument(bridgeScript({ url: door.url, token: door.bridgeToken ?? '' }));
    });
    const at = (path: string): string =>
      `http://localhost:${(elsewhere.address() as AddressInfo).port}${path}`;
    const anything = `get({ publicKey: { challenge: new Uint8Array(32) } })`;

    slow('registers and signs in, signals, and says what the client can do', async () => {
      await page.goto(server.origin);
      await page.evaluate('register("ada")');
      await page.goto(server.origin);
      expect(await page.evaluate('login()')).toMatchObject({ welcome: 'ada' });
      const [record] = authenticator.credentials.list();
      expect(record).toMatchObject({ rpId: 'localhost', userName: 'ada' });
      expect(await page.evaluate('PublicKeyCredential.getClientCapabilities()')).toMatchObject({
        conditionalGet: true,
      });
      const credentialId = Buffer.from(record?.id ?? []).toString('base64url');
      await page.evaluate(
        `PublicKeyCredential.signalUnknownCredential({ rpId: 'localhost', credentialId: '${credentialId}' })`,
      );
      expect(authenticator.credentials.list()).toEqual([]);
    });

    slow('is refused as by a browser, and aborts what a page aborts', async () => {
      await page.goto(server.origin);
      user.next({ presence: 'decline' });
      expect(await refusal('create(creation())')).toMatchObject({ name: 'NotAllowedError' });
      expect(await outcome('get(request({ rpId: "example.org" }))')).toBe('SecurityError');
      user.next({ presence: 'ignore' });
      expect(
        await page.evaluate(`(() => {
          const controller = new AbortController();
          setTimeout(() => controller.abort(new Error('enough')), 50);
          return navigator.credentials.create({ ...creation(), signal: controller.signal }).catch(({ message }) => message);
        })()`),
      ).toBe('enough');
      expect(await outcome('create(creation())')).toBe('ok');
    });

    slow('says what to mend where the page is not listed, or its policy forbids the connection', async () => {
      await page.goto(at('/'));
      expect(await refusal(anything)).toMatchObject({
        name: 'NetworkError',
        message: expect.stringContaining(`--allow-origin ${new URL(at('/')).origin}`),
      });
      await page.goto(at('/strict'));
      expect(await refusal(anything)).toMatchObject({
        name: 'NetworkError',
        message: expect.stringMatching(
          /Content-Security-Policy forbids the connection to http:\/\/127.*connect-src/,
        ),
      });
    });

    slow('does as the permissions policy of a frame says', async () => {
      await page.goto(at('/'));
      const framed = async (allow: string): Promise<unknown> => {
        await page.evaluate(`new Promise((resolve) => {
          document.body.replaceChildren(Object.assign(document.createElement('iframe'), { allow: '${allow}', src: '${server.origin}', onload: resolve }));
        })`);
        const frame = page
          .frames()
          .find((one) => one !== page.mainFrame() && one.url().startsWith(server.origin));
        return frame?.evaluate(`outcome(navigator.credentials.get(request()))`);
      };
      await authenticator.credentials.transaction((transaction) => transaction.clearCredentials());
      expect(await framed('')).toBe('NotAllowedError');
      await page.goto(server.origin);
      await page.evaluate('register("ada")');
      await page.goto(at('/'));
      expect(await framed('')).toBe('NotAllowedError');
      expect(await framed('publickey-credentials-get')).toBe('ok');
    });
  });
});
