/** The table of README in which requests are made of stuntkey and of others, cell by cell. */
import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext } from '@playwright/test';
import { describe, expect, it } from 'vitest';
import { fromBase64url } from '../../src/base/base64url.ts';
import { decodeAttestationObject } from '../../src/ctap/attestation-object.ts';
import { Authenticator, WebAuthnClient } from '../../src/entries/index.ts';
import { withoutChromium } from '../browser/chromium.ts';
import { sharedPlaywright } from '../browser/playwright.ts';
import { requireFrom, whyNoJudge } from '../judges/install.ts';
import { withoutTime } from '../slow.ts';
import { named } from './debian.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const [head, , ...rows] = (/[<]!-- peers -->\n([\s\S]*?)\n<!-- end -->/.exec(readme)?.[1] ?? '')
  .split('\n')
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

const request = (id: string, more: object = {}) => ({
  rp: { name: 'Example', id },
  user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
  challenge: 'Y2hhbGxlbmdlLWZyb20tc2VydmVy',
  pubKeyCredParams: [{ type: 'public-key' as const, alg: -7 }],
  ...more,
});

/** As much of a registration as is looked at. */
interface Registration {
  readonly response: { readonly publicKeyAlgorithm?: number; readonly attestationObject: string };
  readonly clientExtensionResults?: { readonly prf?: { readonly enabled?: boolean } };
}

const NAMES: Readonly<Record<string, string>> = { '-7': 'ES256', '-8': 'EdDSA' };
const algorithm = ({ response }: Registration): string =>
  NAMES[String(response.publicKeyAlgorithm)] ?? 'another';
const accepted = (): string => 'accepted';
const EDDSA = { pubKeyCredParams: [{ type: 'public-key' as const, alg: -8 }] };

/** The rows: who asks, for what, and what of the registration is the cell. */
const REQUESTS: readonly [origin: string, options: ReturnType<typeof request>, cell: typeof algorithm][] = [
  ['https://evillogin.example.com', request('login.example.com'), accepted],
  ['https://ada.github.io', request('github.io'), accepted],
  ['http://example.com', request('example.com'), accepted],
  ['https://example.com', request('example.com', EDDSA), algorithm],
  [
    'https://example.com',
    request('example.com', { attestation: 'direct' }),
    ({ response }) => decodeAttestationObject(fromBase64url(response.attestationObject)).fmt,
  ],
  [
    'https://example.com',
    request('example.com', { extensions: { prf: {} } }),
    ({ clientExtensionResults }) => (clientExtensionResults?.prf?.enabled ? 'enabled' : 'nothing'),
  ],
];

type Register = (origin: string, options: ReturnType<typeof request>) => Promise<Registration>;

async function column(register: Register): Promise<string[]> {
  const cells: string[] = [];
  for (const [origin, options, cell] of REQUESTS)
    cells.push(await register(origin, options).then(cell, () => 'refused'));
  return cells;
}

/** In a page of Chromium at any origin, which has been given an authenticator. */
function inPages(browser: Browser, equip: (context: BrowserContext) => Promise<unknown>): Register {
  return async (origin, options) => {
    const context = await browser.newContext();
    try {
      await equip(context);
      const page = context.pages()[0] ?? (await context.newPage());
      await page.route('**/*', (route) =>
        route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }),
      );
      await page.goto(`${origin}/`);
      const publicKey = `PublicKeyCredential.parseCreationOptionsFromJSON(${JSON.stringify(options)})`;
      return await page.evaluate(
        `navigator.credentials.create({ publicKey: ${publicKey} }).then((credential) => credential.toJSON())`,
      );
    } finally {
      await context.close();
    }
  };
}

async function equipWithChromiums(context: BrowserContext): Promise<void> {
  const session = await context.newCDPSession(await context.newPage());
  await session.send('WebAuthn.enable');
  const has = { hasResidentKey: true, hasUserVerification: true, isUserVerified: true, hasPrf: true };
  const options = { protocol: 'ctap2', ctap2Version: 'ctap2_1', transport: 'internal', ...has } as const;
  await session.send('WebAuthn.addVirtualAuthenticator', { options });
}

const noPeer = whyNoJudge('nid-webauthn-emulator');
/** As much of it as is used. */
interface Peer {
  readonly AuthenticatorEmulator: new () => object;
  readonly WebAuthnEmulator: new (
    authenticator: object,
  ) => { createJSON(origin: string, options: object): Registration };
}

const noBrowser = withoutTime ?? withoutChromium;

describe('the cells of the table in README', () => {
  const columns: readonly [name: string, missing: string | undefined, made: () => Promise<Register>][] = [
    [
      'stuntkey',
      undefined,
      async () => async (origin, options) =>
        new WebAuthnClient({ origin, authenticator: new Authenticator() }).create(options),
    ],
    [
      'Playwright',
      noBrowser,
      async () => inPages(await sharedPlaywright(), (context) => context.credentials.install()),
    ],
    ['Chromium', noBrowser, async () => inPages(await sharedPlaywright(), equipWithChromiums)],
    // Small, and named by README: it is installed in quick runs, too.
    [
      'nid-webauthn-emulator',
      noPeer,
      async () => {
        const peer = requireFrom('nid-webauthn-emulator', 'nid-webauthn-emulator') as Peer;
        return async (origin, options) =>
          new peer.WebAuthnEmulator(new peer.AuthenticatorEmulator()).createJSON(origin, options);
      },
    ],
  ];

  it('are there for each request and each of the four', () => {
    expect(rows).toHaveLength(REQUESTS.length);
    for (const [place, [name]] of columns.entries()) expect(head?.[place + 1]).toContain(name);
  });

  for (const [place, [name, missing, made]] of columns.entries()) {
    it.skipIf(missing)(named(`are what comes out of ${name}`, missing), async () => {
      expect(await column(await made())).toEqual(rows.map((row) => row[place + 1]));
    });
  }
});
