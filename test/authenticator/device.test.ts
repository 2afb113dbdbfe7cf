import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Authenticator } from '../../src/authenticator/authenticator.ts';
import { concat, fromHex, hex, utf8 } from '../../src/base/bytes.ts';
import { type CborKey, type CborValue, encodeCbor } from '../../src/cbor/cbor.ts';
import { decodeAuthenticatorData } from '../../src/ctap/authenticator-data.ts';
import { ScriptedUser } from '../../src/person/user.ts';
import { bench, nameOf, statusOf } from './platform.ts';

const rk = { options: { rk: true, uv: true } };
const GET_INFO = Uint8Array.of(0x04);

describe('authenticatorGetInfo', () => {
  it('tells the truth about the policy', async () => {
    const info = await bench({
      policy: { transports: ['internal'], algorithms: [-8, -7], maxMsgSize: 2048 },
    }).info();
    expect(info).toMatchObject({
      versions: ['FIDO_2_0', 'FIDO_2_1', 'FIDO_2_3'],
      maxMsgSize: 2048,
      transports: ['internal'],
    });
    expect(Object.fromEntries(info.options ?? [])).toEqual({
      rk: true,
      up: true,
      uv: true,
      plat: true,
      alwaysUv: false,
      credMgmt: true,
      authnrCfg: true,
      clientPin: false,
      largeBlobs: true,
      perCredMgmtRO: true,
      pinUvAuthToken: true,
      setMinPINLength: true,
      makeCredUvNotRqd: true,
    });
    expect(info.algorithms?.map(({ alg }) => alg)).toEqual([-8, -7]);
  });

  it('follows the state', async () => {
    const { info, make } = bench({ policy: { discoverableCapacity: 5 } });
    expect((await info()).remainingDiscoverableCredentials).toBe(5);
    await make(rk);
    expect((await info()).remainingDiscoverableCredentials).toBe(4);
  });

  it('gives bytes that the caller may change', async () => {
    const { authenticator } = bench();
    const first = await authenticator.transact(GET_INFO);
    const copy = hex(first);
    first.fill(0);
    expect(hex(await authenticator.transact(GET_INFO))).toBe(copy);
  });
});

describe('authenticatorReset', () => {
  it('makes every credential unknown, in the first ten seconds, with a touch', async () => {
    const { authenticator, make, assert, clock } = bench();
    await make(rk);
    clock.advance(10_000);
    await authenticator.reset();
    expect(authenticator.credentials.list()).toEqual([]);
    expect(await statusOf(assert())).toBe('CTAP2_ERR_NO_CREDENTIALS');
  });

  it('is not allowed later, until the next power cycle, unless the policy lifts that', async () => {
    const { authenticator, clock } = bench();
    clock.advance(10_001);
    expect(await statusOf(authenticator.reset())).toBe('CTAP2_ERR_NOT_ALLOWED');
    authenticator.powerCycle();
    expect(await statusOf(authenticator.reset())).toBe('CTAP2_OK');
    const lifted = bench({ policy: { resetAnyTime: true } });
    lifted.clock.advance(60_000);
    expect(await statusOf(lifted.authenticator.reset())).toBe('CTAP2_OK');
  });

  it('changes nothing when the user declines or does not come', async () => {
    const { authenticator, user, make, contents, clock } = bench();
    await make(rk);
    const before = contents();
    user.next({ presence: 'decline' });
    expect(await statusOf(authenticator.reset())).toBe('CTAP2_ERR_OPERATION_DENIED');
    user.next({ presence: 'ignore' });
    const waiting = statusOf(authenticator.reset());
    await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(30_000);
    expect(await waiting).toBe('CTAP2_ERR_USER_ACTION_TIMEOUT');
    expect(contents()).toEqual(before);
  });

  it('does not let a global counter go back', async () => {
    const { authenticator, make } = bench({ policy: { signCounter: 'global' } });
    await make();
    await authenticator.reset();
    expect(decodeAuthenticatorData((await make()).authData).signCount).toBe(2);
  });
});

describe('authenticatorSelection', () => {
  it('is a touch, and nothing else', async () => {
    const { authenticator, user } = bench();
    expect(await statusOf(authenticator.selection())).toBe('CTAP2_OK');
    user.next({ presence: 'decline' });
    expect(await statusOf(authenticator.selection())).toBe('CTAP2_ERR_OPERATION_DENIED');
  });
});

