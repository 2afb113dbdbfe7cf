import { describe, expect, it } from 'vitest';
import { Authenticator } from '../../src/authenticator/authenticator.ts';
import { concat } from '../../src/base/bytes.ts';
import { type Clock, ManualClock } from '../../src/base/clock.ts';
import type { ClientAuthenticator } from '../../src/client/client.ts';
import type { CtapDevice } from '../../src/client/platform/device-link.ts';
import { DeviceManager } from '../../src/client/platform/management.ts';
import { decodeBody, decodeResponse, encodeMessage } from '../../src/ctap/message.ts';
import { clientPinRequest, clientPinResponse } from '../../src/ctap/messages/client-pin.ts';
import { getAssertionResponse } from '../../src/ctap/messages/get-assertion.ts';
import { getInfoResponse } from '../../src/ctap/messages/get-info.ts';
import { makeCredentialResponse } from '../../src/ctap/messages/make-credential.ts';
import { TracedClient } from '../../src/decode/trace/traced-client.ts';
import { ScriptedUser, type User } from '../../src/person/user.ts';
import type { Fetch } from '../../src/webauthn/related-origins.ts';
import { challenge, endOf, named, page } from './page.ts';
import { turns, unhandledDuring, watched } from './turns.ts';

/** An honest device whose answers to one command are changed. */
function lying(
  command: number,
  change: (response: Uint8Array, request: Uint8Array) => unknown,
  honest = new Authenticator({ user: new ScriptedUser() }),
): ClientAuthenticator & { asked: number[] } {
  const asked: number[] = [];
  return {
    asked,
    user: honest.user,
    async transact(request, options) {
      asked.push(request[0] as number);
      const response = await honest.transact(request, options);
      return (request[0] === command ? change(response, request) : response) as Uint8Array;
    },
  };
}

const infoWith =
  (changes: object) =>
  (response: Uint8Array): Uint8Array =>
    encodeMessage(0, getInfoResponse, { ...decodeResponse(response, getInfoResponse), ...changes });

const never = (): Promise<never> => new Promise(() => {});

