import { describe, expect, it } from 'vitest';
import { Permission } from '../../src/authenticator/pin-uv-auth-token.ts';
import type { Policy } from '../../src/authenticator/policy/type.ts';
import { concat } from '../../src/base/bytes.ts';
import { type CborMap, type CborValue, encodeCbor } from '../../src/cbor/cbor.ts';
import type { UserPrompt } from '../../src/person/user.ts';
import { type Answer, type Managed, managed } from './managed.ts';

const HASH = new Uint8Array(32).fill(7);
const USER = new Map<string, CborValue>([
  ['id', Uint8Array.of(1)],
  ['name', 'ada'],
]);
const ES256 = new Map<string, CborValue>([
  ['alg', -7],
  ['type', 'public-key'],
]);
const PIN = { pinHash: new Uint8Array(16), pinCodePoints: 4 };

interface Ceremonies extends Managed {
  /** Every prompt so far. */
  readonly asked: UserPrompt[];
  create(options?: Record<string, boolean>, more?: Record<number, CborValue>): Promise<Answer>;
  get(options?: Record<string, boolean>, more?: Record<number, CborValue>): Promise<Answer>;
}

function ceremonies(policy: Partial<Policy> = {}): Ceremonies {
  const one = managed(policy);
  const asked: UserPrompt[] = [];
  const answer = one.user.answer.bind(one.user);
  one.user.answer = (prompt) => {
    asked.push(prompt);
    return answer(prompt);
  };
  const optionsOf = (options?: Record<string, boolean>): CborMap | undefined =>
    options && new Map(Object.entries(options));
  return {
    ...one,
    asked,
    create: (options, more) =>
      one.send(0x01, {
        1: HASH,
        2: new Map([['id', 'example.com']]),
        3: USER,
        4: [ES256],
        7: optionsOf(options),
        ...more,
      }),
    get: (options, more) => one.send(0x02, { 1: 'example.com', 2: HASH, 5: optionsOf(options), ...more }),
  };
}

/** Lets the device's patience with its user end, once it has asked. */
async function giveUp({ asked, clock, device }: Ceremonies): Promise<void> {
  while (asked.length === 0) await Promise.resolve();
  clock.advance(device.policy.userActionTimeout);
}

/** The flags byte of a response's authenticator data. */
const flagsOf = ({ map }: Answer): number => (map.get(2) as Uint8Array)[32] as number;
const UP = 1;
const UV = 4;

/** What a platform with a token for these ceremonies adds to a request. */
function token(one: Ceremonies, members: { param: number; protocol: number }): Record<number, CborValue> {
  one.grant(Permission.makeCredential | Permission.getAssertion);
  return { [members.param]: one.mac(HASH), [members.protocol]: 2 };
}
const OF_CREATE = { param: 8, protocol: 9 };
const OF_GET = { param: 6, protocol: 7 };

describe('a device that always wants verification', () => {
  const always = { alwaysUv: 'on' } as const;

  it('recognizes its user by itself, though nothing asks for that', async () => {
    const one = ceremonies(always);
    expect(flagsOf(await one.create({ rk: true })) & (UP | UV)).toBe(UP | UV);
    expect(flagsOf(await one.get()) & (UP | UV)).toBe(UP | UV);
    expect(one.asked.map(({ kind }) => kind)).toEqual(['verification', 'verification']);
  });

  it('does not verify, nor want it, where no presence is tested', async () => {
    const one = ceremonies(always);
    await one.create({ rk: true });
    one.asked.length = 0;
    const answer = await one.get({ up: false });
    expect(answer.status).toBe('CTAP2_OK');
    expect(flagsOf(answer) & (UP | UV)).toBe(0);
    expect(one.asked).toEqual([]);
  });

  it.each<[string, Partial<Policy>, boolean, string]>([
    ['that has no PIN yet', {}, false, 'CTAP2_ERR_PUAT_REQUIRED'],
    ['that has a PIN', {}, true, 'CTAP2_ERR_PUAT_REQUIRED'],
    ['that can have none', { clientPin: false, pinUvAuthProtocols: [] }, false, 'CTAP2_ERR_OPERATION_DENIED'],
    [
      'whose PIN does not do for ceremonies',
      { noMcGaPermissionsWithClientPin: true },
      true,
      'CTAP2_ERR_OPERATION_DENIED',
    ],
    [
      'with a sensor and no fingerprint',
      { userVerification: 'fingerprint' },
      false,
      'CTAP2_ERR_PUAT_REQUIRED',
    ],
  ])('and cannot, answers with whether a PIN helps: one %s', async (_, policy, pinSet, status) => {
    const one = ceremonies({ ...always, userVerification: 'none', ...policy });
    if (pinSet) one.state(PIN);
    expect((await one.create()).status).toBe(status);
    expect((await one.get()).status).toBe(status);
    expect(one.asked).toEqual([]);
  });

  it('takes a token, and then only a touch', async () => {
    const one = ceremonies({ ...always, userVerification: 'none' });
    one.state(PIN);
    expect(flagsOf(await one.create({ rk: true }, token(one, OF_CREATE))) & (UP | UV)).toBe(UP | UV);
    expect(flagsOf(await one.get({}, token(one, OF_GET))) & (UP | UV)).toBe(UP | UV);
    expect(one.asked.map(({ kind }) => kind)).toEqual(['presence', 'presence']);
  });
});

