import { describe, expect, it } from 'vitest';
import {
  Authenticator,
  ManualClock,
  ScriptedUser,
  TracedClient,
  WebAuthnClient,
} from '../../src/entries/index.ts';
import { refusalOf } from '../refusal.ts';

const origin = 'https://example.com';
const authenticator = new Authenticator();

const WRONG: readonly (readonly [object, string])[] = [
  [{ origin }, 'authenticator: expected a value, got none'],
  [
    { origin, authenticator: undefined },
    'authenticator: expected an authenticator, such as new Authenticator(), or an array of them, got none',
  ],
  [{ origin, authenticator: Promise.resolve(authenticator) }, 'got a promise (is an await missing?)'],
  [{ origin, authenticator: [] }, 'authenticator: expected an array of authenticators, got an empty array'],
  [{ origin, authenticator: [authenticator, null] }, 'authenticator'],
  [{ origin, authenticator: Authenticator }, 'authenticator: expected an authenticator'],
  [
    { origin, authentificator: authenticator },
    'authentificator: there is no such member; did you mean authenticator?',
  ],
  [{ orgin: origin, authenticator }, 'orgin: there is no such member; did you mean origin?'],
  [{ origin, authenticator, topOrgin: origin }, 'topOrgin: there is no such member; did you mean topOrigin?'],
  [
    { origin: new URL(origin), authenticator },
    'origin: expected an origin such as https://example.com, got an instance of URL',
  ],
  [{ origin, authenticator, user: 'ada' }, 'user: expected a person, such as new ScriptedUser(), got "ada"'],
  [
    { origin, authenticator, user: { enterPin: '1234' } },
    'user: expected a person, such as new ScriptedUser(), got an object',
  ],
  [
    { origin, authenticator, clock: Date },
    'clock: expected a clock, such as new ManualClock(), got a function',
  ],
  [
    { origin, authenticator, permissions: { rpIdChecked: 1 } },
    'permissions.rpIdChecked: expected true or false, got 1',
  ],
  [
    { origin, authenticator, permissions: { creat: true } },
    'permissions.creat: there is no such member; did you mean create?',
  ],
  [{ origin, authenticator, fetch: true }, 'fetch: expected a function such as fetch, got true'],
  [{ origin, authenticator, extraClientData: ['x'] }, 'extraClientData: expected an object'],
];

describe('the options of a client', () => {
  it('are one object, and a traced one’s have a trace', () => {
    const apart = WebAuthnClient as unknown as new (...given: unknown[]) => WebAuthnClient;
    expect(refusalOf(() => new apart(origin, authenticator))).toContain(
      'expected options, such as { origin, authenticator }, got "https://example.com"',
    );
    expect(refusalOf(() => new TracedClient({ origin, authenticator } as never))).toContain(
      'trace: expected a function, got undefined',
    );
  });

  it.each(WRONG)('%o are refused by name, at once', (options, message) => {
    for (const refusal of [
      refusalOf(() => new WebAuthnClient(options as never)),
      refusalOf(() => new TracedClient({ ...(options as object), trace: () => {} } as never)),
    ]) {
      expect(refusal).toMatch(/^bad-options /);
      expect(refusal).toContain(message);
    }
  });

  it('can name a person who only picks accounts', () => {
    expect(
      refusalOf(() => new WebAuthnClient({ origin, authenticator, user: { chooseAccount: () => 0 } })),
    ).toBe('taken');
  });
});

describe('the options of a ceremony', () => {
  const client = new WebAuthnClient({ origin, authenticator });
  const challenge = 'Y2hhbGxlbmdl';

  it.each([
    [{ mediaton: 'silent' }, 'mediaton: there is no such member; did you mean mediation?'],
    [
      { signal: new AbortController() },
      'signal: expected an AbortSignal, got an instance of AbortController',
    ],
    ['silent', 'expected an object, got "silent"'],
  ])('%o are refused by name', async (ceremony, message) => {
    await expect(client.get({ challenge }, ceremony as never)).rejects.toThrow(message);
    await expect(client.create({} as never, ceremony as never)).rejects.toMatchObject({
      code: 'bad-options',
    });
  });
});

describe('a clock that is turned by hand', () => {
  it.each([Number.NaN, -1, '5', Number.POSITIVE_INFINITY])(
    'is not turned by %o, and does not start there',
    (time) => {
      const clock = new ManualClock(7);
      expect(refusalOf(() => clock.advance(time as number))).toContain('milliseconds: expected a number');
      expect(refusalOf(() => new ManualClock(time as number))).toContain('start: expected a number');
      expect(clock.now()).toBe(7);
    },
  );
});

describe('a person in front of a client', () => {
  it('is the scripted one, though handed in as the user of the client alone', () => {
    expect(refusalOf(() => new WebAuthnClient({ origin, authenticator, user: new ScriptedUser() }))).toBe(
      'taken',
    );
  });
});
