import { describe, expect, it } from 'vitest';
import { fault, faulty } from '../../src/entries/audit.ts';
import type { HttpOptions } from '../../src/entries/http.ts';
import { Authenticator, type AuthenticatorOptions, ManualClock } from '../../src/entries/index.ts';
import { verifyAuthentication } from '../../src/entries/verify.ts';
import { slow } from '../slow.ts';
import { DoorClient } from './client.ts';
import { openDoor, openServer } from './open-door.ts';

const origin = 'https://example.com';
const creation = {
  rp: { name: 'Example', id: 'example.com' },
  user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
  challenge: 'Y2hhbGxlbmdl',
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  authenticatorSelection: { residentKey: 'required' },
};
const request = { challenge: 'Y2hhbGxlbmdl', rpId: 'example.com' };

async function door(device: AuthenticatorOptions = {}, options: HttpOptions = {}) {
  const opened = await openDoor(options, new Authenticator(device));
  const { call } = opened;
  const create = async () => (await call('POST', '/create', { origin, options: creation })).json;
  const get = () => call('POST', '/get', { origin, options: request });
  return { ...opened, create, get };
}

describe('the PIN over HTTP', () => {
  it('is set once, changed with the one that is set, tried, and its attempts are counted', async () => {
    const { call } = await door();
    expect((await call('GET', '/pin')).json).toMatchObject({ supported: true, set: false, minimum: 4 });
    expect((await call('PUT', '/pin', { newPin: '12' })).json.error.status).toBe(
      'CTAP2_ERR_PIN_POLICY_VIOLATION',
    );
    expect((await call('PUT', '/pin', { newPin: '123456' })).status).toBe(204);
    expect((await call('PUT', '/pin', { newPin: '999999' })).status).toBe(403);
    const wrong = await call('PUT', '/pin', { newPin: '999999', pin: '000000' });
    expect(wrong.json.error).toMatchObject({ code: 'refused', status: 'CTAP2_ERR_PIN_INVALID' });
    expect(wrong.json.error.message).toContain('7 attempts left');
    expect((await call('GET', '/pin')).json).toMatchObject({ set: true, retries: 7 });
    expect((await call('PUT', '/pin', { newPin: '654321', pin: '123456' })).status).toBe(204);
    expect((await call('POST', '/pin/verify', { pin: '123456' })).json.error.status).toBe(
      'CTAP2_ERR_PIN_INVALID',
    );
    expect((await call('POST', '/pin/verify', { pin: '654321' })).status).toBe(204);
    expect((await call('GET', '/pin')).json).toMatchObject({ set: true, retries: 8 });
  });

  it('is blocked after three wrong ones in a row, until the device is plugged in again', async () => {
    const { call } = await door();
    await call('PUT', '/pin', { newPin: '123456' });
    for (const _ of [1, 2, 3]) await call('POST', '/pin/verify', { pin: '000000' });
    const blocked = await call('POST', '/pin/verify', { pin: '123456' });
    expect(blocked.json.error.status).toBe('CTAP2_ERR_PIN_AUTH_BLOCKED');
    expect(JSON.stringify(blocked.json.error)).toContain('power-cycle');
    expect((await call('POST', '/power-cycle')).status).toBe(204);
    expect((await call('POST', '/pin/verify', { pin: '123456' })).status).toBe(204);
  });

  slow('is none of a device without, nor of one of U2F alone', async () => {
    const without = await door({ policy: { clientPin: false } });
    expect((await without.call('GET', '/pin')).json).toMatchObject({ supported: false, set: false });
    expect((await without.call('PUT', '/pin', { newPin: '123456' })).status).toBe(403);
    const old = await door({ model: 'u2f-key' });
    expect((await old.call('GET', '/pin')).json).toEqual({ supported: false, set: false });
  });
});