describe('a token', () => {
  it('overrules the option uv, which a device without verification of its own refuses alone', async () => {
    const one = ceremonies({ userVerification: 'none' });
    one.state(PIN);
    expect((await one.create({ uv: true })).status).toBe('CTAP2_ERR_INVALID_OPTION');
    expect((await one.create({ uv: true, rk: true }, token(one, OF_CREATE))).status).toBe('CTAP2_OK');
    expect((await one.get({ uv: true })).status).toBe('CTAP2_ERR_INVALID_OPTION');
    expect((await one.get({ uv: true }, token(one, OF_GET))).status).toBe('CTAP2_OK');
  });

  it('is enough, where a device could verify by itself', async () => {
    const one = ceremonies();
    one.state(PIN);
    expect((await one.create({ uv: true, rk: true }, token(one, OF_CREATE))).status).toBe('CTAP2_OK');
    expect((await one.get({ uv: true }, token(one, OF_GET))).status).toBe('CTAP2_OK');
    expect(one.asked.map(({ kind }) => kind)).toEqual(['presence', 'presence']);
  });

  it.each([
    ['makeCredential', OF_CREATE, Permission.getAssertion],
    ['getAssertion', OF_GET, Permission.makeCredential],
  ] as const)('of another permission is refused by %s', async (command, members, permission) => {
    const one = ceremonies();
    one.state(PIN);
    await one.create({ rk: true, uv: true });
    one.asked.length = 0;
    const more = token(one, members);
    one.grant(permission);
    const shown = { ...more, [members.param]: one.mac(HASH) };
    const run = command === 'getAssertion' ? one.get : one.create;
    expect((await run({}, shown)).status).toBe('CTAP2_ERR_PIN_AUTH_INVALID');
    expect(one.asked).toEqual([]);
  });
});

