/** Ways into another user's account, planted in the strict server one at a time: each is found, named, and its effect is seen. */
import { describe, expect, it } from 'vitest';
import { auditRelyingParty, conformanceTarget, fault } from '../../src/entries/audit.ts';
import { slow } from '../slow.ts';
import { behind } from './behind.ts';
import { LeapingClock } from './leaping-clock.ts';
import { strictRelyingParty } from './strict.ts';

const TAKEOVERS: readonly (readonly [weakness: string, guard: string, faults: readonly string[]])[] = [
  [
    'takes a registration of a stranger for an account',
    'registration.account.signed-in',
    ['account-of-other-by-stranger', 'account-of-other-by-user'],
  ],
  [
    "takes a registration for an answer to another user's sign-in options",
    'registration.pending.ceremony',
    ['registration-for-sign-in-options'],
  ],
  [
    'finds the key by rawId, and the account by id',
    'authentication.account.one-id',
    ['raw-id-of-own-credential'],
  ],
  [
    'signs in before it verifies, and then says no',
    'authentication.session.verified-first',
    ['signed-in-before-verification'],
  ],
  ['keeps the session ID of before a sign-in', 'authentication.session.renewed', ['session-not-renewed']],
  ['believes the body about whose account it is', 'registration.account', ['record-for-user-in-body']],
  ['does not verify signatures', 'authentication.signature', ['signature-from-other-key']],
  [
    'lets any key into an account that has none',
    'authentication.account.without-credentials',
    ['account-without-credentials'],
  ],
  [
    'takes a sign-in for an answer to the options of a registration',
    'authentication.pending.ceremony',
    ['sign-in-for-registration-options'],
  ],
  [
    "signs in whom it was told, with anybody's key",
    'authentication.credential.owner',
    ['credential-of-other-user'],
  ],
];

describe('the strict server', () => {
  it.each(TAKEOVERS)('that %s has critical findings, and the takeover was seen', async (_, guard, ids) => {
    const { results, byEffect } = await auditRelyingParty(strictRelyingParty([guard]), {
      faults: ids.map(fault),
      concurrency: 1,
    });
    expect(byEffect).toBe(true);
    expect(results.map(({ fault: { id }, severity, effect }) => [id, severity, effect])).toEqual(
      ids.map((id) => [id, expect.stringMatching(/critical|high/), 'takeover']),
    );
    expect(results[0]?.severity).toBe('critical');
    expect(results[0]?.exchange ?? results[0]?.reason).toBeDefined();
  });

  it.each([
    ['authentication.challenge.by-session', 'authentication-challenge-of-same-user-elsewhere'],
    ['authentication.origin.configured.forwarded-host', 'authentication-origin-of-header-forwarded-host'],
    ['registration.origin.configured.host', 'registration-origin-of-header-host'],
    ['registration.credential-id.whole', 'credential-id-same-beginning'],
    ['registration.credential-id.case', 'credential-id-other-case'],
    ['authentication.credential.own', 'removal-of-other'],
    ['authentication.operators', 'operator-id-equal'],
  ])('without the guard %s has a finding of high severity', async (guard, id) => {
    const { results } = await auditRelyingParty(strictRelyingParty([guard]), { faults: [fault(id)] });
    expect(results.map(({ verdict, severity }) => [verdict, severity])).toEqual([['accepted', 'high']]);
  });

  it.each([
    ['authentication.counter.unsigned', 'counter-after-high'],
    ['authentication.counter.atomic', 'counter-raced'],
    ['authentication.options.operators', 'options-operator-name'],
    ['authentication.options.verification-kept', 'options-verification-lowered-at-sign-in'],
    ['authentication.request.content-type', 'request-as-form-fields'],
    ['registration.attestation.asked', 'attestation-none-where-asked'],
  ])('without the guard %s has a finding of medium severity', async (guard, id) => {
    for (const weak of [[], [guard]]) {
      const { results } = await auditRelyingParty(strictRelyingParty(weak), { faults: [fault(id)] });
      expect(results.map(({ verdict, severity }) => [verdict, severity])).toEqual([
        weak.length > 0 ? ['accepted', 'medium'] : ['rejected', undefined],
      ]);
    }
  });

  it('that does not compare counters is not asked what becomes of them', async () => {
    const faults = ['counter-after-high', 'counter-raced'].map(fault);
    const { results } = await auditRelyingParty(strictRelyingParty(['counter']), { faults });
    expect(results.map(({ verdict, reason }) => [verdict, reason])).toEqual(
      faults.map(() => ['not-applicable', 'the target does not compare counters']),
    );
  });

  it('has no critical finding where the target cannot say who is signed in', async () => {
    const { whoAmI: _, session, ...blind } = strictRelyingParty(['signature']);
    const { results, byEffect } = await auditRelyingParty(
      { ...blind, session: () => ({ ...session?.(), whoAmI: undefined }) } as never,
      { faults: [fault('signature-from-other-key')] },
    );
    expect(byEffect).toBe(false);
    expect(results[0]).toMatchObject({
      severity: 'high',
      seen: 'The server said yes. Who was signed in is not known: there is no whoami.',
    });
  });

  it('that takes a leniently spelled signature signs in only the owner of the key', async () => {
    const { results } = await auditRelyingParty(strictRelyingParty(['signature.der']), {
      faults: [fault('signature-der-trailing')],
    });
    expect(results[0]).toMatchObject({ finding: true, severity: 'low', effect: 'owner' });
  });

  it('whose whoAmI throws where no user is signed in is asked all the same', async () => {
    const { session, ...strict } = strictRelyingParty();
    const throwing = () => {
      const visitor = session?.();
      const whoAmI = (): unknown => {
        const who = visitor?.whoAmI?.({ session: {} });
        if (who === undefined) throw new Error('please sign in');
        return who;
      };
      return { ...visitor, whoAmI };
    };
    const { outcome, results } = await auditRelyingParty({ ...strict, session: throwing } as never, {
      faults: [fault('signed-in-before-verification')],
    });
    expect([outcome, results[0]?.verdict]).toEqual(['complete', 'rejected']);
  });

  slow.each([
    ['drops the connection', { status: 200, body: '', drop: 'instead' }, 'got '],
    ['breaks', { status: 500, body: 'oops' }, 'got status 500'],
  ] as const)(
    'that %s when it is asked who is signed in is not taken to have signed in no one',
    async (_, given, got) => {
      const closing: (() => unknown)[] = [];
      try {
        const weak = { weak: ['signature'] };
        const url = await behind(
          async ({ url }, next) => (url === '/whoami' ? given : next()),
          closing,
          weak,
        );
        const { outcome, results } = await auditRelyingParty(
          conformanceTarget(url, { whoami: '/whoami#/username' }),
          {
            faults: ['signature-from-other-key', 'signed-in-before-verification'].map(fault),
            clock: new LeapingClock(),
            concurrency: 1,
          },
        );
        expect(outcome).toBe('complete');
        expect(results[0]).toMatchObject({
          severity: 'high',
          seen: 'The server said yes; whom it signed in is not clear.',
        });
        expect(results[1]?.reason).toContain('the target does not say who is signed in: ');
        expect(results[1]?.reason).toContain(got);
      } finally {
        for (const close of closing) await close();
      }
    },
  );
});
