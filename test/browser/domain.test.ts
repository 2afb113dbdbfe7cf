import { generateKeyPairSync } from 'node:crypto';
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { attach, type Passkeys, WebAuthnDomain } from '../../src/browser/puppeteer.ts';
import { engineFor } from '../../src/crypto/engine.ts';
import { toPkcs8 } from '../../src/crypto/formats/pkcs8.ts';
import { systemRandom } from '../../src/crypto/random.ts';
import { type PublicKeyCredentialCreationOptionsJSON, WebAuthnClient } from '../../src/entries/index.ts';
import { named } from '../interop/debian.ts';
import { PATIENCE } from '../patience.ts';
import { sampled, slow } from '../slow.ts';
import { type LoginServer, patient, sharedBrowser, startHome, withoutChromium } from './chromium.ts';

/** A domain as tests drive it: Chromium's session, or ours. */
interface Domain {
  send(method: string, parameters?: object): Promise<unknown>;
  on(event: string, listener: (event: unknown) => void): unknown;
}

const EVENTS = ['credentialAdded', 'credentialAsserted', 'credentialUpdated', 'credentialDeleted'];
const key = (kind: 'P-256' | 'P-384' | 'Ed25519'): string => {
  const pair =
    kind === 'Ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: kind });
  return pair.privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
};
const [P256, P384, ED25519] = [key('P-256'), key('P-384'), key('Ed25519')];
const MLDSA = Buffer.from(
  toPkcs8(await engineFor({ deterministic: false }).generate(-48, (length) => systemRandom(length, 'key'))),
).toString('base64');
const good = {
  credentialId: 'AAAAAAAAAAAAAAAAAAAAAA==',
  isResidentCredential: true,
  rpId: 'localhost',
  privateKey: P256,
  userHandle: 'AQI=',
  signCount: 5,
};
const usb = { protocol: 'ctap2', ctap2Version: 'ctap2_1', transport: 'usb', hasResidentKey: true };
const verified = { ...usb, hasUserVerification: true, isUserVerified: true };

type Step = readonly [method: string, parameters?: object] | { readonly page: string };
const add = (credential: object): Step => ['addCredential', { credential: { ...good, ...credential } }];
const create = (more = ''): Step => ({
  page: `navigator.credentials.create(creation({ timeout: ${PATIENCE}, ${more} })).then(({ response }) =>
    [...new Uint8Array(response.getAuthenticatorData()).slice(32, 37)].join())`,
});
const get = (more = ''): Step => ({
  page: `navigator.credentials.get(request({ timeout: ${PATIENCE}, ${more} })).then(({ response }) =>
    [...new Uint8Array(response.authenticatorData).slice(32)].join() + (response.signature.byteLength === 1))`,
});
const resident = 'authenticatorSelection: { residentKey: "required" }';