describe('a token and presence', () => {
  /** A token that was given for a fingerprint, which shows that the person is there. */
  const present = (one: Ceremonies, members: { param: number; protocol: number }) => {
    const shown = token(one, members);
    one.device.session.token.beginUsing(true);
    return shown;
  };

  async function withCredential(): Promise<{ one: Ceremonies; id: Uint8Array }> {
    const one = ceremonies();
    one.state(PIN);
    await one.create({ rk: true, uv: true });
    one.asked.length = 0;
    const [record] = one.device.store.read((reader) => [...reader.all()]);
    return { one, id: record?.id as Uint8Array };
  }
  const excluding = (id: Uint8Array): Record<number, CborValue> => ({
    5: [
      new Map<string, CborValue>([
        ['id', id],
        ['type', 'public-key'],
      ]),
    ],
  });

  it('spares the touch where it shows that the person is there, and only there', async () => {
    const { one } = await withCredential();
    expect(flagsOf(await one.get({}, present(one, OF_GET))) & UP).toBe(UP);
    expect(flagsOf(await one.create({}, present(one, OF_CREATE))) & UP).toBe(UP);
    expect(one.asked).toEqual([]);
    await one.get({}, token(one, OF_GET));
    await one.create({}, token(one, OF_CREATE));
    expect(one.asked.map(({ kind }) => kind)).toEqual(['presence', 'presence']);
  });

  it('is asked for before an excluded credential is reported, unless it was shown', async () => {
    const { one, id } = await withCredential();
    const excluded = 'CTAP2_ERR_CREDENTIAL_EXCLUDED';
    expect((await one.create({ uv: true }, excluding(id))).status).toBe(excluded);
    expect(one.asked.map(({ kind }) => kind)).toEqual(['verification']);
    one.asked.length = 0;
    expect((await one.create({}, { ...excluding(id), ...present(one, OF_CREATE) })).status).toBe(excluded);
    expect(one.asked).toEqual([]);
    expect((await one.create({}, { ...excluding(id), ...token(one, OF_CREATE) })).status).toBe(excluded);
    expect(one.asked.map(({ kind }) => kind)).toEqual(['presence']);
  });

  it.each([
    ['makeCredential', OF_CREATE],
    ['getAssertion', OF_GET],
  ] as const)('ends what a token is good for at %s', async (command, members) => {
    const { one } = await withCredential();
    const run = command === 'getAssertion' ? one.get : one.create;
    const shown = token(one, members);
    expect((await run({}, shown)).status).toBe('CTAP2_OK');
    expect((await run({}, shown)).status).toBe('CTAP2_ERR_PIN_AUTH_INVALID');
  });

  it('ends nothing of a token that was not shown', async () => {
    const one = ceremonies({ makeCredUvNotRqd: true });
    one.state(PIN);
    await one.create({ rk: true, uv: true });
    const shown = token(one, OF_GET);
    expect((await one.create()).status).toBe('CTAP2_OK');
    expect((await one.get()).status).toBe('CTAP2_OK');
    expect((await one.get({}, shown)).status).toBe('CTAP2_OK');
  });

  it('is all that counts on a device that is not protected: a token is ignored', async () => {
    const one = ceremonies({ userVerification: 'none' });
    const wrong = new Uint8Array(32);
    expect(flagsOf(await one.create({ rk: true }, { 8: wrong, 9: 2 })) & (UP | UV)).toBe(UP);
    expect(flagsOf(await one.get({}, { 6: wrong, 7: 2 })) & (UP | UV)).toBe(UP);
  });

  it('of CTAP 2.0 comes before it is said that there is no credential, where it is tested', async () => {
    const one = ceremonies({ ctap: '2.0', pinUvAuthProtocols: [1] });
    const none = 'CTAP2_ERR_NO_CREDENTIALS';
    expect((await one.get({ up: false })).status).toBe(none);
    expect(one.asked).toEqual([]);
    expect((await one.get({ uv: true })).status).toBe(none);
    expect((await one.get()).status).toBe(none);
    expect(one.asked.map(({ kind }) => kind)).toEqual(['verification', 'presence']);
    const later = ceremonies();
    expect((await later.get()).status).toBe(none);
    expect(later.asked).toEqual([]);
  });
});

