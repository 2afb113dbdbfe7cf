/** Around an authenticator: the callers that may ask, the authenticator that answers, and mediation. */
import { describe, expect, it } from 'vitest';
import { Authenticator } from '../../src/authenticator/authenticator.ts';
import { base64url, fromBase64url } from '../../src/base/base64url.ts';
import { equal, hex, utf8 } from '../../src/base/bytes.ts';
import { WebAuthnClient } from '../../src/client/client.ts';
import { sha256 } from '../../src/crypto/hash.ts';
import type { ScriptedUser } from '../../src/person/user.ts';
import type { Fetch } from '../../src/webauthn/related-origins.ts';
import { challenge, dataOf, endOf, named, page } from './page.ts';

const resident = { authenticatorSelection: { residentKey: 'required' } };

describe('several authenticators', () => {
  const both = () => {
    const platform = new Authenticator({ seed: 'platform', policy: { transports: ['internal'] } });
    const key = new Authenticator({ seed: 'key', policy: { transports: ['usb'] } });
    return { platform, key, ...page({}, { authenticator: [platform, key] }) };
  };

  it('answer in their order, unless the page wants another attachment, or hints at one', async () => {
    const { create } = both();
    expect((await create()).authenticatorAttachment).toBe('platform');
    const attached = await create({ authenticatorSelection: { authenticatorAttachment: 'cross-platform' } });
    expect(attached.authenticatorAttachment).toBe('cross-platform');
    expect((await create({ hints: ['security-key'] })).authenticatorAttachment).toBe('cross-platform');
    expect((await create({ hints: ['unheard of', 'client-device'] })).authenticatorAttachment).toBe(
      'platform',
    );
  });

  it('have their turns: the one that has the credential answers', async () => {
    const { key, get, platform } = both();
    const onKey = new WebAuthnClient({ origin: 'https://login.example.com', authenticator: key });
    const { id } = await onKey.create({
      rp: { id: 'example.com', name: 'Example' },
      user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
      challenge,
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
    });
    const asserted = await get(named(base64url(new Uint8Array(16)), id));
    expect([asserted.id, asserted.authenticatorAttachment]).toEqual([id, 'cross-platform']);
    expect(platform.credentials.list()).toEqual([]);
  });

  it('end together with an excluded credential, and with a person who says no', async () => {
    const { create, platform, key } = both();
    const { id } = await create();
    const exclude = { excludeCredentials: [{ type: 'public-key', id }] };
    expect((await endOf(create(exclude)))[0]).toBe('InvalidStateError');
    (platform.user as ScriptedUser).next({ presence: 'decline', verification: 'decline' });
    expect((await endOf(create()))[0]).toBe('NotAllowedError');
    expect(key.credentials.list()).toEqual([]);
  });

  it('are picked by the person: an excluded one, another, and none', async () => {
    const { create, user } = both();
    const { id } = await create();
    const exclude = { excludeCredentials: [{ type: 'public-key', id }] };
    user.next({ authenticator: 1 });
    expect((await create(exclude)).authenticatorAttachment).toBe('cross-platform');
    user.next({ authenticator: 0 });
    expect((await endOf(create(exclude)))[0]).toBe('InvalidStateError');
    user.next({ authenticator: 2 });
    expect((await endOf(create()))[0]).toBe('NotAllowedError');
  });

  it('give every reason when none answers', async () => {
    const { get } = both();
    const error = (await get().catch((reason: unknown) => reason)) as DOMException & {
      cause: AggregateError;
    };
    expect(error.name).toBe('NotAllowedError');
    expect(error.cause.errors).toHaveLength(2);
  });
});

