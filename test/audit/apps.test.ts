/** A relying party whose callers are apps: the audit is at the app's origin, and asks what an app can do wrong. */
import { describe, expect, it } from 'vitest';
import { auditRelyingParty, catalogue, type Fault } from '../../src/entries/audit.ts';
import { simpleRelyingParty } from './simple-relying-party.ts';

const ANDROID = `android:apk-key-hash:${'A'.repeat(43)}`;
const app = {
  assetLinks: {
    'example.com': [
      {
        relation: ['delegate_permission/common.handle_all_urls'],
        target: {
          namespace: 'android_app',
          package_name: 'com.example',
          sha256_cert_fingerprints: [Array(32).fill('00').join(':')],
        },
      },
    ],
  },
};
const some = (...ids: string[]): Fault[] => catalogue.filter(({ id }) => ids.includes(id));
const FAULTS = some(
  'registration-origin-other-site',
  'registration-origin-android-app',
  'registration-origin-subdomain',
  'authentication-origin-null',
);

describe('an audit at the origin of an app', () => {
  it('registers and signs in as the app, and judges the faults that an app can have', async () => {
    const { outcome, reason, target, results } = await auditRelyingParty(
      { ...simpleRelyingParty(ANDROID), app },
      { faults: FAULTS },
    );
    expect([outcome, reason]).toEqual(['complete', undefined]);
    expect(target.origin).toBe(ANDROID);
    expect(results.map(({ fault, verdict }) => [fault.id, verdict])).toEqual(
      FAULTS.map(({ id }) => [id, id.includes('subdomain') ? 'not-applicable' : 'rejected']),
    );
    const subdomain = results.find(({ verdict }) => verdict === 'not-applicable');
    expect(subdomain?.reason).toBe(`${ANDROID} is not a page's origin: it has no host`);
  });

  it('comes to nothing without what lets the app use the RP ID, and says so', async () => {
    const server = simpleRelyingParty(ANDROID);
    let asked = 0;
    const options: typeof server.registration.options = (...about) => {
      asked += 1;
      return server.registration.options(...about);
    };
    const { outcome, reason } = await auditRelyingParty(
      { ...server, registration: { ...server.registration, options } },
      { faults: FAULTS },
    );
    expect(outcome).toBe('inconclusive');
    // The server can do nothing about it: it is not asked again.
    expect(asked).toBe(1);
    expect(reason).toMatch(
      /The relying party ID is not this app's to use: expected app\.assetLinks\["example\.com"\]/,
    );
  });

  it('finds a server that takes another app, too', async () => {
    const another = 'android:apk-key-hash:c3R1bnRrZXkgdGVzdCBhcGsga2V5IGhhc2ggMDAwMDE';
    const { results } = await auditRelyingParty(
      { ...simpleRelyingParty(ANDROID, [ANDROID, another]), app },
      { faults: some('registration-origin-android-app') },
    );
    expect(results).toMatchObject([{ verdict: 'accepted', finding: true }]);
  });
});
