/** What a description can say of servers that are not simple: steps, mail, accounts that are there, time. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { auditRelyingParty, describedTarget, fault } from '../../src/entries/audit.ts';
import { behind, type Habit } from './behind.ts';
import { LeapingClock } from './leaping-clock.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const few = ['signature-from-other-key', 'registration-client-data-bom', 'account-of-other-by-user'].map(
  fault,
);
const NAMED = { username: '{username}', displayName: '{displayName}' };
const result = (name: string) => ({ path: `/${name}/result`, success: { pointer: '/status', equals: 'ok' } });
const CEREMONIES = {
  registration: { options: { path: '/attestation/options', body: NAMED }, result: result('attestation') },
  authentication: { options: { path: '/assertion/options', body: NAMED }, result: result('assertion') },
  whoami: { method: 'GET', path: '/whoami', pointer: '/username' },
};
const json = (value: unknown, status = 200) => ({ status, body: JSON.stringify(value) });

async function audited(url: string, more: object, faults = few, clock = new LeapingClock()) {
  const { outcome, reason, results } = await auditRelyingParty(
    describedTarget({ ...CEREMONIES, ...more, url }),
    { faults, clock, concurrency: 1 },
  );
  return {
    outcome: [outcome, reason],
    verdicts: results.map(({ verdict, reason }) => (verdict === 'not-applicable' ? reason : verdict)),
  };
}

/** A server that lets names register that have been confirmed, by a token from a mail that takes a while. */
function confirming(): { habit: Habit; asked: string[] } {
  const mails = new Map<string, { token: string; looks: number }>();
  const confirmed = new Set<string>();
  const asked: string[] = [];
  return {
    asked,
    habit: async ({ url, body }, next) => {
      asked.push(url.split('?')[0] as string);
      const { pathname, searchParams } = new URL(url, 'http://localhost');
      const name = searchParams.get('name') ?? (JSON.parse(body || '{}').username as string);
      if (pathname === '/exists') return json({}, confirmed.has(name) ? 200 : 404);
      if (pathname === '/sign-up') {
        mails.set(name, { token: `t-${name.length}-${mails.size}`, looks: 0 });
        return json({ sent: true });
      }
      if (pathname === '/mailbox') {
        const mail = mails.get(name);
        if (mail === undefined) return json([]);
        mail.looks += 1;
        return json(mail.looks < 3 ? [] : [{ text: `Hello! Your code is ${mail.token}, for ${name}.` }]);
      }
      if (pathname === '/confirm') {
        const right = mails.get(name)?.token === searchParams.get('token');
        if (right) confirmed.add(name);
        return json({}, right ? 200 : 403);
      }
      if (pathname === '/attestation/options' && !confirmed.has(name))
        return json({ error: 'not confirmed' }, 403);
      return next();
    },
  };
}

const SIGN_UP = [
  { path: '/sign-up', body: { username: '{username}' } },
  {
    method: 'GET',
    path: '/mailbox?name={username}',
    within: 30,
    success: { contains: 'Your code is' },
    take: { code: 'match:Your code is ([\\w-]+)' },
  },
  { path: '/confirm?name={username}&token={code}' },
];

