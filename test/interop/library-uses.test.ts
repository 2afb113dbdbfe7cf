/** Libraries that pages use, unmodified, each in mode page and over install(): they register and sign in, or encrypt and decrypt. */
import { runInThisContext } from 'node:vm';
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type WebAuthnCredential,
} from '@simplewebauthn/server';
import type { BrowserContext, HTTPRequest, ResponseForRequest } from 'puppeteer-core';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attach } from '../../src/browser/puppeteer.ts';
import { Authenticator } from '../../src/entries/index.ts';
import { install } from '../../src/page/install.ts';
import { betterAuth } from '../audit/servers/better-auth.ts';
import { sharedBrowser, withoutChromium } from '../browser/chromium.ts';
import { whyNoJudge } from '../judges/install.ts';
import { withoutTime } from '../slow.ts';
import { named } from './debian.ts';
import { BETTER_AUTH, type LibraryUse, USES } from './library-uses.ts';

const ORIGIN = 'http://localhost:3000';
const withoutJudges = withoutTime ?? whyNoJudge('page-libraries') ?? whyNoJudge('better-auth');
const withoutBrowser = withoutJudges ?? withoutChromium;

/** Some modules in one script, which sets `lib` to all that they export. */
async function bundled(modules: readonly string[]): Promise<string> {
  const entry = 'virtual:library';
  const bundle = await rolldown({
    input: entry,
    platform: 'browser',
    logLevel: 'silent',
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === entry ? id : null),
        load: (id) =>
          id === entry
            ? `${modules.map((path, at) => `import * as module${at} from ${JSON.stringify(path)};`).join('')}
               globalThis.lib = Object.assign({}, ${modules.map((_, at) => `module${at}`)});`
            : null,
      },
    ],
  });
  const { output } = await bundle.generate({ format: 'iife' });
  await bundle.close();
  return output[0].code;
}

type Handler = (request: Request) => Promise<Response>;

/** A server with one user, as SimpleWebAuthn has it. */
function simpleServer(): Handler {
  let challenge = '';
  let credential: WebAuthnCredential | undefined;
  const expected = { expectedOrigin: ORIGIN, expectedRPID: 'localhost' };
  const routes: Record<string, (body: never) => Promise<object>> = {
    '/register/options': async () => {
      const options = await generateRegistrationOptions({
        rpName: 'Example',
        rpID: 'localhost',
        userName: 'ada',
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      });
      challenge = options.challenge;
      return options;
    },
    '/register/verify': async (response) => {
      const result = await verifyRegistrationResponse({
        ...expected,
        response,
        expectedChallenge: challenge,
      });
      credential = result.registrationInfo?.credential;
      return { verified: result.verified };
    },
    '/login/options': async () => {
      const options = await generateAuthenticationOptions({
        rpID: 'localhost',
        userVerification: 'required',
      });
      challenge = options.challenge;
      return options;
    },
    '/login/verify': async (response) => {
      const known = credential as WebAuthnCredential;
      const { verified } = await verifyAuthenticationResponse({
        ...expected,
        response,
        expectedChallenge: challenge,
        credential: known,
      });
      return { verified };
    },
  };
  return async (request) => {
    const route = routes[new URL(request.url).pathname];
    if (route === undefined) return new Response(null, { status: 404 });
    try {
      return Response.json(await route((await request.json()) as never));
    } catch (error) {
      return new Response(String(error), { status: 400 });
    }
  };
}

const handlerFor = async (library: LibraryUse): Promise<Handler> => {
  if (library !== BETTER_AUTH) return simpleServer();
  const auth = await betterAuth();
  return (request) => auth.handler(request);
};

/** A library's use, after its bundle. */
const running = (code: string, use: string): string => `(async () => {
  ${code}
  const { lib } = globalThis;
  const post = async (path, body) => {
    const response = await fetch(location.origin + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(path + ': ' + response.status + ' ' + (await response.text()));
    return response.json();
  };
  ${use}
})()`;

const ALL = [...USES, BETTER_AUTH];

describe.skipIf(withoutBrowser)(named('in mode page', withoutBrowser), () => {
  let context: BrowserContext;
  beforeAll(async () => {
    context = await (await sharedBrowser()).createBrowserContext();
  });
  afterAll(() => context?.close());

  const answerTo = async (request: HTTPRequest, handler: Handler): Promise<Partial<ResponseForRequest>> => {
    const { pathname } = new URL(request.url());
    if (pathname === '/' || pathname === '/favicon.ico')
      return { contentType: 'text/html', body: '<!doctype html><title>page</title>' };
    const body = await request.fetchPostData();
    const cookies = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
    const { status, headers, ...rest } = await handler(
      new Request(request.url(), {
        method: request.method(),
        headers: { ...request.headers(), origin: ORIGIN, cookie: cookies },
        ...(body !== undefined && { body }),
      }),
    ).then(async (response) => ({
      status: response.status,
      headers: response.headers,
      body: await response.text(),
    }));
    const cookiesSet = headers.getSetCookie();
    return {
      ...rest,
      status,
      headers: {
        'content-type': headers.get('content-type') ?? 'text/plain',
        ...(cookiesSet.length > 0 && { 'set-cookie': cookiesSet }),
      },
    };
  };

  it.each(ALL)('$name does its work', async (library) => {
    const handler = await handlerFor(library);
    const page = await context.newPage();
    page.setDefaultTimeout(0);
    await page.setRequestInterception(true);
    page.on('request', async (request) => {
      // A request that was not answered would hold the page.
      try {
        await request.respond(await answerTo(request, handler));
      } catch (error) {
        await request.respond({ status: 500, body: String(error) });
      }
    });
    const passkeys = await attach(page, new Authenticator());
    try {
      await page.goto(`${ORIGIN}/`);
      expect(await page.evaluate(running(await bundled(library.modules), library.use))).toBe(true);
    } finally {
      await passkeys.detach();
      await page.close();
    }
  });
});

describe.skipIf(withoutJudges)(named('over install()', withoutJudges), () => {
  it.each(ALL)('$name does its work', async (library) => {
    const handler = await handlerFor(library);
    const cookies = new Map<string, string>();
    /** As a browser does at that origin: with its cookies. */
    const fetchAtHome = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
      const request = new Request(input, init);
      const headers = new Headers(request.headers);
      headers.set('origin', ORIGIN);
      headers.set('cookie', [...cookies].map((pair) => pair.join('=')).join('; '));
      const response = await handler(new Request(request, { headers }));
      for (const line of response.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (name !== undefined) cookies.set(name, value ?? '');
      }
      return response;
    };
    const given: Record<string, unknown> = {
      window: globalThis,
      self: globalThis,
      location: { origin: ORIGIN, hostname: 'localhost', href: `${ORIGIN}/` },
      document: { title: 'page', querySelectorAll: () => [] },
      lib: undefined,
      fetch: fetchAtHome,
    };
    const before = Object.fromEntries(
      Object.keys(given).map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]),
    );
    for (const [name, value] of Object.entries(given))
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    const { uninstall } = install(globalThis, { origin: ORIGIN, authenticator: new Authenticator() });
    try {
      expect(await runInThisContext(running(await bundled(library.modules), library.use))).toBe(true);
    } finally {
      uninstall();
      for (const [name, descriptor] of Object.entries(before)) {
        if (descriptor === undefined) Reflect.deleteProperty(globalThis, name);
        else Object.defineProperty(globalThis, name, descriptor);
      }
    }
  });
});
