/** A page in a browser: its own buttons are clicked, and what its server says is read off it. */
import type { Authenticator } from '../../authenticator/authenticator.ts';
import { callable, check, exactly, maybe, type Shape, text, whole } from '../../base/shape.ts';
import type { FinishedCeremony } from '../../client/finished.ts';
import type { PageAuthenticator } from '../../page/page-client.ts';
import { webAuthnError } from '../../webauthn/errors.ts';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '../../webauthn/types.ts';
import type { Answer, AuditUser, CeremonyCall, Responder, Target, TargetSession } from './target.ts';
import { accepted, failed, httpUrl, isLoopback, noOptions, rejected, short } from './words.ts';

/** What a page shows when a ceremony is over. */
export type Shown = boolean | { readonly accepted: boolean; readonly message?: string };

/** How a page is used. `Page` is whatever the driver has: Puppeteer's page, Playwright's, a WebdriverIO browser. */
export interface PageTargetOptions<Page> {
  /** Where the page is. */
  readonly origin: string;
  /** For reports. Default: the origin. */
  readonly name?: string;
  /** A visitor's page, in a context of its own, with the authenticator attached in mode `page`. */
  open(authenticator: PageAuthenticator): Promise<Page>;
  /** Ends the visit. */
  close?(page: Page): Promise<unknown>;
  /** Registers as this user would, and says what the page shows in the end. */
  register(page: Page, user: AuditUser): Promise<Shown>;
  /** Signs in as this user would; undefined is a user who names no account, if the page has a way for them. */
  signIn(page: Page, user: AuditUser | undefined): Promise<Shown>;
  /** Most visitors at once. Default: 1. */
  readonly concurrency?: number;
}

const shape: Shape<PageTargetOptions<unknown>> = exactly({
  origin: text({ what: 'an origin such as https://example.com' }),
  name: maybe(text()),
  open: callable<PageTargetOptions<unknown>['open']>(),
  close: maybe(callable<NonNullable<PageTargetOptions<unknown>['close']>>()),
  register: callable<PageTargetOptions<unknown>['register']>(),
  signIn: callable<PageTargetOptions<unknown>['signIn']>(),
  concurrency: maybe(whole(1)),
});

/**
 * A target of pages.
 *
 * @throws StuntkeyError `bad-target` for an origin that is none
 * @example
 * ```js
 * import puppeteer from 'puppeteer-core';
 * import { auditRelyingParty, pageTarget } from 'stuntkey/audit';
 * import { attach } from 'stuntkey/puppeteer';
 * const browser = await puppeteer.launch({ executablePath: '/usr/bin/chromium' });
 * const result = await auditRelyingParty(
 *   pageTarget({
 *     origin: 'http://localhost:3000',
 *     async open(authenticator) {
 *       const context = await browser.createBrowserContext();
 *       const page = await context.newPage();
 *       await attach(page, authenticator);
 *       await page.goto('http://localhost:3000/');
 *       return page;
 *     },
 *     close: (page) => page.browserContext().close(),
 *     async register(page, { name }) {
 *       await page.type('#username', name);
 *       await page.click('#register');
 *       return page.waitForSelector('#done, #failed').then((shown) => shown.evaluate(({ id }) => id === 'done'));
 *     },
 *     async signIn(page) {
 *       await page.click('#sign-in');
 *       return page.waitForSelector('#done, #failed').then((shown) => shown.evaluate(({ id }) => id === 'done'));
 *     },
 *   }),
 * );
 * ```
 */
export function pageTarget<Page>(options: PageTargetOptions<Page>): Target {
  check(shape as Shape<unknown>, options, 'bad-target');
  const page = httpUrl('origin', options.origin);
  const { origin } = page;
  return {
    name: options.name ?? origin,
    kind: 'page',
    url: origin,
    loopback: isLoopback(page),
    origin,
    traits: { json: false, concurrency: options.concurrency ?? 1 },
    open: async (authenticator) => PageSession.open(options, authenticator),
  };
}

type AnyResponder = Responder<PublicKeyCredentialCreationOptionsJSON & PublicKeyCredentialRequestOptionsJSON>;

/** What a ceremony of the page came to, as far as it is ours. */
interface Asked {
  readonly ceremony: FinishedCeremony['ceremony'];
  readonly respond: AnyResponder;
  asked: boolean;
  abandoned: boolean;
  error?: unknown;
}

class PageSession<Page> implements TargetSession {
  readonly #options: PageTargetOptions<Page>;
  readonly #page: Page;
  readonly #answering: { now?: Asked };

  private constructor(options: PageTargetOptions<Page>, page: Page, answering: { now?: Asked }) {
    this.#options = options;
    this.#page = page;
    this.#answering = answering;
  }

  static async open<Page>(
    options: PageTargetOptions<Page>,
    authenticator: Authenticator,
  ): Promise<PageSession<Page>> {
    const answering: { now?: Asked } = {};
    const device: PageAuthenticator = {
      user: authenticator.user,
      credentials: authenticator.credentials,
      ctap2: authenticator.ctap2,
      transact: (request, how) => authenticator.transact(request, how),
      finished: (ceremony) => answer(answering.now, ceremony),
    };
    return new PageSession(options, await options.open(device), answering);
  }

  register(call: CeremonyCall<PublicKeyCredentialCreationOptionsJSON>): Promise<Answer> {
    const { register } = this.#options;
    return this.#ceremony('create', call, () => register(this.#page, call.user as AuditUser));
  }

  signIn(call: CeremonyCall<PublicKeyCredentialRequestOptionsJSON>): Promise<Answer> {
    const { signIn } = this.#options;
    return this.#ceremony('get', call, () => signIn(this.#page, call.user));
  }

  async close(): Promise<void> {
    await this.#options.close?.(this.#page);
  }

  async #ceremony<Options>(
    ceremony: Asked['ceremony'],
    { respond }: CeremonyCall<Options>,
    act: () => Promise<Shown>,
  ): Promise<Answer> {
    const asked: Asked = { ceremony, respond: respond as AnyResponder, asked: false, abandoned: false };
    this.#answering.now = asked;
    let shown: Shown;
    try {
      shown = await act();
    } catch (error) {
      if ('error' in asked) throw asked.error;
      return failed(
        `the page could not be used: ${error instanceof Error ? short(error.message) : String(error)}`,
        'unreadable',
      );
    }
    // Ours comes first: whatever the page shows then, nothing was handed in.
    if ('error' in asked) throw asked.error;
    if (asked.abandoned) return { kind: 'abandoned' };
    const { accepted: yes, message } = typeof shown === 'boolean' ? { accepted: shown } : shown;
    if (!asked.asked) return noOptions(message ?? 'the page did not ask for a passkey');
    return yes ? accepted() : rejected(message);
  }
}

async function answer(
  asked: Asked | undefined,
  { ceremony, options, response }: FinishedCeremony,
): Promise<RegistrationResponseJSON | AuthenticationResponseJSON> {
  if (asked === undefined || asked.ceremony !== ceremony) return response;
  asked.asked = true;
  let given: unknown;
  try {
    given = await asked.respond(options as Parameters<AnyResponder>[0], response);
  } catch (error) {
    asked.error = error;
  }
  if (given !== undefined) return given as RegistrationResponseJSON;
  asked.abandoned = true;
  throw webAuthnError('NotAllowedError', 'The audit has abandoned this ceremony.');
}
