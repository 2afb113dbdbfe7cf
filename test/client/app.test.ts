import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type AppOptions, Authenticator, WebAuthnClient } from '../../src/entries/index.ts';
import { refusalOf } from '../refusal.ts';

const challenge = 'Y2hhbGxlbmdl';
const RP_ID = 'example.com';
/** The SHA-256 of 32 zero bytes is beside the point: a hash of zeros, as origin and as asset links have it. */
const ANDROID = `android:apk-key-hash:${'A'.repeat(43)}`;
const FINGERPRINT = Array(32).fill('00').join(':');
const CHROME = 'chrome-extension://abcdefghijklmnopabcdefghijklmnop';
const FIREFOX = 'moz-extension://0a1b2c3d-0000-4000-8000-0123456789ab';
const APPLE = 'A1B2C3D4E5.com.example.app';

const links = (relation: string, fingerprint = FINGERPRINT, namespace = 'android_app'): AppOptions => ({
  assetLinks: {
    [RP_ID]: [
      null,
      {
        relation: [relation],
        target: { namespace, package_name: 'com.example', sha256_cert_fingerprints: [fingerprint] },
      },
    ],
  },
});
const ALL_URLS = 'delegate_permission/common.handle_all_urls';
const associated = (app: string): AppOptions => ({
  applicationId: APPLE,
  associatedDomains: { [RP_ID]: { webcredentials: { apps: [app] } } },
});

function register(origin: string, app: AppOptions | undefined, id: string | undefined = RP_ID) {
  const client = new WebAuthnClient({ origin, authenticator: new Authenticator(), ...(app && { app }) });
  return client.create({
    rp: { name: 'Example', ...(id !== '' && { id }) },
    user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
    challenge,
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  });
}

