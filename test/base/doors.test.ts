/** Options where they are handed in, at the doors of the audit, HTTP, stores and fleets: what is wrong, what is allowed, what was meant. */
import { describe, expect, it } from 'vitest';
import {
  auditRelyingParty,
  callbackTarget,
  conformanceTarget,
  faulty,
  pageTarget,
} from '../../src/entries/audit.ts';
import { fleet } from '../../src/entries/fleet.ts';
import { serveHttp } from '../../src/entries/http.ts';
import { AttestationAuthority, Authenticator, MemoryStore, metadataBlob } from '../../src/entries/index.ts';
import { install } from '../../src/entries/install.ts';
import { exportCredentials, importCredential, importCredentials } from '../../src/entries/portable.ts';
import { openStore } from '../../src/entries/store.ts';
import { serveUdp, serveUhid, serveUsbip, serveVpcd } from '../../src/entries/transport.ts';
import { fleetOf } from '../../src/load/settings.ts';

const ceremony = { options: () => ({}), verify: () => false };
const party = { origin: 'https://example.com', registration: ceremony, authentication: ceremony };
const people = { seed: 'any text', rpId: 'example.com' };
const authenticator = new Authenticator();

type Door = (given: never) => unknown;
const audit: Door = (given) => auditRelyingParty(party, given);
const callbacks: Door = (given) => callbackTarget({ ...party, ...(given as object) });
const conformance: Door = (given) => conformanceTarget('http://localhost:3000', given);
const page: Door = (given) => pageTarget(given);
const http: Door = (given) => serveHttp(authenticator, given);
const store: Door = (given) => openStore(given);
const load: Door = (given) => fleet({ ...people, ...(given as object) });
const script: Door = (given) => fleetOf(given);
const authority: Door = (given) => new AttestationAuthority(given);
const metadata: Door = (given) => metadataBlob(new AttestationAuthority(), given);
const passkeys: Door = (given) => importCredentials(new MemoryStore(), 'stuntkey', [], given);
const passkey: Door = (given) => importCredential('pem', '', given);
const wrong: Door = (given) => faulty(authenticator).next(given);
const udp: Door = (given) => serveUdp(authenticator, given);

