import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attach } from '../../src/browser/puppeteer.ts';
import { auditRelyingParty, fault, faulty, pageTarget, type Target } from '../../src/entries/audit.ts';
import { Authenticator } from '../../src/entries/index.ts';
import { type LoginServer, patient, sharedBrowser, startHome, withoutChromium } from '../browser/chromium.ts';
import { named } from '../interop/debian.ts';
import { PATIENCE } from '../patience.ts';
import { withoutTime } from '../slow.ts';

const without = withoutTime ?? withoutChromium;

describe.skipIf(without)(named('a page in Chromium', without), () => {
  let browser: Browser;
  let server: LoginServer;

  beforeAll(async () => {
    [browser, server] = await Promise.all([sharedBrowser(), startHome()]);
  });
  afterAll(async () => {
    await server?.close();
  });

  const does = (page: Page, code: string): Promise<{ accepted: boolean; message: string }> =>
    page.evaluate(
      `${code}.then((answer) => ({ accepted: true, message: JSON.stringify(answer) }), ({ message }) => ({ accepted: false, message }))`,
    ) as Promise<{ accepted: boolean; message: string }>;

  const target = (): Target =>
    pageTarget<Page>({
      origin: server.origin,
      async open(authenticator) {
        const page = patient(await (await browser.createBrowserContext()).newPage());
        await attach(page, authenticator);
        await page.goto(`${server.origin}/`);
        return page;
      },
      close: (page) => page.browserContext().close(),
      register: (page, { name }) => does(page, `register(${JSON.stringify(name)})`),
      signIn: (page) => does(page, 'login()'),
    });

  it('is audited by its own buttons, and says what it shows', async () => {
    const {
      outcome,
      target: audited,
      results,
    } = await auditRelyingParty(target(), {
      timeout: PATIENCE,
      faults: [
        'registration-origin-subdomain',
        'authentication-challenge-other',
        'signature-from-other-key',
        'registration-client-data-unknown-members',
        'registration-cross-origin',
        'authentication-challenge-of-other-session',
        'authentication-json-type',
        'authentication-challenge-reused',
      ].map(fault),
    });
    expect(outcome).toBe('complete');
    expect(audited).toMatchObject({ kind: 'page', loopback: true });
    expect(
      results.map(({ fault: { id }, verdict, reason }) => [
        id,
        verdict,
        verdict === 'accepted' ? '' : reason,
      ]),
    ).toEqual([
      [
        'registration-origin-subdomain',
        'rejected',
        expect.stringContaining('Unexpected registration response origin'),
      ],
      [
        'authentication-challenge-other',
        'rejected',
        expect.stringContaining('Unexpected authentication response challenge'),
      ],
      ['signature-from-other-key', 'rejected', 'the signature does not verify'],
      ['registration-client-data-unknown-members', 'accepted', ''],
      ['registration-cross-origin', 'accepted', ''],
      [
        'authentication-challenge-of-other-session',
        'rejected',
        expect.stringContaining('Unexpected authentication response challenge'),
      ],
      [
        'authentication-json-type',
        'not-applicable',
        'a page can only hand in what a PublicKeyCredential can be',
      ],
      [
        'authentication-challenge-reused',
        'not-applicable',
        'a response cannot be handed in to the target without asking for options',
      ],
    ]);
  });

  it('takes a faulty authenticator as it takes any', async () => {
    const authenticator = faulty(new Authenticator());
    const page = patient(await (await browser.createBrowserContext()).newPage());
    const passkeys = await attach(page, authenticator);
    await page.goto(`${server.origin}/`);
    expect(await does(page, 'register("eve")')).toMatchObject({ accepted: true });
    authenticator.next(fault('authentication-rp-id-hash-subdomain'));
    expect(await does(page, 'login()')).toEqual({
      accepted: false,
      message: expect.stringContaining('RP ID hash'),
    });
    expect(await does(page, 'login()')).toMatchObject({ accepted: true });
    await passkeys.detach();
    await page.browserContext().close();
  });
});
