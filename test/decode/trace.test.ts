import { describe, expect, it } from 'vitest';
import { Authenticator } from '../../src/authenticator/authenticator.ts';
import { ManualClock } from '../../src/base/clock.ts';
import type { WebAuthnClientOptions } from '../../src/client/client.ts';
import { WebAuthnClient } from '../../src/client/client.ts';
import { copyOf } from '../../src/decode/trace/copy.ts';
import type { CeremonyRecord, Refusal } from '../../src/decode/trace/record.ts';
import { refusalOf } from '../../src/decode/trace/refusal.ts';
import { clientFor, TracedClient } from '../../src/decode/trace/traced-client.ts';
import { ScriptedUser } from '../../src/person/user.ts';
import { notAllowed } from '../../src/webauthn/errors.ts';

const creation = {
  rp: { name: 'Example', id: 'example.com' },
  user: { id: 'AQID', name: 'ada', displayName: 'Ada' },
  challenge: 'CQkJ',
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
};

function setUp(options: Partial<WebAuthnClientOptions> = {}) {
  const user = new ScriptedUser();
  const clock = new ManualClock();
  const authenticator = new Authenticator({ seed: 'trace', user, clock });
  const records: CeremonyRecord[] = [];
  const client = new TracedClient({
    origin: 'https://login.example.com',
    authenticator,
    clock,
    trace: (record) => records.push(record),
    ...options,
  });
  return { client, records, user, clock, authenticator };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** How a ceremony that is refused is recorded. */
async function refused(
  call: (setting: ReturnType<typeof setUp>) => Promise<unknown>,
  options: Partial<WebAuthnClientOptions> = {},
): Promise<Refusal & { exchanges: number }> {
  const setting = setUp(options);
  await call(setting).catch(() => undefined);
  const [{ outcome, exchanges }] = setting.records as [CeremonyRecord];
  if (!('refused' in outcome)) throw new Error('it was not refused');
  return { ...outcome.refused, exchanges: exchanges.length };
}

describe('a record of a ceremony', () => {
  it('has options, every exchange decoded, client data and the credential', async () => {
    const { client, records } = setUp();
    const credential = await client.create({ publicKey: creation });
    expect(records).toHaveLength(1);
    const [record] = records as [CeremonyRecord];
    expect(record).toMatchObject({
      ceremony: 'create',
      origin: 'https://login.example.com',
      options: creation,
      outcome: { credential },
    });
    expect(record.clientData).toBe(Buffer.from(credential.response.clientDataJSON, 'base64url').toString());
    expect(record.toJSON()).toMatchObject({
      options: { pubKeyCredParams: [{ alg: 'ES256 (-7)' }] },
      exchanges: [
        { request: { command: 'authenticatorGetInfo (0x04)' }, response: { status: '0x00 CTAP2_OK' } },
        {
          request: {
            command: 'authenticatorMakeCredential (0x01)',
            parameters: { rp: { id: 'example.com' }, user: { id: "b64'AQID'" } },
          },
          response: { status: '0x00 CTAP2_OK', members: { authData: { flags: 'UP UV AT (0x45)' } } },
        },
      ],
      outcome: { credential: { id: credential.id, response: { attestationObject: { fmt: 'none' } } } },
    });
    expect(JSON.parse(JSON.stringify(record))).toEqual(record.toJSON());
  });

  it('is readable', async () => {
    const { client, records } = setUp();
    const { id } = await client.create(creation);
    await client.get({
      challenge: 'CQkJ',
      rpId: 'example.com',
      allowCredentials: [{ type: 'public-key', id }],
    });
    const text = String(records[1]);
    expect(text).toMatch(/^get at https:\/\/login\.example\.com\n {2}options:\n {4}challenge: CQkJ\n/);
    expect(text).toContain(`id: b64'${id}'`);
    expect(text).toContain('command: authenticatorGetAssertion (0x02)');
    expect(text).toContain('signCount: 1');
    expect(text).toContain('clientData: {"type":"webauthn.get","challenge":"CQkJ"');
  });

  it('keeps the options as they were', async () => {
    const { client, records } = setUp();
    const options = structuredClone(creation);
    await client.create(options);
    options.rp.id = 'changed.example';
    expect(records[0]?.options).toMatchObject({ rp: { id: 'example.com' } });
  });

  it.each<[string, { inner: unknown }]>([
    ['JSON', { inner: [{ a: null, b: [true, 1, 'text'] }] }],
    ['bytes', { inner: { challenge: new Uint8Array([1, 2]) } }],
    ['a name of its own that JSON.parse allows', { inner: JSON.parse('{"__proto__":{"a":1}}') }],
    ['many levels', { inner: [[[[[[[[[1]]]]]]]]] }],
  ])('copies options of %s, with all that is inside', (_, options) => {
    const before = structuredClone(options);
    const copy = copyOf(options) as typeof options;
    expect(copy).toStrictEqual(before);
    expect(copy.inner).not.toBe(options.inner);
  });

  it('keeps what cannot be copied', () => {
    const options = { signal: () => {} };
    expect(copyOf(options)).toBe(options);
  });

  it('tells how long the device took, by the clock handed in', async () => {
    const { client, records, user, clock } = setUp();
    user.next({ presence: 'ignore' });
    const work = client.create({ ...creation, timeout: 1000 }).catch(() => undefined);
    await turn();
    clock.advance(1000);
    await work;
    expect(records[0]?.exchanges.map(({ milliseconds }) => milliseconds)).toEqual([0, 1000]);
  });

  it('keeps ceremonies apart that run at once', async () => {
    const { client, records } = setUp();
    const challenges = ['AAAA', 'BBBB', 'CCCC'];
    await Promise.all(challenges.map((challenge) => client.create({ ...creation, challenge })));
    for (const record of records) {
      const own = record.exchanges.filter(({ request: [command] }) => command === 1);
      expect(own).toHaveLength(1);
      expect(record.clientData).toContain((record.options as typeof creation).challenge);
    }
    expect(records.map(({ options }) => (options as typeof creation).challenge).sort()).toEqual(challenges);
  });

  it('shows messages that are no CTAP2, and carriers that fail', async () => {
    const { client, records } = setUp({
      authenticator: {
        async transact([command]) {
          if (command === 4) return Uint8Array.of(0, 0xff);
          throw new Error('unplugged');
        },
      },
    });
    await client.create(creation).catch(() => undefined);
    expect(String(records[0])).toMatch(/problem: expected CTAP response/);
  });
});

describe('the record of a refusal', () => {
  it.each<[string, Parameters<typeof refused>[0], Partial<Refusal> & { exchanges: number }, object?]>([
    [
      'what the person declines',
      ({ client, user }) => {
        user.next({ presence: 'decline' });
        return client.create(creation);
      },
      {
        name: 'NotAllowedError',
        step: 'authenticatorMakeCredential (exchange 2 of 2)',
        reason: expect.stringMatching(/0x27 CTAP2_ERR_OPERATION_DENIED/),
        exchanges: 2,
      },
    ],
    [
      'a credential that is not there',
      ({ client }) => client.get({ challenge: 'CQkJ', rpId: 'example.com' }),
      {
        name: 'NotAllowedError',
        step: 'authenticatorGetAssertion (exchange 2 of 2)',
        reason: expect.stringMatching(/0x2E CTAP2_ERR_NO_CREDENTIALS/),
        exchanges: 2,
      },
    ],
    [
      'an RP ID of others',
      ({ client }) => client.create({ ...creation, rp: { name: 'x', id: 'other.example' } }),
      {
        name: 'SecurityError',
        step: 'origin and RP ID (5.1.3, steps 6 to 8)',
        reason: expect.stringContaining('other.example'),
        exchanges: 0,
      },
    ],
    [
      'incomplete options',
      ({ client }) => client.create({} as typeof creation),
      { name: 'TypeError', step: expect.stringContaining('reading the options'), exchanges: 0 },
    ],
    [
      'no options at all',
      ({ client }) => client.get(undefined as unknown as { challenge: string }),
      { name: 'TypeError', step: 'reading the options', exchanges: 0 },
    ],
    [
      'unknown types',
      ({ client }) => client.create({ ...creation, pubKeyCredParams: [{ type: 'x', alg: -7 }] }),
      { name: 'NotSupportedError', step: expect.stringContaining('steps 9 to 12'), exchanges: 0 },
    ],
    [
      'an opaque origin',
      ({ client }) => client.get({ challenge: 'CQkJ' }),
      { name: 'NotAllowedError', step: expect.stringContaining('who calls'), exchanges: 0 },
      { origin: 'null' },
    ],
    [
      'a device that is passed over',
      ({ client }) =>
        client.create({ ...creation, authenticatorSelection: { authenticatorAttachment: 'platform' } }),
      {
        name: 'NotAllowedError',
        step: 'choosing and asking devices (5.1.3, step 22)',
        reason: expect.stringContaining('authenticatorAttachment'),
        exchanges: 1,
      },
    ],
    [
      'a page that aborts',
      ({ client }) => {
        const controller = new AbortController();
        controller.abort(new RangeError('enough'));
        return client.create(creation, controller);
      },
      { step: 'the page aborted', reason: 'RangeError: enough', exchanges: 0 },
    ],
  ])('says where and why: %s', async (_, call, expected, options) => {
    expect(await refused(call, options)).toMatchObject(expected);
  });

  it('has the client data, if it came to that', async () => {
    const { client, records, user } = setUp();
    user.next({ presence: 'decline' });
    await client.create(creation).catch(() => undefined);
    expect(records[0]?.clientData).toContain('"challenge":"CQkJ","origin":"https://login.example.com"');
    expect(String(records[0])).toMatch(
      /^create at .*\n {2}refused: NotAllowedError: .*\n {2}step: .*\n {2}reason: 0x27.*\n {2}wayOut: the person declined/,
    );
  });

  it('is the first error that says why, with those that led to it after it, and the step that one names', () => {
    const inner = new Error('the CBOR was cut off');
    const error = new Error('told', { cause: new Error('in between', { cause: inner }) });
    expect(refusalOf('get', error, [], undefined)).toMatchObject({
      message: 'told',
      reason: 'told',
      causes: ['in between', inner.message],
    });
    // What a page gets says nothing.
    const cause = new Error('none answered', { cause: new AggregateError([inner, new Error('gone')], '') });
    const { reason, causes } = refusalOf('get', notAllowed(cause), [], undefined);
    expect([reason, causes]).toEqual(['none answered', [inner.message, 'gone']]);
    Object.assign(inner, { step: 'a step of its own' });
    expect(refusalOf('get', error, [], undefined).step).toBe('a step of its own');
    expect(refusalOf('get', 'a text', [], undefined)).toMatchObject({ name: 'Error', reason: 'a text' });
  });

  it('of another site’s RP ID is that, and not the error of a network', async () => {
    const fetch = async (): Promise<never> => {
      throw new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND other.example') });
    };
    const options = { ...creation, rp: { name: 'x', id: 'other.example' } };
    const refusal = await refused(({ client }) => client.create(options), { fetch });
    const { reason, wayOut, causes } = refusal;
    expect(reason).toMatch(/expected login\.example\.com or a suffix of it, got "other\.example"\./);
    expect(wayOut).toMatch(
      /^use login\.example\.com .* let https:\/\/other\.example\/.* list https:\/\/login/,
    );
    expect(causes).toEqual([
      'https://other.example/.well-known/webauthn was asked for: fetch failed',
      'getaddrinfo ENOTFOUND other.example',
    ]);
    expect(refusal).toMatchObject({ name: 'SecurityError', step: 'origin and RP ID (5.1.3, steps 6 to 8)' });
  });

  it('leaves the error as it is', async () => {
    const error = await setUp()
      .client.create({ ...creation, challenge: '*' })
      .catch((thrown) => thrown);
    expect(error).toMatchObject({ name: 'EncodingError' });
  });
});

describe('without a trace', () => {
  it('a client is the plain one, and its device is not wrapped', () => {
    const options = { origin: 'https://example.com', authenticator: new Authenticator() };
    expect(clientFor(options)).not.toBeInstanceOf(TracedClient);
    expect(clientFor({ ...options, trace: () => {} })).toBeInstanceOf(WebAuthnClient);
  });
});

describe('a U2F device', () => {
  it('is recorded in its own words', async () => {
    const user = new ScriptedUser();
    const authenticator = new Authenticator({ seed: 'u2f', model: 'u2f-key', user });
    const { client, records } = setUp({ authenticator });
    const { id } = await client.create(creation);
    await client.get({
      rpId: 'example.com',
      challenge: 'CQkJ',
      allowCredentials: [{ type: 'public-key', id }],
    });
    const [made, signedIn] = records.map((record) => record.toJSON());
    expect(made).toMatchObject({
      exchanges: [
        { request: { instruction: 'U2F_REGISTER (0x01)' }, response: { status: 'SW_NO_ERROR (0x9000)' } },
      ],
    });
    expect(String(records[1])).toMatch(/control: check-only/);
    expect(signedIn).toMatchObject({
      exchanges: [
        { response: { status: 'SW_CONDITIONS_NOT_SATISFIED (0x6985)' } },
        { request: { instruction: 'U2F_AUTHENTICATE (0x02)' }, response: { status: 'SW_NO_ERROR (0x9000)' } },
      ],
    });
  });
});
