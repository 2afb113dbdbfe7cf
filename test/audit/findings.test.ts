/**
 * What the audit finds in servers of others: docs/audit-findings.md, which `STUNTKEY_WRITE_DOCS=1 SLOW=1` makes anew. One server and
 * one fault alone: `STUNTKEY_SERVER=fido2-lib STUNTKEY_FAULT=key-rsa-512 SLOW=1 npx vitest run test/audit/findings.test.ts`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { AuditResult, FaultResult } from '../../src/audit/verdict.ts';
import { auditRelyingParty, catalogue } from '../../src/entries/audit.ts';
import { named } from '../interop/debian.ts';
import { PATIENCE } from '../patience.ts';
import { callbacksOf } from './servers/callbacks.ts';
import { judge, UNJUDGED } from './servers/judgments.ts';
import { REAL_SERVERS } from './servers/registry.ts';

const DOCS = new URL('../../docs/audit-findings.md', import.meta.url);
const { SLOW, STUNTKEY_SERVER, STUNTKEY_FAULT, STUNTKEY_WRITE_DOCS } = process.env;
type Server = (typeof REAL_SERVERS)[number];
const slow = SLOW === undefined ? 'SLOW=1 runs it' : undefined;

const RUNS = 6;

async function audit({ start, whim }: Server, only?: string): Promise<AuditResult> {
  const once = async (): Promise<AuditResult> => {
    const server = await start();
    try {
      return await auditRelyingParty(callbacksOf(server), {
        timeout: PATIENCE,
        ...(only !== undefined && { faults: catalogue.filter(({ id }) => id === only) }),
      });
    } finally {
      await server.end?.();
    }
  };
  if (whim === undefined) return once();
  const runs: AuditResult[] = [];
  for (let run = 0; run < RUNS; run++) {
    const result = await once();
    if (result.outcome === 'complete') runs.push(result);
  }
  const [first] = runs;
  if (first === undefined) throw new Error('no run came to its end');
  const results = first.results.map((result, at) => {
    const all = runs.map((one) => one.results[at] as FaultResult);
    return all.find(({ reason }) => !whim.test(reason ?? '')) ?? result;
  });
  return { ...first, results };
}

const DEEDS: Readonly<Record<string, string>> = {
  accepted: 'let in',
  rejected: 'refused, though right',
  error: 'went wrong',
};

/** A section of the page: one server's findings, those of the library first. */
function section(server: string, { results }: AuditResult): string {
  const judged = results
    .filter(({ finding }) => finding)
    .map((result) => ({ result, ...judge(server, result) }));
  expect(judged.filter(({ why }) => why === UNJUDGED.why).map(({ result }) => result.fault.id)).toEqual([]);
  const groups = new Map<string, { whose: string; why: string; results: FaultResult[] }>();
  for (const { result, whose, why } of judged) {
    const key = `${whose} ${result.verdict} ${why}`;
    const group = groups.get(key) ?? { whose, why, results: [] };
    group.results.push(result);
    groups.set(key, group);
  }
  const order = ['library', 'choice', 'ours'];
  const rows = [...groups.values()]
    .sort((a, b) => order.indexOf(a.whose) - order.indexOf(b.whose))
    .map(({ whose, why, results: some }) => {
      const deed = DEEDS[some[0]?.verdict ?? ''];
      return `| ${whose} | ${why} | ${deed} | ${some.map(({ fault }) => `\`${fault.id}\``).join(', ')} |`;
    });
  const of = (whose: string): number => judged.filter((one) => one.whose === whose).length;
  const head = ['| whose | why | what it did | faults |', '| --- | --- | --- | --- |'];
  const count = `${judged.length} findings in ${results.length} faults: ${of('library')} of the library, ${of('choice')} that the texts leave open, ${of('ours')} of ours.`;
  return [
    `<!-- ${server} -->`,
    `## ${server}`,
    '',
    count,
    '',
    ...head,
    ...rows,
    `<!-- end of ${server} -->`,
  ].join('\n');
}

const sectionIn = (page: string, server: string): string =>
  page.slice(page.indexOf(`<!-- ${server} -->`), page.indexOf(`<!-- end of ${server} -->`)) +
  `<!-- end of ${server} -->`;

describe('what docs/audit-findings.md says', () => {
  const servers = REAL_SERVERS.filter(
    ({ name }) => STUNTKEY_SERVER === undefined || name === STUNTKEY_SERVER,
  );
  describe.each(servers)('of $name', (server) => {
    const { name } = server;
    const skipped = slow ?? server.missing;
    it.skipIf(skipped)(named('is what comes out', skipped), async () => {
      const result = await audit(server, STUNTKEY_FAULT);
      expect(result.outcome, result.reason).toBe('complete');
      if (STUNTKEY_FAULT !== undefined) {
        console.log(result.results);
        return;
      }
      const now = section(name, result);
      const page = readFileSync(DOCS, 'utf8');
      if (STUNTKEY_WRITE_DOCS === undefined) expect(sectionIn(page, name)).toBe(now);
      else
        writeFileSync(
          DOCS,
          page.replace(sectionIn(page, name), () => now),
        );
    });
  });
});
