import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
import { describe, expect, it } from 'vitest';
import type { HttpOptions } from '../../src/entries/http.ts';
import { Authenticator, type AuthenticatorOptions, ScriptedUser } from '../../src/entries/index.ts';
import { PORTABLE_FORMATS } from '../../src/entries/portable.ts';
import { openDoor } from './open-door.ts';

const origin = 'https://login.example.com';
const challenge = 'Y2hhbGxlbmdlLWZyb20tc2VydmVy';
const creation = {
  rp: { name: 'Example', id: 'example.com' },
  user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
  challenge,
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  authenticatorSelection: { residentKey: 'required' },
};
const request = { challenge, rpId: 'example.com' };
const named = (name: string) => ({ ...creation, user: { id: btoa(name), name, displayName: name } });

async function door(device: AuthenticatorOptions = {}, options: HttpOptions = {}) {
  const opened = await openDoor(options, new Authenticator({ user: new ScriptedUser(), ...device }));
  const create = async (options: object = creation) =>
    (await opened.call('POST', '/create', { origin, options })).json;
  return { ...opened, create };
}

describe('ceremonies over HTTP', () => {
  it('make a credential and an assertion that a server accepts', async () => {
    const { call } = await door();
    const registered = await call('POST', '/create', { origin, options: creation });
    expect(registered.status).toBe(200);
    const expected = { expectedChallenge: challenge, expectedOrigin: origin, expectedRPID: 'example.com' };
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: registered.json,
      ...expected,
    });
    expect(verified).toBe(true);
    const signedIn = await call('POST', '/get', { origin, options: request });
    const { credential } = registrationInfo ?? {};
    if (credential === undefined) throw new Error('no credential');
    const judged = await verifyAuthenticationResponse({ response: signedIn.json, ...expected, credential });
    expect(judged).toMatchObject({ verified: true, authenticationInfo: { newCounter: 1 } });
  });

  it('take a server’s wrapped answer as it is, at either place', async () => {
    const { call } = await door();
    expect((await call('POST', '/create', { origin, publicKey: creation })).status).toBe(200);
    expect((await call('POST', '/get', { origin, options: { publicKey: request } })).status).toBe(200);
  });

  it('are refused without a dialog until a user has signed in at the same origin', async () => {
    const { call, create } = await door();
    await create();
    const offered = { origin, options: named('eva'), mediation: 'conditional' };
    const refused = { status: 403, json: { error: { name: 'NotAllowedError' } } };
    expect(await call('POST', '/create', offered)).toMatchObject(refused);
    expect((await call('POST', '/get', { origin, options: request })).status).toBe(200);
    const elsewhere = { ...offered, origin: 'https://example.com' };
    expect(await call('POST', '/create', elsewhere)).toMatchObject(refused);
    expect((await call('POST', '/create', offered)).status).toBe(200);
  });

  it('happen in a frame, and answer null where mediation is silent', async () => {
    const { call, create } = await door();
    await create();
    const framed = await call('POST', '/get', {
      origin,
      options: request,
      topOrigin: 'https://shop.example',
    });
    const clientData = JSON.parse(Buffer.from(framed.json.response.clientDataJSON, 'base64url').toString());
    expect(clientData).toMatchObject({ crossOrigin: true, topOrigin: 'https://shop.example' });
    const silent = await call('POST', '/get', { origin, options: request, mediation: 'silent' });
    expect(silent).toMatchObject({ status: 200, json: null });
  });

  it('are refused with what a page would be told, and what it would not', async () => {
    const { call } = await door();
    expect(await call('POST', '/get', { origin, options: request })).toMatchObject({
      status: 403,
      json: {
        error: {
          name: 'NotAllowedError',
          code: 'not-allowed',
          step: expect.stringContaining('authenticatorGetAssertion'),
          reason: '0x2E CTAP2_ERR_NO_CREDENTIALS',
          status: 'CTAP2_ERR_NO_CREDENTIALS',
        },
      },
    });
    const elsewhere = await call('POST', '/create', { origin: 'https://evil.example', options: creation });
    expect(elsewhere).toMatchObject({
      status: 403,
      json: { error: { name: 'SecurityError', code: 'security' } },
    });
  });

  it('happen in an app, if what is handed in lets it use the RP ID', async () => {
    const { call } = await door();
    const android = `android:apk-key-hash:${'A'.repeat(43)}`;
    const statement = {
      relation: ['delegate_permission/common.handle_all_urls'],
      target: {
        namespace: 'android_app',
        package_name: 'com.example',
        sha256_cert_fingerprints: [Array(32).fill('00').join(':')],
      },
    };
    const app = { assetLinks: { 'example.com': [statement] } };
    const registered = await call('POST', '/create', { origin: android, options: creation, app });
    expect(registered.status).toBe(200);
    const clientData = Buffer.from(registered.json.response.clientDataJSON, 'base64url').toString();
    expect(JSON.parse(clientData).origin).toBe(android);
    const signedIn = await call('POST', '/get', { origin: android, options: request, app });
    expect([signedIn.status, signedIn.json.id]).toEqual([200, registered.json.id]);
    expect(await call('POST', '/get', { origin: android, options: request })).toMatchObject({
      status: 403,
      json: { error: { name: 'SecurityError', reason: expect.stringContaining('expected app.assetLinks') } },
    });
    const misspelled = await call('POST', '/get', {
      origin: android,
      options: request,
      app: { assetLink: {} },
    });
    expect(misspelled).toMatchObject({
      status: 400,
      json: {
        error: {
          code: 'bad-body',
          message: expect.stringContaining(
            'body.app.assetLink: there is no such member; did you mean assetLinks?',
          ),
        },
      },
    });
  });

  it('are a bad request where a browser would not take the options at all', async () => {
    const { call } = await door();
    const incomplete = await call('POST', '/create', { origin, options: { challenge } });
    expect(incomplete).toMatchObject({
      status: 400,
      json: { error: { name: 'TypeError', code: 'bad-options' } },
    });
    const nowhere = await call('POST', '/create', { origin: 'nowhere', options: creation });
    expect(nowhere).toMatchObject({ status: 400, json: { error: { code: 'bad-origin' } } });
  });

  it('leave a trace, the newest first, no longer than was said', async () => {
    const { call, create } = await door({}, { traces: 2 });
    await create();
    await call('POST', '/get', { origin, options: { ...request, rpId: 'login.example.com' } });
    await call('POST', '/get', { origin, options: request });
    const { ceremonies } = (await call('GET', '/trace?limit=1000')).json;
    expect(ceremonies).toMatchObject([
      { ceremony: 'get', outcome: { credential: expect.anything() } },
      { ceremony: 'get', outcome: { refused: expect.stringContaining('NotAllowedError') } },
    ]);
    expect((await call('GET', '/trace?limit=1')).json.ceremonies).toHaveLength(1);
    expect((await call('DELETE', '/trace')).status).toBe(204);
    expect((await call('GET', '/trace')).json.ceremonies).toEqual([]);
  });
});

