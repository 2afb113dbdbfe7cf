import { describe, expect, it } from 'vitest';
import { auditRelyingParty } from '../../src/audit/index.ts';
import { simpleRelyingParty } from './simple-relying-party.ts';

describe('an audit', () => {
  it('runs', async () => {
    const result = await auditRelyingParty(simpleRelyingParty());
    const by: Record<string, string[]> = {};
    for (const one of result.results)
      (by[`${one.fault.kind} ${one.verdict}`] ??= []).push(
        `${one.fault.id} ${one.verdict === 'rejected' && one.fault.kind === 'attack' ? '' : (one.reason ?? '')}`,
      );
    (await import('node:fs')).writeFileSync(
      '/tmp/audit-out.json',
      JSON.stringify({ ...result, results: by }, null, 1),
    );
    expect(result.outcome).toBe('complete');
  }, 60_000);
});