describe('a client at the origin of an app', () => {
  it.each([
    ['an Android app that the site links', ANDROID, links(ALL_URLS), RP_ID],
    [
      'the same, its fingerprint in small letters',
      ANDROID,
      links(ALL_URLS, FINGERPRINT.toLowerCase()),
      RP_ID,
    ],
    ['an iOS app that the site names', 'https://example.com', associated(APPLE), RP_ID],
    ['the same without an RP ID in the options', 'https://example.com', associated(APPLE), ''],
    ['an extension of Chrome with that host', CHROME, { hostPermissions: ['https://example.com/*'] }, RP_ID],
    ['the same, spelled as a URL', `${CHROME}/`, { hostPermissions: ['*://*.example.com/*'] }, RP_ID],
    ['an extension of Firefox with every host', FIREFOX, { hostPermissions: ['<all_urls>'] }, RP_ID],
    [
      'the same for a subdomain',
      FIREFOX,
      { hostPermissions: ['https://*.example.com/*'] },
      'login.example.com',
    ],
  ])('registers for %s, and says the origin in client data', async (_title, origin, app, id) => {
    const { response } = await register(origin, app, id);
    const clientData = JSON.parse(Buffer.from(response.clientDataJSON, 'base64url').toString());
    expect(clientData.origin).toBe(origin.replace(/\/$/, ''));
  });

  it('registers for an extension of Chrome under its whole origin, by default and for its ID', async () => {
    for (const id of ['', CHROME.slice(CHROME.lastIndexOf('/') + 1)]) {
      const { response } = await register(CHROME, undefined, id);
      const hash = createHash('sha256').update(CHROME).digest('hex');
      expect(Buffer.from(response.authenticatorData, 'base64url').subarray(0, 32).toString('hex')).toBe(hash);
    }
  });

  it.each([
    [
      'nothing that links it',
      ANDROID,
      undefined,
      RP_ID,
      /expected app\.assetLinks\["example\.com"\] with a statement that grants delegate_permission\/common\.handle_all_urls to the app with the certificate 00:00/,
    ],
    [
      'links for passwords alone',
      ANDROID,
      links('delegate_permission/common.get_login_creds'),
      RP_ID,
      /handle_all_urls/,
    ],
    [
      'links for another certificate',
      ANDROID,
      links(ALL_URLS, FINGERPRINT.replace('00', '01')),
      RP_ID,
      /assetLinks/,
    ],
    ['links for a web page', ANDROID, links(ALL_URLS, FINGERPRINT, 'web'), RP_ID, /assetLinks/],
    ['links of another site', ANDROID, links(ALL_URLS), 'example.org', /assetLinks\["example\.org"\]/],
    ['no RP ID', ANDROID, links(ALL_URLS), '', /has no domain: expected an RP ID in the options, got none/],
    ['an RP ID that is none', ANDROID, links(ALL_URLS), 'https://example.com', /expected a domain as RP ID/],
    [
      'domains of another app',
      'https://example.com',
      associated('A1B2C3D4E5.com.example.other'),
      RP_ID,
      /webcredentials\.apps that has A1B2C3D4E5\.com\.example\.app/,
    ],
    [
      'a wider RP ID than its origin',
      'https://login.example.com',
      associated(APPLE),
      RP_ID,
      /an app's origin is https:\/\/example\.com then/,
    ],
    [
      'no permission',
      CHROME,
      {},
      RP_ID,
      /expected app\.hostPermissions with a pattern for https:\/\/example\.com\/, got none/,
    ],
    [
      'permission for another host',
      CHROME,
      { hostPermissions: ['https://*.example.org/*'] },
      RP_ID,
      /hostPermissions/,
    ],
    [
      'permission that ends alike',
      CHROME,
      { hostPermissions: ['https://*.ample.com/*'] },
      RP_ID,
      /hostPermissions/,
    ],
    [
      'permission for all hosts of a public suffix, for the suffix',
      CHROME,
      { hostPermissions: ['https://*.co.uk/*'] },
      'co.uk',
      /co\.uk is a public suffix/,
    ],
    ["another extension's ID", CHROME, {}, 'b'.repeat(32), /hostPermissions/],
    ['no RP ID, in Firefox', FIREFOX, {}, '', /has no domain: expected an RP ID in the options, got none/],
    [
      'permission for http alone',
      CHROME,
      { hostPermissions: ['http://example.com/*'] },
      RP_ID,
      /hostPermissions/,
    ],
  ])('is refused with %s, and told what is missing', async (_title, origin, app, id, why) => {
    const error = await register(origin, app, id).catch((error: Error) => error);
    expect(error).toMatchObject({ name: 'SecurityError', cause: { message: expect.stringMatching(why) } });
  });

  it.each([
    [
      'android:apk-key-hash:AA:BB',
      'expected android:apk-key-hash: and the SHA-256 of the certificate in base64url',
    ],
    ['android:com.example', 'expected android:apk-key-hash:'],
    ['chrome-extension://example', 'expected chrome-extension:// and 32 letters from a to p'],
    ['moz-extension://example', 'expected moz-extension:// and a UUID'],
    ['ftp://example.com', 'expected scheme, host and port'],
  ])('is not made for %s', (origin, message) => {
    expect(refusalOf(() => new WebAuthnClient({ origin, authenticator: new Authenticator() }))).toContain(
      message,
    );
  });

  it.each([
    [
      { assetLinks: [] },
      'app.assetLinks: expected the contents of assetlinks.json by RP ID, got an empty array',
    ],
    [{ assetlinks: {} }, 'app.assetlinks: there is no such member; did you mean assetLinks?'],
    [{ applicationId: 'com.example.app' }, 'app.applicationId: expected team and bundle of an app'],
    [
      { hostPermissions: ['example.com'] },
      'app.hostPermissions[0]: expected a match pattern such as https://*.example.com/*',
    ],
  ])('is not made with %j', (app, message) => {
    const options = { origin: ANDROID, authenticator: new Authenticator(), app: app as AppOptions };
    expect(refusalOf(() => new WebAuthnClient(options))).toContain(message);
  });
});
