import { describe, expect, it } from 'vitest';
import { isAtLeast } from '../../src/audit/reports/findings.ts';
import {
  auditRelyingParty,
  catalogue,
  type Fault,
  type FaultResult,
  fault,
  profiles,
  severityOf,
} from '../../src/entries/audit.ts';
import { sampled, withoutTime } from '../slow.ts';
import { simpleRelyingParty } from './simple-relying-party.ts';
import { strictRelyingParty } from './strict.ts';

const of = (name: keyof typeof profiles) => catalogue.filter((fault) => profiles[name].includes(fault));

describe('profiles', () => {
  it('leave out for passkeys what statements of attestation say, and keys that harm only their owner', () => {
    const subjects = new Set(
      of('passkey')
        .filter(({ kind }) => kind !== 'control')
        .map(({ subject }) => subject),
    );
    expect([...subjects].filter((subject) => /attestation|cose-key|aaguid/.test(subject))).toEqual([]);
    for (const subject of ['signature', 'challenge', 'origin', 'account', 'options'])
      expect(subjects).toContain(subject);
  });

  it('keep what a right server has to accept, and the whole catalogue where that is asked', () => {
    const controls = of('passkey').filter(
      ({ kind, subject }) => kind === 'control' && subject === 'cose-key',
    );
    expect(controls).toEqual(
      catalogue.filter(({ kind, subject }) => kind === 'control' && subject === 'cose-key'),
    );
    const general = catalogue.filter(({ subject }) => !['fido-server', 'post-quantum'].includes(subject));
    expect(of('strict')).toEqual(general);
    expect(of('attested')).toEqual(general);
  });
});

describe("a team's server around @simplewebauthn/server", () => {
  it('fails the gate of the profile passkey for two mistakes of the team, and for none of the library', async ({
    skip,
  }) => {
    skip(withoutTime !== undefined, withoutTime);
    const result = await auditRelyingParty(simpleRelyingParty(), { faults: of('passkey') });
    expect(result.outcome, result.reason).toBe('complete');
    const failing = result.results.filter(
      (one) => one.finding && isAtLeast(severityOf(one), profiles.passkey.gate),
    );
    expect(failing.map((one) => [one.fault.id, severityOf(one), one.effect])).toEqual([
      // It asks for verification where it is told to, and then does not insist on it.
      ['registration-user-not-verified', 'high', undefined],
      // One place in the session for the challenges of both ceremonies, and for whose they are.
      ['registration-for-sign-in-options', 'critical', 'takeover'],
    ]);
  }, 300_000);
});

describe('the profile post-quantum', () => {
  const verdicts = async (faults: readonly Fault[], weak: readonly string[] = []) => {
    const result = await auditRelyingParty(strictRelyingParty(weak), { faults, concurrency: 1 });
    expect([result.outcome, result.reason]).toEqual(['complete', undefined]);
    return result.results;
  };

  it('has every fault of keys and signatures of ML-DSA, and what a server that is ready has to accept', () => {
    const ids = of('post-quantum').map(({ id }) => id);
    const named = catalogue.filter(({ id }) => /(^|-)(akp|ml-dsa)(-|$)/.test(id)).map(({ id }) => id);
    expect(ids).toEqual(named);
    const controls = of('post-quantum').filter(({ kind }) => kind === 'control');
    expect(controls.map(({ id }) => id)).toEqual([
      'signature-ml-dsa-44',
      'signature-ml-dsa-65',
      'signature-ml-dsa-87',
    ]);
  });

  it('passes a server that is ready', async () => {
    const faults = sampled(of('post-quantum'), 6);
    const results = await verdicts(faults);
    expect(results.filter(({ finding, verdict }) => finding || verdict === 'not-applicable')).toEqual([]);
  });

  it('fails one that does not ask for ML-DSA, and tries nothing else there', async () => {
    const faults = [
      'key-akp-short',
      'signature-ml-dsa-cut',
      'signature-ml-dsa-44',
      'registration-options-without-ml-dsa',
    ].map(fault);
    const results = await verdicts(faults, ['options.post-quantum']);
    expect(results.map(({ verdict, reason }) => `${verdict}: ${reason}`)).toEqual([
      'not-applicable: the server does not ask for ML-DSA',
      expect.stringMatching(/^not-applicable: an honest client refuses: /),
      expect.stringMatching(/^not-applicable: an honest client refuses: /),
      'accepted: ML-DSA is not among the algorithms asked for: EdDSA, ES256, RS256',
    ]);
    expect(isAtLeast(severityOf(results.at(-1) as FaultResult), profiles['post-quantum'].gate)).toBe(true);
  });

  it('is the only one that asks for it, and so does no audit without a profile', async () => {
    const stop = new AbortController();
    stop.abort();
    const { notTried } = await auditRelyingParty(strictRelyingParty(), { signal: stop.signal });
    const usual = catalogue.filter(({ subject }) => subject !== 'post-quantum');
    expect(notTried).toEqual(usual.map(({ id }) => id));
    expect(usual.length).toBeLessThan(catalogue.length);
  });

  it('names what an audit for passkeys asks of every server, and what it asks of one that is to be ready', () => {
    const elective = of('post-quantum').filter(({ subject }) => subject === 'post-quantum');
    expect(elective.map(({ id }) => id)).toEqual(['registration-options-without-ml-dsa']);
    for (const name of ['passkey', 'attested', 'strict', 'fido-server'] as const)
      expect(of(name).filter(({ subject }) => subject === 'post-quantum')).toEqual([]);
    expect(of('passkey')).toContain(fault('signature-ml-dsa-with-context'));
  });
});
