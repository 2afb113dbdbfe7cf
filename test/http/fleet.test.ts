import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { fleet } from '../../src/entries/fleet.ts';
import { serveHttp } from '../../src/entries/http.ts';
import { Authenticator } from '../../src/entries/index.ts';
import { verifyAuthentication, verifyRegistration } from '../../src/entries/verify.ts';
import { FleetDoor } from '../../src/http/fleet.ts';
import { slow } from '../slow.ts';
import { openDoor } from './open-door.ts';

const origin = 'https://example.com';
const seed = 'a load test';
const request = { challenge: 'Y2hhbGxlbmdl', rpId: 'example.com' };
const creation = {
  rp: { name: 'Example', id: 'example.com' },
  user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
  challenge: 'Y2hhbGxlbmdl',
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
};

describe('the fleet behind the door', () => {
  slow('registers and signs in by number, as the library’s people do, and stores nothing', async () => {
    const { call, authenticator } = await openDoor({ fleet: { seed, rpId: 'example.com', threads: 1 } });
    const response = (await call('POST', '/fleet/7/create', { options: creation })).json;
    expect(await verifyRegistration(response, { options: creation, origins: [origin] })).toMatchObject({
      verified: true,
    });
    const people = fleet({ seed, rpId: 'example.com' });
    expect(response.id).toBe(Buffer.from(people.record(7).credentialId).toString('base64url'));
    const signedIn = await call('POST', '/fleet/8/get', { publicKey: request, userHandle: 'YWRh' });
    expect(signedIn.headers['stuntkey-fault']).toBeUndefined();
    const { credentialId, publicKey } = people.record(8);
    const credential = {
      type: 'public-key',
      id: Buffer.from(credentialId).toString('base64url'),
      publicKey: Buffer.from(publicKey).toString('base64url'),
      signCount: 0,
      uvInitialized: true,
      transports: [],
      backupEligible: true,
      backupState: true,
      userHandle: 'YWRh',
    };
    const judged = await verifyAuthentication(signedIn.json, {
      options: request as never,
      origins: [origin],
      credential,
      user: { handle: 'YWRh' },
    });
    expect(judged.failed).toBeUndefined();
    expect(authenticator.credentials.list()).toEqual([]);
    expect((await call('GET', '/trace')).json.ceremonies).toEqual([]);
    const refused = await call('POST', '/fleet/7/get', { options: { ...request, rpId: 'example.org' } });
    expect(refused).toMatchObject({
      status: 403,
      json: { error: { name: 'SecurityError', code: 'security' } },
    });
    const none = { ...request, allowCredentials: [{ type: 'public-key', id: 'AAAA' }] };
    expect((await call('POST', '/fleet/7/get', { options: none })).json.error).toMatchObject({
      name: 'NotAllowedError',
      status: 'CTAP2_ERR_NO_CREDENTIALS',
    });
    expect(await call('POST', '/fleet/7/get', { options: {} })).toMatchObject({
      status: 400,
      json: { error: { code: 'bad-options' } },
    });
  });

  it('is asked for by whole numbers within range, and only where there is one', async () => {
    const { call } = await openDoor({ fleet: { seed, rpId: 'example.com', threads: 1 } });
    for (const index of ['-1', '1.5', 'x', '9007199254740992', '1e3', '99999999999999999999'])
      expect(await call('POST', `/fleet/${index}/get`, { options: request })).toMatchObject({
        status: 400,
        json: { error: { code: 'bad-path' } },
      });
    const without = await openDoor();
    expect((await without.call('POST', '/fleet/7/get', { options: request })).json.error).toMatchObject({
      code: 'no-fleet',
      message: expect.stringContaining('--fleet-rp-id'),
    });
  });

  it('is wrong as often as it was told, by fault, and says how', async () => {
    const errors = { 'signature-from-other-key': 0.25, 'authentication-origin-subdomain': 0.75 };
    const { call } = await openDoor({ fleet: { seed, rpId: 'example.com', errors } });
    const faults: unknown[] = [];
    for (let n = 0; n < 4; n++) {
      const told = await call('POST', `/fleet/${n}/get`, { options: request });
      const { origin: said } = JSON.parse(atob(told.json.response.clientDataJSON));
      faults.push([told.headers['stuntkey-fault'], said]);
    }
    const subdomain = ['authentication-origin-subdomain', 'https://sub.example.com'];
    const other = ['signature-from-other-key', origin];
    expect(faults).toEqual([subdomain, other, subdomain, subdomain]);
  });

  slow('is honest in between', async () => {
    const errors = { 'signature-from-other-key': 0.25 };
    const { call } = await openDoor({ fleet: { seed, rpId: 'example.com', threads: 2, errors } });
    const told = await Promise.all(
      Array.from({ length: 40 }, (_, n) => call('POST', `/fleet/${n}/get`, { options: request })),
    );
    expect(told.every(({ status }) => status === 200)).toBe(true);
    expect(told.filter(({ headers }) => headers['stuntkey-fault'] !== undefined)).toHaveLength(10);
  });

  it('keeps its shares exactly, however many there are', () => {
    const errors = { 'signature-empty': 0.01, 'signature-zeros': 0.33, 'signature-cut': 0.66 };
    const people = new FleetDoor({ seed, rpId: 'example.com', errors }, systemClock);
    const counts = new Map<string | undefined, number>();
    for (let n = 0; n < 1000; n++) {
      const id = people.nextFault()?.id;
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    for (const [id, rate] of Object.entries(errors))
      expect(Math.abs((counts.get(id) ?? 0) - 1000 * rate)).toBeLessThanOrEqual(1);
    expect(counts.get(undefined)).toBeUndefined();
  });

  it.each<[object, string, string]>([
    [{ seed: '', rpId: 'example.com' }, 'bad-options', 'fleet.seed'],
    [{ seed }, 'bad-options', 'fleet.rpId'],
    [{ seed, rpId: 'example.com', origin: 'x' }, 'bad-origin', 'x'],
    [{ seed, rpId: 'example.com', errors: { 'signature-empty': 2 } }, 'bad-options', 'fleet.errors'],
    [
      { seed, rpId: 'example.com', errors: { 'signature-empty': 0.6, 'signature-cut': 0.6 } },
      'bad-options',
      'at most 1 together',
    ],
    [{ seed, rpId: 'example.com', errors: { 'registration-type-null': 0.1 } }, 'bad-options', 'registration'],
    [{ seed, rpId: 'example.com', errors: { nonsense: 0.1 } }, 'unknown-fault', 'nonsense'],
  ])('is refused before anything is open: %#', async (given, code, message) => {
    const failed = serveHttp(new Authenticator(), { fleet: given as never });
    await expect(failed).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });
});
