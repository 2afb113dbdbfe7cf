/** Right servers with everyday habits, ten rounds each, begun at another request every time: no finding in any. */
import { afterEach, describe, expect, it } from 'vitest';
import { auditRelyingParty, conformanceTarget, fault } from '../../src/entries/audit.ts';
import { named } from '../interop/debian.ts';
import { withoutTime } from '../slow.ts';
import { behind, type Given, type Habit } from './behind.ts';
import { LeapingClock } from './leaping-clock.ts';

const ROUNDS = 10;

/** Of every way of playing. */
const FAULTS = [
  'signature-from-other-key',
  'registration-client-data-bom',
  'record-for-user-in-body',
  'authentication-without-options',
  'authentication-challenge-raced',
  'registration-challenge-raced',
  'counter-raced',
  'counter-after-high',
  'credential-of-other-user',
  'user-handle-of-other-user-discoverable',
  'account-of-other-by-user',
  'registration-for-sign-in-options',
  'session-not-renewed',
  'signed-in-before-verification',
  'options-tell-who-exists',
  'options-operator-name',
  'operator-id-equal',
  'request-as-form-fields',
  'registration-json-large',
  'refused-then-honest',
].map(fault);

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const failed = (status: number, headers?: Given['headers']): Given => ({
  status,
  body: '{"status":"failed","errorMessage":"not now"}',
  ...(headers && { headers }),
});

type Habits = Readonly<Record<string, (clock: LeapingClock, round: number) => Habit>>;

const HABITS: Habits = {
  'loses one answer in fifty': (clock, round) => async (asked, next) => {
    if ((asked.number + round) % 50 !== 0) return next();
    clock.hang();
    return undefined;
  },
  'asks to come later': (clock, round) => {
    let until = 0;
    return async ({ number }, next) => {
      if ((number + round) % 15 === 0) until = clock.now() + 3_000;
      return clock.now() >= until ? next() : failed(429, { 'retry-after': '3' });
    };
  },
  'answers one in twenty with 503':
    (_clock, round) =>
    async ({ number }, next) =>
      (number * 7 + round) % 20 === 0 ? failed(503) : next(),
  'drops connections that were idle':
    (_clock, round) =>
    async ({ number }, next) =>
      (number + round) % 25 === 0 ? { ...failed(400), drop: 'instead' } : next(),
  'drops connections when it has answered':
    (_clock, round) =>
    async ({ number }, next) => {
      const given = await next();
      return (number + round) % 3 === 0 ? { ...given, drop: 'after' } : given;
    },
  'logs out who fails': () => async (_asked, next) => {
    const given = await next();
    return given.status === 200
      ? given
      : { ...given, headers: { 'set-cookie': 'strict-session=gone; Path=/' } };
  },
  'limits the size of a body':
    () =>
    async ({ body }, next) =>
      body.length > 100_000 ? { status: 413, body: '{"error":"too large"}' } : next(),
  'redirects to another path': () => async (asked, next) =>
    asked.url.startsWith('/v2')
      ? next({ url: asked.url.slice(3) })
      : { status: 308, body: '', headers: { location: `/v2${asked.url}` } },
};

describe.skipIf(withoutTime)(named('a right server', withoutTime), () => {
  it.each(Object.entries(HABITS))(
    'that %s has no finding in ten rounds',
    async (_, habit) => {
      for (let round = 1; round <= ROUNDS; round++) {
        const clock = new LeapingClock();
        const url = await behind(habit(clock, round), closing);
        const target = conformanceTarget(url, { whoami: '/whoami#/username' });
        const { outcome, reason, results } = await auditRelyingParty(target, {
          faults: FAULTS,
          clock,
          concurrency: 1,
        });
        const blamed = results.filter(({ finding }) => finding);
        expect([round, outcome, reason, blamed.map(({ fault, reason }) => [fault.id, reason])]).toEqual([
          round,
          'complete',
          undefined,
          [],
        ]);
      }
    },
    600_000,
  );
});