describe('a device that waits for its user', () => {
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('gives up after its patience', async () => {
    const { make, user, clock } = bench();
    user.next({ presence: 'ignore' });
    const waiting = statusOf(make());
    await turn();
    clock.advance(29_999);
    await turn();
    clock.advance(1);
    expect(await waiting).toBe('CTAP2_ERR_OPERATION_DENIED');
  });

  it('answers CTAP2_ERR_KEEPALIVE_CANCEL when it is canceled, and says when it waits', async () => {
    const { authenticator, user } = bench();
    user.next({ presence: 'ignore' });
    const cancel = new AbortController();
    const keepalives: number[] = [];
    const waiting = authenticator.transact(Uint8Array.of(0x0b), {
      signal: cancel.signal,
      keepalive: (status) => keepalives.push(status),
    });
    await turn();
    expect(keepalives).toEqual([2]);
    cancel.abort();
    expect(nameOf(await waiting)).toBe('CTAP2_ERR_KEEPALIVE_CANCEL');
    expect(keepalives).toEqual([2, 1]);
  });

  it('lets other commands wait their turn, and cancels one of them before its turn', async () => {
    const { authenticator, user } = bench();
    let touch: (answer: 'approve') => void = () => {};
    user.answer = () => new Promise((resolve) => (touch = resolve)) as never;
    const order: string[] = [];
    const first = authenticator.selection().then(() => order.push('selection'));
    await turn();
    const cancel = new AbortController();
    const second = statusOf(authenticator.selection({ signal: cancel.signal })).then((status) =>
      order.push(status),
    );
    const third = authenticator.getInfo().then(() => order.push('info'));
    cancel.abort();
    await turn();
    expect(order).toEqual([]);
    touch('approve');
    await Promise.all([first, second, third]);
    expect(order).toEqual(['selection', 'CTAP2_ERR_KEEPALIVE_CANCEL', 'info']);
  });

  it('takes a user who fails to answer for one who does not come', async () => {
    const { authenticator, user, clock } = bench();
    user.answer = () => Promise.reject(new Error('no person here')) as never;
    const waiting = statusOf(authenticator.selection());
    await turn();
    clock.advance(30_000);
    expect(await waiting).toBe('CTAP2_ERR_USER_ACTION_TIMEOUT');
  });
});

describe('a seed', () => {
  it('makes every byte come out the same', async () => {
    const run = async (): Promise<string> => {
      const { make, assert } = bench({ seed: 'the same' });
      const made = await make(rk);
      const asserted = await assert();
      return hex(concat(made.authData, asserted.authData, asserted.signature));
    };
    expect(await run()).toBe(await run());
  });

  it('excludes other chance, and another seed gives other keys', async () => {
    expect(() => new Authenticator({ seed: 'x', random: () => new Uint8Array() })).toThrow(/seed or random/);
    const [a, b] = [await bench({ seed: 'a' }).make(), await bench({ seed: 'b' }).make()];
    expect(hex(a.authData)).not.toBe(hex(b.authData));
  });
});

describe('a policy', () => {
  it.each([
    ['an AAGUID of another length', { aaguid: new Uint8Array(15) }, /aaguid/],
    ['no algorithms', { algorithms: [] }, /algorithms/],
    ['backup state without eligibility', { backup: { eligible: false, state: true } }, /backup/],
    ['short credential IDs', { credentialIdLength: 15 }, /credentialIdLength/],
    ['a message size below 1024', { maxMsgSize: 1023 }, /maxMsgSize/],
    ['a negative capacity', { discoverableCapacity: -1 }, /discoverableCapacity/],
  ])('with %s is refused by name', (_, policy, message) => {
    expect(() => new Authenticator({ policy })).toThrow(message);
  });
});

describe('credentials, as their owner sees them', () => {
  it('can be listed, read, changed, moved to another device and deleted', async () => {
    const one = bench();
    await one.make(rk);
    const [record] = one.authenticator.credentials.list();
    if (record === undefined) throw new Error('nothing is listed');
    await one.authenticator.credentials.update(record.id, { signCount: 41 });
    expect(one.authenticator.credentials.get(record.id)?.signCount).toBe(41);

    const other = bench({ seed: 'other' });
    await other.authenticator.credentials.put({ ...record, signCount: 41 });
    expect(decodeAuthenticatorData((await other.assert()).authData).signCount).toBe(42);
    expect(await one.authenticator.credentials.delete(record.id)).toBe(true);
    expect(await one.authenticator.credentials.delete(record.id)).toBe(false);
    await expect(one.authenticator.credentials.update(record.id, {})).rejects.toThrow(/no credential/);
  });

  it('are the same in two authenticators on one store', async () => {
    const one = bench();
    const two = bench({ store: one.store, seed: 'two' });
    await one.make(rk);
    expect(decodeAuthenticatorData((await two.assert()).authData).signCount).toBe(1);
    expect(decodeAuthenticatorData((await one.assert()).authData).signCount).toBe(2);
  });
});