describe('a device that lies', () => {
  it('by taking lists of no length ends the ceremony at once', async () => {
    const { get, create } = page({}, { authenticator: lying(4, infoWith({ maxCredentialCountInList: 0 })) });
    expect(await endOf(get(named('AAAA')))).toEqual([
      'NotAllowedError',
      expect.stringContaining('getInfo.maxCredentialCountInList: expected at least 1, got 0'),
    ]);
    const excludeCredentials = [{ type: 'public-key', id: 'AAAA' } as const];
    expect((await endOf(create({ excludeCredentials })))[0]).toBe('NotAllowedError');
  });

  it.each([
    ['maxCredentialIdLength', 0],
    ['maxCredBlobLength', 31],
    ['maxSerializedLargeBlobArray', 1023],
    ['preferredPlatformUvAttempts', 0],
  ])('about %s, which CTAP does not let be %i, is not believed', async (name, value) => {
    const { create } = page({}, { authenticator: lying(4, infoWith({ [name]: value })) });
    expect(await endOf(create())).toEqual(['NotAllowedError', expect.stringContaining(`getInfo.${name}`)]);
  });

  it('by refusing every PIN and leaving eight attempts each time is asked eight times', async () => {
    let attempts = 0;
    const honest = page({ policy: { userVerification: 'none' } });
    await honest.setPin('1234');
    const device = lying(
      6,
      (response, request) => {
        const { pinRetries } =
          response[0] === 0 ? decodeResponse(response, clientPinResponse) : { pinRetries: undefined };
        if (pinRetries !== undefined) return encodeMessage(0, clientPinResponse, { pinRetries: 8 });
        if (asksForToken(request)) {
          attempts++;
          return Uint8Array.of(0x31);
        }
        return response;
      },
      honest.authenticator,
    );
    const user = new ScriptedUser({ pin: '1234' });
    const { create } = page({}, { authenticator: device, user });
    const required = { authenticatorSelection: { userVerification: 'required' } } as const;
    expect(await endOf(create(required))).toEqual([
      'NotAllowedError',
      expect.stringContaining('PIN_INVALID'),
    ]);
    expect(attempts).toBe(8);
  });

  it('by wanting another PIN again and again gets one other PIN', async () => {
    const honest = page({ policy: { userVerification: 'none' } });
    await honest.setPin('1234');
    let changes = 0;
    const forever: CtapDevice = {
      async transact(request, options) {
        if (request[0] === 4)
          return infoWith({ forcePINChange: true })(await honest.authenticator.transact(request));
        if (request[0] === 6 && asksForToken(request)) return Uint8Array.of(0x37);
        if (request[0] === 6 && subCommandOf(request) === 4) changes++;
        return honest.authenticator.transact(request, options);
      },
    };
    const user = new ScriptedUser({ pin: '1234' });
    const { create } = page({}, { authenticator: forever, user });
    const required = { authenticatorSelection: { userVerification: 'required' } } as const;
    expect((await endOf(create(required)))[0]).toBe('NotAllowedError');
    expect(changes).toBe(1);
  });

  it('by claiming four billion accounts is not heard out, however fast it answers', async () => {
    const honest = page();
    await honest.create({ authenticatorSelection: { residentKey: 'required' } });
    let first: Uint8Array | undefined;
    const boasting: CtapDevice = {
      async transact(request, options) {
        if (request[0] === 8) return first as Uint8Array;
        const response = await honest.authenticator.transact(request, options);
        if (request[0] !== 2) return response;
        const assertion = decodeResponse(response, getAssertionResponse);
        first = encodeMessage(0, getAssertionResponse, { ...assertion, numberOfCredentials: 0xffff_ffff });
        return first;
      },
    };
    const user = new ScriptedUser({ account: () => 0 });
    const { get } = page({}, { authenticator: boasting, user });
    expect(await endOf(get())).toEqual(['NotAllowedError', expect.stringContaining('4294967295 accounts')]);
  });

  it('by claiming as many accounts as it is asked for leaves timers and signals their turn', async () => {
    const honest = page();
    await honest.create({ authenticatorSelection: { residentKey: 'required' } });
    let first: Uint8Array | undefined;
    let asked = 0;
    const boasting: CtapDevice = {
      async transact(request, options) {
        if (request[0] === 8) {
          asked++;
          return first as Uint8Array;
        }
        const response = await honest.authenticator.transact(request, options);
        if (request[0] !== 2) return response;
        const assertion = decodeResponse(response, getAssertionResponse);
        first = encodeMessage(0, getAssertionResponse, { ...assertion, numberOfCredentials: 90_000 });
        return first;
      },
    };
    const { get } = page({}, { authenticator: boasting, user: new ScriptedUser({ account: () => 0 }) });
    const controller = new AbortController();
    const seen = watched(get({}, { signal: controller.signal }));
    while (asked === 0) await turns();
    controller.abort(new Error('enough'));
    await turns(3);
    expect(seen.standing).toEqual({ reason: new Error('enough') });
    const before = asked;
    await turns(20);
    expect(asked - before).toBeLessThan(2);
  });

  it.each([
    ['an assertion for another RP', (authData: Uint8Array) => authData.fill(7, 0, 32), 'not for example.com'],
    [
      'authenticator data that is cut off',
      (authData: Uint8Array) => authData.subarray(0, 36),
      'bytes, got 36',
    ],
    [
      'authenticator data with more behind it',
      (authData: Uint8Array) => concat(authData, authData),
      'more bytes',
    ],
  ])('by giving %s gives nothing', async (_, change, why) => {
    const honest = page();
    const { id } = await honest.create();
    const device = lying(
      2,
      (response) => {
        const assertion = decodeResponse(response, getAssertionResponse);
        return encodeMessage(0, getAssertionResponse, {
          ...assertion,
          authData: change(assertion.authData.slice()),
        });
      },
      honest.authenticator,
    );
    const { get } = page({}, { authenticator: device });
    expect(await endOf(get(named(id)))).toEqual(['NotAllowedError', expect.stringContaining(why)]);
  });

  it.each([
    ['a credential for another RP', (authData: Uint8Array) => authData.fill(7, 0, 32), 'not for example.com'],
    [
      'authenticator data without the credential',
      (authData: Uint8Array) => {
        const bare = authData.subarray(0, 37);
        bare[32] = (bare[32] as number) & ~0x40;
        return bare;
      },
      'lacks the credential',
    ],
  ])('by making %s makes nothing', async (_, change, why) => {
    const device = lying(1, (response) => {
      const made = decodeResponse(response, makeCredentialResponse);
      return encodeMessage(0, makeCredentialResponse, { ...made, authData: change(made.authData.slice()) });
    });
    const { create } = page({}, { authenticator: device });
    expect(await endOf(create())).toEqual(['NotAllowedError', expect.stringContaining(why)]);
  });

  it('by refusing for another reason is not asked again under the AppID', async () => {
    const honest = page();
    const { id } = await honest.create();
    for (const [status, asked] of [
      [0x2e, 2],
      [0x7f, 1],
    ] as const) {
      const device = lying(2, () => Uint8Array.of(status), honest.authenticator);
      const { get } = page({}, { authenticator: device });
      const appid = { extensions: { appid: 'https://login.example.com' } };
      expect((await endOf(get({ ...named(id), ...appid })))[0]).toBe('NotAllowedError');
      expect(device.asked.filter((command) => command === 2)).toHaveLength(asked);
    }
  });

  it('by signing with a credential that was not asked for gives nothing', async () => {
    const honest = page();
    const one = await honest.create({ user: { id: 'AAAA', name: 'a', displayName: 'A' } });
    const other = await honest.create({ user: { id: 'BBBB', name: 'b', displayName: 'B' } });
    const device = lying(
      2,
      (response) => {
        const assertion = decodeResponse(response, getAssertionResponse);
        const id = Uint8Array.from(Buffer.from(other.id, 'base64url'));
        return encodeMessage(0, getAssertionResponse, {
          ...assertion,
          credential: { id, type: 'public-key' },
        });
      },
      honest.authenticator,
    );
    const { get } = page({}, { authenticator: device });
    expect(await endOf(get(named(one.id)))).toEqual([
      'NotAllowedError',
      expect.stringContaining('not asked for'),
    ]);
  });

  it('by answering no bytes, or throwing what no page may see, ends in a NotAllowedError for every client', async () => {
    const answers: (() => unknown)[] = [
      () => undefined,
      () => null,
      () => 'AAAA',
      () => new Uint8Array(),
      () => ({ length: 3 }),
      () => new Uint16Array(3),
      () => Promise.reject(null),
      () => Promise.reject(new DOMException('pretended', 'InvalidStateError')),
      () => Promise.reject(Object.create(null)),
      () => {
        throw undefined;
      },
    ];
    for (const answer of answers) {
      const authenticator = { transact: answer as CtapDevice['transact'] };
      const options = { origin: 'https://login.example.com', authenticator };
      const plain = page({}, options);
      const traced = new TracedClient({
        ...options,
        trace: (record) => void `${record}${JSON.stringify(record)}`,
      });
      const ends = [
        await endOf(plain.create()),
        await endOf(plain.get()),
        await endOf(traced.get({ challenge, rpId: 'example.com' })),
      ];
      expect(ends.map(([name]) => name)).toEqual(Array(3).fill('NotAllowedError'));
    }
  });

  it('by changing what it has answered already changes nothing', async () => {
    const honest = new Authenticator();
    const buffer = new Uint8Array(2000);
    const reusing: CtapDevice = {
      async transact(request, options) {
        const response = await honest.transact(request, options);
        buffer.fill(0xff);
        buffer.set(response);
        return buffer.subarray(0, response.length);
      },
    };
    const { create, get } = page({}, { authenticator: reusing });
    const { id } = await create();
    expect((await get(named(id))).id).toBe(id);
  });
});

