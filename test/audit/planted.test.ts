/** Mistakes planted in an application around a real library: each is found, and named for what it is. */
import { describe, expect, it } from 'vitest';
import { auditRelyingParty, causesOf, fault } from '../../src/entries/audit.ts';
import { sampled } from '../slow.ts';
import { plantedApplication } from './planted-application.ts';

/** A plant, what finds it, the least severity, and what was seen. */
const PLANTS: readonly (readonly [
  plant: string,
  severity: string,
  effect: string | undefined,
  faults: readonly string[],
])[] = [
  ['ceremonies share a slot', 'critical', 'takeover', ['registration-for-sign-in-options']],
  ['accounts without passkeys are open', 'critical', 'takeover', ['account-without-credentials']],
  ['the key goes by rawId', 'critical', 'takeover', ['raw-id-of-own-credential']],
  ['challenges go by name', 'high', 'owner', ['authentication-challenge-of-same-user-elsewhere']],
  ['the session comes first', 'critical', 'takeover', ['signed-in-before-verification']],
  ['the origin is the header', 'high', 'owner', ['authentication-origin-of-header-origin']],
  ['anybody registers', 'critical', 'takeover', ['account-of-other-by-stranger', 'account-of-other-by-user']],
  ['challenges are short', 'medium', undefined, ['registration-options-challenge-short']],
  ['challenges are constant', 'high', undefined, ['authentication-options-challenge-repeated']],
  ['challenges count', 'high', undefined, ['authentication-options-challenge-predictable']],
  ['unknown names are told', 'low', undefined, ['options-tell-who-exists']],
  ['decoys change', 'low', undefined, ['options-decoys-change']],
  ['nothing is excluded', 'low', undefined, ['options-exclude-missing']],
  ['counters have 31 bits', 'medium', 'owner', ['counter-after-high']],
  ['counters are compared too early', 'medium', 'owner', ['counter-raced']],
  ['ids are cut', 'high', undefined, ['credential-id-same-beginning']],
  ['ids are compared without case', 'high', undefined, ['credential-id-other-case']],
  ['challenges are taken late', 'high', undefined, ['authentication-challenge-raced']],
  ['forms are taken', 'medium', 'owner', ['request-as-form', 'request-as-form-fields']],
  ['the session is kept', 'critical', 'takeover', ['session-not-renewed']],
  ['objects are queries', 'high', 'owner', ['operator-id-equal']],
  ['objects are queries', 'medium', undefined, ['options-operator-name']],
  [
    'the client says who is verified',
    'medium',
    undefined,
    ['options-verification-lowered', 'options-verification-lowered-at-sign-in'],
  ],
  ['none will do', 'medium', undefined, ['attestation-none-where-asked']],
  ['anybody removes', 'high', undefined, ['removal-of-other']],
];

const audited = (plants: readonly string[], faults: readonly string[]) =>
  auditRelyingParty(plantedApplication(plants), { faults: faults.map(fault), concurrency: 1 });

describe('an application around @simplewebauthn/server', () => {
  it('that is right has no finding', async () => {
    const faults = sampled([...new Set(PLANTS.flatMap(([, , , ids]) => ids))], 4);
    const { outcome, reason, results } = await audited([], faults);
    expect([outcome, reason]).toEqual(['complete', undefined]);
    expect(results.map(({ fault: { id }, verdict, reason }) => [id, verdict, reason])).toEqual(
      results.map(({ fault: { id }, reason }) => [id, 'rejected', reason]),
    );
  });

  it.each(sampled(PLANTS, 4))(
    'of which it is true that %s has that named, and is %s',
    async (plant, severity, effect, ids) => {
      const result = await audited([plant], ids);
      expect([result.outcome, result.reason]).toEqual(['complete', undefined]);
      expect(
        result.results.map(({ fault: { id }, finding, severity, effect, reason }) => [
          id,
          finding,
          severity,
          effect,
          finding ? '' : reason,
        ]),
      ).toEqual(ids.map((id) => [id, true, severity, effect, '']));
      expect(causesOf(result).length).toBeGreaterThan(0);
    },
  );
});
