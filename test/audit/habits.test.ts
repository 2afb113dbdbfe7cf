/** Right servers with everyday habits: none of them is to be blamed. */
import { afterEach, describe, expect, it } from 'vitest';
import { strictDoors } from '../../examples/login-server/doors.js';
import { startLoginServer } from '../../examples/login-server/server.js';
import { Limits } from '../../src/audit/runner/limits.ts';
import type { Answer } from '../../src/audit/targets/target.ts';
import {
  type AuditResult,
  auditRelyingParty,
  conformanceTarget,
  describedTarget,
  type Fault,
  fault,
} from '../../src/entries/audit.ts';
import { ManualClock } from '../../src/entries/index.ts';
import { sampled, slow, withoutTime } from '../slow.ts';
import { behind, type Given, type Habit } from './behind.ts';
import { LeapingClock } from './leaping-clock.ts';
import { strictRelyingParty } from './strict.ts';

/** One of every way of playing. */
const FAULTS = [
  'signature-from-other-key',
  'registration-client-data-bom',
  'record-for-user-in-body',
  'authentication-without-options',
  'authentication-challenge-reused',
  'authentication-challenge-raced',
  'credential-of-other-user',
  'user-handle-of-other-user-discoverable',
  'credential-id-taken',
  'credential-not-allowed',
  'counter-always-zero',
  'refused-counter-kept',
  'refused-then-honest',
].map(fault);

/** All of them with `SLOW=1`, else every third from a place on. */
const some = (from: number): readonly Fault[] =>
  withoutTime === undefined ? FAULTS : sampled(FAULTS.slice(from), 3);

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const blamed = ({ results }: AuditResult): string[] =>
  results
    .filter(({ finding }) => finding)
    .map(({ fault, verdict, reason }) => `${fault.id} ${verdict}: ${reason}`);
const missed = ({ results }: AuditResult): string[] =>
  results
    .filter(({ verdict }) => verdict === 'not-applicable')
    .map(({ fault, reason }) => `${fault.id}: ${reason}`);

const failed = (status: number, headers?: Given['headers']): Given => ({
  status,
  body: '{"status":"failed","errorMessage":"not now"}',
  ...(headers && { headers }),
});

async function audited(habit: Habit, clock = new LeapingClock(), faults: readonly Fault[] = FAULTS) {
  const url = await behind(habit, closing);
  return auditRelyingParty(conformanceTarget(url), { faults, clock, concurrency: 1 });
}

describe('a right server is not blamed', () => {
  it('whose answers get lost now and then', async () => {
    const clock = new LeapingClock();
    const result = await audited(async ({ number }, next) => {
      if (number % 50 !== 0) return next();
      clock.hang();
      return undefined;
    }, clock);
    expect([result.outcome, blamed(result), missed(result)]).toEqual(['complete', [], []]);
  });

  it('that asks to come later, and is asked again when that time has come', async () => {
    const clock = new LeapingClock();
    let until = 0;
    let refused = 0;
    const result = await audited(async ({ number }, next) => {
      if (number % 15 === 0) until = clock.now() + 3_000;
      if (clock.now() >= until) return next();
      refused += 1;
      return failed(429, { 'retry-after': '3' });
    }, clock);
    expect([result.outcome, blamed(result), missed(result)]).toEqual(['complete', [], []]);
    expect(refused).toBeGreaterThan(3);
    expect(clock.waits.filter((wait) => wait === 3_000)).toHaveLength(refused);
  });

  slow('that answers every twentieth request with 503', async () => {
    const result = await audited(async ({ number }, next) => (number % 20 === 0 ? failed(503) : next()));
    expect([result.outcome, blamed(result), missed(result)]).toEqual(['complete', [], []]);
  });

  it('that drops connections that were idle', async () => {
    const result = await audited(async ({ number }, next) =>
      number % 25 === 0 ? { ...failed(400), drop: 'instead' } : next(),
    );
    expect([result.outcome, blamed(result)]).toEqual(['complete', []]);
  });

  it('that ends the session of a visitor who fails', async () => {
    const result = await audited(async (_asked, next) => {
      const given = await next();
      if (given.status === 200) return given;
      return { ...given, headers: { 'set-cookie': 'strict-session=gone; Path=/' } };
    });
    expect([result.outcome, blamed(result)]).toEqual(['complete', []]);
  });

  slow('that locks an account for a while after one failure', async () => {
    const locked = new Set<string>();
    const names = new Map<string, string>();
    const result = await audited(
      async ({ url, body, headers }, next) => {
        const session = String(headers.cookie);
        if (url === '/assertion/options') {
          const { username } = JSON.parse(body);
          if (locked.has(username)) return failed(403);
          const given = await next();
          names.set(String([given.headers?.['set-cookie']].flat()[0]).split(';')[0] as string, username);
          return given;
        }
        const given = await next();
        const name = names.get(session);
        if (url === '/assertion/result' && given.status !== 200 && name !== undefined) locked.add(name);
        return given;
      },
      undefined,
      ['refused-counter-kept', 'refused-flags-kept'].map(fault),
    );
    expect([result.outcome, blamed(result)]).toEqual(['complete', []]);
    expect(missed(result)).toEqual([
      expect.stringContaining('any failed sign-in ends the next ones for a while'),
      expect.stringContaining('any failed sign-in ends the next ones for a while'),
    ]);
  });

  it('for what comes after a response that made it drop the connection: that one is', async () => {
    const faults = ['registration-json-large', 'registration-client-data-bom', 'signature-from-other-key'];
    const result = await audited(
      async ({ body }, next) => (body.length > 100_000 ? { ...failed(413), drop: 'instead' } : next()),
      undefined,
      faults.map(fault),
    );
    expect(result.outcome).toBe('complete');
    expect(
      result.results
        .filter(({ finding }) => finding)
        .map(({ fault: { id }, breakage, severity }) => [id, breakage, severity]),
    ).toEqual([['registration-json-large', 'drop', 'medium']]);
  });

  it('when the audit takes long for a key of its own', async () => {
    const clock = new ManualClock();
    const limits = new Limits({ clock, rate: Number.POSITIVE_INFINITY, timeout: 1_000, signal: undefined });
    const answer = await limits.during(async ({ own }): Promise<Answer> => {
      await own(async () => clock.advance(3_000));
      return { kind: 'accepted' };
    });
    expect(answer).toEqual({ kind: 'accepted' });
    const late = await limits.during(async (): Promise<Answer> => {
      clock.advance(3_000);
      return new Promise(() => {});
    });
    expect(late).toMatchObject({ kind: 'error', cause: 'hang' });
  });

  slow('at once, whatever the seed, ten times over', { timeout: 240_000 }, async ({ skip }) => {
    skip(withoutTime !== undefined, withoutTime);
    for (let round = 1; round <= 10; round++) {
      const result = await audited(async ({ number }, next) =>
        (number * 7 + round) % 23 === 0 ? failed(503) : next(),
      );
      expect([round, result.outcome, blamed(result)]).toEqual([round, 'complete', []]);
    }
  });
});