describe('a ceremony ends by its timeout and by its signal', () => {
  const hanging: (readonly [string, Parameters<typeof page>])[] = [
    ['a device never answers', [{}, { authenticator: { transact: never } }]],
    [
      'a device never answers an APDU',
      [{}, { authenticator: { ctap2: false, transact: never, transactU2f: never } }],
    ],
    ['the person at the device never answers', [{ user: { answer: never } }, {}]],
    ['a store never commits', [{ store: { read: () => undefined as never, transaction: never } }, {}]],
    ['the attestation source never answers', [{ model: 'u2f-key', attestation: { identity: never } }, {}]],
    [
      'the list of related origins never comes',
      [{}, { origin: 'https://shop.example.net', fetch: never as Fetch }],
    ],
    [
      'the list of related origins never ends',
      [{}, { origin: 'https://shop.example.net', fetch: (async () => ({ ...LIST, text: never })) as Fetch }],
    ],
    [
      'the body of the list never ends',
      [
        {},
        {
          origin: 'https://shop.example.net',
          fetch: (async () => ({
            ...LIST,
            body: { getReader: () => ({ read: never, cancel: never }) },
          })) as Fetch,
        },
      ],
    ],
  ];

  it.each(hanging)('though %s', async (_, settings) => {
    const { create, clock } = page(...settings);
    const timed = watched(create({ timeout: 5000, attestation: 'direct' }));
    await turns(5);
    expect(timed.standing).toBe('pending');
    clock.advance(5000);
    await turns();
    expect(timed.standing).toEqual({ reason: expect.objectContaining({ name: 'NotAllowedError' }) });

    const controller = new AbortController();
    const aborted = watched(create({ attestation: 'direct' }, { signal: controller.signal }));
    await turns(5);
    expect(aborted.standing).toBe('pending');
    controller.abort('my own reason');
    await turns();
    expect(aborted.standing).toEqual({ reason: 'my own reason' });
  });

  it('that waits for another one, and asks the person nothing more', async () => {
    const prompts: string[] = [];
    let touch: (answer: 'approve') => void = () => {};
    const one = page();
    const asked = new Promise<void>((resolve) => {
      one.user.answer = ({ kind }) => {
        prompts.push(kind);
        if (prompts.length > 1) return 'approve';
        resolve();
        return new Promise((answer) => (touch = answer));
      };
    });
    const first = one.create();
    await asked;
    const controller = new AbortController();
    const second = watched(one.create({}, { signal: controller.signal }));
    await turns(5);
    controller.abort('my own reason');
    await turns(5);
    expect(second.standing).toEqual({ reason: 'my own reason' });
    touch('approve');
    await first;
    // (The device is asked after the one that waited for it.)
    await one.authenticator.getInfo();
    expect(prompts).toHaveLength(1);
  });

  it('though the person enters no PIN, and chooses no account', async () => {
    const one = page();
    await one.create({ authenticatorSelection: { residentKey: 'required' } });
    await one.create({
      user: { id: 'BBBB', name: 'b', displayName: 'B' },
      authenticatorSelection: { residentKey: 'required' },
    });
    const user: User = { answer: () => 'approve', chooseAccount: () => never };
    const { get } = page({}, { authenticator: one.authenticator, user, clock: one.clock });
    const seen = watched(get({ timeout: 1000 }));
    await turns(5);
    expect(seen.standing).toBe('pending');
    one.clock.advance(1000);
    await turns();
    expect(seen.standing).toMatchObject({ reason: { name: 'NotAllowedError' } });
  });

  it('at once where the clock fails, and by the signal where it stands still', async () => {
    const broken: Clock = {
      now: () => Number.NaN,
      after: () => {
        throw new Error('no time');
      },
    };
    expect(await endOf(page({}, { clock: broken }).create())).toEqual(['NotAllowedError', 'no time']);
    const still: Clock = { now: () => 0, after: () => undefined as never };
    const { create } = page({}, { clock: still, authenticator: { transact: never } });
    const controller = new AbortController();
    const seen = watched(create({}, { signal: controller.signal }));
    await turns(2);
    controller.abort(1);
    await turns();
    expect(seen.standing).toEqual({ reason: 1 });
  });

  it('and tells the device and the fetch of it', async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const authenticator: CtapDevice = {
      transact(_, options) {
        signals.push(options?.signal);
        return never();
      },
    };
    const fetch = ((_, { signal }) => {
      signals.push(signal);
      return never();
    }) as Fetch;
    const controller = new AbortController();
    for (const origin of ['https://login.example.com', 'https://shop.example.net']) {
      page({}, { origin, authenticator, fetch })
        .create({}, { signal: controller.signal })
        .catch(() => {});
    }
    await turns(5);
    expect(signals.map((signal) => signal?.aborted)).toEqual([false, false]);
    controller.abort();
    expect(signals.map((signal) => signal?.aborted)).toEqual([true, true]);
  });
});