describe('a description', () => {
  it('waits for a mail, and takes a code from it', async () => {
    const { habit, asked } = confirming();
    const url = await behind(habit, closing);
    expect(await audited(url, { account: { create: SIGN_UP } })).toEqual({
      outcome: ['complete', undefined],
      verdicts: ['rejected', 'accepted', 'rejected'],
    });
    const one = asked.slice(0, asked.indexOf('/confirm') + 1);
    expect(one).toEqual(['/sign-up', '/mailbox', '/mailbox', '/mailbox', '/confirm']);
  });

  it('says which step did not succeed, where the mail never comes', async () => {
    const url = await behind(
      async ({ url }, next) => (url.startsWith('/mailbox') ? json([]) : next()),
      closing,
    );
    const { outcome } = await audited(url, { account: { create: SIGN_UP.slice(1) } });
    expect(outcome[0]).toBe('inconclusive');
    expect(outcome[1]).toContain(
      'account.create[0], /mailbox?name={username}: expected success, got status 200',
    );
  });

  it('leaves out what is done already', async () => {
    const { habit, asked } = confirming();
    const url = await behind(habit, closing);
    const unless = { method: 'GET', path: '/exists?name={username}' };
    const before = SIGN_UP.map((step) => ({ ...step, unless }));
    expect((await audited(url, { before })).outcome).toEqual(['complete', undefined]);
    const times = (path: string): number => asked.filter((one) => one === path).length;
    // Every visit begins with it, and each name is signed up once.
    expect(times('/exists')).toBeGreaterThan(times('/sign-up'));
    expect(times('/sign-up')).toBe(times('/confirm'));
  });

  it('names accounts that are there, and what they are entered by', async () => {
    const passwords = new Map([
      ['ada', 'a-secret'],
      ['grace', 'another'],
    ]);
    const names = new Set<string>();
    const url = await behind(async ({ url, body }, next) => {
      const { username, password } = JSON.parse(body || '{}');
      if (url === '/enter') return json({}, passwords.get(username) === password ? 200 : 403);
      if (username !== undefined) names.add(username);
      return next();
    }, closing);
    const accounts = [...passwords].map(([username, password]) => ({ username, password }));
    const enter = [{ path: '/enter', body: { username: '{username}', password: '{password}' } }];
    const faults = ['signature-from-other-key', 'registration-client-data-bom'].map(fault);
    const more = {
      accounts,
      account: { create: [], enter },
      // A visitor who has entered with a password is not signed in to the strict server.
      remove: { path: '/credentials/delete', body: { id: '{credentialId}' } },
    };
    expect((await audited(url, more, faults)).outcome).toEqual(['complete', undefined]);
    expect([...names].sort()).toEqual(['ada', 'grace']);
  });

  it('waits until a challenge has expired', async () => {
    const clock = new LeapingClock();
    const url = await behind(async (_asked, next) => next(), closing, {
      now: () => 1_700_000_000_000 + clock.now(),
      challengeLifetime: 5_000,
    });
    const faults = ['authentication-challenge-expired', 'registration-challenge-expired'].map(fault);
    expect(await audited(url, {}, faults)).toMatchObject({
      verdicts: [expect.stringContaining('nothing says how long to wait'), expect.any(String)],
    });
    expect(await audited(url, { challengeLifetime: 5 }, faults, clock)).toEqual({
      outcome: ['complete', undefined],
      verdicts: ['rejected', 'rejected'],
    });
    expect(clock.waits).toEqual([6_000, 6_000]);
  });

  it('sends nothing to another host, and no cookie to another port of this one', async () => {
    let cookies: unknown = 'not asked';
    const mailbox = createServer((request, response) => {
      cookies = request.headers.cookie;
      response.setHeader('set-cookie', 'strict-session=stolen; Path=/').end('{}');
    });
    await new Promise<void>((resolve) => mailbox.listen(0, '127.0.0.1', resolve));
    closing.push(() => {
      mailbox.closeAllConnections();
      return new Promise((resolve) => mailbox.close(resolve));
    });
    const { port } = mailbox.address() as AddressInfo;
    const url = await behind(async (_asked, next) => next(), closing);
    const enter = { method: 'GET', path: `http://localhost:${port}/mails` };
    const { outcome } = await audited(url, { account: { create: [enter], enter: [enter] } });
    expect([outcome, cookies]).toEqual([['complete', undefined], undefined]);
    for (const path of ['https://example.com/x', '//example.com/x', 'http://{username}/x'])
      expect(() => describedTarget({ ...CEREMONIES, url, before: [{ path }] })).toThrow(
        `before[0].path: expected a path of ${url}, or a URL on this machine, got ${JSON.stringify(path)}`,
      );
  });

  it('leaves out of a request of another site what only its own pages have', async () => {
    const seen: unknown[] = [];
    const url = await behind(async ({ url, headers }, next) => {
      if (url === '/token') return { status: 200, body: '{"token":"t"}' };
      if (url === '/assertion/result' && headers['sec-fetch-site'] === 'cross-site')
        seen.push([headers['x-csrf'], headers['x-stage'], headers['content-type']]);
      return headers['x-csrf'] === 't'
        ? next({ headers: { ...headers, 'content-type': 'application/json' } })
        : json({}, 403);
    }, closing);
    const csrf = { header: 'x-csrf', request: { method: 'GET', path: '/token', pointer: '/token' } };
    const faults = ['request-as-form', 'request-as-form-fields'].map(fault);
    expect(await audited(url, { csrf, headers: { 'x-stage': 'test' } }, faults)).toEqual({
      outcome: ['complete', undefined],
      verdicts: ['rejected', 'rejected'],
    });
    expect(seen).toEqual([
      [undefined, undefined, 'text/plain'],
      [undefined, undefined, 'application/x-www-form-urlencoded'],
    ]);
  });
});