const MISTAKES: readonly (readonly [string, Door, unknown, string, string])[] = [
  [
    'an audit',
    audit,
    { concurency: 2 },
    'bad-options',
    'concurency: there is no such member; did you mean concurrency?',
  ],
  [
    'an audit',
    audit,
    { concurrency: 0 },
    'bad-options',
    'concurrency: expected a whole number of at least 1, got 0',
  ],
  ['an audit', audit, { rate: 0 }, 'bad-options', 'rate: expected a number above 0, got 0'],
  [
    'an audit',
    audit,
    { timeout: '10s' },
    'bad-options',
    'timeout: expected a number from 1 to 2147483647, got "10s"',
  ],
  ['an audit', audit, { authorized: 'yes' }, 'bad-options', 'authorized: expected true or false, got "yes"'],
  [
    'an audit',
    audit,
    { faults: ['origin-null'] },
    'bad-options',
    'faults[0]: expected a fault of the catalogue',
  ],
  [
    'an audit',
    audit,
    { faults: 'origin' },
    'bad-options',
    'faults: expected an array of faults of the catalogue',
  ],
  ['an audit', audit, { signal: new AbortController() }, 'bad-options', 'signal: expected an AbortSignal'],
  [
    'an audit',
    audit,
    { attestation: {} },
    'bad-options',
    'attestation: expected a source of attestation identities',
  ],
  [
    'callbacks',
    callbacks,
    { orgin: 'x' },
    'bad-target',
    'orgin: there is no such member; did you mean origin?',
  ],
  ['callbacks', callbacks, { origin: undefined }, 'bad-target', 'origin: expected'],
  [
    'callbacks',
    callbacks,
    { origin: 'example.com' },
    'bad-target',
    'origin: expected a URL with http or https',
  ],
  [
    'callbacks',
    callbacks,
    { origin: 'android:apk-key-hash:x' },
    'bad-target',
    'origin: expected android:apk-key-hash:',
  ],
  ['callbacks', callbacks, { registration: { options: ceremony.options } }, 'bad-target', 'without verify()'],
  ['callbacks', callbacks, { traits: { who: true } }, 'bad-target', 'traits.who: there is no such member'],
  ['a conformance target', conformance, { who: '/me' }, 'bad-target', 'who: there is no such member'],
  [
    'a conformance target',
    conformance,
    { traits: { framed: 1 } },
    'bad-target',
    'traits.framed: expected true or false',
  ],
  [
    'a page target',
    page,
    { origin: 'https://example.com' },
    'bad-target',
    'open: expected a value, got none',
  ],
  ['HTTP', http, { prot: 8080 }, 'bad-options', 'prot: there is no such member; did you mean port?'],
  [
    'HTTP',
    http,
    { port: '8080' },
    'bad-options',
    'port: expected a whole number from 0 to 65535, got "8080"',
  ],
  ['HTTP', http, 8100, 'bad-options', 'expected options, such as { port: 8100 }, got 8100'],
  ['HTTP', http, { host: '0.0.0.0' }, 'bad-options', 'host: expected a loopback address'],
  ['HTTP', http, { token: 'short' }, 'bad-options', 'token: expected 16 to 512 characters'],
  ['HTTP', http, { maxConnections: Number.NaN }, 'bad-options', 'maxConnections: expected'],
  [
    'a store',
    store,
    undefined,
    'bad-options',
    "openStore: expected { path: 'the folder of the store' }, got none",
  ],
  [
    'a store',
    store,
    '/tmp/key',
    'bad-options',
    'openStore: expected { path: \'the folder of the store\' }, got "/tmp/key"',
  ],
  ['a store', store, { path: '' }, 'bad-options', 'openStore.path: expected the folder of the store, got ""'],
  [
    'a store',
    store,
    { path: '/x', readonly: true },
    'bad-options',
    'openStore.readonly: there is no such member; did you mean readOnly?',
  ],
  [
    'a store',
    store,
    { path: '/x', passphrase: 1234 },
    'bad-options',
    'openStore.passphrase: expected a text, got a number',
  ],
  [
    'a store',
    store,
    { path: '/x', passphraseCost: 99 },
    'bad-options',
    'passphraseCost: expected a whole number from 10 to 20, got 99',
  ],
  ['a fleet', load, { rpid: 'x' }, 'bad-options', 'rpid: there is no such member; did you mean rpId?'],
  ['a fleet', load, { counter: 'one' }, 'bad-options', 'counter: expected one of zero, clock, got "one"'],
  ['a fleet', load, { algorithm: -257 }, 'bad-options', 'algorithm: expected one of -7, -8, got -257'],
  ['a fleet', load, { discoverable: 'yes' }, 'bad-options', 'discoverable: expected true or false'],
  [
    'a fleet',
    load,
    { rpId: 'https://example.com' },
    'bad-options',
    'rpId: expected an RP ID such as example.com, got "https://example.com"',
  ],
  ['a fleet', load, { seed: '' }, 'bad-options', 'seed: expected a text or bytes, not empty'],
  [
    'a fleet',
    load,
    { policy: { singCounter: 'zero' } },
    'bad-policy',
    'policy.singCounter: there is no such member',
  ],
  [
    'a load script',
    script,
    undefined,
    'bad-options',
    'config.variables.stuntkey: expected what a load script says',
  ],
  [
    'a load script',
    script,
    { rpId: 'example.com', peopel: 3 },
    'bad-options',
    'peopel: there is no such member; did you mean people?',
  ],
  [
    'a load script',
    script,
    { rpId: 'example.com', people: 0 },
    'bad-options',
    'people: expected a whole number of at least 1, got 0',
  ],
  [
    'an authority',
    authority,
    { flaw: 'expire' },
    'bad-options',
    'flaw: expected one of expired, not-yet-valid, revoked, wrong-aaguid, self-made, got "expire"; did you mean expired?',
  ],
  [
    'an authority',
    authority,
    { flaws: 'expired' },
    'bad-options',
    'flaws: there is no such member; did you mean flaw?',
  ],
  ['an authority', authority, 'a seed', 'bad-options', 'expected the options of an authority, got "a seed"'],
  ['metadata', metadata, { models: ['yubikey'] }, 'bad-options', 'models[0]: expected one of'],
  ['metadata', metadata, { status: { bitwardn: 'REVOKED' } }, 'bad-options', 'did you mean bitwarden?'],
  [
    'passkeys',
    passkeys,
    { dryrun: true },
    'bad-options',
    'dryrun: there is no such member; did you mean dryRun?',
  ],
  [
    'passkeys',
    passkeys,
    { existing: 'overwrite' },
    'bad-options',
    'existing: expected one of refuse, replace, keep, got "overwrite"',
  ],
  [
    'a passkey',
    passkey,
    { userHandle: 'AQ' },
    'bad-options',
    'userHandle: there is no such member; did you mean userId?',
  ],
  [
    'a faulty device',
    wrong,
    'signature-from-other-key',
    'bad-options',
    'fault: expected a fault of the catalogue, such as fault("origin-other-site"), got "signature-from-other-key"',
  ],
  ['UDP', udp, { prot: 8111 }, 'bad-options', 'prot: there is no such member; did you mean port?'],
  [
    'UDP',
    udp,
    { channels: 'loose' },
    'bad-options',
    'channels: expected one of strict, lenient, got "loose"',
  ],
];

