import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Authenticator } from '../../src/authenticator/authenticator.ts';
import { type Clock, ManualClock } from '../../src/base/clock.ts';
import type { ClientAuthenticator } from '../../src/client/client.ts';
import type { CtapDevice } from '../../src/client/platform/device-link.ts';
import { TracedClient } from '../../src/decode/trace/traced-client.ts';
import { ScriptedUser, type User } from '../../src/person/user.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import type { Store } from '../../src/store/store.ts';
import { withoutTime } from '../slow.ts';
import { challenge } from './page.ts';
import { turns, unhandledDuring, watched } from './turns.ts';

const never = (): Promise<never> => new Promise(() => {});
const thrown = (): never => {
  throw new Error('thrown');
};
const rejected = (): Promise<never> => Promise.reject(new Error('rejected'));

/** What a function of a collaborator may do instead of what it should, by name. */
const MISDEEDS: Readonly<Record<string, (...args: never[]) => unknown>> = {
  thrown,
  'throws null': () => {
    throw null;
  },
  rejected,
  'rejects with a DOMException': () => Promise.reject(new DOMException('mine', 'SecurityError')),
  'rejects later': async () => {
    await turns(2);
    throw new Error('late');
  },
  never,
  nothing: () => undefined,
  null: () => null,
  'a number': () => Number.NaN,
  'a text': () => 'approve it',
  'an object': () => Object.create(null),
  'a function': () => () => thrown(),
  'no bytes': () => new Uint8Array(),
  'a status': () => Uint8Array.of(0x31),
  'OK alone': () => Uint8Array.of(0),
  'an empty map': () => Uint8Array.of(0, 0xa0),
  'calls back at once': (...args: never[]) => {
    for (const one of args as unknown[]) if (typeof one === 'function') one();
  },
};
const slow = withoutTime === undefined;
const misdeeds = Object.values(MISDEEDS);

/** What a device answers, made of what an honest one does. */
type Lie = (response: Uint8Array, bytes: Uint8Array) => unknown;
const LIES: readonly Lie[] = [
  (response) => response,
  (response, bytes) => response.subarray(0, bytes.length % (response.length + 1)),
  (response, bytes) => {
    const flipped = response.slice();
    for (const byte of bytes)
      flipped[byte % flipped.length] = (flipped[byte % flipped.length] ?? 0) ^ (1 << (byte & 7));
    return flipped;
  },
  (response, bytes) => Uint8Array.of(...response, ...bytes),
  (_, bytes) => Uint8Array.of(0, ...bytes),
  (_, bytes) => bytes,
  (response) => response.fill(0, 1),
];

const device = fc.record({
  /** Which command it lies about; 0 for all. */
  about: fc.constantFrom(0, 1, 2, 4, 6, 8, 12),
  lie: fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom(...LIES) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(...misdeeds).map(
        (misdeed): Lie =>
          () =>
            misdeed(),
      ),
    },
  ),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 20 }),
});

const honestOr = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(one, { nil: undefined, freq: 2 });
const misdeed = fc.constantFrom(...misdeeds);

const collaborators = fc.record({
  device: honestOr(device),
  person: honestOr(
    fc.record({
      answer: honestOr(misdeed),
      enterPin: honestOr(misdeed),
      chooseAccount: honestOr(misdeed),
      chooseAuthenticator: honestOr(misdeed),
    }),
  ),
  // (A clock's answer is a number or not; that it is a promise cannot be known beforehand.)
  clock: honestOr(
    fc.record({
      now: honestOr(fc.constantFrom(thrown, MISDEEDS.nothing, MISDEEDS['a number'])),
      after: honestOr(misdeed),
    }),
  ),
  store: honestOr(fc.record({ read: honestOr(misdeed), transaction: honestOr(misdeed) })),
  vouching: honestOr(misdeed),
  keepalive: honestOr(misdeed),
  fetching: honestOr(misdeed),
  ceremony: fc.constantFrom('create', 'get', 'named', 'conditional'),
  verification: fc.constantFrom('required', 'discouraged'),
  extensions: fc.boolean(),
  traced: fc.boolean(),
  /** How it ends, if not by itself. */
  end: fc.constantFrom('timeout', 'signal'),
  hurry: fc.nat(6),
});
type Collaborators = typeof collaborators extends fc.Arbitrary<infer T> ? T : never;