describe('a right server with a description', () => {
  const account = (create: object[]) => ({
    registration: {
      options: {
        path: '/attestation/options',
        body: { ...NAMED, authenticatorSelection: { residentKey: '{residentKey}' } },
      },
      result: RESULT('attestation'),
    },
    authentication: { options: { path: '/assertion/options', body: NAMED }, result: RESULT('assertion') },
    ...(create.length > 0 && { account: { create } }),
  });
  const NAMED = { username: '{username}', displayName: '{displayName}' };
  const RESULT = (name: string) => ({
    path: `/${name}/result`,
    success: { pointer: '/status', equals: 'ok' },
  });

  /** Makes accounts at /sign-up, each once. */
  const signUp = (): Habit => {
    const taken = new Set<string>();
    return async ({ url, body }, next) => {
      if (url !== '/sign-up') return next();
      const { username } = JSON.parse(body);
      if (taken.has(username)) return { status: 409, body: '{"error":"taken"}' };
      taken.add(username);
      return { status: 200, body: '{}' };
    };
  };
  const create = { path: '/sign-up', body: { username: '{username}' } };

  slow('whose account is made in before is not blamed', async () => {
    const url = await behind(signUp(), closing);
    const result = await auditRelyingParty(describedTarget({ ...account([]), url, before: [create] }), {
      faults: FAULTS,
      concurrency: 1,
    });
    expect([result.outcome, blamed(result)]).toEqual(['complete', []]);
    expect(missed(result).join()).toContain('before[0], /sign-up: expected success, got status 409');
  });

  it('whose account is made in account.create has everything tried', async () => {
    const url = await behind(signUp(), closing);
    const result = await auditRelyingParty(describedTarget({ ...account([create]), url }), {
      faults: some(0),
      concurrency: 1,
    });
    expect([result.outcome, blamed(result), missed(result)]).toEqual(['complete', [], []]);
  });

  it('that never names the account is not asked what needs a name', async () => {
    const server = await startLoginServer();
    closing.push(() => server.close());
    const result = await auditRelyingParty(
      describedTarget({
        url: server.origin,
        registration: {
          options: { path: '/register/options', body: { username: '{username}' } },
          result: { path: '/register/verify', success: { pointer: '/registered' } },
        },
        authentication: {
          options: { path: '/login/options', body: {} },
          result: { path: '/login/verify', success: { status: 200, pointer: '/welcome' } },
        },
      }),
      { faults: [fault('record-for-user-in-body'), fault('credential-of-other-user')], concurrency: 1 },
    );
    expect([result.outcome, blamed(result)]).toEqual(['complete', []]);
    expect(missed(result)).toHaveLength(2);
  });

  it('whose tokens against forgery are good for one request can be described', async () => {
    const tokens = new Set<string>();
    let count = 0;
    const url = await behind(async ({ url, headers }, next) => {
      if (url === '/token') {
        count += 1;
        tokens.add(`t${count}`);
        return { status: 200, body: '', headers: { 'x-token': `t${count}` } };
      }
      return tokens.delete(String(headers['x-csrf'])) ? next() : failed(403);
    }, closing);
    const result = await auditRelyingParty(
      describedTarget({
        ...account([]),
        url,
        csrf: { header: 'x-csrf', once: true, request: { path: '/token', take: { csrf: 'header:x-token' } } },
      }),
      { faults: some(1), concurrency: 1 },
    );
    expect([result.outcome, blamed(result), missed(result)]).toEqual(['complete', [], []]);
  });

  it('with forms, tokens in their fields, and redirects can be described', async () => {
    const form = (body: string): Record<string, string> => Object.fromEntries(new URLSearchParams(body));
    const url = await behind(async ({ url, body, headers: sent }, next) => {
      const headers = { ...sent, 'content-type': 'application/json' };
      if (url === '/page')
        return {
          status: 200,
          headers: { 'content-type': 'text/html' },
          body: '<form><input type="hidden" name="csrf_token" value="a&amp;b"></form>',
        };
      const { token, credential, username } = form(body);
      if (token !== 'a&b') return failed(403);
      if (credential === undefined) return next({ body: JSON.stringify({ username }), headers });
      const given = await next({ body: credential, headers });
      const location = given.status === 200 ? '/home?x=1' : '/login?error';
      return { ...given, status: 302, headers: { ...given.headers, location } };
    }, closing);
    const step = (name: string) => ({
      options: { path: `/${name}/options`, form: { username: '{username}', token: '{token}' } },
      result: {
        path: `/${name}/result`,
        form: { credential: '{responseText}', token: '{token}' },
        success: { location: '/home' },
      },
    });
    const result = await auditRelyingParty(
      describedTarget({
        url,
        before: [{ method: 'GET', path: '/page', take: { token: 'field:csrf_token' } }],
        registration: step('attestation'),
        authentication: step('assertion'),
      }),
      { faults: some(2), concurrency: 1 },
    );
    expect([result.outcome, blamed(result), result.reason]).toEqual(['complete', [], undefined]);
  });
});