describe('the person', () => {
  it('does once what is queued, and for good what is put', async () => {
    const { call } = await door();
    const status = async () =>
      (await call('POST', '/create', { origin, options: creation })).json.error?.status;
    await call('POST', '/user/next', { presence: 'decline' });
    expect(await status()).toBe('CTAP2_ERR_OPERATION_DENIED');
    expect(await status()).toBeUndefined();
    await call('PUT', '/user', { presence: 'decline' });
    expect([await status(), await status()]).toEqual(Array(2).fill('CTAP2_ERR_OPERATION_DENIED'));
    await call('DELETE', '/user');
    expect(await status()).toBeUndefined();
  });

  it('picks an account by its name or its place, and cancels where there is none of that name', async () => {
    const { call, create } = await door();
    await create(named('ada'));
    await create(named('bob'));
    const handle = async (account: string | number) => {
      await call('POST', '/user/next', { account });
      return (await call('POST', '/get', { origin, options: request })).json.response?.userHandle;
    };
    const handleOf = (name: string) => Buffer.from(name).toString('base64url');
    expect([await handle('ada'), await handle(0)]).toEqual([handleOf('ada'), handleOf('bob')]);
    expect(await handle('eve')).toBeUndefined();
  });

  it('has a PIN', async () => {
    const { call } = await door({ policy: { userVerification: 'none' } });
    const options = { ...creation, authenticatorSelection: { userVerification: 'required' } };
    expect((await call('POST', '/create', { origin, options })).status).toBe(403);
    await call('PUT', '/user', { pin: '123456' });
    expect((await call('POST', '/create', { origin, options })).status).toBe(200);
    await call('PUT', '/user', { pin: '654321' });
    expect((await call('POST', '/create', { origin, options })).status).toBe(403);
  });

  it('has no endless queue', async () => {
    const { call, authenticator } = await door();
    for (let n = 0; n < 1000; n++) (authenticator.user as ScriptedUser).next({ presence: 'approve' });
    expect((await call('POST', '/user/next', { presence: 'approve' })).json.error.code).toBe(
      'user-queue-full',
    );
  });

  it('cannot be scripted where it is not a scripted user', async () => {
    const { call } = await door({ user: { answer: () => 'approve' } });
    expect((await call('GET', '/info')).json.scriptedUser).toBe(false);
    expect(await call('PUT', '/user', {})).toMatchObject({
      status: 409,
      json: { error: { code: 'no-scripted-user' } },
    });
  });
});