/** Conversations: each begins with a fresh, enabled domain, and one device where options are given. */
const CONVERSATIONS: readonly [name: string, options: object | undefined, steps: readonly Step[]][] = [
  [
    'before it is enabled',
    undefined,
    [['disable'], ['disable'], ['getCredentials', { authenticatorId: 'x' }], ['foo']],
  ],
  [
    'options',
    verified,
    [
      ['enable', { enableUI: 'yes' }],
      ['addVirtualAuthenticator', {}],
      ...[
        {},
        { protocol: 'ctap2' },
        { protocol: 7, transport: 'usb' },
        { protocol: 'ctap3', transport: 'usb' },
        { protocol: 'ctap2', transport: 'pigeon' },
        { protocol: 'ctap2', ctap2Version: 'ctap2_9', transport: 'usb' },
        { protocol: 'ctap2', transport: 'usb', hasLargeBlob: true },
        { protocol: 'ctap2', transport: 'usb', hasResidentKey: true, hasLargeBlob: true },
        { protocol: 'ctap2', transport: 'usb', hasCredBlob: true },
        { protocol: 'ctap2', transport: 'usb', hasMinPinLength: true },
        { protocol: 'ctap2', transport: 'usb', hasPrf: true },
        { protocol: 'u2f', transport: 'usb' },
        { protocol: 'ctap2', transport: 'cable' },
        { protocol: 'ctap2', transport: 'internal' },
        { protocol: 'ctap2', transport: 'internal' },
        { protocol: 'ctap2', transport: 'usb', isUserVerified: 1 },
      ].map((options): Step => ['addVirtualAuthenticator', { options }]),
    ],
  ],
  [
    'unknown things',
    verified,
    [
      ['getCredentials', { authenticatorId: 'x' }],
      ['removeVirtualAuthenticator', { authenticatorId: 'x' }],
      ['getCredential', { credentialId: 'AAAA' }],
      ['removeCredential', { credentialId: 'AAAA' }],
      ['setCredentialProperties', { credentialId: 'AAAA' }],
      ['getCredential', { credentialId: 'A-_A' }],
      ['getCredential', {}],
      ['setUserVerified', {}],
      ['setUserVerified', { isUserVerified: 'yes' }],
      ['setAutomaticPresenceSimulation', {}],
      ['setResponseOverrideBits', { isBadUV: 1 }],
      ['removeVirtualAuthenticator'],
      ['getCredentials'],
    ],
  ],
  [
    'credentials added, good and bad',
    verified,
    [
      add({}),
      add({}),
      add({ credentialId: 'AAAB' }),
      add({ credentialId: 'AAAC', userHandle: undefined }),
      add({ credentialId: 'AAAC', userHandle: 'A'.repeat(88) }),
      add({ credentialId: 'AAAC', rpId: undefined }),
      add({ credentialId: 'AAAC', userHandle: 'AAAA', signCount: -2 }),
      add({ credentialId: 'AAAC', userHandle: 'AAAA', privateKey: 'AAAA' }),
      add({ credentialId: 'AAAC', userHandle: 'AAAA', privateKey: P384 }),
      add({ credentialId: 'AAAC', userHandle: 'AAAA', signCount: undefined }),
      add({ credentialId: 'A-_C', userHandle: 'AAAA' }),
      add({ credentialId: 'AAAC', isResidentCredential: false, largeBlob: 'AAAA' }),
      add({
        credentialId: 'AAAD',
        userHandle: 'BBBB',
        privateKey: ED25519,
        backupEligibility: true,
        userName: 'eve',
      }),
      add({ credentialId: 'AAAE', isResidentCredential: false, userHandle: undefined }),
      ['getCredentials'],
      ['setCredentialProperties', { credentialId: 'AAAD', backupState: true, signCount: 9 }],
      ['setCredentialProperties', { credentialId: 'AAAD', signCount: -2 }],
      ['getCredential', { credentialId: 'AAAD' }],
      ['removeCredential', { credentialId: 'AAAD' }],
      ['clearCredentials'],
      ['getCredentials'],
    ],
  ],
  [
    'backup flags',
    { ...verified, defaultBackupEligibility: true, defaultBackupState: true },
    [
      add({}),
      add({ credentialId: 'AAAB', userHandle: 'AAAA', backupState: false }),
      ['getCredentials'],
      create(),
      get('allowCredentials: [{ type: "public-key", id: new Uint8Array(16) }]'),
      ['setCredentialProperties', { credentialId: good.credentialId, backupState: false }],
      ['getCredential', { credentialId: good.credentialId }],
    ],
  ],
  [
    'a person who does not come, and then does',
    verified,
    [
      ['setAutomaticPresenceSimulation', { enabled: false }],
      { page: 'outcome(navigator.credentials.create({ ...creation(), signal: AbortSignal.timeout(200) }))' },
      ['setAutomaticPresenceSimulation', { enabled: true }],
      create(resident),
      ['removeCredential', { credentialId: 'AAAA' }],
      ['removeVirtualAuthenticator'],
      ['getCredentials'],
    ],
  ],
  [
    'keys of cmtgKey',
    { ...verified, hasCmtgKey: true },
    [
      add({}),
      add({ credentialId: 'AAAB', userHandle: 'AAAA', cmtgKeys: 'AAAA' }),
      add({ credentialId: 'AAAB', userHandle: 'AAAA', generateCmtgKeyOnNextOperation: 1 }),
      ['getCredential', { credentialId: good.credentialId }],
      [
        'setCredentialProperties',
        { credentialId: good.credentialId, generateCmtgKeyOnNextOperation: true, signCount: 7 },
      ],
      ['getCredential', { credentialId: good.credentialId }],
    ],
  ],
  [
    'ML-DSA',
    verified,
    [
      add({ credentialId: 'AAAD', userHandle: 'BBBB', privateKey: MLDSA }),
      {
        page: `navigator.credentials.create(creation({ timeout: 5000, pubKeyCredParams: [-48, -7].map((alg) => ({ type: "public-key", alg })) }))
          .then(({ response }) => response.getPublicKeyAlgorithm())`,
      },
      {
        page: `navigator.credentials.create(creation({ timeout: 5000, pubKeyCredParams: [-50, -7].map((alg) => ({ type: "public-key", alg })) }))
          .then(({ response }) => response.getPublicKeyAlgorithm())`,
      },
    ],
  ],
  [
    'being switched off and on again',
    verified,
    [add({}), ['disable'], ['getCredentials'], ['enable', { enableUI: false }], ['getCredentials']],
  ],
  [
    'commands without a device’s ID',
    verified,
    (
      [
        ['addCredential', { credential: good }],
        ['getCredential', { credentialId: 'AAAA' }],
        ['getCredentials', {}],
        ['removeCredential', { credentialId: 'AAAA' }],
        ['clearCredentials', {}],
        ['removeVirtualAuthenticator', {}],
        ['setUserVerified', { isUserVerified: true }],
        ['setAutomaticPresenceSimulation', { enabled: true }],
        ['setResponseOverrideBits', { isBadUP: true }],
        ['setCredentialProperties', { credentialId: 'AAAA', signCount: 1 }],
      ] as const
    ).flatMap(([method, parameters]): Step[] => [
      [method, { ...parameters, authenticatorId: undefined }],
      [method, { ...parameters, authenticatorId: 7 }],
      [method, { ...parameters, authenticatorId: 'another' }],
    ]),
  ],
  ['resident credentials on a device without them', { protocol: 'ctap2', transport: 'usb' }, [add({})]],
  [
    'ceremonies',
    verified,
    [
      add({}),
      get(),
      get(),
      ['setCredentialProperties', { credentialId: good.credentialId, signCount: -1 }],
      get(),
      ['getCredential', { credentialId: good.credentialId }],
      ['setResponseOverrideBits', { isBadUP: true, isBadUV: true }],
      get(),
      ['setResponseOverrideBits', { isBogusSignature: true }],
      get(),
      ['setResponseOverrideBits', {}],
      ['setUserVerified', { isUserVerified: false }],
      get('userVerification: "required"'),
      get(
        `userVerification: "discouraged", allowCredentials: [{ type: "public-key", id: new Uint8Array(16) }]`,
      ),
      ['setUserVerified', { isUserVerified: true }],
      create(resident),
      create(resident),
      ['clearCredentials'],
      create(resident),
      {
        page: 'PublicKeyCredential.signalCurrentUserDetails({ rpId: "localhost", userId: "AQI", name: "new", displayName: "New" })',
      },
      {
        page: 'PublicKeyCredential.signalAllAcceptedCredentials({ rpId: "localhost", userId: "AQI", allAcceptedCredentialIds: [] })',
      },
      get('timeout: 10'),
    ],
  ],
];

