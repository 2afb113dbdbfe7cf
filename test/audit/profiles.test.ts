import { describe, expect, it } from 'vitest';
import { isAtLeast } from '../../src/audit/reports/findings.ts';
import { auditRelyingParty, catalogue, profiles, severityOf } from '../../src/entries/audit.ts';
import { withoutTime } from '../slow.ts';
import { simpleRelyingParty } from './simple-relying-party.ts';

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
    const general = catalogue.filter(({ subject }) => subject !== 'fido-server');
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
