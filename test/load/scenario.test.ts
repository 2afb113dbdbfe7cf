import { describe, expect, it } from 'vitest';
import { base64url } from '../../src/base/base64url.ts';
import {
  type Context,
  person,
  register,
  registered,
  signedIn,
  signIn,
  unanswered,
  type Variables,
} from '../../src/load/artillery.ts';
import { fleet } from '../../src/load/fleet/fleet.ts';
import { creation, identity, registrationOf, request, signInOf } from './fleet/people.ts';

const settings = { ...identity };

/** A virtual user, and what was counted and measured. */
function virtualUser(vars: Variables = {}) {
  const context: Context = { vars: { stuntkey: settings, ...vars } };
  const told: [kind: string, name: string, value: number][] = [];
  const metrics = {
    emit: (kind: string, name: string, value: number) => told.push([kind, name, value]),
  };
  return { context, metrics, told, names: () => told.map(([, name]) => name) };
}

const answer = (body: unknown, statusCode = 200) => ({
  statusCode,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

describe('a virtual user', () => {
  it('is a new person each time, where the settings name none', async () => {
    const indexes = new Set<unknown>();
    for (let i = 0; i < 100; i++) {
      const { context, metrics } = virtualUser();
      await person(context, metrics);
      indexes.add(context.vars.person);
    }
    expect(indexes.size).toBe(100);
    expect([...indexes].every(Number.isSafeInteger)).toBe(true);
  });

  it('is one of those that are registered, where their number is given', async () => {
    const seen = new Set<number>();
    for (let i = 0; i < 200; i++) {
      const { context, metrics } = virtualUser({ stuntkey: { ...settings, first: 10, people: 5 } });
      await person(context, metrics);
      seen.add(context.vars.person as number);
    }
    expect([...seen].sort()).toEqual([10, 11, 12, 13, 14]);
  });

  it('is who a script says, in a number or out of a CSV file', async () => {
    for (const index of [7, '7']) {
      const { context, metrics } = virtualUser({ person: index, userName: 'ada' });
      await person(context, metrics);
      const { credentialId, userHandle } = fleet(identity).record(7);
      expect(context.vars).toMatchObject({
        person: 7,
        userName: 'ada',
        credentialId: base64url(credentialId),
        userHandle: base64url(userHandle),
      });
    }
  });

  it('has its seed from the environment, where the script has none', async () => {
    process.env.STUNTKEY_SEED = identity.seed;
    try {
      const { context, metrics } = virtualUser({ stuntkey: { rpId: identity.rpId }, person: 7 });
      await person(context, metrics);
      expect(context.vars.credentialId).toBe(base64url(fleet(identity).record(7).credentialId));
    } finally {
      delete process.env.STUNTKEY_SEED;
    }
  });

  it('registers and signs in with what the server answers, and is measured', async () => {
    const { context, metrics, told, names } = virtualUser({ person: 7 });
    await register({}, answer(creation), context, metrics);
    await registrationOf(context.vars.credential as never);
    await registered({}, answer({ verified: true }), context, metrics);
    await signIn({}, answer({ publicKey: request }), context, metrics);
    await signInOf(context.vars.credential as never, fleet(identity).record(7));
    await signedIn({}, { statusCode: 204, body: '' }, context, metrics);
    expect(names()).toEqual([
      'stuntkey.registration.authenticator_time',
      'stuntkey.registered',
      'stuntkey.registration.ceremony_time',
      'stuntkey.sign_in.authenticator_time',
      'stuntkey.signed_in',
      'stuntkey.sign_in.ceremony_time',
    ]);
    expect(told.every(([kind, , value]) => (kind === 'counter' ? value === 1 : value >= 0))).toBe(true);
  });

  it('tells at the sign-in the user handle that the server gave at the registration', async () => {
    const { context, metrics } = virtualUser({ person: 7 });
    await register({}, answer({ publicKey: creation }), context, metrics);
    await signIn({}, answer(request), context, metrics);
    expect(context.vars.credential).toMatchObject({ response: { userHandle: creation.user.id } });
  });

  it('measures a ceremony from the first byte that was asked for', async () => {
    const { context, metrics, told } = virtualUser({ person: 7 });
    const start = Date.now() - 5_000;
    await register({}, { ...answer(creation), timings: { start } }, context, metrics);
    await registered({}, answer({}), context, metrics);
    const [, , time] = told.find(([, name]) => name === 'stuntkey.registration.ceremony_time') ?? [];
    expect(time).toBeGreaterThanOrEqual(5_000);
  });

  it('can be told its options by a step, where a server wraps them in something of its own', async () => {
    const { context, metrics } = virtualUser({ person: 7, options: request });
    await signIn(context, metrics);
    await signInOf(context.vars.credential as never, fleet(identity).record(7));
  });
});

describe('an answer that is none', () => {
  const bad: [what: string, given: { statusCode: number; body?: unknown }, reason: string][] = [
    ['500', answer('oops', 500), 'status-500'],
    ['429', answer({ error: 'slow down' }, 429), 'status-429'],
    ['HTML', answer('<!doctype html><title>Login</title>'), 'not-json'],
    ['half a JSON', answer('{"challenge":'), 'not-json'],
    ['JSON that is no object', answer('null'), 'not-json'],
    ['nothing', answer(''), 'no-body'],
    ['no body at all', { statusCode: 200 }, 'no-body'],
  ];

  it.each(bad)('is counted by its reason and ends the ceremony: %s', async (_, given, reason) => {
    for (const hook of [register, signIn, registered, signedIn]) {
      const { context, metrics, told } = virtualUser({ person: 7 });
      await expect(hook({}, given, context, metrics)).rejects.toMatchObject({ code: reason });
      expect(told).toEqual([
        ['counter', 'stuntkey.refused', 1],
        ['counter', `stuntkey.refused.${reason}`, 1],
      ]);
    }
  });

  it.each([
    ['options without a challenge', answer({ rpId: 'example.com' }), 'TypeError'],
    ['a challenge that is no base64url', answer({ challenge: '!' }), 'EncodingError'],
    ['another site’s RP ID', answer({ ...request, rpId: 'example.org' }), 'SecurityError'],
    [
      'a list without this person',
      answer({ ...request, allowCredentials: [{ type: 'public-key', id: request.challenge }] }),
      'CTAP2_ERR_NO_CREDENTIALS',
    ],
  ])('is refused as in a browser, and counted: %s', async (_, given, reason) => {
    const { context, metrics, names } = virtualUser({ person: 7 });
    await expect(signIn({}, given, context, metrics)).rejects.toMatchObject({ code: reason });
    expect(names()).toEqual(['stuntkey.refused', `stuntkey.refused.${reason}`]);
  });

  it('is counted where a server says with 200 that it did not verify', async () => {
    const { context, metrics, names } = virtualUser({ person: 7 });
    await expect(signedIn({}, answer({ verified: false }), context, metrics)).rejects.toMatchObject({
      code: 'not-verified',
    });
    expect(names()).toEqual(['stuntkey.refused', 'stuntkey.refused.not-verified']);
  });

  it('is counted where there was no answer, once, and Artillery is told to go on', () => {
    const { context, metrics, names } = virtualUser({ person: 7 });
    const error = Object.assign(new Error('gone'), { code: 'ECONNRESET' });
    let done = 0;
    for (let i = 0; i < 2; i++) unanswered(error, {}, context, metrics, () => done++);
    expect([done, ...names()]).toEqual([2, 'stuntkey.refused', 'stuntkey.refused.ECONNRESET']);
  });

  it('is not counted again where Artillery tells of what a ceremony threw', async () => {
    const { context, metrics, names } = virtualUser({ person: 7 });
    const error = await signIn({}, answer('oops', 500), context, metrics).catch((thrown) => thrown);
    unanswered(error, {}, context, metrics, () => {});
    expect(names()).toEqual(['stuntkey.refused', 'stuntkey.refused.status-500']);
  });
});

describe('a script that says it wrong', () => {
  it.each([
    ['a negative person', { person: -1 }, 'bad-index'],
    ['a huge person', { person: 2 ** 53 }, 'bad-index'],
    ['a huge person out of a CSV file', { person: '9007199254740993' }, 'bad-index'],
    ['half a person', { person: 0.5 }, 'bad-index'],
    ['a person with a name', { person: 'ada' }, 'bad-index'],
    ['no settings', { stuntkey: undefined }, 'bad-options'],
    ['no RP ID', { stuntkey: { seed: 'x' } as never }, 'bad-options'],
    ['no seed', { stuntkey: { rpId: 'example.com' } }, 'bad-options'],
    ['no people', { stuntkey: { ...settings, people: 0 } }, 'bad-options'],
    ['more people than there are', { stuntkey: { ...settings, people: 2 ** 53 + 2 } }, 'bad-options'],
    ['people from nowhere', { stuntkey: { ...settings, first: -1 } }, 'bad-options'],
    ['an origin that is none', { stuntkey: { ...settings, origin: 'x' } }, 'bad-origin'],
  ])('is told so, and nothing crashes: %s', async (_, vars, reason) => {
    for (const step of [person, signIn, register]) {
      const { context, metrics, names } = virtualUser({ options: request, ...vars } as Variables);
      await expect(step(context, metrics)).rejects.toMatchObject({ code: reason });
      expect(names()).toEqual(['stuntkey.refused', `stuntkey.refused.${reason}`]);
    }
  });

  it('is told that a user handle is none', async () => {
    const { context, metrics, names } = virtualUser({ person: 7, userHandle: '!', options: request });
    await expect(signIn(context, metrics)).rejects.toThrow();
    expect(names()[0]).toBe('stuntkey.refused');
  });
});
