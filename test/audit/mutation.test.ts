import { beforeAll, describe, expect, it } from 'vitest';
import { type AuditResult, auditRelyingParty, catalogue, type Fault } from '../../src/entries/audit.ts';
import { named } from '../interop/debian.ts';
import { PATIENCE } from '../patience.ts';
import { sampled, withoutTime } from '../slow.ts';
import { strictRelyingParty } from './strict.ts';

const guarded = new Map<string, Fault[]>();
for (const fault of catalogue) {
  if (fault.guard !== undefined) guarded.set(fault.guard, [...(guarded.get(fault.guard) ?? []), fault]);
}

describe.skipIf(withoutTime)(named('the strict server', withoutTime), () => {
  let result: AuditResult;
  const verdictsOf = (faults: readonly Fault[]): string[] =>
    faults.map(({ id }) => {
      const found = result.results.find(({ fault }) => fault.id === id);
      return `${id} ${found?.verdict}${found?.verdict === 'rejected' ? '' : `: ${found?.reason}`}`;
    });

  beforeAll(async () => {
    result = await auditRelyingParty(strictRelyingParty(), { timeout: PATIENCE, faults: catalogue });
    const { length } = result.results;
    console.log(`the whole audit: ${length} faults in ${(result.milliseconds / 1000).toFixed(1)} s`);
  });

  it('has no finding, and leaves nothing untried', () => {
    expect(result.outcome).toBe('complete');
    expect(result.notTried).toEqual([]);
    expect(result.results.filter(({ finding }) => finding)).toEqual([]);
  });

  it('refuses every attack, and everything else for which it has a guard', () => {
    const refused = catalogue.filter(({ kind, guard }) => kind === 'attack' || guard !== undefined);
    expect(verdictsOf(refused)).toEqual(refused.map(({ id }) => `${id} rejected`));
  });

  it('has a guard for every attack', () => {
    expect(catalogue.filter(({ kind, guard }) => kind === 'attack' && guard === undefined)).toEqual([]);
  });
});

describe.each(sampled([...guarded], 12))('without the guard %s', (guard, faults) => {
  it('lets in what that alone refuses', async () => {
    const { outcome, reason, results } = await auditRelyingParty(strictRelyingParty([guard]), {
      faults,
      concurrency: 1,
      timeout: PATIENCE,
    });
    expect([outcome, reason]).toEqual(['complete', undefined]);
    const verdicts = results.map(({ fault, verdict, reason }) =>
      verdict === 'accepted' ? `${fault.id} accepted` : `${fault.id} ${verdict}: ${reason}`,
    );
    expect(verdicts).toEqual(faults.map(({ id }) => `${id} accepted`));
    const attacks = results.filter(({ fault }) => fault.kind === 'attack');
    expect(attacks.every(({ finding }) => finding)).toBe(true);
  });
});