describe("verification of a device's own", () => {
  it('is evidence of presence: there is no other touch', async () => {
    const one = ceremonies();
    await one.create({ uv: true, rk: true });
    await one.get({ uv: true });
    expect(one.asked.map(({ kind }) => kind)).toEqual(['verification', 'verification']);
  });

  it('is tried three times in a command, and says for what', async () => {
    const one = ceremonies();
    one.user.use({ verification: 'fail' });
    expect((await one.create({ uv: true })).status).toBe('CTAP2_ERR_OPERATION_DENIED');
    expect(one.asked).toEqual(
      [0, 1, 2].map((attempt) => ({ kind: 'verification', command: 1, rpId: 'example.com', attempt })),
    );
    expect(one.state().uvRetries).toBe(2);
  });

  it('has no more attempts than are left, and then says so', async () => {
    const one = ceremonies();
    one.user.use({ verification: 'fail' });
    await one.create({ uv: true });
    one.asked.length = 0;
    expect((await one.create({ uv: true })).status).toBe('CTAP2_ERR_PIN_BLOCKED');
    expect(one.asked).toHaveLength(2);
    expect(one.state().uvRetries).toBe(0);
    expect((await one.create({ uv: true })).status).toBe('CTAP2_ERR_PIN_BLOCKED');
    expect(one.asked).toHaveLength(2);
  });

  it('that fails points to the PIN, where that can do', async () => {
    const one = ceremonies();
    one.state(PIN);
    one.user.use({ verification: 'fail' });
    expect((await one.create({ uv: true })).status).toBe('CTAP2_ERR_PUAT_REQUIRED');
    const other = ceremonies({ noMcGaPermissionsWithClientPin: true });
    other.state(PIN);
    other.user.use({ verification: 'fail' });
    expect((await other.create({ uv: true })).status).toBe('CTAP2_ERR_OPERATION_DENIED');
  });

  it.each([
    ['decline', 'CTAP2_ERR_OPERATION_DENIED'],
    ['ignore', 'CTAP2_ERR_USER_ACTION_TIMEOUT'],
  ] as const)(
    'that a person answers with "%s" costs no attempt, PIN or not',
    async (verification, status) => {
      for (const state of [{}, PIN]) {
        const one = ceremonies();
        one.state(state);
        one.user.use({ verification });
        const answer = one.create({ uv: true });
        if (verification === 'ignore') {
          await giveUp(one);
        }
        expect((await answer).status).toBe(status);
        expect(one.asked).toHaveLength(1);
        expect(one.state().uvRetries).toBe(5);
      }
    },
  );

  it('that succeeds gives every attempt back, and counts only where there is a PIN to forget', async () => {
    for (const [state, count] of [
      [{}, 0],
      [PIN, 1],
    ] as const) {
      const one = ceremonies();
      one.state(state);
      one.user.next({ verification: 'fail' });
      expect((await one.create({ uv: true })).status).toBe('CTAP2_OK');
      expect(one.state()).toMatchObject({ uvRetries: 5, uvCountSinceLastPinEntry: count });
    }
  });
});

describe('a touch', () => {
  it.each(['decline', 'ignore'] as const)('that is answered with "%s" is denied', async (presence) => {
    const one = ceremonies({ userVerification: 'none' });
    one.user.use({ presence });
    const answer = one.create();
    if (presence === 'ignore') {
      await giveUp(one);
    }
    expect((await answer).status).toBe('CTAP2_ERR_OPERATION_DENIED');
    expect(one.asked).toEqual([{ kind: 'presence', command: 1, rpId: 'example.com', attempt: 0 }]);
  });

  it('is all that an empty pinUvAuthParam asks for, of a device that has PIN/UV auth protocols', async () => {
    const empty = { 8: new Uint8Array(), 9: 2 };
    const one = ceremonies();
    expect((await one.create({}, empty)).status).toBe('CTAP2_ERR_PIN_NOT_SET');
    one.state(PIN);
    expect((await one.create({}, empty)).status).toBe('CTAP2_ERR_PIN_INVALID');
    expect((await one.get({}, { 6: new Uint8Array(), 7: 2 })).status).toBe('CTAP2_ERR_PIN_INVALID');
    expect(one.asked.map(({ kind }) => kind)).toEqual(['presence', 'presence', 'presence']);
    const without = ceremonies({ clientPin: false, pinUvAuthProtocols: [] });
    expect((await without.create({}, empty)).status).toBe('CTAP1_ERR_INVALID_PARAMETER');
    expect(without.asked).toEqual([]);
  });
});

describe('what a management command is authorized over', () => {
  it('holds an integer that cannot be written again: refused as CBOR', async () => {
    const one = ceremonies({ alwaysUv: 'off' });
    one.state(PIN);
    // authenticatorConfig with {1: 3, 2: {9: -2^64}, 3: 2, 4: a parameter}.
    const params = Uint8Array.of(0xa1, 9, 0x3b, ...new Uint8Array(8).fill(0xff));
    const tail = encodeCbor(new Uint8Array(32));
    const message = concat(Uint8Array.of(0x0d, 0xa4, 1, 3, 2), params, Uint8Array.of(3, 2, 4), tail);
    expect(await one.raw(message)).toBe('CTAP2_ERR_INVALID_CBOR');
  });
});