describe("the demo's server", () => {
  const described = (url: string) =>
    describedTarget({
      url,
      registration: {
        options: { path: '/register/options', body: { username: '{username}' } },
        result: { path: '/register/verify', success: { pointer: '/registered' } },
      },
      authentication: {
        options: { path: '/login/options', body: { username: '{username}' } },
        result: { path: '/login/verify', success: { status: 200, pointer: '/welcome' } },
      },
    });

  it.each([
    ['has no finding by any of its doors', [], 0],
    ['has the same findings by all of its doors', ['signature'], 1],
  ])('%s', async (_, weak, count) => {
    const server = await startLoginServer({ also: strictDoors(weak) });
    closing.push(() => server.close());
    for (const target of [conformanceTarget(server.origin), described(server.origin)]) {
      const result = await auditRelyingParty(target, { faults: some(0), concurrency: 1 });
      expect([result.outcome, blamed(result).length]).toEqual(['complete', count]);
    }
  });
});

describe('an audit that cannot do its own part', () => {
  it('says so, and fails: what breaks inside it is no verdict', async () => {
    const good = fault('signature-from-other-key') as Fault;
    const bad = {
      ...good,
      id: 'of-no-use',
      change: () => {
        throw new RangeError('out of ideas');
      },
    } as Fault;
    const { outcome, reason, results } = await auditRelyingParty(strictRelyingParty(), {
      faults: [bad, good],
    });
    expect([outcome, reason]).toEqual(['broken', 'the audit itself broke over of-no-use']);
    expect(results.map(({ verdict, reason }) => [verdict, reason])).toEqual([
      ['broken', 'out of ideas'],
      ['rejected', expect.any(String)],
    ]);
  });

  it('gives a verdict on a race where no options come', async () => {
    const strict = strictRelyingParty();
    let asked = 0;
    const session = () => {
      const visitor = strict.session?.();
      return {
        ...visitor,
        authentication: {
          ...visitor?.authentication,
          options: (request: never, visit: never) => {
            asked += 1;
            // The control's own comes first.
            if (asked === 2) throw new Error('none today');
            return visitor?.authentication.options(request, visit);
          },
        },
      };
    };
    const { results } = await auditRelyingParty({ ...strict, session } as never, {
      faults: [fault('authentication-challenge-raced')],
    });
    expect(results[0]).toMatchObject({ verdict: 'not-applicable', finding: false });
  });
});