describe('a device of U2F alone', () => {
  const old = () => page({ model: 'u2f-key' });

  it('registers with a fido-u2f statement and no AAGUID, and signs in', async () => {
    const { create, get } = old();
    const made = await create({ attestation: 'direct' });
    const { flags, attestedCredentialData } = dataOf(made);
    expect([flags, hex(attestedCredentialData?.aaguid ?? new Uint8Array())]).toEqual([0x41, '0'.repeat(32)]);
    expect(made.clientExtensionResults).toEqual({});
    const asserted = await get(named(base64url(new Uint8Array(16)), made.id));
    expect([asserted.id, dataOf(asserted).flags]).toEqual([made.id, 0x01]);
    expect(dataOf(asserted).signCount).toBeGreaterThan(dataOf(made).signCount);
  });

  it.each([
    ['verification is required', { authenticatorSelection: { userVerification: 'required' } }],
    ['the credential has to be discoverable', resident],
    ['ES256 will not do', { pubKeyCredParams: [{ type: 'public-key', alg: -8 }] }],
  ])('is passed over where %s', async (_, changes) => {
    expect((await endOf(old().create(changes)))[0]).toBe('NotAllowedError');
  });

  it('says of an excluded credential only behind a touch', async () => {
    const { create, user } = old();
    const { id } = await create();
    user.use({ presence: 'ignore' });
    const exclude = { excludeCredentials: [{ type: 'public-key', id }] };
    const controller = new AbortController();
    const ended = endOf(create(exclude, { signal: controller.signal }));
    controller.abort(new Error('enough'));
    expect((await ended)[0]).toBe('Error');
    user.use({ presence: 'approve' });
    expect((await endOf(create(exclude)))[0]).toBe('InvalidStateError');
  });

  it('is asked again and again until the person touches it', async () => {
    const { create, user, clock } = old();
    for (let i = 0; i < 3; i++) user.next({ presence: 'decline' });
    const ended = create();
    for (let i = 0; i < 400; i++) {
      await Promise.resolve();
      clock.advance(10);
    }
    expect((await ended).type).toBe('public-key');
  });
});

describe('appid', () => {
  const appId = 'https://www.example.com/app-id.json';

  /** A credential that U2F registered under the AppID. */
  async function registered(model?: 'u2f-key') {
    const made = page(model ? { model } : {});
    const application = sha256(utf8(appId));
    const apdu = Uint8Array.of(0, 1, 3, 0, 0, 0, 64, ...new Uint8Array(32), ...application, 0, 0);
    const response = (await made.authenticator.transactU2f?.(apdu)) as Uint8Array;
    const id = base64url(response.slice(67, 67 + (response[66] as number)));
    return { ...made, id, application };
  }

  it.each([['CTAP2'], ['u2f-key']])('finds a credential of U2F, with %s', async (model) => {
    const { get, id, application } = await registered(model === 'u2f-key' ? model : undefined);
    expect((await endOf(get(named(id))))[0]).toBe('NotAllowedError');
    const asserted = await get({ ...named(id), extensions: { appid: appId } });
    expect(asserted.clientExtensionResults).toEqual({ appid: true });
    expect(equal(dataOf(asserted).rpIdHash, application)).toBe(true);
  });

  it('says false where the RP ID did', async () => {
    const { create, get } = page();
    const { id } = await create();
    const asserted = await get({ ...named(id), extensions: { appid: appId } });
    expect(asserted.clientExtensionResults).toEqual({ appid: false });
  });

  it.each([['CTAP2'], ['u2f-key']])('excludes such a credential at creation, with %s', async (model) => {
    const { create, id } = await registered(model === 'u2f-key' ? model : undefined);
    const exclude = { excludeCredentials: [{ type: 'public-key', id }] };
    expect((await endOf(create(exclude)))[0]).toBe('none');
    const ended = create({ ...exclude, extensions: { appidExclude: appId } });
    expect((await endOf(ended))[0]).toBe('InvalidStateError');
    const made = await create({ extensions: { appidExclude: appId } });
    expect(made.clientExtensionResults).toEqual({ appidExclude: true });
  });

  it.each([
    ['of another site', 'https://example.org/app-id.json', 'SecurityError'],
    ['that is not https', 'http://www.example.com/', 'SecurityError'],
    ['that is no URL', 'example', 'SecurityError'],
    ['that is a number, which as text is no URL', 7, 'SecurityError'],
  ])('is refused %s', async (_, appid, name) => {
    const { create, get } = page();
    expect((await endOf(get({ extensions: { appid } })))[0]).toBe(name);
    expect((await endOf(create({ extensions: { appidExclude: appid } })))[0]).toBe(name);
  });
});