const LIST = {
  status: 200,
  url: 'https://example.com/.well-known/webauthn',
  headers: { get: () => 'application/json' },
  text: async () => '{"origins":[]}',
};

describe('a list of related origins', () => {
  it('is read as far as it may be long, and no further', async () => {
    let chunks = 0;
    let canceled = 0;
    const reader = {
      async read() {
        chunks++;
        return { done: false, value: new Uint8Array(1 << 16) };
      },
      async cancel() {
        canceled++;
      },
    };
    const fetch = (async () => ({ ...LIST, body: { getReader: () => reader } })) as Fetch;
    const { create } = page({}, { origin: 'https://shop.example.net', fetch });
    expect(await endOf(create())).toEqual([
      'SecurityError',
      expect.stringContaining('longer than 262144 bytes'),
    ]);
    expect([chunks, canceled]).toEqual([5, 1]);
  });

  it('may come in pieces that cut its characters', async () => {
    const bytes = new TextEncoder().encode(JSON.stringify({ ü: 'ü', origins: ['https://shop.example.net'] }));
    const pieces = [...bytes].map((byte) => Uint8Array.of(byte));
    const reader = {
      async read() {
        const value = pieces.shift();
        return value === undefined ? { done: true } : { done: false, value };
      },
      cancel: never,
    };
    const fetch = (async () => ({ ...LIST, body: { getReader: () => reader } })) as Fetch;
    const { create } = page({}, { origin: 'https://shop.example.net', fetch });
    await create();
    expect(pieces).toEqual([]);
  });
});