describe('fingerprints over HTTP', () => {
  async function bio() {
    const one = await door({ model: 'yubikey-bio' });
    await one.call('PUT', '/pin', { newPin: '123456' });
    await one.call('PUT', '/user', { pin: '123456' });
    return one;
  }

  slow('are enrolled, listed, renamed and forgotten', async () => {
    const { call } = await bio();
    const enrolled = await call('POST', '/fingerprints', { name: 'left thumb' });
    expect(enrolled).toMatchObject({ status: 201, json: { name: 'left thumb' } });
    const at = `/fingerprints/${enrolled.json.id}`;
    expect((await call('PATCH', at, { name: 'right thumb' })).json).toEqual({
      id: enrolled.json.id,
      name: 'right thumb',
    });
    expect((await call('GET', '/fingerprints')).json.fingerprints).toEqual([
      { id: enrolled.json.id, name: 'right thumb' },
    ]);
    expect((await call('DELETE', at)).status).toBe(204);
    expect((await call('DELETE', at)).json.error.code).toBe('no-such-fingerprint');
    expect((await call('GET', '/fingerprints')).json.fingerprints).toEqual([]);
  });

  it('take a PIN of the person, and come to an end with one who is clumsy for good, or not there', async () => {
    const { call } = await bio();
    await call('PUT', '/user', { pin: '123456', sample: 'too-high' });
    expect((await call('POST', '/fingerprints', {})).json.error).toMatchObject({
      code: 'poor-samples',
      message: expect.stringContaining('FP_TOO_HIGH'),
    });
    await call('PUT', '/user', {});
    expect((await call('POST', '/fingerprints', {})).json.error).toMatchObject({
      code: 'no-pin',
      message: expect.stringContaining('PUT /user'),
    });
    const without = await door();
    expect((await without.call('POST', '/fingerprints', {})).status).toBe(403);
  });
});

describe('a credential that was removed', () => {
  it('can be brought back, whole, and works', async () => {
    const { call, create, get, authenticator } = await door();
    const { id } = await create();
    const before = authenticator.credentials.list();
    expect((await call('DELETE', `/credentials/${id}`)).status).toBe(204);
    expect((await call('POST', `/credentials/${id}/restore`)).json).toMatchObject({ id, userName: 'ada' });
    expect(authenticator.credentials.list()).toEqual(before);
    expect((await get()).json.id).toBe(id);
    // Once only.
    expect((await call('POST', `/credentials/${id}/restore`)).status).toBe(404);
  });

  it('is gone after the next change, even one of another carrier, and after ten minutes', async () => {
    const clock = new ManualClock();
    const { call, create, authenticator } = await door({ clock }, { clock });
    const restored = async (between: () => unknown): Promise<number> => {
      const { id } = await create();
      await call('DELETE', `/credentials/${id}`);
      await between();
      return (await call('POST', `/credentials/${id}/restore`)).status;
    };
    expect(await restored(() => clock.advance(10 * 60_000 - 1))).toBe(200);
    expect(await restored(() => clock.advance(10 * 60_000))).toBe(404);
    expect(await restored(() => create())).toBe(404);
    const other = await authenticator.credentials.import({ rpId: 'x.test', privateKey: await key() });
    expect(await restored(() => authenticator.credentials.update(other.id, { signCount: 9 }))).toBe(404);
    expect((await call('POST', '/credentials/AAAA/restore')).json.error.code).toBe('no-such-credential');
  });

  async function key(): Promise<Uint8Array> {
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign']);
    return new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey));
  }
});