/** The honest one, with some of its functions replaced. */
function replaced<T extends object>(honest: T, others: object | undefined, when = () => true): T {
  const wanted = Object.entries(others ?? {}).filter(([, value]) => value !== undefined);
  return new Proxy(honest, {
    get(target, name) {
      const other = wanted.find(([one]) => one === name)?.[1];
      if (other !== undefined && when()) return other;
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

/** Plays one ceremony among these collaborators, and returns its state in the end. */
async function played(given: Collaborators): Promise<unknown> {
  const time = new ManualClock();
  // (A device looks at the clock when it comes up; a caller that hands in a broken one sees it then.)
  let up = false;
  const clock: Clock = replaced(time, given.clock, () => up);
  const person = new ScriptedUser({ pin: '1234', account: () => 0 }) as User;
  const user = replaced(person, given.person);
  const store: Store = replaced(new MemoryStore(), given.store);
  const honest = new Authenticator({
    policy: { userVerification: given.verification === 'required' ? 'none' : 'built-in' },
    user,
    clock,
    store,
    ...(given.vouching && { attestation: { identity: given.vouching as () => Promise<never> } }),
  });
  up = true;
  const authenticator: ClientAuthenticator = {
    async transact(request, options) {
      const keepalive = given.keepalive as (() => void) | undefined;
      const response = await honest.transact(request, {
        ...options,
        signal: options?.signal as AbortSignal,
        ...(keepalive && { keepalive }),
      });
      const { about, lie, bytes } = given.device ?? {};
      return (
        lie && bytes && (about === 0 || about === request[0]) ? lie(response, bytes) : response
      ) as Uint8Array;
    },
  };
  const fetch = given.fetching as never;
  const client = new TracedClient({
    origin: given.fetching === undefined ? 'https://login.example.com' : 'https://shop.example.net',
    authenticator: given.hurry % 2 === 0 ? authenticator : [authenticator, honest as CtapDevice],
    clock,
    user,
    fetch,
    trace: (record) => void (given.traced && `${record}`),
  });
  const controller = new AbortController();
  const ceremony = {
    signal: controller.signal,
    ...(given.ceremony === 'conditional' && { mediation: 'conditional' as const }),
  };
  const common = { challenge, timeout: 1000, userVerification: given.verification };
  const seen = watched(
    given.ceremony === 'create'
      ? client.create(
          {
            ...common,
            rp: { id: 'example.com', name: 'Example' },
            user: { id: 'AAAA', name: 'ada', displayName: 'Ada' },
            pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
            excludeCredentials: [{ type: 'public-key', id: 'AAAA' }],
            authenticatorSelection: { userVerification: given.verification, residentKey: 'preferred' },
            attestation: 'direct',
            extensions: given.extensions
              ? { largeBlob: { support: 'preferred' }, prf: { eval: { first: 'AAAA' } } }
              : {},
          },
          ceremony,
        )
      : client.get(
          {
            ...common,
            rpId: 'example.com',
            allowCredentials:
              given.ceremony === 'named'
                ? [
                    { type: 'public-key', id: 'AAAA' },
                    { type: 'public-key', id: 'BBBB' },
                  ]
                : [],
            extensions: given.extensions
              ? { largeBlob: { read: true }, prf: { eval: { first: 'AAAA' } } }
              : {},
          },
          ceremony,
        ),
  );
  await turns(given.hurry);
  const timed =
    given.end === 'timeout' && given.clock?.after === undefined && given.ceremony !== 'conditional';
  if (timed) time.advance(1000);
  else controller.abort('given up');
  await turns(2);
  return seen.standing;
}

/** What a page may be told: a credential, its own reason, or an error of WebAuthn's. */
function isAnEnd(standing: unknown): boolean {
  if (typeof standing !== 'object' || standing === null) return false;
  if ('value' in standing) return typeof (standing.value as { id?: unknown }).id === 'string';
  const { reason } = standing as { reason: unknown };
  return (
    reason === 'given up' ||
    (reason instanceof DOMException &&
      ['NotAllowedError', 'InvalidStateError', 'SecurityError'].includes(reason.name))
  );
}

describe('hostile collaborators', () => {
  it('of every kind, in any combination, leave a ceremony its end and nothing unhandled', async () => {
    const numRuns = slow ? 10_000 : 150;
    const seed = Number(process.env.SEED ?? (slow ? Date.now() % 2 ** 31 : 17));
    if (slow) console.log(`hostile collaborators: ${numRuns} combinations, SEED=${seed}`);
    const unhandled = await unhandledDuring(async () => {
      await fc.assert(
        fc.asyncProperty(collaborators, async (given) => {
          const standing = await played(given);
          expect(isAnEnd(standing), String((standing as { reason?: unknown }).reason ?? standing)).toBe(true);
        }),
        { numRuns, seed },
      );
    });
    expect(unhandled).toEqual([]);
  });
});