describe('whatever bytes it is given', () => {
  const member: fc.Arbitrary<CborValue> = fc.oneof(
    fc.integer(),
    fc.string(),
    fc.boolean(),
    fc.uint8Array({ maxLength: 70 }),
    fc.constant(new Uint8Array(32)),
    fc.constant(new Map<CborKey, CborValue>([['id', 'example.com']])),
    fc.constant(new Map<CborKey, CborValue>([['id', utf8('ada')]])),
    fc.constant([
      new Map<CborKey, CborValue>([
        ['alg', -7],
        ['type', 'public-key'],
      ]),
    ]),
    fc.constant([
      new Map<CborKey, CborValue>([
        ['id', utf8('x')],
        ['type', 'public-key'],
      ]),
    ]),
    fc.constant(
      new Map<CborKey, CborValue>([
        ['rk', true],
        ['uv', true],
      ]),
    ),
    fc.constant(new Map<CborKey, CborValue>([['credProtect', 3]])),
  );
  const message = fc.oneof(
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(
          fc.integer({ min: 0, max: 0x10 }),
          fc.array(fc.tuple(fc.integer({ min: 0, max: 12 }), member), { maxLength: 8 }),
        )
        .map(([command, members]) =>
          concat(Uint8Array.of(command), encodeCbor(new Map<CborKey, CborValue>(members))),
        ),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })).map(([where, change]) => {
        const bytes = fromHex(
          '01a4015820' +
            'cd'.repeat(32) +
            '02a16269646b6578616d706c652e636f6d03a162696443616461' +
            '0481a263616c672664747970656a7075626c69632d6b6579',
        );
        bytes[where % bytes.length] = (bytes[where % bytes.length] as number) ^ change;
        return bytes;
      }),
    },
  );

  it('answers with a status, stays usable, and an error changes nothing', async () => {
    const one = bench({ user: new ScriptedUser(), policy: { resetAnyTime: false } });
    one.clock.advance(11_000);
    await one.make(rk);
    await fc.assert(
      fc.asyncProperty(message, async (bytes) => {
        const before = one.contents();
        const response = await one.authenticator.transact(bytes);
        expect(response.length).toBeGreaterThan(0);
        if (response[0] !== 0) {
          expect(response).toHaveLength(1);
          expect(nameOf(response)).not.toBe('CTAP1_ERR_OTHER');
          expect(one.contents()).toEqual(before);
        }
        expect((await one.authenticator.transact(GET_INFO))[0]).toBe(0);
      }),
      { numRuns: process.env.SLOW ? 2_000 : 150 },
    );
  });

  const rounds = process.env.SLOW ? 1_000_000 : 2_000;
  it(`does so ${rounds} times with random and mutated messages`, async () => {
    const { authenticator, clock } = bench();
    clock.advance(11_000);
    const samples = fc.sample(message, { numRuns: 500, seed: 7 });
    for (let i = 0; i < rounds; i++) {
      const bytes = new Uint8Array(samples[i % samples.length] as Uint8Array);
      // A small generator of its own: fast, and the same in every run.
      if (bytes.length > 1) bytes[1 + ((i * 2654435761) % (bytes.length - 1))] = (i * 40503) & 0xff;
      const response = await authenticator.transact(bytes);
      if (response.length === 0 || response[0] === 0x7f) expect(hex(bytes)).toBe('answered');
    }
  });

  it('answers a message that is too large, empty, or of no command', async () => {
    const { authenticator } = bench({ policy: { maxMsgSize: 1024 } });
    expect(nameOf(await authenticator.transact(new Uint8Array(1025).fill(1)))).toBe(
      'CTAP2_ERR_REQUEST_TOO_LARGE',
    );
    expect(nameOf(await authenticator.transact(new Uint8Array()))).toBe('CTAP1_ERR_INVALID_COMMAND');
    expect(nameOf(await authenticator.transact(Uint8Array.of(0x03)))).toBe('CTAP1_ERR_INVALID_COMMAND');
  });
});