describe('faults over HTTP', () => {
  it('are listed, and make one ceremony of their kind wrong', async () => {
    const { call, create, get } = await door();
    const { faults } = (await call('GET', '/faults')).json;
    expect(faults.length).toBeGreaterThan(100);
    await create();
    const registered = (await call('GET', '/trace')).json.ceremonies[0];
    expect(registered.ceremony).toBe('create');
    const verdict = async (): Promise<string> => {
      const response = (await get()).json;
      const judged = await call('POST', '/verify', {
        response,
        options: request,
        origins: [origin],
        credential: record,
      });
      return judged.json.verified ? 'verified' : judged.json.failed.name;
    };
    await call('POST', '/reset');
    const response = await create();
    const record = (await call('POST', '/verify', { response, options: creation, origins: [origin] })).json
      .credential;
    expect((await call('POST', '/faults/next', { fault: 'signature-from-other-key' })).status).toBe(204);
    await call('POST', '/faults/next', { fault: 'authentication-origin-subdomain' });
    expect(await verdict()).toBe('authentication.signature');
    expect(await verdict()).toBe('authentication.origin');
    expect(await verdict()).toBe('verified');
    await call('POST', '/faults/next', { fault: 'signature-from-other-key' });
    await call('DELETE', '/faults/next');
    expect(await verdict()).toBe('verified');
  });

  it('that there are not are refused with those that are near, and what cannot be is said so', async () => {
    const { call, get } = await door({ policy: { algorithms: [-8] } });
    expect((await call('POST', '/faults/next', { fault: 'signature-from-nobody' })).json.error).toMatchObject(
      {
        code: 'unknown-fault',
        message: expect.stringContaining('signature-from-other-key'),
      },
    );
    await call('POST', '/create', {
      origin,
      options: { ...creation, pubKeyCredParams: [{ type: 'public-key', alg: -8 }] },
    });
    await call('POST', '/faults/next', { fault: 'signature-high-s' });
    expect(await get()).toMatchObject({ status: 409, json: { error: { code: 'fault-not-applicable' } } });
  });

  it('do not queue up without end', async () => {
    const device = faulty(new Authenticator());
    const client = new DoorClient(await openServer({}, device));
    for (let n = 0; n < 1000; n++) device.next(fault('signature-empty'));
    const told = await client.call('POST', '/faults/next', { fault: 'signature-empty' });
    expect([told.status, told.json.error.code]).toEqual([409, 'fault-queue-full']);
  });
});

describe('traces over HTTP', () => {
  it('are listed, told in whole, saved and loaded', async () => {
    const { call, create, get } = await door();
    const refused = (await get()).json.error;
    await create();
    const { traces } = (await call('GET', '/traces')).json;
    expect(
      traces.map(({ number, ceremony }: { number: number; ceremony: string }) => [number, ceremony]),
    ).toEqual([
      [2, 'create'],
      [1, 'get'],
    ]);
    expect(traces[1]).toMatchObject({ refused: expect.stringMatching(/^NotAllowedError/), loaded: false });
    // A refusal names its trace.
    const saved = (await call('GET', `/traces/${refused.trace}`)).json;
    expect(saved.text).toMatch(/^get at https:\/\/example\.com\n {2}refused: NotAllowedError/);
    expect(refused.wayOut).toContain('register first');
    const other = await door();
    const loaded = await other.call('POST', '/traces', saved);
    expect(loaded).toMatchObject({
      status: 201,
      json: { number: 1, loaded: true, source: 'file', ceremony: 'get' },
    });
    // One that was had elsewhere just now is no file, whatever it was when it was saved.
    const told = await other.call('POST', '/traces?source=command', saved);
    expect(told).toMatchObject({ status: 201, json: { number: 2, loaded: false, source: 'command' } });
    const events = await other.client.events('/events?after=0');
    await events.next();
    await events.next();
    expect(await events.next()).toMatchObject({
      event: 'ceremony',
      data: { trace: 2, source: 'command', ceremony: 'get', refused: { name: 'NotAllowedError' } },
    });
    events.close();
    expect((await other.call('POST', '/traces?source=file', saved)).json.error.code).toBe('bad-query');
    const again = (await other.call('GET', '/traces/1')).json;
    expect(again.ceremony).toEqual(saved.ceremony);
    expect(again.text).toContain('NotAllowedError');
    await call('DELETE', '/traces');
    expect((await call('GET', '/traces/1')).json.error.code).toBe('no-such-trace');
    expect((await call('GET', '/traces')).json.traces).toEqual([]);
  });

  it.each([
    [{}, 'body.ceremony'],
    [{ ceremony: { ceremony: 'create' } }, 'body.ceremony'],
    [
      { ceremony: { ceremony: 'get', origin, options: {}, exchanges: [], outcome: { refused: 'x' } } },
      'body.ceremony.outcome: expected a credential',
    ],
    [
      { ceremony: { ceremony: 'steal', origin, options: {}, exchanges: [], outcome: { credential: 1 } } },
      'expected one of create, get',
    ],
  ])('refuse what is no ceremony: %#', async (body, message) => {
    const { call } = await door();
    const { json } = await call('POST', '/traces', body);
    expect(json.error).toMatchObject({ code: 'bad-body', message: expect.stringContaining(message) });
    expect((await call('GET', '/traces')).json.traces).toEqual([]);
  });
});

