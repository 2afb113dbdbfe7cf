import { describe, expect, it } from 'vitest';
import {
  auditRelyingParty as auditWithLimits,
  type CeremonyCallbacks,
  fault,
  type RelyingPartyCallbacks,
  runAudit,
  type Target,
} from '../../src/entries/audit.ts';
import { ManualClock } from '../../src/entries/index.ts';
import { PATIENCE } from '../patience.ts';
import { LeapingClock } from './leaping-clock.ts';
import { simpleRelyingParty } from './simple-relying-party.ts';
import { strictRelyingParty } from './strict.ts';

/** An audit that no busy machine ends. */
const auditRelyingParty: typeof auditWithLimits = (one, options) =>
  auditWithLimits(one, { timeout: PATIENCE, clock: new LeapingClock(), ...options });

const few = [
  'authentication-type-swapped',
  'signature-from-other-key',
  'registration-client-data-bom',
  'counter-equal',
].map(fault);

describe('an audit', () => {
  it('says of each fault what the server did', async () => {
    const { outcome, controls, results, notTried } = await auditRelyingParty(
      strictRelyingParty(['signature']),
      { faults: few },
    );
    expect(outcome).toBe('complete');
    expect(controls).toEqual([
      { when: 'before', passed: true },
      { when: 'after', passed: true },
    ]);
    expect(results.map(({ fault: { id }, verdict, finding }) => [id, verdict, finding])).toEqual([
      ['authentication-type-swapped', 'rejected', false],
      ['signature-from-other-key', 'accepted', true],
      ['registration-client-data-bom', 'accepted', false],
      ['counter-equal', 'rejected', false],
    ]);
    expect(notTried).toEqual([]);
  });

  it('gives no verdict where an honest ceremony does not pass', async () => {
    const strict = strictRelyingParty();
    const result = await auditRelyingParty(
      { ...strict, session: undefined, authentication: refusing(strict.authentication) } as never,
      { faults: few },
    );
    expect(result.outcome).toBe('inconclusive');
    expect(result.reason).toBe('an honest authentication did not pass: not today');
    expect(result.results).toEqual([]);
    expect(result.notTried).toEqual(few.map(({ id }) => id));
  });

  it('is inconclusive when honest ceremonies do not pass any more at its end', async () => {
    const { outcome, reason, results } = await auditRelyingParty(refusingAfter(3, 'logged out'), {
      faults: few.slice(0, 2),
      concurrency: 1,
    });
    expect(outcome).toBe('inconclusive');
    expect(reason).toBe('an honest registration did not pass: logged out');
    expect(results.map(({ verdict }) => verdict)).toEqual(['rejected', 'rejected']);
  });

  it('takes a refusal of what a right server accepts for a finding', async () => {
    const strict = strictRelyingParty();
    const fussy: CeremonyCallbacks = {
      options: strict.registration.options,
      verify: (response, visit) =>
        atob(response.response.clientDataJSON).startsWith('{') && strict.registration.verify(response, visit),
    };
    const one = { ...strict, registration: fussy } as RelyingPartyCallbacks;
    delete (one as { session?: unknown }).session;
    const { results } = await auditRelyingParty(one, { faults: few, concurrency: 1 });
    expect(results.filter(({ finding }) => finding).map(({ fault: { id } }) => id)).toEqual([
      'registration-client-data-bom',
    ]);
  });

  it('names what a fault lacks where it does not apply', async () => {
    const { results } = await auditRelyingParty(simpleRelyingParty(), {
      faults: [
        'registration-challenge-expired',
        'credential-removed',
        'chain-self-made',
        'registration-origin-no-port',
      ].map(fault),
    });
    expect(results.map(({ verdict, reason }) => `${verdict}: ${reason}`)).toEqual([
      "not-applicable: the target's clock cannot be moved, and nothing says how long to wait",
      'not-applicable: nothing says how a credential is removed from the target',
      "not-applicable: it is not said that the target trusts the audit's attestation authority, and no other",
      'not-applicable: https://example.com is the same either way',
    ]);
  });

  it.each([
    ['what a right server accepts for a finding', 'authentication-cross-origin-absent', 'rejected', true],
    ['an attack for no verdict on the attack', 'authentication-cross-origin', 'not-applicable', false],
  ])('takes a refusal on the way to %s', async (_, id, verdict, finding) => {
    const { results } = await auditRelyingParty(refusingAfter(1, 'no more accounts'), {
      faults: [fault(id)],
    });
    const reason = 'an honest registration, which comes before it, did not pass: no more accounts';
    expect(results).toMatchObject([{ verdict, finding, reason }]);
  });

  it('does not try frames where the target says that it expects them, and everything else', async () => {
    const faults = ['authentication-cross-origin', 'registration-top-origin-null', 'counter-equal'].map(
      fault,
    );
    const reasons = async (framed: boolean | undefined): Promise<string[]> => {
      const one = { ...strictRelyingParty(), ...(framed !== undefined && { traits: { framed } }) };
      const { results } = await auditRelyingParty(one, { faults });
      return results.map(({ verdict, reason }) =>
        verdict === 'rejected' ? verdict : `${verdict}: ${reason}`,
      );
    };
    const untried = 'not-applicable: it is said that the target expects to be framed';
    expect(await reasons(true)).toEqual([untried, untried, 'rejected']);
    expect(await reasons(false)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(await reasons(undefined)).toEqual(['rejected', 'rejected', 'rejected']);
  });

  it('does not try what is wrong about something that the server does not take at all', async () => {
    const { results } = await auditRelyingParty(simpleRelyingParty(), { faults: [fault('compound-empty')] });
    expect(results[0]).toMatchObject({
      verdict: 'not-applicable',
      reason: expect.stringMatching(
        /^it takes honest compound attestation, and the target does not: .*compound/,
      ),
    });
  });

  it('goes on from what is known, and asks only for the rest', async () => {
    const states: unknown[] = [];
    const strict = strictRelyingParty();
    await auditRelyingParty(strict, {
      faults: few,
      concurrency: 1,
      onProgress: ({ state }) => states.push(state),
    });
    const resume = JSON.parse(JSON.stringify(states[1]));
    const tried: string[] = [];
    const { results } = await auditRelyingParty(strict, {
      faults: few,
      resume,
      onProgress: ({ result }) => tried.push(result.fault.id),
    });
    expect(tried.sort()).toEqual(
      few
        .slice(2)
        .map(({ id }) => id)
        .sort(),
    );
    expect(results.map(({ fault: { id } }) => id)).toEqual(few.map(({ id }) => id));
  });

  it('refuses a state of another target, and of another catalogue', async () => {
    const state = { version: 1 as const, catalogue: 'x', target: 'y', results: [] };
    await expect(auditRelyingParty(strictRelyingParty(), { resume: state })).rejects.toMatchObject({
      code: 'bad-state',
    });
    let good: { catalogue: string } | undefined;
    await auditRelyingParty(strictRelyingParty(), {
      faults: few.slice(0, 1),
      onProgress: ({ state }) => {
        good = state;
      },
    });
    await expect(
      auditRelyingParty(strictRelyingParty(), { resume: { ...state, catalogue: good?.catalogue as string } }),
    ).rejects.toMatchObject({ code: 'bad-state' });
  });

  it('ends when it is told to, with what it has', async () => {
    const ending = new AbortController();
    const { outcome, results, notTried } = await auditRelyingParty(strictRelyingParty(), {
      faults: few,
      concurrency: 1,
      signal: ending.signal,
      onProgress: ({ done }) => done === 2 && ending.abort(),
    });
    expect(outcome).toBe('interrupted');
    expect(results).toHaveLength(2);
    expect(notTried).toEqual(few.slice(2).map(({ id }) => id));
  });

  it('has no more ceremonies at once than it may', async () => {
    const strict = strictRelyingParty();
    let now = 0;
    let most = 0;
    const counting: CeremonyCallbacks = {
      options: strict.registration.options,
      verify: async (response, visit) => {
        now += 1;
        most = Math.max(most, now);
        await new Promise(setImmediate);
        now -= 1;
        return strict.registration.verify(response, visit);
      },
    };
    const session = (): Pick<RelyingPartyCallbacks, 'registration' | 'authentication'> => {
      const visitor = strict.session?.() as RelyingPartyCallbacks;
      return {
        authentication: visitor.authentication,
        registration: {
          ...counting,
          options: visitor.registration.options,
          verify: async (response, visit) => {
            now += 1;
            most = Math.max(most, now);
            await new Promise(setImmediate);
            now -= 1;
            return visitor.registration.verify(response, visit);
          },
        },
      };
    };
    await auditRelyingParty({ ...strict, session }, { faults: few, concurrency: 2 });
    expect(most).toBeLessThanOrEqual(2);
  });

  it('begins no more ceremonies in a second than it may', async () => {
    const clock = new ManualClock();
    const begun: number[] = [];
    const strict = strictRelyingParty();
    const noted = (callbacks: CeremonyCallbacks): CeremonyCallbacks => ({
      ...callbacks,
      options: (request, visit) => {
        begun.push(clock.now());
        return callbacks.options(request, visit);
      },
    });
    const one = {
      ...strict,
      registration: noted(strict.registration),
      authentication: noted(strict.authentication),
    };
    delete (one as { session?: unknown }).session;
    let over = false;
    const audit = auditRelyingParty(one, { faults: few.slice(0, 2), clock, rate: 4, concurrency: 2 }).finally(
      () => {
        over = true;
      },
    );
    while (!over) {
      await new Promise(setImmediate);
      clock.advance(50);
    }
    expect((await audit).outcome).toBe('complete');
    expect(begun.length).toBeGreaterThan(6);
    for (let i = 1; i < begun.length; i++)
      expect((begun[i] as number) - (begun[i - 1] as number)).toBeGreaterThanOrEqual(250);
  });

  it('asks for leave where the target is not this machine, and opens nothing before', async () => {
    let opened = 0;
    const target: Target = {
      name: 'example.org',
      url: 'https://example.org/',
      kind: 'conformance',
      loopback: false,
      origin: 'https://example.org',
      traits: {},
      open: async () => {
        opened += 1;
        throw new Error('not in this test');
      },
    };
    await expect(runAudit(target)).rejects.toThrow(
      'https://example.org/ is not this machine: expected authorized: true',
    );
    expect(opened).toBe(0);
    await expect(runAudit(target, { authorized: true })).rejects.toThrow('not in this test');
  });

  it('says which callback is missing, and what a verdict is', async () => {
    const strict = strictRelyingParty();
    expect(() =>
      auditRelyingParty({ ...strict, authentication: { options: strict.authentication.options } as never }),
    ).toThrow('authentication: expected an object of two functions, got an object without verify()');
    expect(() => auditRelyingParty({ ...strict, origin: 'example.com' })).toThrow(
      'origin: expected a URL with http or https, got "example.com"',
    );
    const dumb = {
      ...strict,
      registration: { options: strict.registration.options, verify: () => undefined },
    };
    delete (dumb as { session?: unknown }).session;
    const { reason } = await auditRelyingParty(dumb, { faults: few });
    expect(reason).toContain(
      'registration.verify: expected true, false, or an object with verified or status, got nothing',
    );
  });
});

/** The strict server, until it has verified so many registrations. */
function refusingAfter(registrations: number, errorMessage: string): RelyingPartyCallbacks {
  const strict = strictRelyingParty();
  let verified = 0;
  const tired: CeremonyCallbacks = {
    options: strict.registration.options,
    verify: (response, visit) => {
      verified += 1;
      return verified > registrations
        ? { status: 'failed', errorMessage }
        : strict.registration.verify(response, visit);
    },
  };
  const one = { ...strict, registration: tired } as RelyingPartyCallbacks;
  delete (one as { session?: unknown }).session;
  return one;
}

function refusing({ options }: CeremonyCallbacks): CeremonyCallbacks {
  return {
    options,
    verify: () => {
      throw new Error('not today');
    },
  };
}