describe('credentials over HTTP', () => {
  it('are listed page by page, without their secrets', async () => {
    const { call, create } = await door();
    for (const name of ['ada', 'bob', 'eve']) await create(named(name));
    await create({ ...creation, rp: { name: 'Login', id: 'login.example.com' } });
    const first = (await call('GET', '/credentials?limit=2&rpId=example.com')).json;
    const second = (await call('GET', `/credentials?limit=2&rpId=example.com&after=${first.next}`)).json;
    const all = [...first.credentials, ...second.credentials];
    expect(all.map(({ userName }) => userName)).toEqual(['ada', 'bob', 'eve']);
    expect([all.length, second.next]).toEqual([3, undefined]);
    expect((await call('GET', '/credentials?after=AAAA')).json.error.code).toBe('bad-query');
  });

  it('are shown, changed and removed', async () => {
    const { call, create } = await door();
    const { id } = await create();
    const at = `/credentials/${id}`;
    expect((await call('GET', at)).json).toMatchObject({
      id,
      rpId: 'example.com',
      userName: 'ada',
      signCount: 0,
    });
    expect((await call('PATCH', at, { userName: 'bob', signCount: 7 })).json).toMatchObject({
      userName: 'bob',
      signCount: 7,
    });
    expect((await call('PATCH', at, { backupEligible: false, backupState: true })).status).toBe(400);
    expect((await call('PATCH', at, { privateKey: 'AAAA' })).json.error.code).toBe('bad-body');
    expect((await call('GET', at)).json).toMatchObject({ userName: 'bob', signCount: 7 });
    expect((await call('DELETE', at)).status).toBe(204);
    for (const [method, body] of [['GET'], ['DELETE'], ['PATCH', {}]] as const)
      expect((await call(method, at, body)).status).toBe(404);
    expect((await call('GET', '/credentials/+++')).json.error.code).toBe('bad-path');
  });

  it.each(PORTABLE_FORMATS)('go out as %s and come in again', async (format) => {
    const { call, create } = await door({ policy: { signCounter: 'zero' } }, { tokenRights: ['keys'] });
    const { id } = await create();
    const { value, warnings } = (await call('GET', `/credentials/${id}/export?format=${format}`)).json;
    expect(Array.isArray(warnings)).toBe(true);
    const file = (await call('GET', `/export?format=${format}`)).json.value;
    const inFile = {
      cxf: () => file.accounts[0].items,
      bitwarden: () => file.items.flatMap((item: typeof file) => item.login.fido2Credentials),
    };
    expect(format in inFile ? inFile[format as 'cxf']() : file).toEqual([value]);
    const body = {
      format,
      value,
      ...(/pem|jwk/.test(format) && { id, rpId: 'example.com', userId: 'YWRh' }),
    };
    expect((await call('POST', '/credentials', body)).json.error.code).toBe('credential-exists');
    await call('DELETE', `/credentials/${id}`);
    expect((await call('POST', '/credentials', body)).json.error).toBeUndefined();
    expect((await call('POST', '/get', { origin, options: request })).status).toBe(200);
  });

  it('come in all or none', async () => {
    const { call, create, authenticator } = await door({}, { tokenRights: ['keys'] });
    await create();
    const { value } = (await call('GET', '/export')).json;
    await call('POST', '/reset');
    const bad = { ...value[0], id: 'AAAA', privateKey: 'AAAA' };
    expect((await call('POST', '/credentials', { value: [value[0], bad] })).json.error.code).toBe('bad-key');
    expect(authenticator.credentials.list()).toEqual([]);
  });
});

describe('the device over HTTP', () => {
  it('says what it is', async () => {
    const { call, create } = await door({ model: 'yubikey-5-nfc' });
    await create();
    expect((await call('GET', '/info')).json).toMatchObject({
      name: 'stuntkey',
      ctap2: true,
      u2f: true,
      discoverableCredentials: 1,
      authenticatorGetInfo: { versions: expect.arrayContaining(['FIDO_2_0']) },
    });
    const old = await door({ policy: { ctap: 'U2F' } });
    expect((await old.call('GET', '/info')).json).toMatchObject({ ctap2: false, u2f: true });
  });

  it('is reset at any time, unless the person declines', async () => {
    const { call, create, authenticator } = await door();
    await create();
    await call('POST', '/user/next', { presence: 'decline' });
    expect((await call('POST', '/reset')).json.error.status).toBe('CTAP2_ERR_OPERATION_DENIED');
    expect(authenticator.credentials.list()).toHaveLength(1);
    expect((await call('POST', '/reset')).status).toBe(204);
    expect(authenticator.credentials.list()).toEqual([]);
  });
});