describe('related origins', () => {
  const answering =
    (body: unknown, answer: { status?: number; type?: string; url?: string } = {}): Fetch =>
    async (url) => ({
      status: answer.status ?? 200,
      url: answer.url ?? url,
      headers: { get: () => answer.type ?? 'application/json' },
      text: async () => (typeof body === 'string' ? body : JSON.stringify(body)),
    });
  const at = (fetch: Fetch | undefined) =>
    page({}, { origin: 'https://shop.example.net', ...(fetch && { fetch }) });
  const site = 'https://shop.example.net';
  const sites = (count: number): string[] =>
    Array.from({ length: count }, (_, index) => `https://site${index}.com`);

  it('let another site use an RP ID whose list has it, for both ceremonies', async () => {
    const { create, get } = at(answering({ origins: ['https://example.com', site] }));
    const { id } = await create();
    expect((await get(named(id))).id).toBe(id);
  });

  it('are asked for without credentials or referrer, at the RP ID', async () => {
    const calls: unknown[] = [];
    const { create } = at(async (url, init) => {
      calls.push([url, init]);
      return answering({ origins: [site] })(url, init);
    });
    await create();
    expect(calls).toEqual([
      [
        'https://example.com/.well-known/webauthn',
        {
          method: 'GET',
          credentials: 'omit',
          referrerPolicy: 'no-referrer',
          redirect: 'follow',
          signal: expect.any(AbortSignal),
        },
      ],
    ]);
  });

  it.each<[string, Fetch | undefined]>([
    ['nothing fetches', undefined],
    ['fetching fails', () => Promise.reject(new Error('no route'))],
    ['the answer is 404', answering({ origins: [site] }, { status: 404 })],
    ['the answer is no JSON by its type', answering({ origins: [site] }, { type: 'text/html' })],
    ['the answer came over http', answering({ origins: [site] }, { url: 'http://example.com/' })],
    ['the answer is no JSON', answering('{')],
    ['the answer is an array', answering([site])],
    ['origins is missing', answering({})],
    ['origins has a number', answering({ origins: [site, 1] })],
    ['the list has other origins', answering({ origins: ['https://other.example.net', 'not a URL'] })],
    ['the list has another port', answering({ origins: [`${site}:8443`] })],
    ['five other sites come first', answering({ origins: [...sites(5), site] })],
  ])('refuse when %s', async (_, fetch) => {
    expect((await endOf(at(fetch).create()))[0]).toBe('SecurityError');
  });

  it('count sites, not origins: the fifth still counts, and more of one site do not', async () => {
    const many = ['https://a.site0.com', 'https://b.site0.com', ...sites(4), site];
    expect((await endOf(at(answering({ origins: many })).create()))[0]).toBe('none');
  });

  it('are not asked for what is no host', async () => {
    let asked = 0;
    const { create } = at(async (url, init) => {
      asked++;
      return answering({ origins: [site] })(url, init);
    });
    for (const id of ['evil.example/path', 'a b', 'user@host', '']) {
      expect((await endOf(create({ rp: { id, name: '' } })))[0]).toBe('SecurityError');
    }
    expect(asked).toBe(0);
  });
});

describe('what a page may do', () => {
  it('follows its permissions policy', async () => {
    const { create, get } = page({}, { permissions: { create: false, get: false } });
    expect((await endOf(create()))[0]).toBe('NotAllowedError');
    expect((await endOf(get()))[0]).toBe('NotAllowedError');
  });

  it('in a frame of another origin is less: a creation needs a click, and a dialog', async () => {
    const frame = { topOrigin: 'https://top.example' };
    expect((await endOf(page({}, frame).create()))[0]).toBe('none');
    expect((await endOf(page({}, frame).create({}, { mediation: 'conditional' })))[0]).toBe(
      'NotAllowedError',
    );
    const idle = page({}, { ...frame, permissions: { userActivation: false } });
    expect((await endOf(idle.create()))[0]).toBe('NotAllowedError');
    expect((await endOf(page({}, { permissions: { userActivation: false } }).create()))[0]).toBe('none');
  });

  it('may pass client data of another client on, with the permission', async () => {
    const clientData = '{"type":"webauthn.create","made":"elsewhere"}';
    const remote = {
      extensions: { remoteClientDataJSON: clientData },
      rp: { id: 'elsewhere.example', name: '' },
    };
    expect((await endOf(page().create(remote)))[0]).toBe('NotAllowedError');
    const { create } = page({}, { permissions: { remoteClientData: true } });
    const made = await create(remote);
    expect(new TextDecoder().decode(fromBase64url(made.response.clientDataJSON))).toBe(clientData);
    expect(made.clientExtensionResults).toEqual({ remoteClientDataJSON: true });
    expect((await endOf(create({ ...remote, rp: { name: '' } })))[0]).toBe('NotAllowedError');
    expect((await endOf(create({ ...remote, extensions: { remoteClientDataJSON: '{' } })))[0]).toBe(
      'EncodingError',
    );
  });
});