describe('a device', () => {
  const makeCredential = async (device: Authenticator): Promise<Uint8Array> => {
    const requests: Uint8Array[] = [];
    const authenticator: CtapDevice = {
      async transact(request) {
        requests.push(request);
        return request[0] === 4 ? new Authenticator().transact(request) : Uint8Array.of(0x7f);
      },
    };
    await endOf(page({}, { authenticator }).create());
    expect(device).toBeDefined();
    return requests[1] as Uint8Array;
  };

  it('leaves nothing unhandled, whatever becomes of its person and of who watches', async () => {
    const statuses: unknown[] = [];
    const unhandled = await unhandledDuring(async () => {
      const rejecting: User = { answer: () => Promise.reject(new Error('no person')) };
      for (const [user, keepalive] of [
        [rejecting, undefined],
        [new ScriptedUser({ presence: 'ignore' }), () => Promise.reject(new Error('not listening'))],
        [
          new ScriptedUser({ presence: 'ignore' }),
          () => {
            throw new Error('not listening');
          },
        ],
        [{ answer: async () => 'ignore' }, undefined],
      ] as [User, (() => void) | undefined][]) {
        for (const early of [true, false]) {
          const device = new Authenticator({ user, clock: new ManualClock() });
          const request = await makeCredential(device);
          const controller = new AbortController();
          if (early) controller.abort();
          const answer = device.transact(request, {
            signal: controller.signal,
            ...(keepalive && { keepalive }),
          });
          await turns(2);
          controller.abort();
          statuses.push((await answer)[0]);
        }
      }
    });
    expect(unhandled).toEqual([]);
    expect(statuses).toEqual(Array(8).fill(0x2d));
  });

  it('survives a clock that answers no function, and one that calls back at once', async () => {
    const unhandled = await unhandledDuring(async () => {
      for (const after of [
        () => undefined,
        () => () => {
          throw new Error('cannot be stopped');
        },
        (_: number, callback: () => void) => callback(),
      ]) {
        const clock = { now: () => 0, after } as unknown as Clock;
        const device = new Authenticator({ user: { answer: async () => 'approve' as const }, clock });
        const request = await makeCredential(device);
        expect([0, 0x27, 0x2f]).toContain((await device.transact(request))[0]);
      }
    });
    expect(unhandled).toEqual([]);
  });
});

describe('managing a device', () => {
  it('ends by the signal, whatever the device does', async () => {
    const controller = new AbortController();
    const manager = new DeviceManager(
      { transact: never },
      { user: new ScriptedUser(), signal: controller.signal },
    );
    const seen = [manager.info(), manager.retries(), manager.setPin('1234'), manager.fingerprints()].map(
      watched,
    );
    await turns(2);
    expect(seen.map(({ standing }) => standing)).toEqual(Array(4).fill('pending'));
    controller.abort('over');
    await turns(2);
    expect(seen.map(({ standing }) => standing)).toEqual(Array(4).fill({ reason: 'over' }));
  });
});

/** The subcommand of a request to authenticatorClientPIN. */
const subCommandOf = (request: Uint8Array): number => decodeBody(request, clientPinRequest).subCommand;

/** Whether a request exchanges a PIN for a token. */
const asksForToken = (request: Uint8Array): boolean => [5, 9].includes(subCommandOf(request));