describe('the tools over HTTP', () => {
  it('decode a blob, given as text or as JSON', async () => {
    const { call, create } = await door();
    const response = await create();
    const decoded = await call('POST', '/decode', { value: response.response.attestationObject });
    expect(decoded.json).toMatchObject({
      kind: 'attestation object',
      text: expect.stringContaining('rpIdHash'),
    });
    expect((await call('POST', '/decode', { value: response })).json.kind).toBe('registration response');
    expect((await call('POST', '/decode', { value: '!!!' })).json.error.code).toBe('not-decodable');
    expect((await call('POST', '/decode', { value: '00', as: 'CBORR' })).json.error.message).toContain(
      'did you mean CBOR?',
    );
  });

  it('verify as the library does, and say what a sign-in lacks', async () => {
    const { call, create, get } = await door();
    const options = creation;
    const registered = await call('POST', '/verify', {
      response: await create(),
      options,
      origins: [origin],
    });
    expect(registered.json).toMatchObject({ ceremony: 'registration', verified: true });
    const { credential } = registered.json;
    const response = (await get()).json;
    const asked = { response, options: { publicKey: request }, origins: [origin], credential };
    const signedIn = (await call('POST', '/verify', asked)).json;
    const ours = await verifyAuthentication(response, {
      options: request as never,
      origins: [origin],
      credential,
    });
    expect(signedIn).toEqual({ ceremony: 'authentication', ...JSON.parse(JSON.stringify(ours)) });
    expect(signedIn.verified).toBe(true);
    const elsewhere = (await call('POST', '/verify', { ...asked, origins: ['https://example.org'] })).json;
    expect(elsewhere.failed).toMatchObject({ name: 'authentication.origin', got: `"${origin}"` });
    const { credential: _, ...without } = asked;
    expect((await call('POST', '/verify', without)).json.error.message).toContain(
      'body.credential: expected',
    );
    expect((await call('POST', '/verify', { ...asked, off: ['nonsense'] })).json.error.code).toBe(
      'unknown-check',
    );
    const garbage = await call('POST', '/verify', { ...asked, response: null });
    expect(garbage.json.verified).toBe(false);
  });

  slow('convert credentials, and keep none', async () => {
    const { call, create } = await door({}, { tokenRights: ['keys'] });
    const { id } = await create();
    const { value } = (await call('GET', '/export?format=playwright')).json;
    const converted = (await call('POST', '/convert', { from: 'playwright', to: 'cxf', value })).json;
    expect(converted.format).toBe('cxf');
    const back = await call('POST', '/convert', { from: 'cxf', to: 'playwright', value: converted.value });
    expect(back.json.value[0]).toMatchObject({ id, privateKey: value[0].privateKey });
    expect((await call('GET', '/credentials')).json.credentials).toHaveLength(1);
    expect((await call('POST', '/convert', { from: 'cxf', to: 'xml', value })).json.error.code).toBe(
      'bad-body',
    );
  });
});