describe('what is handed in is refused where it is wrong', () => {
  it.each(MISTAKES)('by %s: %#', async (_, door, given, code, message) => {
    const refused = (async () => door(given as never))();
    await expect(refused).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it.each([serveUdp, serveUhid, serveUsbip, serveVpcd])(
    'by every carrier, with a device that is not awaited, or none: %o',
    async (serve) => {
      for (const [device, got] of [
        [Promise.resolve(authenticator), 'a promise (is an await missing?)'],
        [undefined, 'none'],
      ])
        await expect(serve(device as never)).rejects.toMatchObject({
          code: 'bad-options',
          message: expect.stringContaining(
            `expected an authenticator, such as new Authenticator(), got ${got}`,
          ),
        });
    },
  );

  it('by an export, without records or a format that there is', async () => {
    await expect(exportCredentials([], 'xml' as never)).rejects.toMatchObject({ code: 'unknown-format' });
    await expect(exportCredentials(undefined as never, 'cdp')).rejects.toThrow(
      'expected records, such as authenticator.credentials.list(), got undefined',
    );
  });

  it('by install, without a global or options', () => {
    const withoutOptions = install as unknown as (target?: object) => unknown;
    expect(() => withoutOptions()).toThrow(
      'expected a global (globalThis, or the window of jsdom or happy-dom)',
    );
    expect(() => withoutOptions({})).toThrow('such as { authenticator: new Authenticator() }, got undefined');
  });

  it('takes a relying party that is an object of a class, whatever else it has', () => {
    class Party {
      readonly origin = 'https://example.com';
      readonly registration = ceremony;
      readonly authentication = ceremony;
      readonly database = new Map();
    }
    expect(callbackTarget(new Party()).origin).toBe('https://example.com');
  });

  it('takes members that are undefined for absent', async () => {
    const server = await serveHttp(authenticator, { port: undefined, fetch: undefined } as never);
    expect(server.port).toBeGreaterThan(0);
    await server.close(0);
    expect(fleet({ ...people, origin: undefined } as never).origin).toBe('https://example.com');
  });

  it('refuses a person’s options, and those of threads', async () => {
    const signMany = fleet(people).signMany([], { thread: 2 } as never);
    await expect(signMany.next()).rejects.toThrow('thread: there is no such member; did you mean threads?');
    expect(() => fleet(people).person(1, { userHandel: new Uint8Array(1) } as never)).toThrow(
      'userHandel: there is no such member; did you mean userHandle?',
    );
  });
});