describe.skipIf(withoutChromium)(named('our WebAuthn domain, beside Chromium’s', withoutChromium), () => {
  let browser: Browser;
  let server: LoginServer;
  let page: Page;
  let passkeys: Passkeys | undefined;

  beforeAll(async () => {
    [browser, server] = await Promise.all([sharedBrowser(), startHome()]);
  });
  afterAll(async () => {
    await server?.close();
  });
  beforeEach(async () => {
    page = patient(await (await browser.createBrowserContext()).newPage());
    await page.goto(`${server.origin}/`);
  });
  afterEach(async () => {
    await passkeys?.detach();
    passkeys = undefined;
    await page.browserContext().close();
  });

  /** What a domain answers and tells, with what is different by chance replaced. */
  async function converse(
    domain: Domain,
    options: object | undefined,
    steps: readonly Step[],
  ): Promise<string[]> {
    const heard: string[] = [];
    const tell = (what: string, value: unknown): void => {
      const text = JSON.stringify(value, (name, member) =>
        /authenticatorId|^credentialId$|^privateKey$/.test(name) ? typeof member : member,
      );
      heard.push(`${what} ${text ?? ''}`);
    };
    for (const event of EVENTS) domain.on(`WebAuthn.${event}`, (told: unknown) => tell(event, sorted(told)));
    let device: unknown = 'none';
    if (options !== undefined) {
      await domain.send('WebAuthn.enable');
      const added = await domain.send('WebAuthn.addVirtualAuthenticator', { options });
      device = (added as { authenticatorId: string }).authenticatorId;
    }
    for (const step of steps) {
      const [name, work] =
        'page' in step
          ? ['page', page.evaluate(step.page)]
          : [step[0], domain.send(`WebAuthn.${step[0]}`, { authenticatorId: device, ...step[1] })];
      await work.then(
        (answer) => tell(name, sorted(answer)),
        (error: Error & { originalMessage?: string }) =>
          tell(
            `${name} refused:`,
            error.message.replace(/ at position \d+/, '').replace(/(NotAllowedError).*/, '$1'),
          ),
      );
    }
    return heard;
  }

  it.each(sampled(CONVERSATIONS, 12))('says the same about %s', async (_, options, steps) => {
    const session = await page.createCDPSession();
    const theirs = await converse(session as unknown as Domain, options, steps);
    await page.browserContext().close();
    page = patient(await (await browser.createBrowserContext()).newPage());
    await page.goto(`${server.origin}/`);
    const domain = new WebAuthnDomain({ seed: 'domain' });
    passkeys = await attach(page, domain);
    expect(await converse(domain as unknown as Domain, options, steps)).toEqual(theirs);
  });

  slow('lets several devices serve a page, and come and go', async () => {
    const domain = new WebAuthnDomain();
    passkeys = await attach(page, domain);
    await domain.send('WebAuthn.enable');
    const run = (code: string): Promise<unknown> => page.evaluate(code);
    expect(await run('outcome(navigator.credentials.create(creation()))')).toBe('NotAllowedError');
    const first = await domain.send('WebAuthn.addVirtualAuthenticator', { options: usb });
    await domain.send('WebAuthn.addVirtualAuthenticator', { options: { ...usb, transport: 'internal' } });
    expect(
      await run(
        'outcome(navigator.credentials.create(creation({ authenticatorSelection: { authenticatorAttachment: "platform" } })))',
      ),
    ).toBe('ok');
    expect(await domain.send('WebAuthn.getCredentials', first)).toEqual({ credentials: [] });
    await domain.send('WebAuthn.removeVirtualAuthenticator', first);
    expect(domain.devices).toHaveLength(1);
  });
});

