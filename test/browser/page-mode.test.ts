import type { Browser, Frame, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { visit } from '../../examples/login-server/browser.js';
import { attach, type CeremonyEvents, type Passkeys } from '../../src/browser/puppeteer.ts';
import { Authenticator, ScriptedUser, WebAuthnClient } from '../../src/entries/index.ts';
import { named } from '../interop/debian.ts';
import { sampled, slow } from '../slow.ts';
import { type LoginServer, launch, patient, sharedBrowser, startHome, withoutChromium } from './chromium.ts';

describe.skipIf(withoutChromium)(named('mode page, in Chromium', withoutChromium), () => {
  let browser: Browser;
  let server: LoginServer;
  let page: Page;
  let user: ScriptedUser;
  let authenticator: Authenticator;
  let passkeys: Passkeys;
  /** Runs an expression in a page. */
  const run = <T>(code: string, where: Page | Frame = page): Promise<T> => where.evaluate(code) as Promise<T>;

  beforeAll(async () => {
    [browser, server] = await Promise.all([sharedBrowser(), startHome()]);
  });
  afterAll(async () => {
    await server?.close();
  });
  beforeEach(async () => {
    const context = await browser.createBrowserContext();
    page = patient(await context.newPage());
    await page.goto(`${server.origin}/`);
    user = new ScriptedUser();
    authenticator = new Authenticator({ user });
    passkeys = await attach(page, authenticator);
  });
  afterEach(async () => {
    await passkeys.detach();
    await page.browserContext().close();
  });

  slow('registers and signs in at a login server, which then takes an assertion made in Node', async () => {
    expect(await run('register("ada")')).toEqual({ registered: 'ada' });
    expect(await run('login()')).toEqual({ welcome: 'ada', counter: 1 });
    const { post } = visit(server.url);
    const client = new WebAuthnClient({ origin: server.origin, authenticator });
    expect(await post('/login/verify', await client.get(await post('/login/options')))).toEqual({
      welcome: 'ada',
      counter: 2,
    });
    expect(await run('login()')).toEqual({ welcome: 'ada', counter: 3 });
  });

  slow('answers after a navigation, in new pages, and in popups, from their first script on', async () => {
    await run('register("grace")');
    await page.goto(`${server.origin}/other`);
    expect(await run('login()')).toMatchObject({ counter: 1 });
    const second = patient(await page.browserContext().newPage());
    await second.goto(`${server.origin}/`);
    expect(await run('login()', second)).toMatchObject({ counter: 2 });
    const popup = new Promise<Page | null>((resolve) => {
      page.once('popup', resolve);
    });
    await run('void window.open("/other")');
    const opened = (await popup) as Page;
    await opened.waitForFunction('typeof login === "function"');
    expect(await run('login()', opened)).toMatchObject({ counter: 3 });
  });

  it('gives objects of the browser’s own classes', async () => {
    const seen = await run(`(async () => {
      const made = await navigator.credentials.create(creation({
        extensions: { credProps: true }, authenticatorSelection: { residentKey: 'required' } }));
      const used = await navigator.credentials.get(request());
      const { response } = made;
      return [
        made instanceof PublicKeyCredential, Object.prototype.toString.call(made), made.type, made.id === used.id,
        response instanceof AuthenticatorAttestationResponse, response.attestationObject instanceof ArrayBuffer,
        response.clientDataJSON === response.clientDataJSON, response.getPublicKeyAlgorithm(), response.getTransports(),
        (await crypto.subtle.importKey('spki', response.getPublicKey(), { name: 'ECDSA', namedCurve: 'P-256' }, true, [])).type,
        made.getClientExtensionResults(), made.toJSON().rawId === made.id, made.rawId.byteLength,
        used.response instanceof AuthenticatorAssertionResponse, used.response.signature instanceof ArrayBuffer,
        new Uint8Array(used.response.userHandle).join(), made.authenticatorAttachment, Object.keys(made),
        Object.getOwnPropertyNames(window).filter((name) => /stuntkey/.test(name)).length,
        navigator.credentials.create.name, navigator.credentials.create.length,
      ];
    })()`);
    expect(seen).toEqual([
      ...[true, '[object PublicKeyCredential]', 'public-key', true, true, true, true, -7, ['usb'], 'public'],
      ...[{ credProps: { rk: true } }, true, 32],
      ...[true, true, '1,2', 'cross-platform', [], 0, 'create', 0],
    ]);
  });

  it.each(
    sampled(
      [
        [
          'an RP ID of another site',
          'navigator.credentials.create(creation({ rp: { id: "example.com", name: "E" } }))',
          'SecurityError',
        ],
        [
          'a challenge that is text',
          'navigator.credentials.create(creation({ challenge: "text" }))',
          'TypeError',
        ],
        [
          'a user handle of no bytes',
          'navigator.credentials.create(creation({ user: { id: new Uint8Array(), name: "", displayName: "" } }))',
          'TypeError',
        ],
        [
          'an unknown mediation',
          'navigator.credentials.get({ ...request(), mediation: "sometimes" })',
          'TypeError',
        ],
        ['a signal that is none', 'navigator.credentials.get({ ...request(), signal: {} })', 'TypeError'],
        [
          'options that contain themselves in an ignored member, without credentials',
          'navigator.credentials.get((() => { const o = request(); o.publicKey.self = o; return o; })())',
          'NotAllowedError',
        ],
        ['credentials that are not there', 'navigator.credentials.get(request())', 'NotAllowedError'],
        [
          'a signal aborted before',
          'navigator.credentials.get({ ...request(), signal: AbortSignal.abort() })',
          'AbortError',
        ],
      ],
      4,
    ),
  )('refuses %s', async (_, code, name) => {
    expect(await run(`outcome(${code})`)).toBe(name);
    expect(authenticator.credentials.list()).toEqual([]);
  });

  slow('lets the page abort, with its own reason, what the person has not answered', async () => {
    user.use({ presence: 'ignore' });
    const reason = await run(`(async () => {
      const controller = new AbortController();
      const pending = navigator.credentials.create({ ...creation(), signal: controller.signal });
      const second = outcome(navigator.credentials.create(creation()));
      const refused = await second;
      controller.abort('enough');
      return [await pending.catch((reason) => reason), refused];
    })()`);
    expect(reason).toEqual(['enough', 'OperationError']);
    user.reset();
    expect(await run('outcome(navigator.credentials.create(creation()))')).toBe('ok');
  });

  slow('ends what a page had asked that goes and comes back, which then may ask again', async () => {
    user.use({ presence: 'ignore' });
    await run(`addEventListener('pageshow', ({ persisted }) => { globalThis.cached = persisted; });
      globalThis.asked = outcome(navigator.credentials.create(creation())); 0`);
    await page.goto(`${server.origin}/other`);
    user.reset();
    await page.goBack();
    await page.waitForFunction('globalThis.cached === true');
    expect(await run('asked')).toBe('AbortError');
    expect(await run('outcome(navigator.credentials.create(creation()))')).toBe('ok');
  });

  slow('ends what is under way when the page goes away, and the device is free again', async () => {
    user.use({ presence: 'ignore' });
    await run('void navigator.credentials.create(creation())');
    await page.goto(`${server.origin}/other`);
    user.reset();
    expect(await run('outcome(navigator.credentials.create(creation()))')).toBe('ok');
  });

  slow('lets conditional mediation wait until there is something to choose, or the page aborts', async () => {
    const conditional = '{ ...request(), mediation: "conditional" }';
    const aborted = '{ ...request(), mediation: "conditional", signal: AbortSignal.timeout(100) }';
    expect(await run('PublicKeyCredential.isConditionalMediationAvailable()')).toBe(true);
    expect(await run(`outcome(navigator.credentials.get(${aborted}))`)).toBe('TimeoutError');
    await run(
      'navigator.credentials.create(creation({ authenticatorSelection: { residentKey: "required" } })).then(() => 0)',
    );
    expect(await run(`outcome(navigator.credentials.get(${conditional}))`)).toBe('ok');
  });

  slow('knows the other mediations: nothing silently, and a registration behind a sign-in', async () => {
    expect(await run('navigator.credentials.get({ ...request(), mediation: "silent" })')).toBe(null);
    const behind = 'outcome(navigator.credentials.create({ ...creation(), mediation: "conditional" }))';
    expect(await run(behind)).toBe('NotAllowedError');
    await run('register("ada").then(login)');
    await page.goto(`${server.origin}/other`);
    expect(await run(behind)).toBe('ok');
  });

  slow('gives the results of extensions as bytes, and the same in Node', async () => {
    const salt = 'prf: { eval: { first: new Uint8Array([1, 2, 3]) } }';
    const [kind, first] = await run<[boolean, string]>(`(async () => {
      await navigator.credentials.create(creation({
        extensions: { prf: {} }, authenticatorSelection: { residentKey: 'required' } }));
      const used = await navigator.credentials.get(request({ extensions: { ${salt} } }));
      const { first } = used.getClientExtensionResults().prf.results;
      return [first instanceof ArrayBuffer, used.toJSON().clientExtensionResults.prf.results.first];
    })()`);
    expect(kind).toBe(true);
    const client = new WebAuthnClient({ origin: server.origin, authenticator });
    const { clientExtensionResults } = await client.get({
      challenge: 'AAAA',
      extensions: { prf: { eval: { first: 'AQID' } } },
    });
    expect(clientExtensionResults).toEqual({ prf: { results: { first } } });
  });

  slow('lets the person enter a PIN', async () => {
    await passkeys.detach();
    user.use({ pin: '1234' });
    authenticator = new Authenticator({ user, policy: { userVerification: 'none' } });
    passkeys = await attach(page, authenticator);
    const verified = `authenticatorSelection: { userVerification: 'required' }`;
    const flags = await run<number>(
      `navigator.credentials.create(creation({ ${verified} })).then(({ response }) => new Uint8Array(response.getAuthenticatorData())[32])`,
    );
    expect(flags & 0x04).toBe(0x04);
    user.use({ pin: '4321' });
    expect(await run(`outcome(navigator.credentials.create(creation({ ${verified} })))`)).toBe(
      'NotAllowedError',
    );
  });

  slow('tells frames of other sites apart, and keeps to their permissions', async () => {
    const { port } = new URL(server.origin);
    const frame = async (allow: string, path = 'frame'): Promise<Frame> => {
      await run(`new Promise((loaded) => {
        const frame = document.createElement('iframe');
        Object.assign(frame, { src: 'http://frame.localhost:${port}/${path}', allow: '${allow}', onload: loaded });
        document.body.append(frame);
      }).then(() => 0)`);
      return page.frames().at(-1) as Frame;
    };
    const told: string[] = [];
    passkeys.on('refused', ({ error }) => told.push(error.message));
    const refused = await frame('');
    for (const ceremony of ['get(request())', 'create(creation())'])
      expect(await run(`outcome(navigator.credentials.${ceremony})`, refused)).toBe('NotAllowedError');
    expect(told.splice(0)).toEqual([
      "The 'publickey-credentials-get' feature is not enabled in this document.",
      "The 'publickey-credentials-create' feature is not enabled in this document.",
    ]);
    const allowed = await frame('publickey-credentials-get; publickey-credentials-create');
    expect(
      await run(
        'outcome(navigator.credentials.create(creation({ rp: { id: "localhost", name: "x" } })))',
        allowed,
      ),
    ).not.toBe('ok');
    // A frame of another site registers only after a user has just done something.
    told.splice(0);
    const eager = await frame('publickey-credentials-create', 'eager');
    expect(await run('eager', eager)).toBe('NotAllowedError');
    expect(told).toEqual(['A user activation is required in a cross-origin frame.']);
    const data = await run<{ origin: string }>(
      `navigator.credentials.create(creation({ authenticatorSelection: { residentKey: "required" } }))
        .then(({ response }) => JSON.parse(new TextDecoder().decode(response.clientDataJSON)))`,
      allowed,
    );
    expect(data).toMatchObject({
      origin: `http://frame.localhost:${port}`,
      crossOrigin: true,
      topOrigin: server.origin,
    });
    expect(authenticator.credentials.list().map(({ rpId }) => rpId)).toEqual(['frame.localhost']);
    expect(await run('outcome(navigator.credentials.get(request()))', allowed)).toBe('ok');
  });

  slow('takes the signals of a server', async () => {
    await run(
      'navigator.credentials.create(creation({ authenticatorSelection: { residentKey: "required" } })).then(() => 0)',
    );
    await run(
      'PublicKeyCredential.signalCurrentUserDetails({ rpId: "localhost", userId: "AQI", name: "new", displayName: "New" })',
    );
    expect(authenticator.credentials.list()[0]).toMatchObject({ userName: 'new', userDisplayName: 'New' });
    const foreign =
      'PublicKeyCredential.signalUnknownCredential({ rpId: "example.com", credentialId: "AQID" })';
    expect(await run(`outcome(${foreign})`)).toBe('SecurityError');
    await run(
      'PublicKeyCredential.signalAllAcceptedCredentials({ rpId: "localhost", userId: "AQI", allAcceptedCredentialIds: [] })',
    );
    expect(authenticator.credentials.list()).toEqual([]);
  });

  slow('tells listeners how ceremonies ended', async () => {
    const told: unknown[] = [];
    passkeys.on('registered', ({ origin }) => told.push(['registered', origin]));
    passkeys.on('authenticated', ({ response }) => told.push(['authenticated', response?.type]));
    passkeys.on('refused', ({ operation, error }: CeremonyEvents['refused']) =>
      told.push([operation, (error.cause as { code: string }).code]),
    );
    await run('register("lin").then(login)');
    user.next({ presence: 'decline' });
    await run('outcome(login())');
    expect(told).toEqual([
      ['registered', server.origin],
      ['authenticated', 'public-key'],
      ['get', 'CTAP2_ERR_OPERATION_DENIED'],
    ]);
  });

  slow('answers with what any of several devices can do', async () => {
    await passkeys.detach();
    const phone = new Authenticator({ policy: { transports: ['internal'] } });
    passkeys = await attach(page, [authenticator, phone]);
    await run(
      'navigator.credentials.create(creation({ authenticatorSelection: { authenticatorAttachment: "platform" } })).then(() => 0)',
    );
    expect([authenticator, phone].map(({ credentials }) => credentials.list().length)).toEqual([0, 1]);
    expect(await run('PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable()')).toBe(true);
  });

  slow('leaves the page as it was', async () => {
    const look = `(() => {
      const classes = [CredentialsContainer, Credential, PublicKeyCredential, AuthenticatorResponse,
        AuthenticatorAttestationResponse, AuthenticatorAssertionResponse];
      return classes.flatMap((each) => [each, each.prototype]).flatMap((target) =>
        Object.entries(Object.getOwnPropertyDescriptors(target)).map(([name, { value, get }]) =>
          [name, String(value ?? get)].join())).concat(Object.getOwnPropertyNames(window));
    })()`;
    const during = await run(look);
    await passkeys.detach();
    const after = await run(look);
    await page.reload();
    expect(after).toEqual(await run(look));
    expect(after).not.toEqual(during);
    passkeys = await attach(page, authenticator);
  });

  it('is refused where devices are attached already', async () => {
    await expect(attach(page, authenticator)).rejects.toMatchObject({ code: 'already-attached' });
    await expect(attach(browser, authenticator)).rejects.toMatchObject({ code: 'already-attached' });
  });

  slow('covers all contexts of a browser, the ones to come included', async () => {
    await passkeys.detach();
    passkeys = await attach(browser, authenticator);
    await run('register("ada")');
    const context = await browser.createBrowserContext();
    const other = patient(await context.newPage());
    await other.goto(`${server.origin}/`);
    expect(await run('login()', other)).toMatchObject({ counter: 1 });
    await context.close();
  });

  slow('can be detached when the browser is gone', async () => {
    const other = await launch();
    const lost = await attach((await other.pages())[0] as Page, authenticator);
    await other.close();
    await expect(lost.detach()).resolves.toBeUndefined();
  });

  slow('answers in frames that were there before it', async () => {
    await passkeys.detach();
    const { port } = new URL(server.origin);
    await run(`new Promise((loaded) => {
      const frame = document.createElement('iframe');
      const allow = 'publickey-credentials-create';
      Object.assign(frame, { src: 'http://frame.localhost:${port}/frame', allow, onload: loaded });
      document.body.append(frame);
    }).then(() => 0)`);
    passkeys = await attach(page, authenticator);
    const code = 'outcome(navigator.credentials.create(creation()))';
    expect(await run(code, page.frames().at(-1) as Frame)).toBe('ok');
    expect(authenticator.credentials.list()).toMatchObject([{ rpId: 'frame.localhost' }]);
  });

  slow('leaves other contexts alone, where it is attached to a page', async () => {
    const context = await browser.createBrowserContext();
    const other = patient(await context.newPage());
    await other.goto(`${server.origin}/`);
    const aborted = 'navigator.credentials.get({ ...request(), signal: AbortSignal.timeout(100) })';
    expect(await run(`outcome(${aborted})`, other)).toBe('TimeoutError');
    await context.close();
  });
});
