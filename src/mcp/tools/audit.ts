/** The audit of a server on this machine. */
import { profileNames } from '../../audit/profile-names.ts';
import type { AuditResult } from '../../audit/verdict.ts';
import { anything, described, listOf, maybe, oneOf, recordOf, text } from '../../base/shape.ts';
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import { type Tool, tool } from '../tool.ts';

/** So many findings are told in one answer. */
const MOST_TOLD = 50;

export const auditTools: readonly Tool[] = [
  tool(
    'audit_server',
    'Audit a local server',
    'Sends wrong registrations and sign-ins to a server on this machine, and says which it accepted. Makes accounts there. Takes minutes for all faults.',
    'attacks',
    {
      url: maybe(
        described(
          text({ least: 1, most: 500 }),
          'Of a server on this machine with the interface of FIDO’s conformance tests.',
        ),
      ),
      target: maybe(
        described(recordOf(anything, 'an object'), 'A description of another server; docs/audit.md.'),
      ),
      only: maybe(described(listOf(text(), 'an array of faults or subjects'), 'Faults or subjects by name.')),
      profile: maybe(described(oneOf(profileNames), { default: 'passkey' })),
    },
    async (agent, { url, target: description, only, profile = 'passkey' }, signal) => {
      agent.allowed.requireAny();
      if ((url === undefined) === (description === undefined))
        throw new StuntkeyError('bad-target', 'expected url or target, one of them');
      agent.allowed.require(hostOf(url ?? description?.origin ?? description?.url));
      const [{ chosenFaults }, { runAudit }, { conformanceTarget }, { describedTarget }] = await Promise.all([
        import('../../audit/chosen.ts'),
        import('../../audit/runner/run.ts'),
        import('../../audit/targets/conformance.ts'),
        import('../../audit/targets/described.ts'),
      ]);
      const faults = chosenFaults(only, profile);
      const target = url === undefined ? describedTarget(description) : conformanceTarget(url);
      if (!target.loopback)
        throw new StuntkeyError(
          'not-authorized',
          `url: expected a server on this machine, got ${target.url}: audits of others are started by their operators, with stuntkey audit`,
        );
      const played = await runAudit(target, { faults, signal });
      const { outcome, results } = played;
      const findings = results.filter(({ finding }) => finding);
      const tests = profile === 'fido-server' && (await failedTests(played));
      return {
        outcome,
        played: results.length,
        found: findings.length,
        findings: findings.slice(0, MOST_TOLD).map(({ fault: { id }, severity, seen }) => ({
          fault: id,
          ...(severity !== undefined && { severity }),
          ...(seen !== undefined && { seen }),
        })),
        ...(tests && { tests }),
      };
    },
  ),
];

/** Of FIDO's tests, those that the server fails: by their IDs. */
async function failedTests(result: AuditResult): Promise<object> {
  const { playedTests } = await import('../../audit/fido/played.ts');
  const tests = playedTests(result);
  const failed = tests.filter(({ outcome }) => outcome === 'failed');
  return {
    passed: tests.filter(({ outcome }) => outcome === 'passed').length,
    failed: failed.slice(0, MOST_TOLD).map(({ id, says }) => ({ id, says })),
  };
}

/** The host of a server's pages. */
function hostOf(given: unknown): string {
  return typeof given === 'string' && URL.canParse(given) ? new URL(given).hostname : '';
}