describe('a device of our WebAuthn domain', () => {
  const origin = 'https://example.com';
  const expected = { expectedOrigin: origin, expectedRPID: 'example.com', requireUserVerification: false };
  const prepare = async (): Promise<{ domain: WebAuthnDomain; client: WebAuthnClient; device: object }> => {
    const domain = new WebAuthnDomain({ seed: 'judged' });
    await domain.send('WebAuthn.enable');
    const device = await domain.send('WebAuthn.addVirtualAuthenticator', { options: verified });
    const [authenticator] = domain.devices;
    if (authenticator === undefined) throw new Error('no device');
    return { domain, device, client: new WebAuthnClient({ origin, authenticator }) };
  };

  it('signs what it says, with counters and flags that the domain changed', async () => {
    const { domain, device, client } = await prepare();
    const options = await generateRegistrationOptions({
      rpName: 'E',
      rpID: 'example.com',
      userName: 'ada',
      attestationType: 'direct',
    });
    const made = await client.create(options as object as PublicKeyCredentialCreationOptionsJSON);
    const registered = await verifyRegistrationResponse({
      response: made as RegistrationResponseJSON,
      expectedChallenge: options.challenge,
      ...expected,
    });
    expect(registered).toMatchObject({
      verified: true,
      registrationInfo: { fmt: 'packed', credential: { counter: 1 } },
    });
    if (!registered.verified) throw new Error('not verified');
    const signIn = async (): Promise<boolean> => {
      const { challenge } = await generateAuthenticationOptions({ rpID: 'example.com' });
      const response = (await client.get({
        challenge,
        allowCredentials: [{ type: 'public-key', id: made.id }],
      })) as AuthenticationResponseJSON;
      const { credential } = registered.registrationInfo;
      return (
        await verifyAuthenticationResponse({
          response,
          expectedChallenge: challenge,
          credential: { ...credential, counter: 0 },
          ...expected,
        })
      ).verified;
    };
    await domain.send('WebAuthn.setResponseOverrideBits', { ...device, isBadUV: true });
    expect(await signIn()).toBe(true);
    await domain.send('WebAuthn.setResponseOverrideBits', { ...device, isBogusSignature: true });
    expect(await signIn().catch(() => false)).toBe(false);
    await domain.send('WebAuthn.setResponseOverrideBits', device);
    const credentialId = Buffer.from(made.id, 'base64url').toString('base64');
    await domain.send('WebAuthn.setCredentialProperties', { ...device, credentialId, signCount: -1 });
    expect(await signIn()).toBe(true);
  });

  it('comes out the same from the same seed', async () => {
    const ids = await Promise.all(
      [prepare(), prepare()].map(async (prepared) => {
        const { client, device } = await prepared;
        const { id } = await client.create({
          rp: { name: 'E' },
          user: { id: 'AQI', name: 'ada', displayName: 'Ada' },
          challenge: 'AAAA',
          pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
        });
        return { id, device };
      }),
    );
    expect(ids[0]).toEqual(ids[1]);
  });
});

/** Members in the order of their names. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => [k, sorted(v)]),
  );
}