describe('mediation', () => {
  it('silent never finds anything', async () => {
    const { client, create } = page();
    await create(resident);
    expect(await client.get({ challenge, rpId: 'example.com' }, { mediation: 'silent' })).toBeNull();
  });

  it('conditional offers discoverable credentials, which the list only filters', async () => {
    const { create, get } = page();
    const { id } = await create(resident);
    expect((await get({}, { mediation: 'conditional' })).id).toBe(id);
    expect((await get(named(id), { mediation: 'conditional' })).id).toBe(id);
  });

  it.each([
    ['there is none', {}],
    ['the list has others', named(base64url(new Uint8Array(16)))],
  ])('conditional waits without end where %s, until the page aborts', async (_, changes) => {
    const { get, clock, create } = page();
    if (Object.keys(changes).length > 0) await create(resident);
    const controller = new AbortController();
    let ended = false;
    const waiting = endOf(
      get({ ...changes, timeout: 1000 }, { mediation: 'conditional', signal: controller.signal }),
    );
    void waiting.then(() => {
      ended = true;
    });
    for (let i = 0; i < 200; i++) {
      await Promise.resolve();
      clock.advance(60_000);
    }
    expect(ended).toBe(false);
    controller.abort();
    expect((await waiting)[0]).toBe('AbortError');
  });

  it('conditional creates for a user who has just signed in, and for no other', async () => {
    const { create, get } = page();
    expect((await endOf(create({}, { mediation: 'conditional' })))[0]).toBe('NotAllowedError');
    const { id } = await create();
    await get(named(id));
    expect((await endOf(create({}, { mediation: 'conditional' })))[0]).toBe('none');
    const unverifiable = page({ policy: { userVerification: 'none' } });
    const { id: other } = await unverifiable.create();
    await unverifiable.get(named(other));
    const required = { authenticatorSelection: { userVerification: 'required' } };
    const ended = unverifiable.create(required, { mediation: 'conditional' });
    expect((await endOf(ended))[0]).toBe('ConstraintError');
  });

  it('is no other word', async () => {
    const { create, get } = page();
    for (const mediation of ['immediate', 'sometimes', null])
      for (const call of [create, get])
        expect((await endOf(call({}, { mediation: mediation as 'optional' })))[0]).toBe('TypeError');
  });
});

describe('uiMode', () => {
  it('immediate takes what is on the platform, or ends', async () => {
    const key = page();
    await key.create(resident);
    expect((await endOf(key.get({}, { uiMode: 'immediate' })))[0]).toBe('NotAllowedError');
    const { create, get } = page({ policy: { transports: ['internal'] } });
    expect((await endOf(get({}, { uiMode: 'immediate' })))[0]).toBe('NotAllowedError');
    const { id } = await create(resident);
    expect((await get({}, { uiMode: 'immediate' })).id).toBe(id);
    expect((await endOf(get(named(id), { uiMode: 'immediate' })))[0]).toBe('NotAllowedError');
    const both = get({}, { uiMode: 'immediate', mediation: 'conditional' });
    expect((await endOf(both))[0]).toBe('NotSupportedError');
    expect((await endOf(get({}, { uiMode: 'sometimes' as 'immediate' })))[0]).toBe('TypeError');
  });
});

describe('attestation', () => {
  it('for enterprises is asked for where the device has it enabled', async () => {
    const made = page({ policy: { enterpriseAttestation: true, userVerification: 'none' } });
    await made.authenticator.config({ subCommand: 1 });
    const { response } = await made.create({ attestation: 'enterprise' });
    expect(Buffer.from(response.attestationObject, 'base64url').includes('stuntkey test 0001')).toBe(true);
    const ordinary = await made.create({ attestation: 'direct' });
    expect(Buffer.from(ordinary.response.attestationObject, 'base64url').includes('stuntkey test 0001')).toBe(
      false,
    );
  });
});

describe('the transports of listed credentials', () => {
  const cases: [transports: string[], end: string][] = [
    [['usb'], 'none'],
    [['ble'], 'NotAllowedError'],
    [['ble', 'usb'], 'none'],
    [['nobody-knows'], 'none'],
    [['nobody-knows', 'internal'], 'NotAllowedError'],
    [[], 'none'],
  ];
  it.each(cases)('%j on a device at "usb" end with %s', async (transports, end) => {
    const { create, get } = page();
    const { id } = await create({});
    const allowCredentials = [{ type: 'public-key' as const, id, transports }];
    expect((await endOf(get({ allowCredentials })))[0]).toBe(end);
  });

  it('say nothing together with a credential that leaves them open', async () => {
    const { create, get } = page();
    const { id } = await create({});
    const allowCredentials = [
      { type: 'public-key' as const, id, transports: ['ble'] },
      { type: 'public-key' as const, id: 'AQ' },
    ];
    expect((await get({ allowCredentials })).id).toBe(id);
  });
});
